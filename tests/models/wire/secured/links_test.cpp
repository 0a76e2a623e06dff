#include "models/wire/secured/links.hpp"
#include "sim/core/diagnostics.hpp"

namespace gridtwin::wire::secured {
namespace {

constexpr Party kMeter = party(MeterId{3});
constexpr Party kConcentrator = party(ConcentratorId{1});

/// A get-request of the clock.
std::vector<std::byte> request() {
    std::vector<std::byte> octets;
    for (unsigned const octet : {0xC0, 1, 0x41, 0, 8, 0, 0, 1, 0, 0, 255, 2, 0}) {
        octets.push_back(static_cast<std::byte>(octet));
    }
    return octets;
}

std::vector<std::byte> sent(Links& links, Party from, Party to,
                            Envelope envelope = Envelope::service_specific) {
    std::vector<std::byte> out;
    links.protect(from, to, envelope, request(), out);
    return out;
}

TEST(LinksTest, TwoPlacesThatShareASeedUnderstandEachOther) {
    Links here(AesKey{}, Seed{1});
    Links there(AesKey{}, Seed{1});
    auto const octets = sent(here, kConcentrator, kHeadEnd, Envelope::general);
    EXPECT_EQ(there.unprotect(kConcentrator, kHeadEnd, kHeadEnd, octets).apdu, request());
    Links elsewhere(AesKey{}, Seed{2});
    EXPECT_EQ(elsewhere.unprotect(kConcentrator, kHeadEnd, kHeadEnd, octets).refusal,
              Refusal::bad_tag);
}

TEST(LinksTest, AMeterTakesWhatWasOvertakenButNothingTwice) {
    Links links(AesKey{}, Seed{1});
    std::vector<std::vector<std::byte>> messages;
    for (int k = 0; k < 70; ++k) {
        messages.push_back(sent(links, kConcentrator, kMeter));
    }
    auto const refusal = [&](std::size_t which) {
        return links.unprotect(kConcentrator, kMeter, kMeter, messages[which]).refusal;
    };
    EXPECT_EQ(refusal(69), Refusal::none);
    EXPECT_EQ(refusal(6), Refusal::none); // 63 counters below the greatest
    EXPECT_EQ(refusal(5), Refusal::replayed);
    EXPECT_EQ(refusal(6), Refusal::replayed);
    EXPECT_EQ(refusal(69), Refusal::replayed);
}

TEST(LinksTest, WhatIsForAllIsCountedByEachThatHearsIt) {
    Links links(AesKey{}, Seed{1});
    auto const octets = sent(links, kConcentrator, kGroup);
    for (auto const meter : {kMeter, party(MeterId{4})}) {
        EXPECT_EQ(links.unprotect(kConcentrator, kGroup, meter, octets).apdu, request());
        EXPECT_EQ(links.unprotect(kConcentrator, kGroup, meter, octets).refusal, Refusal::replayed);
    }
    // Under the group's keys nothing is for one alone, and the other way round.
    EXPECT_FALSE(links.unprotect(kConcentrator, kMeter, kMeter, octets).ok());
    EXPECT_FALSE(
        links.unprotect(kConcentrator, kGroup, kMeter, sent(links, kConcentrator, kMeter)).ok());
}

TEST(LinksTest, BothDirectionsAndAllSendersHaveVectorsOfTheirOwn) {
    Links links(AesKey{}, Seed{1});
    auto const down = sent(links, kConcentrator, kMeter);
    auto const up = sent(links, kMeter, kConcentrator);
    auto const other = sent(links, party(ConcentratorId{2}), kMeter);
    EXPECT_NE(down, up);
    EXPECT_NE(down, other);
    // A meter that speaks to two does so under its one key: the same counter would be the same
    // octets.
    EXPECT_NE(up, sent(links, kMeter, party(ConcentratorId{2})));
    EXPECT_EQ(links.unprotect(kMeter, kConcentrator, kConcentrator, down).refusal,
              Refusal::bad_tag); // sent back
    EXPECT_TRUE(links.unprotect(kMeter, kConcentrator, kConcentrator, up).ok());
}

TEST(LinksTest, TwoMetersShareNothing) {
    Links links(AesKey{}, Seed{1});
    EXPECT_THROW(sent(links, kMeter, party(MeterId{4})), SimulationError);
}

} // namespace
} // namespace gridtwin::wire::secured
