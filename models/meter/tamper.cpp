#include "models/meter/tamper.hpp"

#include "models/meter/registers.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::meter {
namespace {

constexpr std::uint8_t bit(TamperInput input) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(input));
}

bool has(std::uint8_t bits, TamperInput input) {
    return (bits & bit(input)) != 0;
}

EventRecord event(std::size_t meter, SimTime at, EventKind kind, TamperInput input) {
    return {.at = at,
            .kind = kind,
            .entity = EventEntity::meter,
            .row = static_cast<std::uint32_t>(meter),
            .value = static_cast<double>(input)};
}

double factor_of(TamperSpec const& spec, std::uint8_t active) {
    return (has(active, TamperInput::magnet) ? 1.0 - spec.magnet_frac : 1.0) *
           (has(active, TamperInput::neutral_return) ? 1.0 - spec.neutral_frac : 1.0) *
           (has(active, TamperInput::bypass) ? 1.0 - spec.bypass_frac : 1.0) *
           (has(active, TamperInput::reversed_phase) ? -1.0 : 1.0);
}

void detect(Tampering& tampering, std::size_t meter, TamperInput input, SimTime t,
            std::vector<EventRecord>& events) {
    if (!has(tampering.detected[meter], input)) {
        tampering.detected[meter] |= bit(input);
        events.push_back(event(meter, t, EventKind::tamper_detected, input));
    }
}

/// Something that shows while the current is large enough, once it has lasted.
void watch(Tampering& tampering, std::size_t meter, TamperInput input, bool shows, SimTime& since,
           SimTime t0, SimTime t1, std::vector<EventRecord>& events) {
    if (!shows) {
        since = kNever;
        return;
    }
    since = std::min(since, t0);
    SimTime const at = since + tampering.spec.min_duration;
    if (at <= t1) {
        detect(tampering, meter, input, at, events);
    }
}

} // namespace

std::string_view name(TamperInput input) {
    static constexpr std::array<std::string_view, kTamperInputs> kNames{
        "cover", "terminal_box", "magnet", "neutral_return", "reversed_phase", "bypass"};
    return kNames[static_cast<std::size_t>(input)];
}

Tampering make_tampering(TamperSpec const& spec, std::size_t meters) {
    Tampering tampering;
    tampering.spec = spec;
    tampering.active.assign(meters, 0);
    tampering.detected.assign(meters, 0);
    tampering.factor.assign(meters, 1.0);
    tampering.differs_since.assign(meters, kNever);
    tampering.wrong_since.assign(meters, kNever);
    tampering.unmetered_mwh.assign(meters, 0);
    tampering.unmetered_mvarh.assign(meters, 0);
    tampering.rest_mwh.assign(meters, 0.0);
    tampering.rest_mvarh.assign(meters, 0.0);
    return tampering;
}

void set_tamper(Tampering& tampering, std::size_t meter, TamperInput input, bool on, bool energised,
                SimTime t, std::vector<EventRecord>& events) {
    if (has(tampering.active[meter], input) == on) {
        return;
    }
    tampering.active[meter] ^= bit(input);
    tampering.factor[meter] = factor_of(tampering.spec, tampering.active[meter]);
    events.push_back(
        event(meter, t, on ? EventKind::tamper_began : EventKind::tamper_ended, input));
    if (!on) {
        tampering.detected[meter] &= static_cast<std::uint8_t>(~bit(input));
        return;
    }
    bool const by_switch = input == TamperInput::cover || input == TamperInput::terminal_box;
    if (by_switch || (input == TamperInput::magnet && energised)) {
        detect(tampering, meter, input, t, events);
    }
}

void watch_tamper(Tampering& tampering, std::size_t meter, double p_w, double q_var, bool energised,
                  SimTime t0, SimTime t1, std::vector<EventRecord>& events) {
    double const measured = tampering.factor[meter];
    if (measured != 1.0) {
        double const past = (1.0 - measured) * to_s(t1 - t0) * kMwhPerWs;
        accumulate(tampering.unmetered_mwh[meter], tampering.rest_mwh[meter], p_w * past);
        accumulate(tampering.unmetered_mvarh[meter], tampering.rest_mvarh[meter], q_var * past);
    }
    std::uint8_t const active = tampering.active[meter];
    if (energised && has(active, TamperInput::magnet)) {
        detect(tampering, meter, TamperInput::magnet, t0, events);
    }
    auto const& spec = tampering.spec;
    bool const flows = energised && std::abs(p_w) >= spec.least_w;
    watch(tampering, meter, TamperInput::neutral_return,
          flows && has(active, TamperInput::neutral_return), tampering.differs_since[meter], t0, t1,
          events);
    // The meter sees a sign, not its reason.
    watch(tampering, meter, TamperInput::reversed_phase,
          energised && !spec.export_allowed && p_w * measured <= -spec.least_w,
          tampering.wrong_since[meter], t0, t1, events);
}

std::size_t bytes(Tampering const& tampering) {
    return tampering.factor.size() * (2 * sizeof(std::uint8_t) + 3 * sizeof(double) +
                                      2 * sizeof(SimTime) + 2 * sizeof(std::int64_t));
}

} // namespace gridtwin::meter
