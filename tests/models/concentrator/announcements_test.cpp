#include "tests/models/concentrator/fake_field.hpp"

namespace gridtwin::concentrator {
namespace {

using namespace std::chrono_literals;

void announce(FakeField& field, std::uint64_t command) {
    field.order(MessageKind::set_parameter, kNone<MeterId>, command, 0);
}

TEST(Announcements, GoThreeTimesOverEachChannelThatAnyMeterHas) {
    std::vector<MeterWay> const ways{{Channel::plc, Channel::plc}, {Channel::rf, Channel::plc}};
    FakeField field(polling(), 2, {}, ways);
    field.run_to(kStart + 1h);
    announce(field, 7);
    announce(field, 7); // the head-end's order came twice
    field.run_to(kStart + 2h);
    ASSERT_EQ(field.broadcasts.size(), 6U);
    for (std::size_t k = 0; k < 6; ++k) {
        auto const& b = field.broadcasts[k];
        EXPECT_EQ(b.at, kStart + 1h + static_cast<int>(k / 2) * 5min);
        EXPECT_EQ(b.channel, k % 2 == 0 ? Channel::plc : Channel::rf);
        EXPECT_EQ(b.message.command, CommandId{7});
        EXPECT_EQ(b.message.concentrator, ConcentratorId{4});
    }
    EXPECT_NE(field.broadcasts[0].message.id, field.broadcasts[1].message.id);
    EXPECT_EQ(field.concentrator->counts().broadcasts, 6U);
    EXPECT_TRUE(field.requests.empty()) << "nobody is asked whether it heard";
}

TEST(Announcements, DoNotHoldUpARoundNorAreHeldUpByIt) {
    FakeField field(polling(), 20, {});
    field.run_to(kStart + 4h + 2min + 10s); // in the round
    ASSERT_TRUE(field.concentrator->in_round());
    std::size_t const asked = field.requests.size();
    announce(field, 9);
    EXPECT_EQ(field.broadcasts.size(), 1U);
    field.run_to(kStart + 4h + 30min);
    EXPECT_GT(field.requests.size(), asked);
    EXPECT_EQ(field.broadcasts.size(), 3U);
    EXPECT_EQ(field.concentrator->missing_rows(field.now), 20U * 1U) << "of the interval just over";
}

TEST(Announcements, AreAcknowledgedOnceBroadcastAndWheneverTheyComeAgain) {
    auto spec = polling();
    spec.uplink = {};
    FakeField field(spec, 2, {});
    field.run_to(kStart + 1h);
    field.concentrator->set_mains(false, field.now);
    field.concentrator->set_mains(true, field.now); // it starts anew
    announce(field, 7);
    field.run_to(field.now + 30s);
    EXPECT_TRUE(field.uplinked.empty()) << "not before it has been sent";
    field.run_to(kStart + 2h);
    ASSERT_EQ(field.uplinked_of(MessageKind::set_result).size(), 1U);
    auto const result = field.uplinked_of(MessageKind::set_result)[0];
    EXPECT_EQ(result.command, CommandId{7});
    EXPECT_EQ(result.meter, kNone<MeterId>);
    EXPECT_EQ(result.value, 1);
    announce(field, 7); // its word was lost
    announce(field, 7);
    field.run_to(kStart + 3h);
    EXPECT_EQ(field.uplinked_of(MessageKind::set_result).size(), 2U);
    EXPECT_EQ(field.broadcasts.size(), 3U) << "known as done, long after";
}

TEST(Announcements, EndWithTheBattery) {
    ConcentratorSpec spec = polling();
    spec.battery = 3min;
    FakeField field(spec, 2, {});
    field.run_to(kStart + 1h);
    announce(field, 7);
    field.concentrator->set_mains(false, field.now);
    field.run_to(kStart + 2h);
    EXPECT_EQ(field.broadcasts.size(), 1U);
    field.concentrator->set_mains(true, field.now);
    field.run_to(kStart + 3h);
    EXPECT_EQ(field.broadcasts.size(), 1U) << "commands under way do not survive";
}

} // namespace
} // namespace gridtwin::concentrator
