#include "sim/core/time.hpp"

namespace gridtwin {
namespace {
using namespace std::chrono_literals;

TEST(SimTimeTest, CountsNanosecondsExactly) {
    EXPECT_EQ(to_ns(kStart + 24h), 86'400'000'000'000);
    EXPECT_EQ(duration_from_s(0.1), 100ms);
    EXPECT_EQ(duration_from_s(1e-9 * 0.6), 1ns) << "rounds to the nearest";
}

TEST(SimTimeTest, PrintsAsClocksDo) {
    EXPECT_EQ(format_time(kStart + 14h + 30min), "14:30:00");
    EXPECT_EQ(format_time(kStart + 26h + 5ms), "1d 02:00:00.005");
    EXPECT_EQ(format_time(kNever), "never");
}

} // namespace
} // namespace gridtwin
