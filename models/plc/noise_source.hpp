#pragma once
// Appliances and inverters that disturb the line while they run: which customers have one, when it
// runs, and what of it every modem hears.
#include "models/plc/channel.hpp"
#include "models/plc/spec.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/random.hpp"
#include "sim/core/time.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::plc {

enum class SourceKind : std::uint8_t {
    appliance, ///< with a poor filter; runs now and then, as the day shape has it
    inverter,  ///< of a photovoltaic plant; runs by daylight
};

struct NoiseSource {
    MeterId meter{};
    std::uint16_t modem = 0; ///< it stands at that modem's place
    SourceKind kind = SourceKind::appliance;
    float level_dbuv = 0.0F; ///< there, in kReferenceBandHz at kReferenceHz
};

/// Those among the customers of a medium. A customer's draws are keyed by its meter: it has the
/// same source on any medium.
/// @param meters [modem - roots]
/// @param roots modems below it are concentrators'
[[nodiscard]] std::vector<NoiseSource> noise_sources(NoiseSourceSpec const& spec,
                                                     std::span<MeterId const> meters, Seed seed,
                                                     std::uint16_t roots = 1);

struct SourceState {
    bool on = false;
    SimTime until{}; ///< it need not be asked again before
};

/// Whether it runs. Nothing is kept: an appliance's starts fall into quarters of an hour from the
/// run's start, at most one into each, with the chance starts_per_day * 2 * day_shape / 96; it runs
/// for run_s times a draw between 1/2 and 3/2. An inverter runs between two hours of the day.
/// @param second_of_day civil, at `at`
[[nodiscard]] SourceState source_state(NoiseSource const& source, ChannelSpec const& channel,
                                       Seed seed, SimTime at, double second_of_day);

/// Adds a running source to what each modem hears: its level less the attenuation between its place
/// and the modem's, none at its own.
/// @param band_db plc::band_db: sources are as coloured as the floor
/// @param power_uv2 [modem] added to
void add_source(NoiseSource const& source, Channel const& channel, double band_db,
                std::span<float> power_uv2);

/// By how many dB sources of that power raise noise of that level.
[[nodiscard]] double source_rise_db(double noise_dbuv, double power_uv2);

} // namespace gridtwin::plc
