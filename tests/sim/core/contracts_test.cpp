// Types that later work relies on.
#include "sim/core/ids.hpp"
#include "sim/core/money.hpp"
#include "sim/core/time.hpp"

#include <type_traits>

namespace gridtwin {
namespace {

TEST(CoreContracts, MoneyIsWholeCentsAndTimeWholeNanoseconds) {
    static_assert(std::is_same_v<decltype(Money::cents), std::int64_t>);
    static_assert(std::is_same_v<SimTime::rep, std::int64_t>);
    static_assert(std::is_same_v<SimTime::period, std::nano>);
    EXPECT_EQ(Money{1999} + Money{1}, Money{2000});
    EXPECT_LT(Money{5} - Money{7}, Money{0});
}

TEST(CoreContracts, AnIdOfOneTableIsNoIdOfAnother) {
    static_assert(!std::is_convertible_v<MeterId, ConcentratorId>);
    static_assert(!std::is_convertible_v<std::uint32_t, MeterId>);
    EXPECT_EQ(index(MeterId{7}), 7U);
    EXPECT_EQ(index(kNone<MeterId>), 0xFFFFFFFFU);
}

} // namespace
} // namespace gridtwin
