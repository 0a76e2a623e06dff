// Setting a meter's clock while it runs.
#include "models/meter/intervals.hpp"
#include "models/meter/respond.hpp"
#include "tests/models/meter/some_meters.hpp"

namespace gridtwin::meter {
namespace {

using namespace std::chrono_literals;

constexpr MeterId kMeter{1};

struct ClockSettingTest : testing::Test {
    MeterSpec spec;
    MeterTable table = exact_meters(spec, 3);
    std::vector<EventRecord> events;
    SimTime now = kStart;
    MessageNumbers numbers{77};

    void run_to(SimTime t) {
        std::fill(table.p_w.begin(), table.p_w.end(), 3600.0); // 1 Wh a second
        advance(table, spec, now, t, events);
        now = t;
    }
    void order(SimTime at, SimDuration forward) {
        order_clock(table, {kMeter, at, shown_time(table, kMeter, at) + forward});
    }
    static Message to_meter(MessageKind kind) {
        Message request;
        request.kind = kind;
        request.meter = kMeter;
        return request;
    }
    Response respond_at(Message const& request, SimTime at) {
        return respond(table, spec, request, Channel::plc, at, numbers);
    }
    [[nodiscard]] wire::ProfileRow row(std::uint32_t interval) const {
        return find_row(table, kMeter, interval).value();
    }
};

TEST_F(ClockSettingTest, TakesEffectAtItsInstantWhateverTheStep) {
    run_to(kStart + 1h);
    order(kStart + 1h + 61s, 2s);
    EXPECT_EQ(shown_time(table, kMeter, kStart + 1h + 60s), kStart + 1h + 60s);
    EXPECT_EQ(shown_time(table, kMeter, kStart + 1h + 61s), kStart + 1h + 63s)
        << "known before the meters have got there";
    run_to(kStart + 2h);
    EXPECT_EQ(shown_time(table, kMeter, kStart + 2h), kStart + 2h + 2s);
    EXPECT_TRUE(table.clock_settings.empty());
    ASSERT_EQ(events.size(), 1U) << "an entry in its log";
    EXPECT_EQ(events[0].kind, EventKind::clock_set);
    EXPECT_EQ(events[0].at, kStart + 1h + 61s);
    EXPECT_EQ(events[0].row, index(kMeter));
    EXPECT_DOUBLE_EQ(events[0].value, 2.0);
}

TEST_F(ClockSettingTest, MarksTheIntervalAndChangesItsEnergyByTheShift) {
    run_to(kStart + 1h);
    order(kStart + 1h + 5min, 4s);
    run_to(kStart + 2h);
    EXPECT_EQ(row(5).import_mwh, 1000 * (900 - 4));
    EXPECT_EQ(row(5).status, wire::kClockSet) << "4 s are within the clocks' tolerance";
    EXPECT_EQ(row(4).status, 0);
    EXPECT_EQ(row(6).import_mwh, 1000 * 900);
    EXPECT_EQ(row(6).status, 0);
    order(now + 1min, -30s);
    run_to(kStart + 3h);
    EXPECT_EQ(row(9).import_mwh, 1000 * (900 + 30) - 0) << "it goes on until its end is shown";
    EXPECT_EQ(row(9).status, wire::kClockSet);
    order(now + 1min, 60s);
    run_to(kStart + 4h);
    EXPECT_EQ(row(13).import_mwh, 1000 * (900 - 60));
    EXPECT_EQ(row(13).status, wire::kClockSet | wire::kIncomplete);
}

TEST_F(ClockSettingTest, LeapsCloseTheIntervalsThatTheClockHasPassed) {
    run_to(kStart + 1h);
    order(kStart + 1h + 5min, 31min); // from 1:05 to 1:36
    run_to(kStart + 2h);
    auto const marked = wire::kClockSet | wire::kIncomplete;
    EXPECT_EQ(row(5).import_mwh, 1000 * 300) << "until it was set";
    EXPECT_EQ(row(6).import_mwh, 0);
    EXPECT_EQ(row(7).import_mwh, 1000 * 540) << "1:36 to 1:45";
    EXPECT_EQ(row(8).import_mwh, 1000 * 900);
    for (std::uint32_t k : {5U, 6U, 7U}) {
        EXPECT_EQ(row(k).status, marked) << k;
    }
    EXPECT_EQ(row(8).status, 0);
}

TEST_F(ClockSettingTest, SetBackOverAnEndItClosesNothingTwice) {
    run_to(kStart + 1h);
    order(kStart + 1h + 5min, -10min); // from 1:05 to 0:55
    run_to(kStart + 2h);
    EXPECT_EQ(table.last_closed[index(kMeter)], 7U);
    EXPECT_EQ(row(4).import_mwh, 1000 * 900) << "closed rows stay";
    EXPECT_EQ(row(5).import_mwh, 1000 * (900 + 600));
}

TEST_F(ClockSettingTest, RowsAddUpToTheRegisterOverRandomSettings) {
    EntityKey const who(EntityKind::world, 3);
    std::uint64_t n = 0;
    auto const draw = [&] { return draw01(Seed{5}, who, Purpose::test, n++); };
    give_profile(table, {.interval = 5min, .channels = bit(ProfileChannel::energy), .rows = 2000},
                 std::array{kMeter});
    spec.profile_rows = table.profile_rows;
    std::int64_t sum = 0;
    std::int64_t second = 0;
    std::uint32_t seen = 0;
    std::uint32_t second_seen = 0;
    for (int k = 0; k < 400; ++k) {
        if (draw() < 0.3) {
            order(now + duration_from_s(600.0 * draw()), duration_from_s(4000.0 * (draw() - 0.5)));
        }
        run_to(now + duration_from_s(1200.0 * draw()));
        for (; seen < table.last_closed[index(kMeter)]; ++seen) {
            sum += row(seen + 1).import_mwh;
        }
        for (; second_seen < table.profiles.last_closed[0]; ++second_seen) {
            second += find_row(table.profiles, kMeter, second_seen + 1).value().value[0];
        }
        ASSERT_EQ(sum, table.opened_mwh[index(kMeter)]);
        ASSERT_EQ(second, table.profiles.sums[0].opened_mwh);
        ASSERT_GT(table.closes_at[index(kMeter)], now);
    }
    EXPECT_GT(seen, 100U);
}

TEST_F(ClockSettingTest, AMeterAnswersWithItsTimeAndIsSetOnceForRepeatedOrders) {
    run_to(kStart + 1h);
    auto request = to_meter(MessageKind::read_clock);
    request.command = CommandId{9};
    auto const answer = respond_at(request, now + 3s);
    ASSERT_TRUE(answer.message);
    EXPECT_EQ(answer.message->kind, MessageKind::clock);
    EXPECT_EQ(from_ns(answer.message->value), now + 3s);
    EXPECT_EQ(answer.message->command, CommandId{9});

    request.kind = MessageKind::set_clock;
    request.value = to_ns(now + 10s);
    auto const first = respond_at(request, now);
    ASSERT_TRUE(first.clock);
    EXPECT_EQ(first.clock->at, now + spec.relay_operating_delay);
    EXPECT_EQ(first.clock->shown, now + 10s + spec.relay_operating_delay);
    EXPECT_EQ(first.message->kind, MessageKind::set_result);
    EXPECT_EQ(first.message->value, 1);
    auto const again = respond_at(request, now + 7s);
    EXPECT_FALSE(again.clock) << "a copy that comes late must not set it to what is past";
    EXPECT_EQ(again.message->value, 1);
    auto const days_later = respond_at(request, now + 25h);
    EXPECT_FALSE(days_later.clock);
    EXPECT_EQ(days_later.message->value, 1) << "it was done, though it would be refused by now";
}

TEST_F(ClockSettingTest, AMeterRefusesATimeThatIsMoreThanADayOff) {
    run_to(kStart + 1h);
    auto request = to_meter(MessageKind::set_clock);
    for (std::int64_t const value :
         {to_ns(now + 25h), to_ns(now - 25h), std::numeric_limits<std::int64_t>::max(),
          std::numeric_limits<std::int64_t>::min()}) {
        request.value = value;
        auto const response = respond_at(request, now);
        EXPECT_FALSE(response.clock);
        EXPECT_EQ(response.message->value, 0);
    }
}

TEST_F(ClockSettingTest, AMeterRefusesATimeThatDoesNotHoldForWhatItsClockShows) {
    run_to(kStart + 1h);
    auto request = to_meter(MessageKind::set_clock);
    request.value = to_ns(now + 10s);
    request.occurred = now - 1s;
    request.count = 2000;
    std::uint64_t command = 20;
    for (SimDuration const beyond : {SimDuration{-1s - 1ns}, SimDuration{1s + 1ns}}) {
        request.command = CommandId{command++};
        auto const early_or_late = respond_at(request, now + beyond);
        EXPECT_FALSE(early_or_late.clock);
        EXPECT_EQ(early_or_late.message->value, 0);
        EXPECT_EQ(early_or_late.message->count, 2U) << "of two methods";
    }
    auto const in_time = respond_at(request, now + 1s);
    ASSERT_TRUE(in_time.clock);
    EXPECT_EQ(in_time.clock->shown, now + 10s + spec.relay_operating_delay);
    EXPECT_EQ(in_time.message->value, 1);
    auto const again = respond_at(request, now + 7s);
    EXPECT_FALSE(again.clock);
    EXPECT_EQ(again.message->value, 1) << "it has been done";
}

TEST_F(ClockSettingTest, TariffsFollowTheClock) {
    TariffCalendar calendar;
    calendar.switches = {{.at = 0h, .tariff = 0}, {.at = 1h, .tariff = 1}};
    spec.registers = {.kept = true, .calendars = {calendar}};
    table = exact_meters(spec, 3);
    run_to(kStart + 30min);
    order(kStart + 30min + 1s, 10min);
    run_to(kStart + 1h);
    // It shows one o'clock ten minutes early.
    EXPECT_EQ(table.registers.of(kMeter, 0)[0], 1000 * 50 * 60);
    EXPECT_EQ(table.registers.of(kMeter, 1)[0], 1000 * 10 * 60);
}

} // namespace
} // namespace gridtwin::meter
