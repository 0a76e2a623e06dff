#pragma once
// Tampering: what somebody does to a meter, what that does to its measuring, and what it notices.
// Injected from outside; the truth stays known. Optional.
#include "sim/core/event.hpp"
#include "sim/core/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace gridtwin::meter {

enum class TamperInput : std::uint8_t {
    cover,          ///< meter cover open; its switch notices, measuring goes on
    terminal_box,   ///< terminal cover open; likewise
    magnet,         ///< saturates the current sensor; the Hall sensor notices
    neutral_return, ///< load returns through earth: phase and neutral current differ
    reversed_phase, ///< current the wrong way round: import counts as export
    bypass,         ///< a bridge beside the meter: it has no detector, only balances show it
};
inline constexpr std::size_t kTamperInputs = 6;
[[nodiscard]] std::string_view name(TamperInput input);

/// All are assumptions.
struct TamperSpec {
    double magnet_frac = 0.5;  ///< of the power that is no longer measured
    double neutral_frac = 0.6; ///< likewise
    double bypass_frac = 0.8;  ///< likewise
    double least_w = 50.0;     ///< below, currents are too small to compare or to have a sign
    SimDuration min_duration = std::chrono::seconds(60); ///< of a difference or a wrong sign
    bool export_allowed = false; ///< power the other way round is no sign of tampering
};

struct Tampering {
    TamperSpec spec;
    std::vector<std::uint8_t> active; ///< [meter] bits of TamperInput: the truth
    std::vector<std::uint8_t>
        detected;               ///< [meter] bits the meter has noticed, until it is set right
    std::vector<double> factor; ///< [meter] measured over true power
    std::vector<SimTime> differs_since; ///< [meter] phase and neutral; kNever not
    std::vector<SimTime> wrong_since;   ///< [meter] sign; kNever not
    /// [meter] true less measured energy, counted on its own; the rest in [0, 1).
    std::vector<std::int64_t> unmetered_mwh;
    std::vector<std::int64_t> unmetered_mvarh;
    std::vector<double> rest_mwh;
    std::vector<double> rest_mvarh;

    [[nodiscard]] bool kept() const { return !factor.empty(); }
    [[nodiscard]] double measured(std::size_t meter) const {
        return factor.empty() ? 1.0 : factor[meter];
    }
};

[[nodiscard]] Tampering make_tampering(TamperSpec const& spec, std::size_t meters);

/// Begins or ends tampering at t. Appends tamper_began or tamper_ended (the truth; value:
/// TamperInput), nothing if it stood so already, and tamper_detected where a switch or sensor
/// notices at once: covers always, for their switches live on the battery, the magnet with voltage.
void set_tamper(Tampering& tampering, std::size_t meter, TamperInput input, bool on, bool energised,
                SimTime t, std::vector<EventRecord>& events);

/// Counts what goes past the meter and watches for what shows with time over (t0, t1], power
/// constant. Appends tamper_detected.
/// @param p_w true active power, > 0 consumes
void watch_tamper(Tampering& tampering, std::size_t meter, double p_w, double q_var, bool energised,
                  SimTime t0, SimTime t1, std::vector<EventRecord>& events);

/// Octets of all meters together.
[[nodiscard]] std::size_t bytes(Tampering const& tampering);

} // namespace gridtwin::meter
