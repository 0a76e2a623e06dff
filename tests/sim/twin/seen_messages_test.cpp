#include "sim/twin/seen_messages.hpp"

#include <gtest/gtest.h>

namespace gridtwin::twin {
namespace {

TEST(SeenMessagesTest, KeepsAsManyAsCountersTellApart) {
    SeenMessages seen;
    for (std::uint64_t id = 1; id <= 1000; ++id) {
        EXPECT_FALSE(seen.has(MessageId{id}));
        seen.add(MessageId{id});
        EXPECT_TRUE(seen.has(MessageId{id}));
        if (id > wire::sms::kMeterWindow) {
            EXPECT_FALSE(seen.has(MessageId{id - wire::sms::kMeterWindow}));
            EXPECT_TRUE(seen.has(MessageId{id - wire::sms::kMeterWindow + 1}));
        }
    }
}

} // namespace
} // namespace gridtwin::twin
