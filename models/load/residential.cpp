#include "models/load/residential.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gridtwin::load {
namespace {

constexpr std::array<double, 96> kDayShape{
    0.36,  0.34,  0.32,  0.30,  // 00:00
    0.28,  0.27,  0.26,  0.25,  // 01:00
    0.245, 0.24,  0.235, 0.23,  // 02:00
    0.23,  0.23,  0.23,  0.23,  // 03:00
    0.23,  0.235, 0.24,  0.245, // 04:00
    0.255, 0.27,  0.29,  0.32,  // 05:00
    0.36,  0.41,  0.46,  0.51,  // 06:00
    0.55,  0.58,  0.59,  0.59,  // 07:00
    0.58,  0.56,  0.54,  0.52,  // 08:00
    0.50,  0.48,  0.47,  0.46,  // 09:00
    0.45,  0.445, 0.44,  0.44,  // 10:00
    0.44,  0.45,  0.46,  0.47,  // 11:00
    0.49,  0.51,  0.53,  0.54,  // 12:00
    0.54,  0.53,  0.51,  0.49,  // 13:00
    0.47,  0.455, 0.445, 0.44,  // 14:00
    0.44,  0.445, 0.455, 0.47,  // 15:00
    0.49,  0.515, 0.545, 0.58,  // 16:00
    0.62,  0.665, 0.71,  0.755, // 17:00
    0.80,  0.86,  0.92,  0.97,  // 18:00
    1.00,  1.00,  1.00,  1.00,  // 19:00
    1.00,  0.985, 0.965, 0.94,  // 20:00
    0.91,  0.885, 0.855, 0.82,  // 21:00
    0.78,  0.735, 0.685, 0.63,  // 22:00
    0.575, 0.52,  0.465, 0.41,  // 23:00
};

constexpr std::int64_t kMinuteNs = 60'000'000'000;
constexpr std::int64_t kHalfHourNs = 30 * kMinuteNs;
// The spikes' draws are counted apart from the half-hours'.
constexpr std::uint64_t kSpikeDraws = std::uint64_t{1} << 40;

/// Field `i` (0..3) of 64 random bits as a uniform value in (0, 1).
double uniform16(std::uint64_t bits, unsigned i) {
    return (static_cast<double>((bits >> (16 * i)) & 0xFFFF) + 0.5) * 0x1.0p-16;
}

/// Size with the draw and the mean's correction given.
double size_from(std::uint64_t bits, double sigma, double inverse_mean) {
    double const sum =
        uniform16(bits, 0) + uniform16(bits, 1) + uniform16(bits, 2) + uniform16(bits, 3);
    double const z = std::numbers::sqrt3 * (sum - 2.0); // variance 4/12, so sqrt(3) makes it 1
    return inverse_mean * std::exp(sigma * z);
}

/// 1 / E[exp(sigma z)]; for one uniform u, E[exp(s (u - 1/2))] = sinh(s/2) / (s/2).
double inverse_mean_size(double sigma) {
    double const half = 0.5 * std::numbers::sqrt3 * sigma;
    if (half < 1e-6) {
        return 1.0;
    }
    double const one = half / std::sinh(half);
    return one * one * one * one;
}

/// What all households share at one instant.
struct Instant {
    std::uint64_t window = 0; ///< four half-hours share one draw
    unsigned slot = 0;        ///< the half-hour in it
    double into = 0.0;        ///< fraction of the half-hour gone
    std::uint64_t minute = 0;
};

Instant instant_of(SimTime t) {
    std::int64_t const ns = to_ns(t);
    auto const half_hour = static_cast<std::uint64_t>(ns / kHalfHourNs);
    return {.window = half_hour / 4,
            .slot = static_cast<unsigned>(half_hour % 4),
            .into = static_cast<double>(ns % kHalfHourNs) / static_cast<double>(kHalfHourNs),
            .minute = static_cast<std::uint64_t>(ns / kMinuteNs)};
}

/// Half-hour noise as a uniform in (0, 1), linear between the half-hours.
double slow_uniform(Seed seed, EntityKey who, Instant const& now) {
    std::uint64_t const bits = draw_bits(seed, who, Purpose::demand_noise, now.window);
    double const here = uniform16(bits, now.slot);
    double const next =
        now.slot < 3 ? uniform16(bits, now.slot + 1)
                     : uniform16(draw_bits(seed, who, Purpose::demand_noise, now.window + 1), 0);
    return here + now.into * (next - here);
}

/// One-minute spikes, mean 1.
double fast_factor(HouseholdSpec const& spec, Seed seed, EntityKey who, std::uint64_t minute) {
    std::uint64_t const bits = draw_bits(seed, who, Purpose::demand_noise, kSpikeDraws + minute);
    double const base = 1.0 - spec.spike_chance * spec.spike_mean;
    auto const chance = static_cast<double>(bits >> 32) * 0x1.0p-32;
    auto const height = static_cast<double>(bits & 0xFFFFFFFF) * 0x1.0p-32;
    return chance < spec.spike_chance ? base + 2.0 * spec.spike_mean * height : base;
}

} // namespace

