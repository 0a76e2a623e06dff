// Whatever octets come: no harm, and what is accepted is what would have been written.
#include "tests/models/wire/codec_laws.hpp"
#include "tests/models/wire/random_data.hpp"

namespace gridtwin::wire {
namespace {

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
    expect_canonical_of(octets, decode_credit_differences);
    expect_canonical_of(octets, decode_credit_reports);
}

TEST(MeterDataFuzz, RandomOctetsNeverHarm) {
    TestDraws draws(20);
    for (int round = 0; round < 100'000; ++round) {
        expect_canonical(random_octets(draws));
    }
}

TEST(MeterDataFuzz, SpoiltBlocksNeverHarm) {
    TestDraws draws(21);
    for (int round = 0; round < 20'000; ++round) {
        std::vector<std::byte> octets;
        switch (draws.below(11)) {
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
        case 8:
            encode(random_difference(draws), octets);
            break;
        case 9:
            encode(random_report_of_credit(draws), octets);
            break;
        case 2:
            encode(random_load(draws), octets);
            break;
        default:
            encode(random_parameter(draws), octets);
        }
        spoil(draws, octets);
        expect_canonical(octets);
    }
}

} // namespace
} // namespace gridtwin::wire
