#include "tests/models/medium/books.hpp"
#include "tests/models/rf/rf_fixtures.hpp"

namespace gridtwin::rf {
namespace {

using namespace testing;

class RadioBooks : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(RadioBooks, CloseExactlyAtRandomInstantsUnderSendsPowerCutsAndNoise) {
    // given a town with poor links, so that every fate occurs
    Seed const seed{GetParam()};
    RadioSpec radio;
    radio.sensitivity_dbm = -112.0;
    radio.duty_cycle_frac = 0.02;
    PropagationSpec spec;
    spec.exponent = 4.0;
    CsmaSpec const csma{.queue_limit = 4, .route_refresh_s = 5.0};
    Medium medium = medium_on(town_of(40, 700.0, seed), radio, csma, spec, seed);
    expect_books_to_close_always(
        medium, seed, {.datagrams = 1500, .burst_s = 0.02, .pause_s = 2.0, .ahead_s = 0.5},
        [&](double drawn) { medium.set_noise_dbm(-125.0 + 20.0 * drawn); });
    EXPECT_GT(medium.counters().forwarded, 0U);
    EXPECT_GT(medium.counters().parent_changes, 0U);
    EXPECT_GT(medium.counters().duty_waits, 0U);
}

TEST_P(RadioBooks, CloseExactlyWithTwoConcentratorsThatNodesChangeBetween) {
    Seed const seed{GetParam()};
    RadioSpec radio;
    radio.sensitivity_dbm = -112.0;
    PropagationSpec spec;
    spec.exponent = 4.0;
    CsmaSpec const csma{.queue_limit = 4, .route_refresh_s = 5.0};
    Medium medium(radio, csma, Links(radio, spec, town_of(40, 700.0, seed), seed, kArea), seed,
                  kArea, 2);
    expect_books_to_close_always(
        medium, seed, {.datagrams = 1500, .burst_s = 0.02, .pause_s = 2.0, .ahead_s = 0.5},
        [&](double drawn) { medium.set_noise_dbm(-125.0 + 20.0 * drawn); });
    EXPECT_GT(lost(medium.datagrams(), LossReason::no_route), 0U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RadioBooks, ::testing::Range<std::uint64_t>(1, 13));

} // namespace
} // namespace gridtwin::rf
