#include "tests/models/medium/books.hpp"
#include "tests/models/plc/plc_fixtures.hpp"

namespace gridtwin::plc {
namespace {

using namespace testing;

class PlcBooks : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(PlcBooks, CloseExactlyAtRandomInstantsUnderSendsPowerCutsAndNoise) {
    // given a street with poor links, so that every fate occurs
    Seed const seed{GetParam()};
    ChannelSpec spec = quiet_channel();
    spec.shadowing_sigma_db = 15.0;
    spec.noise_floor_dbuv = 65.0;
    Medium medium = medium_on(line_network(40, 6.0F), {}, {.queue_limit = 4}, spec, seed);
    expect_books_to_close_always(
        medium, seed, {.datagrams = 1200, .burst_s = 0.05, .pause_s = 8.0, .ahead_s = 2.0},
        [&](double drawn) { medium.set_noise_dbuv(55.0 + 25.0 * drawn); });
    EXPECT_GT(medium.counters().repeated, 0U);
}

TEST_P(PlcBooks, CloseExactlyWithTwoConcentratorsThatModemsChangeBetween) {
    Seed const seed{GetParam()};
    ChannelSpec spec = quiet_channel();
    spec.shadowing_sigma_db = 15.0;
    spec.noise_floor_dbuv = 65.0;
    Medium medium({}, spec, {.queue_limit = 4}, channel_on(line_network(40, 6.0F), spec, seed),
                  seed, kMedium, nullptr, 2);
    expect_books_to_close_always(
        medium, seed, {.datagrams = 3600, .burst_s = 0.05, .pause_s = 8.0, .ahead_s = 2.0},
        [&](double drawn) { medium.set_noise_dbuv(55.0 + 25.0 * drawn); });
    EXPECT_GT(lost(medium.datagrams(), LossReason::no_route), 0U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, PlcBooks, ::testing::Range<std::uint64_t>(1, 13));

} // namespace
} // namespace gridtwin::plc
