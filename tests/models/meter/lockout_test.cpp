#include "models/meter/lockout.hpp"
#include "models/meter/respond.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/meter/some_meters.hpp"

namespace gridtwin::meter {
namespace {

using namespace std::chrono_literals;

struct LockoutTest : testing::Test {
    Lockout lockout = make_lockout({.tries = 3, .window = 10min, .lock = 30min}, 2);
    std::vector<EventRecord> events;

    void wrong(SimDuration at) { wrong_password(lockout, 0, kStart + at, events); }
    [[nodiscard]] bool locked(SimDuration at) const { return lockout.locked(0, kStart + at); }
};

TEST_F(LockoutTest, TheThirdWrongPasswordWithinTheWindowLocksForItsTime) {
    wrong(1min);
    wrong(5min);
    EXPECT_FALSE(locked(6min));
    wrong(9min);
    EXPECT_TRUE(locked(9min));
    EXPECT_TRUE(locked(39min - 1ns));
    EXPECT_FALSE(locked(39min));
    EXPECT_FALSE(lockout.locked(1, kStart + 9min));
    ASSERT_EQ(events.size(), 4U);
    EXPECT_EQ(events[2].value, 3.0);
    EXPECT_EQ(events[3].kind, EventKind::locked_out);
    EXPECT_EQ(events[3].value, 1800.0);
}

TEST_F(LockoutTest, WhatIsOlderThanTheWindowIsForgotten) {
    for (int k = 0; k < 20; ++k) {
        wrong(k * 5min); // two within any ten minutes, the third just outside
    }
    EXPECT_EQ(lockout.count[0], 0U);
}

TEST_F(LockoutTest, WhileLockedNothingCountsAndAfterItAllBeginsAnew) {
    for (int k = 0; k < 10; ++k) {
        wrong(k * 1min);
    }
    EXPECT_EQ(lockout.count[0], 1U);
    EXPECT_TRUE(locked(2min + 29min));
    EXPECT_FALSE(locked(2min + 30min));
    wrong(33min);
    wrong(34min);
    EXPECT_FALSE(locked(34min));
    wrong(35min);
    EXPECT_EQ(lockout.count[0], 2U);
}

TEST_F(LockoutTest, SpecsThatCannotWorkAreRefused) {
    EXPECT_THROW((void)make_lockout({.tries = 0}, 1), SimulationError);
    EXPECT_THROW((void)make_lockout({.tries = 9}, 1), SimulationError);
    EXPECT_THROW((void)make_lockout({.lock = 0s}, 1), SimulationError);
}

TEST_F(LockoutTest, ALockedMeterRefusesOrdersAndStillAnswersReads) {
    MeterSpec const spec;
    MeterTable table = exact_meters(spec, 1);
    table.lockout = make_lockout({.tries = 1}, 1);
    MessageNumbers numbers{1};
    Message order;
    order.kind = MessageKind::set_relay;
    order.meter = MeterId{0};
    order.command = CommandId{7};
    order.value = 0;
    wrong_password(table.lockout, 0, kStart + 1min, events);
    auto const refused = respond(table, spec, order, Channel::plc, kStart + 2min, numbers);
    EXPECT_FALSE(refused.order.has_value());
    EXPECT_EQ(refused.message.value().value, 1)
        << "the contact's position, which is not as ordered";
    EXPECT_EQ(refused.ready, kStart + 2min);
    Message read = order;
    read.kind = MessageKind::read_profile;
    EXPECT_TRUE(
        respond(table, spec, read, Channel::plc, kStart + 2min, numbers).message.has_value());
    // The same order again, after the lock: it was never executed, so now it is.
    auto const done = respond(table, spec, order, Channel::plc, kStart + 31min, numbers);
    EXPECT_TRUE(done.order.has_value());
    EXPECT_EQ(done.message.value().value, 0);
}

} // namespace
} // namespace gridtwin::meter
