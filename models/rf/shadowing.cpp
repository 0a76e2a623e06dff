#include "models/rf/shadowing.hpp"

#include <cmath>
#include <numbers>

namespace gridtwin::rf {

ShadowField::ShadowField(double correlation_m, Seed seed) {
    EntityKey const world(EntityKind::world, 0);
    for (std::size_t m = 0; m < kWaves; ++m) {
        auto const draw = [&](std::size_t which) {
            return draw01(seed, world, Purpose::shadowing, 3 * m + which);
        };
        double const left = 1.0 - draw(0);
        double const k = std::sqrt(1.0 / (left * left) - 1.0) / correlation_m;
        double const angle = 2.0 * std::numbers::pi * draw(1);
        waves_[m] = {k * std::cos(angle), k * std::sin(angle), 2.0 * std::numbers::pi * draw(2)};
    }
}

double ShadowField::at(double x_m, double y_m) const {
    double sum = 0.0;
    for (auto const& wave : waves_) {
        sum += std::cos(wave.kx_per_m * x_m + wave.ky_per_m * y_m + wave.phase);
    }
    return sum * std::sqrt(2.0 / kWaves);
}

} // namespace gridtwin::rf
