#include "models/medium/error_table.hpp"

#include <cmath>

namespace gridtwin::medium {
namespace {

// Proakis, non-coherent detection of 16 orthogonal symbols of 4 bits each, gamma a bit:
// P_M = sum_{n=1..15} (-1)^(n+1) C(15, n) / (n + 1) exp(-4 gamma n / (n + 1)), P_b = 8/15 P_M.
double sixteen_orthogonal(double gamma) {
    double sum = 0.0;
    double choose = 1.0;
    for (int n = 1; n <= 15; ++n) {
        choose *= (16.0 - n) / n;
        sum += (n % 2 == 1 ? 1.0 : -1.0) * choose / (n + 1) * std::exp(-4.0 * gamma * n / (n + 1));
    }
    return 8.0 / 15.0 * sum;
}

// The formula of IEEE 802.15.4 is that of orthogonal symbols with 2.5 in place of 4.
TEST(SpreadBitErrors, AreThoseOfSixteenOrthogonalSymbolsTwoDecibelOff) {
    double const loss_db = 10.0 * std::log10(4.0 / 2.5);
    EXPECT_NEAR(loss_db, 2.04, 0.01);
    for (double snr_db = -10.0; snr_db <= 12.0; snr_db += 0.5) {
        double const gamma = std::pow(10.0, (snr_db - loss_db) / 10.0);
        double const expected = sixteen_orthogonal(gamma);
        EXPECT_NEAR(bit_error_rate(BerCurve::oqpsk_dsss, snr_db), expected, 1e-6 * expected + 1e-12)
            << snr_db << " dB";
    }
    EXPECT_NEAR(bit_error_rate(BerCurve::oqpsk_dsss, -80.0), 0.5, 1e-6);
    EXPECT_EQ(bit_error_rate(BerCurve::oqpsk_dsss, 40.0), 0.0);
}

TEST(SpreadBitErrors, TableGivesTheFrameErrorsOfTheFormula) {
    auto const& table = error_table(BerCurve::oqpsk_dsss);
    for (double snr_db = 0.0; snr_db <= 9.0; snr_db += 0.37) {
        double const ber = bit_error_rate(BerCurve::oqpsk_dsss, snr_db);
        double const right = std::pow(1.0 - ber, 1024.0);
        EXPECT_NEAR(1.0 - table.success(snr_db, 1024.0), 1.0 - right, 0.002 * (1.0 - right) + 1e-6);
    }
}

} // namespace
} // namespace gridtwin::medium
