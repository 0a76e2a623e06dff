#include "models/medium/air.hpp"

namespace gridtwin::medium {
namespace {

constexpr SimTime at(int ms) {
    return from_ns(ms * 1'000'000LL);
}

Transmission& put(Air& air, std::uint16_t from, std::uint16_t to, int start, int end) {
    auto& tx = air.put(from, to, at(start), at(end));
    tx.reserved = tx.end;
    tx.job = 7;
    tx.is_ack = false;
    tx.unpowered = false;
    return tx;
}

TEST(Air, FramesThatOnlyTouchDoNotOverlap) {
    Air air;
    put(air, 1, 0, 10, 20);
    put(air, 2, 0, 20, 30);
    put(air, 3, 0, 19, 21);
    EXPECT_FALSE(air[0].overlaps(air[1]));
    EXPECT_TRUE(air[0].overlaps(air[2]));
    EXPECT_TRUE(air[2].overlaps(air[1]));
}

TEST(Air, WhatCanStillBeOverlappedOrSensedIsKept) {
    // given six, of which the first is not over
    Air air;
    put(air, 1, 0, 0, 100);
    for (std::uint16_t k = 1; k <= 5; ++k) {
        auto& tx = put(air, k, 0, 10 * k - 10, 10 * k);
        tx.settled = true;
    }
    air.tidy(at(60), at(60));
    EXPECT_EQ(air.size(), 6U); // all overlap the first
    air.unsettled(air[0].id).settled = true;
    air.tidy(at(60), at(35)); // those that ended by 35 ms cannot be sensed any more
    EXPECT_EQ(air.size(), 3U);
    EXPECT_EQ(air.in_flight(), 0U);
}

TEST(Air, ASenderThatLosesPowerFallsSilentAndNobodyWaitsForIt) {
    Air air;
    put(air, 1, 0, 10, 30);
    EXPECT_EQ(air.break_off(1, at(15)), at(30) - at(15));
    EXPECT_EQ(air[0].end, at(15));
    EXPECT_EQ(air[0].reserved, at(15));
    EXPECT_TRUE(air[0].unpowered);
    EXPECT_EQ(air[0].job, kNoJob);
    EXPECT_EQ(air.in_flight(), 1U); // its fate is told at the time it would have ended
}

TEST(Air, AFrameThatHadNotBegunIsNeverHeard) {
    Air air;
    put(air, 1, 0, 10, 30);
    EXPECT_EQ(air.break_off(1, at(5)), at(30) - at(10));
    EXPECT_EQ(air[0].end, air[0].start);
}

TEST(Air, AReceiverThatLosesPowerLosesTheFrameButItsSenderGoesOn) {
    Air air;
    put(air, 1, 0, 10, 30);
    put(air, 0, 2, 5, 8).is_ack = true; // acknowledges data that 2 holds
    EXPECT_EQ(air.break_off(0, at(20)), SimDuration{0});
    EXPECT_EQ(air[0].end, at(30));
    EXPECT_TRUE(air[0].unpowered);
    EXPECT_EQ(air[0].job, 7U);
    EXPECT_EQ(air[1].job, 7U);
    EXPECT_EQ(air.break_off(2, at(20)), SimDuration{0});
    EXPECT_EQ(air[1].job, kNoJob);
}

} // namespace
} // namespace gridtwin::medium
