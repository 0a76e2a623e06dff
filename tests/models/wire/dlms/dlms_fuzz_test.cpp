// Whatever octets come: no harm, and what is accepted can be said again.
#include "tests/models/wire/codec_laws.hpp"
#include "tests/models/wire/dlms/accepted.hpp"
#include "tests/models/wire/dlms/random_apdu.hpp"

namespace gridtwin::wire::dlms {
namespace {

TEST(DlmsFuzz, RandomOctetsNeverHarm) {
    TestDraws draws(80);
    static constexpr int kTags[] = {0x0E, 0x0F, 0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 0xC5, 0xC7, 0xD8};
    for (int round = 0; round < 200'000; ++round) {
        auto octets = random_octets(draws);
        if (!octets.empty() && draws.below(4) != 0) {
            octets[0] = static_cast<std::byte>(kTags[draws.below(std::size(kTags))]);
        }
        ASSERT_EQ(accepted_problem(octets), "");
    }
}

TEST(DlmsFuzz, SpoiltApdusNeverHarm) {
    TestDraws draws(81);
    for (int round = 0; round < 30'000; ++round) {
        ApduDraws apdus(draws);
        std::vector<std::byte> octets;
        encode(apdus.next(), octets);
        spoil(draws, octets);
        ASSERT_EQ(accepted_problem(octets), "");
    }
}

/// Compact-arrays as descriptions are most easily wrong.
TEST(DlmsFuzz, RandomCompactArraysEnd) {
    TestDraws draws(82);
    for (int round = 0; round < 200'000; ++round) {
        std::vector<std::byte> octets{std::byte{0x13}};
        static constexpr int kTypes[] = {0x01, 0x02, 0x00, 0x11, 0x12, 0x09, 0x04, 0x13, 0x06};
        for (auto left = 1 + draws.below(40); left > 0; --left) {
            octets.push_back(static_cast<std::byte>(
                draws.below(3) == 0 ? draws.below(12) : kTypes[draws.below(std::size(kTypes))]));
        }
        Reader reader(octets);
        std::size_t values = 0;
        while (!reader.at_end()) {
            (void)reader.next();
            ++values;
        }
        ASSERT_LE(values, 17 * octets.size() + 1);
        ASSERT_EQ(accepted_problem(octets), "");
    }
}

} // namespace
} // namespace gridtwin::wire::dlms
