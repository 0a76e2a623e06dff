#include "models/medium/error_table.hpp"
#include "tests/models/plc/plc_fixtures.hpp"

namespace gridtwin::plc {
namespace {

using medium::bit_error_rate;
using medium::ErrorTable;
using testing::frame_error_rate;

// Reference values worked out apart from this code: loss of a 240-bit packet, non-coherent FSK.
TEST(ErrorRateTruth, LosesTheKnownShareOf240BitPackets) {
    ModemSpec const modem{.modes = {{.ber = BerCurve::nc_fsk}}};
    EXPECT_NEAR(frame_error_rate(modem, 10.0, 30), 0.555, 0.0005);
    EXPECT_NEAR(frame_error_rate(modem, 12.0, 30), 0.0425, 0.00005);
    EXPECT_NEAR(frame_error_rate(modem, 13.0, 30), 0.0056, 0.00005);
}

// At gamma = 4: exp(-2)/2, exp(-4)/2, and from the normal table Q(2.8284), Q(2).
// A full frame of the defaults: 10 octets of overhead and 64 of payload, as docs/models/plc.md
// says.
TEST(ErrorRateTruth, AFewDecibelDecideOverAFullFrame) {
    ErrorTable const& table = medium::error_table(BerCurve::nc_fsk);
    EXPECT_NEAR(table.success(11.0, 8.0 * 74.0), 0.58, 0.005);
    EXPECT_NEAR(table.success(12.0, 8.0 * 74.0), 0.90, 0.005);
    EXPECT_NEAR(table.success(13.0, 8.0 * 74.0), 0.986, 0.0005);
}

TEST(ErrorRateTruth, FollowsTheTextbookBitErrorCurves) {
    double const snr = 10.0 * std::log10(4.0);
    EXPECT_NEAR(bit_error_rate(BerCurve::nc_fsk, snr), 0.0676676416, 1e-9);
    EXPECT_NEAR(bit_error_rate(BerCurve::dbpsk, snr), 0.0091578194, 1e-9);
    EXPECT_NEAR(bit_error_rate(BerCurve::bpsk, snr), 0.0023388675, 1e-9);
    EXPECT_NEAR(bit_error_rate(BerCurve::coherent_fsk, snr), 0.0227501319, 1e-9);
    // Marcum's Q and Bessel functions by their series; the density of the difference of two phases
    EXPECT_NEAR(bit_error_rate(BerCurve::dqpsk, snr), 0.0170134489, 1e-9);
    EXPECT_NEAR(bit_error_rate(BerCurve::d8psk, snr), 0.0604699933, 1e-9);
}

TEST(ErrorRateTruth, IsHalfABitWithoutSignalAndNothingWithPlenty) {
    for (auto const curve :
         {BerCurve::nc_fsk, BerCurve::dbpsk, BerCurve::bpsk, BerCurve::coherent_fsk}) {
        EXPECT_NEAR(bit_error_rate(curve, -80.0), 0.5, 1e-3);
        EXPECT_LT(bit_error_rate(curve, 20.0), 1e-20);
    }
    EXPECT_NEAR(bit_error_rate(BerCurve::dqpsk, -80.0), 0.5, 1e-3);
    EXPECT_LT(bit_error_rate(BerCurve::dqpsk, 20.0), 1e-20);
    // a third of seven eighths: not all symbol errors are to neighbours
    EXPECT_NEAR(bit_error_rate(BerCurve::d8psk, -80.0), 7.0 / 24.0, 1e-3);
    EXPECT_LT(bit_error_rate(BerCurve::d8psk, 20.0), 1e-11);
}

TEST(ErrorRateTruth, TheTableAgreesWithTheFormula) {
    for (auto const curve : {BerCurve::nc_fsk, BerCurve::dbpsk, BerCurve::bpsk,
                             BerCurve::coherent_fsk, BerCurve::dqpsk, BerCurve::d8psk}) {
        ModemSpec const modem{.modes = {{.ber = curve}}};
        ErrorTable const table(curve);
        for (int step = 0; step < 1600; ++step) {
            double const snr = -9.99 + 0.0137 * step;
            for (std::size_t const octets : {6U, 30U, 74U}) {
                double const exact = frame_error_rate(modem, snr, octets);
                double const success = table.success(snr, 8.0 * static_cast<double>(octets));
                EXPECT_NEAR(1.0 - success, exact, 2e-3 * exact + 1e-12)
                    << "snr " << snr << " dB, octets " << octets;
            }
        }
    }
}

} // namespace
} // namespace gridtwin::plc
