#include "models/medium/error_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace gridtwin::medium {
namespace {

constexpr double kLeastDb = -10.0;
constexpr double kStepsPerDb = 32.0;
constexpr double kRightDb = 20.0; ///< no curve has an error above it worth the name: 1e-22

} // namespace

ErrorTable::ErrorTable(BerCurve curve, Disturbance const& disturbance) {
    auto const phases_db = swing_phases_db(disturbance);
    double const loudest_db = *std::max_element(phases_db.begin(), phases_db.end());
    double const swing_most_db = kRightDb + loudest_db;
    bool const impulses = disturbance.impulses_per_bit > 0.0;
    most_db_ = std::ceil(
        std::max(swing_most_db, impulses ? kRightDb + disturbance.impulse_db : swing_most_db));
    rows_.resize(static_cast<std::size_t>((most_db_ - kLeastDb) * kStepsPerDb) + 1);
    for (std::size_t row = 0; row < rows_.size(); ++row) {
        double const snr_db = kLeastDb + static_cast<double>(row) / kStepsPerDb;
        double const ln_right =
            snr_db > swing_most_db ? 0.0 : mean_ln_bit_right(curve, phases_db, snr_db);
        double const hits = impulses ? disturbance.impulses_per_bit *
                                           (1.0 - impulse_survival(curve, disturbance, snr_db))
                                     : 0.0;
        rows_[row] = {static_cast<float>(ln_right), static_cast<float>(-hits)};
    }
}

double ErrorTable::success(double snr_db, double bits, double impulse_factor) const {
    if (snr_db >= most_db_) {
        return 1.0;
    }
    double const place = std::max(snr_db - kLeastDb, 0.0) * kStepsPerDb;
    auto const row = std::min(static_cast<std::size_t>(place), rows_.size() - 2);
    auto const ln_bit = [&](Row const& r) {
        return static_cast<double>(r.ln_right) + impulse_factor * static_cast<double>(r.ln_hit);
    };
    double const low = ln_bit(rows_[row]);
    double const high = ln_bit(rows_[row + 1]);
    return std::exp(bits * (low + (high - low) * (place - static_cast<double>(row))));
}

ErrorTable const& error_table(BerCurve curve) {
    static std::array<ErrorTable, 7> const tables{
        ErrorTable(BerCurve::nc_fsk),     ErrorTable(BerCurve::dbpsk),
        ErrorTable(BerCurve::bpsk),       ErrorTable(BerCurve::coherent_fsk),
        ErrorTable(BerCurve::oqpsk_dsss), ErrorTable(BerCurve::dqpsk),
        ErrorTable(BerCurve::d8psk)};
    return tables[static_cast<std::size_t>(curve)];
}

} // namespace gridtwin::medium
