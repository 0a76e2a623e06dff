#include "sim/core/event.hpp"
#include "sim/core/message.hpp"

namespace gridtwin {
namespace {

TEST(MessageTest, EveryKindHasAName) {
    for (std::size_t i = 0; i < kLossReasons; ++i) {
        EXPECT_NE(name(static_cast<LossReason>(i)), "?");
    }
    for (std::size_t i = 0; i < kMessageKinds; ++i) {
        EXPECT_FALSE(name(static_cast<MessageKind>(i)).empty());
        EXPECT_NE(name(static_cast<MessageKind>(i)), "?");
    }
    for (std::size_t i = 0; i < kAlarmKinds; ++i) {
        EXPECT_NE(name(static_cast<AlarmKind>(i)), "?");
    }
    for (std::size_t i = 0; i < kDeliveryFates; ++i) {
        EXPECT_NE(name(static_cast<DeliveryFate>(i)), "?");
    }
    for (std::size_t i = 0; i < kEventKinds; ++i) {
        EXPECT_FALSE(name(static_cast<EventKind>(i)).empty());
        EXPECT_NE(name(static_cast<EventKind>(i)), "?");
    }
}

TEST(MessageTest, NumbersOfTwoSendersNeverMeet) {
    MessageNumbers a(1);
    MessageNumbers b(2);
    EXPECT_NE(a.next(), b.next());
    EXPECT_EQ(static_cast<std::uint64_t>(a.next()), (std::uint64_t{1} << 40) + 2);
}

} // namespace
} // namespace gridtwin
