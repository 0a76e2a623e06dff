#include "models/meter/quality.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace gridtwin::meter {
namespace {

constexpr std::array<EventKind, kQualityIndicators> kBegan{
    EventKind::sag_began, EventKind::swell_began, EventKind::interruption_began,
    EventKind::frequency_deviation_began};
constexpr std::array<EventKind, kQualityIndicators> kEnded{
    EventKind::sag_ended, EventKind::swell_ended, EventKind::interruption_ended,
    EventKind::frequency_deviation_ended};

QualityThreshold const& of(QualitySpec const& spec, QualityIndicator indicator) {
    return spec[static_cast<std::size_t>(indicator)];
}

/// Whether the value is beyond the threshold, given whether it was.
bool is_beyond(QualityThreshold const& threshold, bool below, double value, bool was) {
    double const back = was ? threshold.hysteresis : 0.0;
    return below ? value < threshold.limit + back : value > threshold.limit - back;
}

/// The one that is further beyond.
double further(QualityIndicator indicator, double a, double b) {
    switch (indicator) {
    case QualityIndicator::swell:
        return std::max(a, b);
    case QualityIndicator::frequency:
        return std::abs(b) > std::abs(a) ? b : a;
    default:
        return std::min(a, b);
    }
}

} // namespace

std::string_view name(QualityIndicator indicator) {
    static constexpr std::array<std::string_view, kQualityIndicators> kNames{
        "sag", "swell", "interruption", "frequency"};
    return kNames[static_cast<std::size_t>(indicator)];
}

std::string problem(QualitySpec const& spec) {
    for (std::size_t k = 0; k < kQualityIndicators; ++k) {
        auto const& one = spec[k];
        if (!(std::isfinite(one.limit) && one.limit > 0.0 && one.hysteresis >= 0.0 &&
              one.hysteresis < one.limit && one.min_duration >= SimDuration::zero())) {
            return fmt::format(
                "{}: the limit must be above its hysteresis, and no duration negative",
                name(static_cast<QualityIndicator>(k)));
        }
    }
    auto const& sag = of(spec, QualityIndicator::sag);
    auto const& swell = of(spec, QualityIndicator::swell);
    auto const& interruption = of(spec, QualityIndicator::interruption);
    if (sag.limit + sag.hysteresis > swell.limit - swell.hysteresis) {
        return "sag and swell leave no band between them";
    }
    if (interruption.limit + interruption.hysteresis > sag.limit) {
        return "an interruption ends within a sag at the latest";
    }
    return {};
}

Quality make_quality(QualitySpec const& spec, std::size_t meters) {
    if (auto const text = problem(spec); !text.empty()) {
        throw SimulationError(text);
    }
    Quality quality;
    quality.sets = {spec};
    quality.set.assign(meters, 0);
    quality.watch.assign(meters, {});
    return quality;
}

void set_thresholds(Quality& quality, std::size_t meter, QualitySpec const& spec) {
    if (auto const text = problem(spec); !text.empty()) {
        throw SimulationError(text);
    }
    auto const found = std::find(quality.sets.begin(), quality.sets.end(), spec);
    auto const row = static_cast<std::size_t>(found - quality.sets.begin());
    if (row > std::numeric_limits<std::uint16_t>::max()) {
        throw SimulationError("more sets of thresholds than meters can number");
    }
    if (found == quality.sets.end()) {
        quality.sets.push_back(spec);
    }
    quality.set[meter] = static_cast<std::uint16_t>(row);
}

void watch_quality(Quality& quality, std::size_t meter, double u_pu, double nominal_u_v,
                   double off_hz, SimTime t0, SimTime t1, std::vector<EventRecord>& events) {
    QualitySpec const& spec = quality.sets[quality.set[meter]];
    auto& watches = quality.watch[meter];
    auto const event = [meter](SimTime at, EventKind kind, double value) {
        return EventRecord{.at = at,
                           .kind = kind,
                           .entity = EventEntity::meter,
                           .row = static_cast<std::uint32_t>(meter),
                           .value = value};
    };
    auto const watched = [&](QualityIndicator indicator, bool below, double value) {
        auto const k = static_cast<std::size_t>(indicator);
        return is_beyond(spec[k], below, value, watches[k].since != kNever);
    };
    bool const interrupted = watched(QualityIndicator::interruption, true, u_pu);
    std::array<bool, kQualityIndicators> const now{
        !interrupted && watched(QualityIndicator::sag, true, u_pu),
        watched(QualityIndicator::swell, false, u_pu), interrupted,
        watched(QualityIndicator::frequency, false, std::abs(off_hz))};
    for (std::size_t k = 0; k < kQualityIndicators; ++k) {
        QualityWatch& watch = watches[k];
        auto const indicator = static_cast<QualityIndicator>(k);
        double const value = indicator == QualityIndicator::frequency ? off_hz : u_pu * nominal_u_v;
        if (!now[k] && watch.since != kNever) {
            if (watch.counted) {
                watch.total += t0 - watch.since;
                events.push_back(event(t0, kEnded[k], watch.extreme));
            }
            watch.since = kNever;
            watch.counted = false;
        } else if (now[k] && watch.since == kNever) {
            watch.since = t0;
            watch.extreme = static_cast<float>(value);
        } else if (now[k]) {
            watch.extreme = static_cast<float>(further(indicator, watch.extreme, value));
        }
        if (watch.since == kNever || watch.counted) {
            continue;
        }
        // What became enough by other thresholds in the meantime counts from now.
        SimTime const at = std::max(watch.since + spec[k].min_duration, t0);
        if (at <= t1) {
            watch.counted = true;
            ++watch.count;
            events.push_back(event(at, kBegan[k], value));
        }
    }
}

std::size_t bytes(Quality const& quality) {
    return quality.sets.size() * sizeof(QualitySpec) +
           quality.watch.size() * (sizeof(std::uint16_t) + sizeof(quality.watch.front()));
}

SimDuration beyond(QualityWatch const& watch, SimTime t) {
    return watch.total + (watch.counted ? t - watch.since : SimDuration::zero());
}

} // namespace gridtwin::meter
