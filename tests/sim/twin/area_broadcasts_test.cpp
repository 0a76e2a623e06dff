#include "sim/twin/area_broadcasts.hpp"

#include <algorithm>
#include <vector>

namespace gridtwin::twin {
namespace {

TEST(AreaBroadcasts, AMessageIsKeptUntilNobodyHasAPartOfItToSend) {
    // given one in two parts whose last repeat waits while many others come and go
    AreaBroadcasts broadcasts;
    Message message;
    message.octets = 77;
    auto const waiting = broadcasts.begin(std::move(message), kStart, 2, 3);
    broadcasts.at(waiting).settled = 2;
    broadcasts.end_part(waiting + 1);
    std::vector<std::uint64_t> handles;
    for (int n = 0; n < 100; ++n) {
        auto const handle = broadcasts.begin(Message{}, kStart, 1, 3);
        EXPECT_TRUE(AreaBroadcasts::hears(broadcasts.at(handle), 1)) << "all there is";
        broadcasts.at(handle).settled = 1;
        broadcasts.end_part(handle);
        handles.push_back(handle);
    }
    // then it is still what it was, and who heard a part hears the rest
    EXPECT_EQ(std::count(handles.begin(), handles.end(), waiting), 0);
    EXPECT_EQ(broadcasts.at(waiting).message.octets, 77U);
    EXPECT_FALSE(AreaBroadcasts::hears(broadcasts.at(waiting), 1));
    EXPECT_FALSE(AreaBroadcasts::hears(broadcasts.at(waiting), 2));
    EXPECT_TRUE(AreaBroadcasts::hears(broadcasts.at(waiting), 1));
    // and when it is over, its place is another's
    broadcasts.end_part(waiting);
    auto const next = broadcasts.begin(Message{}, kStart, 3, 3);
    EXPECT_EQ(next, waiting);
    EXPECT_FALSE(AreaBroadcasts::hears(broadcasts.at(next), 1)) << "it begins anew";
}

TEST(AreaBroadcasts, ThoseWithoutAFateAreInFlight) {
    AreaBroadcasts broadcasts;
    auto const first = broadcasts.begin(Message{}, kStart, 2, 3);
    auto const second = broadcasts.begin(Message{}, kStart, 1, 3);
    auto const in_flight = [&] {
        int count = 0;
        broadcasts.for_each_in_flight([&](auto const& /*broadcast*/) { ++count; });
        return count;
    };
    EXPECT_EQ(in_flight(), 2);
    broadcasts.at(first).settled = 1;
    broadcasts.at(second).settled = 1;
    EXPECT_EQ(in_flight(), 1) << "though the other may be repeated";
    broadcasts.end_part(second);
    EXPECT_EQ(in_flight(), 1);
}

} // namespace
} // namespace gridtwin::twin
