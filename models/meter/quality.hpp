#pragma once
// Quality of supply: what leaves its band, for how long and how often. Optional.
// Source: EN 50160 (bands), IEC 61000-4-30 (thresholds with hysteresis); durations are assumptions,
// for a quasi-static power flow shows no half-waves.
#include "sim/core/event.hpp"
#include "sim/core/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::meter {

/// Unbalance needs three phases, which no meter here has: see Adder.
enum class QualityIndicator : std::uint8_t { sag, swell, interruption, frequency };
inline constexpr std::size_t kQualityIndicators = 4;
[[nodiscard]] std::string_view name(QualityIndicator indicator);

/// Begins beyond `limit` and ends when back by `hysteresis`; counts if it lasts.
struct QualityThreshold {
    double limit =
        0.0; ///< pu below (sag, interruption), pu above (swell), Hz off the rated (frequency)
    double hysteresis = 0.0;
    SimDuration min_duration{};

    friend bool operator==(QualityThreshold const&, QualityThreshold const&) = default;
};

using QualitySpec = std::array<QualityThreshold, kQualityIndicators>; ///< [QualityIndicator]
inline constexpr QualitySpec kDefaultQuality{
    QualityThreshold{0.90, 0.02, std::chrono::seconds(1)},
    QualityThreshold{1.10, 0.02, std::chrono::seconds(1)},
    QualityThreshold{0.05, 0.02, std::chrono::seconds(1)},
    QualityThreshold{0.50, 0.02, std::chrono::seconds(10)}};

/// One sentence, empty when nothing is wrong.
[[nodiscard]] std::string problem(QualitySpec const& spec);

/// One indicator of one meter.
struct QualityWatch {
    SimTime since = kNever; ///< beyond the limit since; kNever within
    SimDuration total{};    ///< of those that counted and are over
    float extreme = 0.0F;   ///< of the one that goes on: V, or Hz off the rated frequency
    std::uint32_t count : 31 = 0;
    bool counted : 1 = false; ///< the one that goes on has lasted long enough
};
static_assert(sizeof(QualityWatch) == 24);

struct Quality {
    std::vector<QualitySpec> sets;                                   ///< that differ; few
    std::vector<std::uint16_t> set;                                  ///< [meter] row of sets
    std::vector<std::array<QualityWatch, kQualityIndicators>> watch; ///< [meter]

    [[nodiscard]] bool kept() const { return !watch.empty(); }
};

/// @throws SimulationError for a spec with a problem
[[nodiscard]] Quality make_quality(QualitySpec const& spec, std::size_t meters);

/// Other thresholds for one meter; they hold from the next stretch of time on, and what goes on is
/// judged by them then. @throws SimulationError for a spec with a problem
void set_thresholds(Quality& quality, std::size_t meter, QualitySpec const& spec);

/// Watches (t0, t1] with constant voltage and frequency. Appends events ..._began, dated at the
/// detection, when the minimum duration was over (value: V, or Hz off the rated frequency, then),
/// and ..._ended (value: the extreme of all of it, from before the detection on: lowest voltage of
/// a sag or an interruption, highest of a swell, Hz furthest off). It lasted from the minimum
/// duration before ..._began to ..._ended.
/// @param u_pu 0 without voltage @param off_hz from the rated frequency, 0 without voltage
void watch_quality(Quality& quality, std::size_t meter, double u_pu, double nominal_u_v,
                   double off_hz, SimTime t0, SimTime t1, std::vector<EventRecord>& events);

/// Octets of all meters together.
[[nodiscard]] std::size_t bytes(Quality const& quality);

/// Time beyond the limit, as far as it counts, what goes on at t included.
[[nodiscard]] SimDuration beyond(QualityWatch const& watch, SimTime t);

} // namespace gridtwin::meter
