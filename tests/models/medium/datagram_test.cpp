#include "models/medium/datagram.hpp"
#include "sim/core/diagnostics.hpp"

#include <gtest/gtest.h>

namespace gridtwin::medium {
namespace {

using namespace std::chrono_literals;

TEST(Datagram, IsToldItsLatestArrivalInHundredthsRoundedDown) {
    EXPECT_EQ(arrive_by(kNever), 0U);
    EXPECT_EQ(arrive_by(kStart + 1s), 100U);
    EXPECT_EQ(arrive_by(kStart + 1s - 1ns), 99U);
    EXPECT_EQ(arrive_by(kStart), 1U) << "0 is however late";
    SimTime const longest_run = kStart + 366 * 24h + 1h;
    EXPECT_FALSE(too_late({.arrive_by_cs = arrive_by(longest_run)}, longest_run));
    EXPECT_TRUE(too_late({.arrive_by_cs = arrive_by(longest_run)}, longest_run + 1ns));
}

TEST(Datagram, ATimeThatItCannotBeToldIsRefusedInsteadOfMadeAnEarlierOne) {
    EXPECT_EQ(arrive_by(kStart + 42'949'672'950ms), 4'294'967'295U);
    EXPECT_THROW((void)arrive_by(kStart + 42'949'672'960ms), SimulationError);
    EXPECT_THROW((void)arrive_by(kStart + 498 * 24h), SimulationError);
}

} // namespace
} // namespace gridtwin::medium
