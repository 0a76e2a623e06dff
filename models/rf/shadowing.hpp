#pragma once
// Shadowing that neighbours share: a smooth random field over the map.
#include "sim/core/random.hpp"

#include <array>
#include <cstddef>

namespace gridtwin::rf {

/// Gaussian field of mean 0 and variance 1 over the plane; places d apart are correlated by
/// exp(-d / correlation_m) on the average over seeds. One field a world.
/// A sum of kWaves plane waves, sqrt(2 / K) sum cos(k x + phase), whose wave vectors are drawn from
/// that correlation's spectrum, |k| = sqrt(1 / (1 - u)^2 - 1) / correlation_m (Rahimi and Recht,
/// "Random features for large-scale kernel machines", 2007); correlation: Gudmundson,
/// "Correlation model for shadow fading in mobile radio systems", 1991.
class ShadowField {
  public:
    static constexpr std::size_t kWaves = 48;

    ShadowField(double correlation_m, Seed seed);
    [[nodiscard]] double at(double x_m, double y_m) const;

  private:
    struct Wave {
        double kx_per_m;
        double ky_per_m;
        double phase;
    };
    std::array<Wave, kWaves> waves_{};
};

} // namespace gridtwin::rf
