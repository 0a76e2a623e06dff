#pragma once
// What households draw: a day shape, each customer's size, and noise that needs no state.
#include "sim/core/ids.hpp"
#include "sim/core/random.hpp"
#include "sim/core/time.hpp"

#include <array>
#include <span>

namespace gridtwin::load {

/// All defaults are assumptions; docs/models/load.md says what they lead to.
struct HouseholdSpec {
    double peak_w = 2000.0;     ///< mean of many households at the evening peak (ADMD)
    double power_factor = 0.95; ///< inductive; 0 < power_factor <= 1
    double size_sigma = 0.35;   ///< spread of customers' sizes (sigma of the logarithm)
    double slow_noise_frac =
        0.35;                   ///< half-hour noise: each half-hour's value is uniform in 1 -+ this
    double spike_chance = 0.08; ///< of an appliance in any one minute
    double spike_mean = 1.5;    ///< its mean addition, as a multiple of the demand of that time
    double weekend_frac = 0.15; ///< more demand around noon on Saturdays and Sundays
    double floor_w = 35.0;      ///< stand-by; demand never falls below
};

/// Demand of the mean household relative to the evening peak at 00:00, 00:15, ... 23:45; 1 from
/// 19:00 to 20:00, less at all other times. Own table, an assumption: a winter's day without
/// electric heating, with a morning rise, a noon meal and one evening peak.
[[nodiscard]] std::array<double, 96> const& household_day_shape();

/// The day shape at a time of day, linear between the quarter-hours, with the weekend's addition.
/// @param second_of_day 0..86400
/// @param weekday 0 Monday .. 6 Sunday
[[nodiscard]] double household_shape(HouseholdSpec const& spec, double second_of_day, int weekday);

/// A customer's size relative to the mean: log-normal but for its far tails, mean exactly 1. The
/// normal is the sum of four uniforms (Irwin-Hall), which one 64-bit draw pays for.
[[nodiscard]] double household_size(HouseholdSpec const& spec, Seed seed, MeterId meter);

/// Demand at one instant, constant power at any voltage.
///   p = max(floor, peak * shape(time of day) * size(customer) * slow(t) * fast(t))
/// slow: uniform values at the half-hours, linear between them; fast: one-minute spikes; both have
/// mean 1, so the mean over households is peak * shape. Same arguments, same bits: nothing is kept.
/// @param meters the customers, any subset in any order
/// @param t not before kStart; keys the noise
/// @param p_w, q_var [meters.size()] out, W and var, > 0 consumes
/// @throws SimulationError if the spans differ in length or t lies before kStart
void household_demand(HouseholdSpec const& spec, Seed seed, std::span<MeterId const> meters,
                      SimTime t, double second_of_day, int weekday, std::span<double> p_w,
                      std::span<double> q_var);

} // namespace gridtwin::load
