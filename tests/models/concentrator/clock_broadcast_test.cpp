// The time to all meters, and what meters make of it.
#include "tests/models/concentrator/fake_field.hpp"

namespace gridtwin::concentrator {
namespace {

using namespace std::chrono_literals;

ConcentratorSpec telling(SimDuration every = 6h) {
    ConcentratorSpec spec = polling();
    spec.clock_broadcast.schedule = {.every = every, .offset = 1h};
    return spec;
}

TEST(ClockBroadcast, ToldTwiceOverEachChannelUnderOneNumberEach) {
    std::vector<MeterWay> const ways{{Channel::plc, Channel::plc}, {Channel::rf, Channel::plc}};
    FakeField field(telling(), 2, {}, ways);
    field.run_to(kStart + 7h + 30s);
    ASSERT_EQ(field.broadcasts.size(), 6U);
    SimTime const at[] = {kStart + 1h, kStart + 1h + 1min, kStart + 7h};
    for (std::size_t k = 0; k < 6; ++k) {
        auto const& b = field.broadcasts[k];
        EXPECT_EQ(b.at, at[k / 2]);
        EXPECT_EQ(b.channel, k % 2 == 0 ? Channel::plc : Channel::rf);
        EXPECT_EQ(b.message.kind, MessageKind::set_clock);
        EXPECT_EQ(from_ns(b.message.value), b.at + 15s) << "half of the uncertainty later";
        EXPECT_EQ(b.message.count, 30'000U);
        EXPECT_EQ(b.arrive_by, b.at + 30s);
    }
    EXPECT_EQ(field.broadcasts[0].message.command, field.broadcasts[1].message.command);
    EXPECT_NE(field.broadcasts[0].message.command, field.broadcasts[2].message.command);
    EXPECT_EQ(field.concentrator->clock_broadcast().sent(), 3U);
}

TEST(ClockBroadcast, AMeterHoursOffIsNearAtTheNextOneTwoSecondsOffIsLeftAlone) {
    FakeField field(telling(), 4, {.delay = 3s});
    field.clock_error[field.ids[0]] = 5h;
    field.clock_error[field.ids[1]] = -5h;
    field.clock_error[field.ids[2]] = 2s;
    field.clock_error[field.ids[3]] = -2s;
    field.run_to(kStart + 1h + 2min);
    // 15 s after sending, heard after 3 s
    EXPECT_EQ(field.clock_error[field.ids[0]], 12s);
    EXPECT_EQ(field.clock_error[field.ids[1]], 12s);
    EXPECT_EQ(field.clock_error[field.ids[2]], 2s);
    EXPECT_EQ(field.clock_error[field.ids[3]], -2s);
}

TEST(ClockBroadcast, ALateRepeatDoesNoHarm) {
    FakeField field(telling(), 2, {});
    field.clock_error[field.ids[0]] = 1s;
    field.clock_error[field.ids[1]] = 3h;
    field.late_to_all = 10min; // of the first alone
    field.run_to(kStart + 1h + 30s);
    field.late_to_all = {};
    field.run_to(kStart + 2h);
    EXPECT_EQ(field.clock_error[field.ids[0]], 1s);
    EXPECT_EQ(field.clock_error[field.ids[1]], 3h) << "the two do not agree";
    // a repeat of what has been heard already, hours later
    field.hear_clock(field.ids[0], field.broadcasts.back().message, kStart + 5h);
    field.hear_clock(field.ids[0], field.broadcasts.back().message, kStart + 5h + 1s);
    EXPECT_EQ(field.clock_error[field.ids[0]], 1s);
    field.run_to(kStart + 8h);
    EXPECT_EQ(field.clock_error[field.ids[1]], 14s) << "the next two do";
}

TEST(ClockBroadcast, WhateverTheWayTakesNoClockIsWorseOffThanItWas) {
    EntityKey const who(EntityKind::world, 4);
    std::uint64_t n = 0;
    auto const draw = [&] { return draw01(Seed{3}, who, Purpose::test, n++); };
    for (int round = 0; round < 20'000; ++round) {
        SimDuration const uncertainty = duration_from_s(std::floor(1.0 + 60.0 * draw()));
        SimDuration error = duration_from_s((draw() < 0.5 ? 100.0 : 7200.0) * (draw() - 0.5));
        SimDuration const before = error;
        meter::ClockHearing heard;
        for (std::uint64_t k = 1; k <= 4; ++k) {
            SimTime const sent = kStart + static_cast<int>(k) * 1h;
            SimTime const arrives = sent + duration_from_s(draw() * to_s(uncertainty));
            Message message;
            message.kind = MessageKind::set_clock;
            message.command = CommandId{k};
            message.value = to_ns(sent + uncertainty / 2);
            message.count = static_cast<std::uint32_t>(uncertainty / 1ms);
            if (meter::believe_clock(heard, message, arrives + error)) {
                error = from_ns(message.value) - arrives;
            }
        }
        ASSERT_LE(std::abs(to_s(error)), std::max(to_s(uncertainty) / 2, std::abs(to_s(before))));
        ASSERT_LE(std::abs(to_s(error)), 1.5 * to_s(uncertainty)) << "all four came in time";
    }
}

TEST(ClockBroadcast, WaitsForTheMainsAndDoesNotHoldUpARound) {
    FakeField quiet(polling(), 20, {});
    FakeField field(telling(4h), 20, {});
    field.concentrator->set_mains(false, field.now);
    field.run_to(kStart + 1h + 30min);
    EXPECT_TRUE(field.broadcasts.empty());
    field.concentrator->set_mains(true, field.now);
    field.run_to(kStart + 9h + 30min);
    quiet.run_to(kStart + 9h + 30min);
    // missed at 1:00, told at 1:31 and 1:32; then at 5:00 and 9:00
    ASSERT_EQ(field.broadcasts.size(), 6U);
    EXPECT_EQ(field.broadcasts[0].at, kStart + 1h + 31min);
    EXPECT_EQ(field.broadcasts[2].at, kStart + 5h);
    EXPECT_EQ(field.uploaded, quiet.uploaded);
    EXPECT_EQ(field.requests.size(), quiet.requests.size());
}

} // namespace
} // namespace gridtwin::concentrator
