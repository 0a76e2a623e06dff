// Whatever octets come: no harm, and what is accepted is what would have been written.
#include "tests/models/wire/random_data.hpp"

namespace gridtwin::wire {
namespace {

template <typename Decode>
void expect_canonical_of(std::vector<std::byte> const& octets, Decode decode) {
    auto const decoded = decode(octets);
    if (!decoded.ok()) {
        return;
    }
    std::vector<std::byte> again;
    for (auto const& block : decoded.blocks) {
        encode(block, again);
    }
    ASSERT_EQ(again, octets);
}

void expect_canonical(std::vector<std::byte> const& octets) {
    expect_canonical_of(octets, decode_registers);
    expect_canonical_of(octets, decode_events);
    expect_canonical_of(octets, decode_load);
    expect_canonical_of(octets, decode_parameters);
    expect_canonical_of(octets, decode_balance);
    expect_canonical_of(octets, decode_image);
    expect_canonical_of(octets, decode_gaps);
    expect_canonical_of(octets, decode_report);
    expect_canonical_of(octets, decode_found);
}

TEST(MeterDataFuzz, RandomOctetsNeverHarm) {
    TestDraws draws(20);
    for (int round = 0; round < 100'000; ++round) {
        std::vector<std::byte> octets(draws.below(64));
        for (std::byte& octet : octets) {
            octet = static_cast<std::byte>(draws.below(2) == 0 ? draws.below(8) : draws.bits());
        }
        expect_canonical(octets);
    }
}

TEST(MeterDataFuzz, SpoiltBlocksNeverHarm) {
    TestDraws draws(21);
    for (int round = 0; round < 20'000; ++round) {
        std::vector<std::byte> octets;
        switch (draws.below(9)) {
        case 0:
            encode(random_registers(draws), octets);
            break;
        case 1:
            encode(random_events(draws), octets);
            break;
        case 3:
            encode(random_balance(draws), octets);
            break;
        case 4:
            encode(random_image(draws), octets);
            break;
        case 5:
            encode(random_gaps(draws), octets);
            break;
        case 6:
            encode(random_report(draws), octets);
            break;
        case 7:
            encode(random_found(draws), octets);
            break;
        case 2:
            encode(random_load(draws), octets);
            break;
        default:
            encode(random_parameter(draws), octets);
        }
        for (std::uint64_t spoil = 1 + draws.below(4); spoil > 0; --spoil) {
            octets[draws.below(octets.size())] = static_cast<std::byte>(draws.bits());
        }
        octets.resize(octets.size() - draws.below(octets.size()));
        octets.shrink_to_fit();
        expect_canonical(octets);
    }
}

} // namespace
} // namespace gridtwin::wire
