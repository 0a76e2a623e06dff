#include "models/meter/load_profile.hpp"

#include "models/wire/profile_block.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace gridtwin::meter {
namespace {

std::size_t width(LoadProfileSpec const& spec) {
    return static_cast<std::size_t>(std::popcount(spec.channels));
}

SimTime end_of(LoadProfileSpec const& spec, std::uint32_t interval, Clock const& clock) {
    return when_shown(clock, from_ns(spec.interval.count() * std::int64_t{interval}));
}

std::int32_t fitting(std::size_t meter, SimTime t, ProfileChannel channel, double value) {
    if (!(std::abs(value) < std::numeric_limits<std::int32_t>::max())) {
        throw SimulationError(fmt::format("meter {} at {}: {} of {} does not fit a profile row",
                                          meter, format_time(t), name(channel), value));
    }
    return static_cast<std::int32_t>(std::llround(value));
}

} // namespace

std::string_view name(ProfileChannel channel) {
    static constexpr std::array<std::string_view, kProfileChannels> kNames{
        "energy", "power", "current", "voltage", "frequency"};
    return kNames[static_cast<std::size_t>(channel)];
}

bool known_interval(SimDuration interval) {
    return std::any_of(kProfileMinutes.begin(), kProfileMinutes.end(),
                       [&](int minutes) { return interval == std::chrono::minutes(minutes); });
}

void add_profile(LoadProfiles& profiles, LoadProfileSpec const& spec, std::size_t meter_count,
                 std::span<MeterId const> meters) {
    if (!known_interval(spec.interval) || spec.rows == 0 || spec.channels == 0 ||
        spec.channels >= 1U << kProfileChannels ||
        profiles.classes.size() >= LoadProfiles::kNoClass) {
        throw SimulationError("a load profile needs an interval that meters know, rows, channels");
    }
    auto const row = static_cast<std::uint8_t>(profiles.classes.size());
    profiles.classes.push_back(spec);
    profiles.of_meter.resize(meter_count, LoadProfiles::kNoClass);
    profiles.slot.resize(meter_count, 0);
    for (MeterId const meter : meters) {
        std::size_t const i = index(meter);
        if (i >= meter_count || profiles.of_meter[i] != LoadProfiles::kNoClass) {
            throw SimulationError(fmt::format("meter {} cannot have a load profile more", i));
        }
        profiles.of_meter[i] = row;
        profiles.slot[i] = static_cast<std::uint32_t>(profiles.sums.size());
        profiles.last_closed.push_back(0);
        profiles.closes_at.push_back(kStart + spec.interval);
        profiles.sums.emplace_back();
        profiles.first_cell.push_back(profiles.cells.size());
        profiles.first_state.push_back(profiles.states.size());
        profiles.cells.resize(profiles.cells.size() + spec.rows * width(spec), 0);
        profiles.states.resize(profiles.states.size() + spec.rows, 0);
    }
}

void begin_profile(LoadProfiles& profiles, std::size_t meter, Clock const& clock,
                   std::uint8_t status) {
    profiles.sums[profiles.slot[meter]].status = status;
    profiles.closes_at[profiles.slot[meter]] =
        end_of(profiles.classes[profiles.of_meter[meter]], 1, clock);
}

void add_stretch(LoadProfiles& profiles, std::size_t meter, Measured const& measured, double dt_s) {
    auto& sums = profiles.sums[profiles.slot[meter]];
    sums.p_ws += measured.p_w * dt_s;
    sums.length_s += dt_s;
    sums.status |= measured.status;
    if (measured.u_v > 0.0) {
        sums.current_as += std::hypot(measured.p_w, measured.q_var) / measured.u_v * dt_s;
        sums.voltage_vs += measured.u_v * dt_s;
        sums.frequency_hz_s += measured.f_hz * dt_s;
        sums.powered_s += dt_s;
    }
}

void close_profile(LoadProfiles& profiles, std::size_t meter, Clock const& clock,
                   std::int64_t register_mwh) {
    auto const& spec = profiles.classes[profiles.of_meter[meter]];
    std::size_t const slot = profiles.slot[meter];
    auto& sums = profiles.sums[slot];
    SimTime const t = profiles.closes_at[slot];
    std::uint32_t const interval = ++profiles.last_closed[slot];
    double const powered_s = sums.powered_s > 0.0 ? sums.powered_s : 1.0;
    std::array<double, kProfileChannels> const values{
        static_cast<double>(register_mwh - sums.opened_mwh),
        sums.length_s > 0.0 ? sums.p_ws / sums.length_s : 0.0, 1e3 * sums.current_as / powered_s,
        1e3 * sums.voltage_vs / powered_s, 1e3 * sums.frequency_hz_s / powered_s};
    std::size_t const row = (interval - 1) % spec.rows;
    std::size_t cell = profiles.first_cell[slot] + row * width(spec);
    for (std::size_t c = 0; c < kProfileChannels; ++c) {
        auto const channel = static_cast<ProfileChannel>(c);
        if ((spec.channels & bit(channel)) != 0) {
            profiles.cells[cell++] = fitting(meter, t, channel, values[c]);
        }
    }
    profiles.states[profiles.first_state[slot] + row] = sums.status;
    sums = {.opened_mwh = register_mwh};
    profiles.closes_at[slot] = end_of(spec, interval + 1, clock);
}

void reset_end(LoadProfiles& profiles, std::size_t meter, Clock const& clock,
               std::int64_t register_mwh, std::uint8_t status, SimTime t) {
    auto const& spec = profiles.classes[profiles.of_meter[meter]];
    std::size_t const slot = profiles.slot[meter];
    profiles.closes_at[slot] = end_of(spec, profiles.last_closed[slot] + 1, clock);
    while (profiles.closes_at[slot] <= t) {
        profiles.sums[slot].status |= status | wire::kIncomplete;
        close_profile(profiles, meter, clock, register_mwh);
    }
    profiles.sums[slot].status |= status;
}

std::optional<LoadProfileRow> find_row(LoadProfiles const& profiles, MeterId meter,
                                       std::uint32_t interval) {
    std::size_t const i = index(meter);
    if (!profiles.kept_by(i)) {
        return std::nullopt;
    }
    auto const& spec = profiles.classes[profiles.of_meter[i]];
    std::size_t const slot = profiles.slot[i];
    std::uint32_t const last = profiles.last_closed[slot];
    if (interval == 0 || interval > last || last - interval >= spec.rows) {
        return std::nullopt;
    }
    std::size_t const row = (interval - 1) % spec.rows;
    std::size_t cell = profiles.first_cell[slot] + row * width(spec);
    LoadProfileRow out{.value = {}, .status = profiles.states[profiles.first_state[slot] + row]};
    for (std::size_t c = 0; c < kProfileChannels; ++c) {
        if ((spec.channels & bit(static_cast<ProfileChannel>(c))) != 0) {
            out.value[c] = profiles.cells[cell++];
        }
    }
    return out;
}

std::size_t bytes(LoadProfiles const& profiles) {
    return profiles.of_meter.size() * 5 +
           profiles.sums.size() * (sizeof(std::uint32_t) + sizeof(SimTime) +
                                   sizeof(LoadProfiles::Sums) + 2 * sizeof(std::size_t)) +
           profiles.cells.size() * sizeof(std::int32_t) + profiles.states.size();
}

} // namespace gridtwin::meter
