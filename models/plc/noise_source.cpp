#include "models/plc/noise_source.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::plc {
namespace {

constexpr double kDay_s = 86'400.0;
constexpr double kSlot_s = 900.0;

EntityKey key_of(MeterId meter) {
    return {EntityKind::meter, index(meter)};
}

/// Seconds within [0, a day).
double wrapped(double second) {
    return second - kDay_s * std::floor(second / kDay_s);
}

SourceState appliance_state(NoiseSource const& source, ChannelSpec const& channel, Seed seed,
                            SimTime at, double second_of_day) {
    auto const& spec = channel.sources;
    double const now_s = to_s(at - kStart);
    auto const slot_now = static_cast<std::int64_t>(std::floor(now_s / kSlot_s));
    auto const longest = static_cast<std::int64_t>(std::ceil(1.5 * spec.run_s / kSlot_s));
    SourceState state;
    double until_s = kSlot_s * static_cast<double>(slot_now + 1); // what begins later is not known
    double runs_until_s = now_s;
    for (std::int64_t slot = std::max<std::int64_t>(slot_now - longest, 0); slot <= slot_now;
         ++slot) {
        double const begin_s = kSlot_s * static_cast<double>(slot);
        double const civil_s = wrapped(second_of_day + begin_s + 0.5 * kSlot_s - now_s);
        double const chance =
            spec.starts_per_day * 2.0 * day_shape(channel, civil_s) * kSlot_s / kDay_s;
        auto const count = static_cast<std::uint64_t>(slot);
        double const u = draw01(seed, key_of(source.meter), Purpose::source_start, count);
        if (u >= chance) {
            continue;
        }
        double const start_s = begin_s + kSlot_s * u / chance;
        double const run_s =
            spec.run_s * (0.5 + draw01(seed, key_of(source.meter), Purpose::source_run, count));
        if (start_s > now_s) {
            until_s = start_s;
        } else {
            runs_until_s = std::max(runs_until_s, start_s + run_s);
        }
    }
    state.on = runs_until_s > now_s;
    state.until =
        at + duration_from_s((state.on ? std::min(until_s, runs_until_s) : until_s) - now_s);
    return state;
}

SourceState inverter_state(NoiseSourceSpec const& spec, SimTime at, double second_of_day) {
    double const from_s = 3600.0 * spec.daylight_from_h;
    double const to_s = 3600.0 * spec.daylight_to_h;
    bool const on = second_of_day >= from_s && second_of_day < to_s;
    double const wait_s = wrapped((on ? to_s : from_s) - second_of_day);
    return {.on = on, .until = at + duration_from_s(wait_s > 0.0 ? wait_s : kDay_s)};
}

} // namespace

std::vector<NoiseSource> noise_sources(NoiseSourceSpec const& spec, std::span<MeterId const> meters,
                                       Seed seed, std::uint16_t roots) {
    std::vector<NoiseSource> found;
    for (std::size_t k = 0; k < meters.size(); ++k) {
        auto const key = key_of(meters[k]);
        double const u = draw01(seed, key, Purpose::noise_source, 0);
        if (u >= spec.share) {
            continue;
        }
        double const level =
            spec.level_dbuv + spec.sigma_db * draw_normal(seed, key, Purpose::source_level, 0);
        bool const inverter = u < spec.share * spec.inverter_share;
        found.push_back({.meter = meters[k],
                         .modem = static_cast<std::uint16_t>(k + roots),
                         .kind = inverter ? SourceKind::inverter : SourceKind::appliance,
                         .level_dbuv = static_cast<float>(level)});
    }
    return found;
}

SourceState source_state(NoiseSource const& source, ChannelSpec const& channel, Seed seed,
                         SimTime at, double second_of_day) {
    return source.kind == SourceKind::inverter
               ? inverter_state(channel.sources, at, second_of_day)
               : appliance_state(source, channel, seed, at, second_of_day);
}

void add_source(NoiseSource const& source, Channel const& channel, double band_db,
                std::span<float> power_uv2) {
    double const level_dbuv = static_cast<double>(source.level_dbuv) + band_db;
    for (std::size_t m = 0; m < power_uv2.size(); ++m) {
        double const lost_db = m == source.modem ? 0.0 : channel.attenuation_db(source.modem, m);
        power_uv2[m] += static_cast<float>(std::pow(10.0, (level_dbuv - lost_db) / 10.0));
    }
}

double source_rise_db(double noise_dbuv, double power_uv2) {
    return power_uv2 > 0.0 ? 10.0 * std::log10(1.0 + power_uv2 * std::pow(10.0, -noise_dbuv / 10.0))
                           : 0.0;
}

} // namespace gridtwin::plc
