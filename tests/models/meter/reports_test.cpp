// What a meter tells when it is asked for more than its billing profile, and the parameters it is
// given over its channel.
#include "models/meter/curtailment.hpp"
#include "models/meter/reports.hpp"
#include "models/meter/respond.hpp"
#include "tests/models/meter/some_meters.hpp"

namespace gridtwin::meter {
namespace {

using namespace std::chrono_literals;

constexpr MeterId kMeter{1};

struct ReportsTest : testing::Test {
    MeterSpec spec;
    MeterTable table = exact_meters(spec, 3);
    std::vector<EventRecord> events;
    SimTime now = kStart;
    MessageNumbers numbers{77};

    void run_to(SimTime t) {
        table.p_w[index(kMeter)] = 3600.0;
        advance(table, spec, now, t, events);
        now = t;
    }
    Response ask(MessageKind kind, std::int64_t value = 0, std::uint32_t count = 0) {
        Message request;
        request.kind = kind;
        request.meter = kMeter;
        request.command = CommandId{5};
        request.value = value;
        request.count = count;
        return respond(table, spec, request, Channel::plc, now, numbers);
    }
    Response set_parameter(std::uint64_t command, ParameterChange const& change) {
        Message request;
        request.kind = MessageKind::set_parameter;
        request.meter = kMeter;
        request.command = CommandId{command};
        wire::encode(to_wire(change), request.payload);
        return respond(table, spec, request, Channel::plc, now, numbers);
    }
};

TEST_F(ReportsTest, RegistersAreToldInTotalAndByTariffWithTheTimeTheyHoldFor) {
    TariffCalendar calendar;
    calendar.switches = {{.at = 0h, .tariff = 0}, {.at = 1h, .tariff = 1}};
    spec.registers = {.kept = true, .calendars = {calendar}};
    table = exact_meters(spec, 3);
    run_to(kStart + 3h);
    now += 20s; // the meters have been carried no further
    auto const answer = ask(MessageKind::read_registers).message.value();
    EXPECT_EQ(answer.command, CommandId{5});
    auto const decoded = wire::decode_registers(answer.payload);
    ASSERT_EQ(decoded.blocks.size(), 1U);
    EXPECT_EQ(decoded.blocks[0].read, kStart + 3h);
    ASSERT_EQ(decoded.blocks[0].sets.size(), 3U);
    EXPECT_EQ(decoded.blocks[0].sets[0][0], 3 * 3'600'000);
    EXPECT_EQ(decoded.blocks[0].sets[1][0], 3'600'000);
    EXPECT_EQ(decoded.blocks[0].sets[2][0], 2 * 3'600'000);
}

TEST_F(ReportsTest, WithoutBillingRegistersTheNetOnesAreTold) {
    run_to(kStart + 1h);
    auto const decoded = wire::decode_registers(ask(MessageKind::read_registers).message->payload);
    ASSERT_EQ(decoded.blocks[0].sets.size(), 1U);
    EXPECT_EQ(decoded.blocks[0].sets[0][0], 3'600'000);
}

TEST_F(ReportsTest, ALogKeepsItsLastEventsAndTellsWhereTheyBegin) {
    table.logs = make_event_logs(8, 3);
    for (int k = 0; k < 11; ++k) {
        log_event(table.logs,
                  {.at = kStart + k * 1s, .kind = EventKind::clock_set, .row = 1, .value = 0.5 * k},
                  kStart + k * 1s + 3s);
    }
    auto const told = [&](std::int64_t first, std::uint32_t count) {
        return wire::decode_events(ask(MessageKind::read_events, first, count).message->payload)
            .blocks.at(0);
    };
    EXPECT_EQ(told(1, 100).first, 4U) << "three have been overwritten";
    EXPECT_EQ(told(1, 100).events.size(), 8U);
    EXPECT_EQ(told(10, 5).first, 10U);
    EXPECT_EQ(told(10, 5).events.size(), 2U);
    EXPECT_EQ(told(10, 5).events[0].occurred, kStart + 9s + 3s) << "by its own clock";
    EXPECT_EQ(told(10, 5).events[0].value, 4.5F);
    EXPECT_EQ(told(12, 5).first, 12U);
    EXPECT_TRUE(told(12, 5).events.empty());
    EXPECT_TRUE(told(std::numeric_limits<std::int64_t>::max(), ~0U).events.empty());
    EXPECT_EQ(told(std::numeric_limits<std::int64_t>::min(), ~0U).events.size(), 8U);
}

TEST_F(ReportsTest, ASecondProfileIsToldByBlocks) {
    give_profile(table,
                 {.interval = 5min,
                  .channels = static_cast<std::uint8_t>(bit(ProfileChannel::power) |
                                                        bit(ProfileChannel::voltage)),
                  .rows = 10},
                 std::array{kMeter});
    run_to(kStart + 2h);
    auto const told = [&](std::int64_t first, std::uint32_t count) {
        return wire::decode_load(ask(MessageKind::read_load, first, count).message->payload)
            .blocks.at(0);
    };
    auto const block = told(20, 3);
    EXPECT_EQ(block.first_interval, 20U);
    EXPECT_EQ(block.channels, 0b1010);
    ASSERT_EQ(block.rows.size(), 3U);
    EXPECT_EQ(block.rows[0].value, (std::array{0, 3600, 0, 230'000, 0}));
    EXPECT_EQ(told(1, 100).first_interval, 15U) << "older ones are overwritten";
    EXPECT_EQ(told(24, 100).rows.size(), 1U);
    EXPECT_TRUE(told(25, 100).rows.empty());
    EXPECT_TRUE(told(std::numeric_limits<std::int64_t>::max(), ~0U).rows.empty());
}

TEST_F(ReportsTest, AParameterIsOrderedOnceAndRefusedIfItCannotBe) {
    auto const none = set_parameter(8, {.parameter = Parameter::limit, .value = 4000.0});
    EXPECT_FALSE(none.parameter) << "it has no limiter";
    EXPECT_EQ(none.message->value, 0);
    give_limiter(table, {.limit_w = 9000.0}, std::array{kMeter});
    auto const first = set_parameter(
        9, {.parameter = Parameter::limit, .value = 4000.0, .effective = kStart + 2h});
    ASSERT_TRUE(first.parameter);
    EXPECT_EQ(first.parameter->change.meter, kMeter);
    EXPECT_EQ(first.parameter->change.value, 4000.0);
    EXPECT_EQ(first.parameter->change.effective, kStart + 2h);
    EXPECT_EQ(first.message->kind, MessageKind::set_result);
    EXPECT_EQ(first.message->value, 1);
    auto const again = set_parameter(9, {.parameter = Parameter::limit, .value = 4000.0});
    EXPECT_FALSE(again.parameter) << "executed once";
    EXPECT_EQ(again.message->value, 1) << "and acknowledged every time";
    Message nonsense;
    nonsense.kind = MessageKind::set_parameter;
    nonsense.meter = kMeter;
    nonsense.payload = {std::byte{99}, std::byte{0}, std::byte{0}};
    auto const refused = respond(table, spec, nonsense, Channel::plc, now, numbers);
    EXPECT_FALSE(refused.parameter);
    EXPECT_EQ(refused.message->value, 0);
}

} // namespace
} // namespace gridtwin::meter