std::array<double, 96> const& household_day_shape() {
    return kDayShape;
}

double household_shape(HouseholdSpec const& spec, double second_of_day, int weekday) {
    double const quarter = second_of_day / 900.0;
    double const below = std::floor(quarter);
    auto const i = static_cast<std::size_t>(below) % kDayShape.size();
    std::size_t const next = (i + 1) % kDayShape.size();
    double const shape = kDayShape[i] + (quarter - below) * (kDayShape[next] - kDayShape[i]);
    constexpr double kFrom_s = 9 * 3600.0;
    constexpr double kTo_s = 17 * 3600.0;
    if (weekday < 5 || second_of_day <= kFrom_s || second_of_day >= kTo_s) {
        return shape;
    }
    double const s = std::sin(std::numbers::pi * (second_of_day - kFrom_s) / (kTo_s - kFrom_s));
    return shape * (1.0 + spec.weekend_frac * s * s);
}

double household_size(HouseholdSpec const& spec, Seed seed, MeterId meter) {
    EntityKey const who(EntityKind::meter, index(meter));
    return size_from(draw_bits(seed, who, Purpose::customer_size, 0), spec.size_sigma,
                     inverse_mean_size(spec.size_sigma));
}

void household_demand(HouseholdSpec const& spec, Seed seed, std::span<MeterId const> meters,
                      SimTime t, double second_of_day, int weekday, std::span<double> p_w,
                      std::span<double> q_var) {
    if (p_w.size() != meters.size() || q_var.size() != meters.size()) {
        throw SimulationError(fmt::format("household demand at {}: {} meters but {} and {} results",
                                          format_time(t), meters.size(), p_w.size(), q_var.size()));
    }
    if (t < kStart) {
        throw SimulationError("household demand before the scenario's start");
    }
    Instant const now = instant_of(t);
    double const mean_w = spec.peak_w * household_shape(spec, second_of_day, weekday) *
                          inverse_mean_size(spec.size_sigma);
    double const slow_low = 1.0 - spec.slow_noise_frac;
    double const slow_width = 2.0 * spec.slow_noise_frac;
    double const tan_phi =
        std::sqrt(1.0 - spec.power_factor * spec.power_factor) / spec.power_factor;
    for (std::size_t i = 0; i < meters.size(); ++i) {
        EntityKey const who(EntityKind::meter, index(meters[i]));
        double const size =
            size_from(draw_bits(seed, who, Purpose::customer_size, 0), spec.size_sigma, 1.0);
        double const slow = slow_low + slow_width * slow_uniform(seed, who, now);
        double const fast = fast_factor(spec, seed, who, now.minute);
        p_w[i] = std::max(spec.floor_w, mean_w * size * slow * fast);
        q_var[i] = p_w[i] * tan_phi;
    }
}

} // namespace gridtwin::load
