// A firmware campaign among a concentrator's other tasks, over a field that loses and delays.
#include "tests/models/concentrator/fake_field.hpp"

namespace gridtwin::concentrator {
namespace {

using namespace std::chrono_literals;

constexpr wire::FirmwareImage kImage{
    .version = 2, .octets = 5600, .activate_at = kStart + 48h}; // 100 blocks

std::uint64_t blocks_sent(FakeField const& field) {
    return static_cast<std::uint64_t>(
        std::count_if(field.broadcasts.begin(), field.broadcasts.end(),
                      [](auto const& b) { return b.message.kind == MessageKind::firmware_block; }));
}

bool all_wait(FakeField& field) {
    return std::all_of(field.ids.begin(), field.ids.end(),
                       [&](MeterId meter) { return field.firmware[meter].waits(); });
}

TEST(FirmwareService, EachBlockGoesToAllOnceThenEachMeterIsAsked) {
    FakeField field(polling(), 5, {});
    field.run_to(kStart + 1h);
    field.order_firmware(kImage);
    ASSERT_EQ(field.reports(), (std::vector<wire::FirmwareReport>{{2, 0, 5, false}}));
    EXPECT_EQ(field.uplinked.back().command, CommandId{1});
    field.run_to(kStart + 2h);
    EXPECT_EQ(blocks_sent(field), 100U);
    EXPECT_EQ(field.broadcasts[99].at, kStart + 1h + 99 * 20s);
    EXPECT_EQ(field.broadcasts[99].message.value, 99);
    EXPECT_TRUE(all_wait(field));
    EXPECT_EQ(field.requests.size(), 5U);
    EXPECT_EQ(field.reports().back(), (wire::FirmwareReport{2, 5, 5, true}));
    EXPECT_EQ(field.concentrator->counts().broadcasts, 0U) << "those count announcements";
}

TEST(FirmwareService, ABlockToAllWaitsUntilTheLastHasBeenSentOnEveryChannel) {
    std::vector<MeterWay> const ways{{Channel::plc, Channel::rf}};
    FakeField field(polling(), 1, {}, ways);
    field.wait_to_all = 45s; // the line is others'
    field.order_firmware(kImage);
    field.run_to(kStart + 44s);
    EXPECT_EQ(blocks_sent(field), 2U) << "one, over line and radio";
    field.run_to(kStart + 3h);
    ASSERT_EQ(blocks_sent(field), 200U);
    for (std::size_t k = 2; k < 200; k += 2) {
        ASSERT_EQ(field.broadcasts[k].at, field.broadcasts[k - 1].at + 45s) << k;
    }
    EXPECT_TRUE(all_wait(field));
}

TEST(FirmwareService, AnOrderDoubledStartsOneCampaignAndIsAnsweredTwice) {
    FakeField field(polling(), 5, {});
    field.order_firmware(kImage);
    field.run_to(kStart + 20s);
    field.order_firmware(kImage);
    field.run_to(kStart + 1h);
    EXPECT_EQ(blocks_sent(field), 100U);
    field.order_firmware(kImage);
    field.run_to(kStart + 2h);
    EXPECT_EQ(blocks_sent(field), 100U) << "nor does one that comes when it is over";
    EXPECT_EQ(field.concentrator->firmware_counts().orders, 1U);
    EXPECT_EQ(field.reports().size(), 4U) << "three orders, one end";
    EXPECT_EQ(field.reports().back(), (wire::FirmwareReport{2, 5, 5, true}));
}

TEST(FirmwareService, AHigherVersionTakesItsPlaceALowerOneIsAnsweredWithWhatThereIs) {
    FakeField field(polling(), 5, {});
    field.order_firmware(kImage);
    field.run_to(kStart + 3min);
    auto newer = kImage;
    newer.version = 7;
    field.order_firmware(newer, 2);
    field.run_to(kStart + 1h);
    EXPECT_TRUE(all_wait(field));
    for (MeterId const meter : field.ids) {
        EXPECT_EQ(field.firmware[meter].image.version, 7U);
    }
    EXPECT_EQ(blocks_sent(field), 10U + 100U) << "of the first those at 0 s to 180 s";
    field.order_firmware(kImage, 3);
    field.run_to(kStart + 2h);
    EXPECT_EQ(blocks_sent(field), 110U);
    EXPECT_EQ(field.reports().back(), (wire::FirmwareReport{7, 5, 5, true}));
    EXPECT_EQ(field.concentrator->firmware_counts().orders, 2U);
}

TEST(FirmwareService, AnotherTimeOrSizeOfTheStandingVersionIsRefused) {
    FakeField field(polling(), 5, {});
    field.order_firmware(kImage);
    field.run_to(kStart + 3min);
    auto later = kImage;
    later.activate_at += 24h;
    field.order_firmware(later, 2);
    EXPECT_EQ(field.reports().back(), (wire::FirmwareReport{0, 0, 5, true}));
    EXPECT_EQ(field.uplinked.back().command, CommandId{2});
    auto longer = kImage;
    longer.octets += 1;
    field.order_firmware(longer, 3);
    EXPECT_EQ(field.reports().back(), (wire::FirmwareReport{0, 0, 5, true}));
    field.order_firmware(kImage);
    EXPECT_EQ(field.reports().back(), (wire::FirmwareReport{2, 0, 5, false})) << "doubled";
    field.run_to(kStart + 1h);
    EXPECT_EQ(blocks_sent(field), 100U);
    for (MeterId const meter : field.ids) {
        EXPECT_EQ(field.firmware[meter].image.activate_at, kImage.activate_at);
    }
    field.order_firmware(later, 4);
    EXPECT_EQ(field.reports().back(), (wire::FirmwareReport{0, 0, 5, true})) << "when it is over";
    EXPECT_EQ(field.concentrator->firmware_counts().orders, 1U);
}

TEST(FirmwareService, ReadingGoesFirst) {
    FakeField quiet(polling(), 20, {});
    FakeField busy(polling(), 20, {});
    busy.loss_to_all = 0.3;
    auto image = kImage;
    image.octets = 40'000; // four hours of blocks, three times
    for (auto* field : {&quiet, &busy}) {
        field->run_to(kStart + 3h);
        if (field == &busy) {
            field->order_firmware(image);
        }
        field->run_to(kStart + 24h);
        EXPECT_EQ(field->concentrator->missing_rows(field->now), 20U * 15U) << "since 20:02";
    }
    EXPECT_TRUE(all_wait(busy));
    EXPECT_EQ(busy.uploaded, quiet.uploaded);
    // a poll waits for no more than one question or block to one meter: two seconds
    std::vector<SimTime> polls[2];
    for (int k = 0; k < 2; ++k) {
        for (auto const& m : (k == 0 ? quiet : busy).requests) {
            if (m.kind == MessageKind::read_profile) {
                polls[k].push_back(m.created);
            }
        }
    }
    ASSERT_EQ(polls[0].size(), polls[1].size());
    for (std::size_t i = 0; i < polls[0].size(); ++i) {
        ASSERT_LE(polls[1][i] - polls[0][i], 2s) << i;
    }
}

TEST(FirmwareService, CommandsOvertakeIt) {
    FakeField field(polling(), 5, {});
    field.order_firmware(kImage);
    field.run_to(kStart + 1min);
    field.order(MessageKind::set_relay, field.ids[3], 50, 1);
    EXPECT_EQ(field.requests.back().kind, MessageKind::set_relay) << "at once";
}

TEST(FirmwareService, GoesOverEachChannelThatAnyMeterHas) {
    std::vector<MeterWay> const ways{{Channel::plc, Channel::plc}, {Channel::rf, Channel::plc}};
    FakeField field(polling(), 2, {}, ways);
    field.cut[{field.ids[1], Channel::plc}] = true;
    field.order_firmware(kImage);
    field.run_to(kStart + 1h);
    EXPECT_EQ(blocks_sent(field), 200U);
    EXPECT_TRUE(all_wait(field));
    EXPECT_EQ(field.requests.size(), 2U) << "nothing was left to fill";
}

TEST(FirmwareService, PausesOnBatteryAndGoesOnAfterARestart) {
    ConcentratorSpec spec = polling();
    spec.battery = 20min;
    FakeField field(spec, 5, {.loss = 0.2});
    field.loss_to_all = 0.2;
    field.order_firmware(kImage);
    field.run_to(kStart + 4min);
    auto const before = blocks_sent(field);
    field.concentrator->set_mains(false, field.now);
    field.run_to(kStart + 15min);
    EXPECT_EQ(blocks_sent(field), before);
    field.run_to(kStart + 40min);
    ASSERT_FALSE(field.concentrator->alive());
    field.concentrator->set_mains(true, field.now);
    field.run_to(kStart + 40min + 30s);
    EXPECT_EQ(blocks_sent(field), before) << "it starts up";
    for (int k = 0; k < 20; ++k) { // and again in the midst of questions
        field.run_to(field.now + 7min);
        field.concentrator->set_mains(false, field.now);
        field.run_to(field.now + 21min);
        field.concentrator->set_mains(true, field.now);
    }
    field.run_to(kStart + 20h);
    EXPECT_TRUE(all_wait(field));
    EXPECT_EQ(field.reports().back(), (wire::FirmwareReport{2, 5, 5, true}));
    EXPECT_EQ(field.concentrator->firmware_counts().orders, 1U);
}

TEST(FirmwareService, GoesOnWhileTheSessionIsLost) {
    ConcentratorSpec spec;
    spec.store_limit_octets = 400; // full within hours
    FakeField field(spec, 5, {});
    field.order_firmware(kImage);
    field.session_broken = true;
    field.run_to(kStart + 12h);
    EXPECT_TRUE(all_wait(field));
    field.session_broken = false;
    field.run_to(kStart + 13h);
    EXPECT_EQ(field.reports().back(), (wire::FirmwareReport{2, 5, 5, true}));
}

TEST(FirmwareService, EndsAtTheTimeToActivateWhoeverIsSilent) {
    FakeField field(polling(), 5, {});
    field.silent[field.ids[2]] = true;
    auto image = kImage;
    image.activate_at = kStart + 10h + 17min;
    field.order_firmware(image);
    field.run_to(kStart + 10h + 30min);
    EXPECT_EQ(field.reports().back(), (wire::FirmwareReport{2, 4, 5, true}));
    EXPECT_EQ(field.uplinked.back().created, image.activate_at);
    auto const asked = field.concentrator->firmware_counts().asked;
    EXPECT_GT(asked, 4U + 3U);
    field.run_to(kStart + 14h);
    EXPECT_EQ(field.concentrator->firmware_counts().asked, asked);
}

TEST(FirmwareService, IsRefusedWhenItsTimeIsUpBeforeABlockHasBeenSent) {
    FakeField field(polling(), 5, {});
    field.run_to(kStart + 1h);
    auto late = kImage;
    late.activate_at = kStart + 1h;
    field.order_firmware(late);
    EXPECT_EQ(field.reports(), (std::vector<wire::FirmwareReport>{{0, 0, 5, true}}));
    field.order_firmware(kImage, 2);
    late.version = 3;
    field.order_firmware(late, 3); // the one under way goes on
    EXPECT_EQ(field.reports().back(), (wire::FirmwareReport{2, 0, 5, false}));
    field.run_to(kStart + 3h);
    ASSERT_EQ(field.reports().back(), (wire::FirmwareReport{2, 5, 5, true}));
    // one that has to wait until it is too late, for it is polling at 4:02
    field.run_to(kStart + 4h + 2min);
    ASSERT_TRUE(field.concentrator->outstanding());
    late.activate_at = field.now + 1s;
    field.order_firmware(late, 4);
    EXPECT_EQ(field.reports().back(), (wire::FirmwareReport{3, 0, 5, false}));
    field.run_to(kStart + 5h);
    EXPECT_EQ(field.reports().back(), (wire::FirmwareReport{2, 0, 5, true}));
    EXPECT_EQ(field.uplinked.back().command, CommandId{4});
    EXPECT_EQ(blocks_sent(field), 100U);
}

TEST(FirmwareService, WhatDoesNotDecodeOrCannotBeCutIsGivenUp) {
    FakeField field(polling(), 2, {});
    field.order_firmware({.version = 2, .octets = 4'000'000'000});
    Message order;
    order.kind = MessageKind::firmware_order;
    order.payload = {std::byte{1}};
    field.concentrator->on_uplink_message(std::move(order), field.now, field, field);
    EXPECT_EQ(field.concentrator->counts().commands_given_up, 2U);
    EXPECT_EQ(field.concentrator->firmware(), nullptr);
    EXPECT_TRUE(field.uplinked.empty());
}

TEST(FirmwareService, OnlyMembersAreAskedAndWhoIsRegisteredLaterGetsItToo) {
    ConcentratorSpec spec = polling();
    spec.discovery.search_every = 24h;
    spec.discovery.drop_after = 5;
    FakeField field(spec, 4, {}, {}, {1, 1, 1, 0});
    field.loss_to_all = 1.0; // each has to be asked
    field.silent[field.ids[0]] = true;
    wire::FirmwareImage const image{.version = 2, .octets = 300, .activate_at = kStart + 10 * 24h};
    field.order_firmware(image);
    field.run_to(kStart + 24h);
    EXPECT_EQ(field.concentrator->members(), 2U) << "the silent one is given up";
    EXPECT_TRUE(field.concentrator->firmware()->over());
    EXPECT_EQ(field.reports().back(), (wire::FirmwareReport{image.version, 2, 2, true}));
    EXPECT_FALSE(field.firmware[field.ids[3]].waits());
    Message hello; // a neighbour's
    hello.kind = MessageKind::hello;
    hello.meter = field.ids[3];
    field.from_meter(hello);
    field.run_to(kStart + 30h);
    EXPECT_TRUE(field.firmware[field.ids[3]].waits());
    EXPECT_EQ(field.reports().back(), (wire::FirmwareReport{image.version, 3, 3, true}));
}

class AnyFirmwareTest : public testing::TestWithParam<std::uint64_t> {
  protected:
    double draw() {
        return draw01(Seed{78}, EntityKey(EntityKind::world, GetParam()), Purpose::test, n_++);
    }

  private:
    std::uint64_t n_ = 0;
};

TEST_P(AnyFirmwareTest, EveryMeterThatAnswersEndsWithAllBlocksWhateverIsLost) {
    Line const line{.loss = 0.5 * draw(),
                    .doubled = 0.5 * draw(),
                    .delay = duration_from_s(0.1 + 8.0 * draw()),
                    .late = draw(),
                    .draws_row = 3000 + GetParam()};
    std::vector<MeterWay> const ways{{Channel::plc, Channel::plc}, {Channel::rf, Channel::rf},
                                     {Channel::rf, Channel::plc},  {Channel::plc, Channel::rf},
                                     {Channel::plc, Channel::plc}, {Channel::plc, Channel::rf}};
    ConcentratorSpec spec;
    spec.battery = 20min;
    spec.discovery.search_every = {}; // nobody is given up
    FakeField field(spec, 6, line, GetParam() % 2 == 0 ? ways : std::vector<MeterWay>{});
    field.loss_to_all = draw();
    MeterId const silent = field.ids[static_cast<std::size_t>(6.0 * draw())];
    field.silent[silent] = true;
    wire::FirmwareImage image{
        .version = 2, .octets = 3000, .activate_at = kStart + 10 * 24h}; // 54 blocks
    field.order_firmware(image);
    for (int step = 1; step <= 4 * 24; ++step) {
        field.run_to(kStart + step * 15min);
        if (draw() < 0.1) {
            field.concentrator->set_mains(draw() < 0.6, field.now);
        }
        if (step == 30 && GetParam() % 3 == 0) {
            field.concentrator->set_mains(true, field.now);
            field.run_to(field.now + 2min);
            image.version = 3;
            field.order_firmware(image, 2);
        }
        if (draw() < 0.2) {
            field.session_broken = draw() < 0.5;
        }
    }
    field.concentrator->set_mains(true, field.now);
    field.session_broken = false;
    field.run_to(kStart + 5 * 24h);
    for (MeterId const meter : field.ids) {
        auto const& state = field.firmware[meter];
        EXPECT_EQ(state.waits(), meter != silent) << index(meter);
        EXPECT_TRUE(meter == silent || state.image.version == image.version);
    }
    Concentrator const& c = *field.concentrator;
    EXPECT_EQ(c.firmware()->counts().done, 5U);
    EXPECT_FALSE(c.firmware()->over()) << "the silent one is asked on and on";
    EXPECT_EQ(field.reports().back(), (wire::FirmwareReport{image.version, 5, 6, false}));
    EXPECT_EQ(field.most_outstanding, 1);
    for (auto const& [row, times] : field.uploaded) {
        ASSERT_EQ(times, 1) << "meter " << index(row.first) << " interval " << row.second;
    }
}

INSTANTIATE_TEST_SUITE_P(Patterns, AnyFirmwareTest, testing::Range<std::uint64_t>(0, 40));

} // namespace
} // namespace gridtwin::concentrator
