#include "sim/twin/seen_messages.hpp"

#include <gtest/gtest.h>

namespace gridtwin::twin {
namespace {

TEST(SeenMessagesTest, KeepsAsManyAsCountersTellApart) {
    for (std::uint64_t const most : {wire::sms::kMeterWindow, wire::sms::kMostWindow}) {
        SeenMessages seen(most);
        for (std::uint64_t id = 1; id <= 3000; ++id) {
            EXPECT_FALSE(seen.has(MessageId{id}));
            seen.add(MessageId{id});
            EXPECT_TRUE(seen.has(MessageId{id}));
            if (id > most) {
                EXPECT_FALSE(seen.has(MessageId{id - most}));
                EXPECT_TRUE(seen.has(MessageId{id - most + 1}));
            }
        }
    }
}

} // namespace
} // namespace gridtwin::twin
