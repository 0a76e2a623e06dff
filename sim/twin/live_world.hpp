#pragma once
// A running world as those outside see it (sim/live): between two windows, when nothing moves.
#include "models/meter/table.hpp"
#include "models/sms/external_port.hpp"
#include "models/wire/sms/guard.hpp"
#include "sim/scenario/world.hpp"

#include <cstdint>

namespace gridtwin::twin {

/// What became of an order to a meter's relay.
enum class RelayAnswer : std::uint8_t {
    ordered, ///< the contacts move after the operating delay
    refused, ///< the meter is locked out
    silent,  ///< it has no voltage
};

/// Whatever is handed over is dated not before the instant reached.
class LiveWorld {
  public:
    virtual ~LiveWorld() = default;
    [[nodiscard]] virtual scenario::Scenario const& scenario() const = 0;
    [[nodiscard]] virtual scenario::World const& world() const = 0;
    [[nodiscard]] virtual meter::MeterTable const& meters() const = 0;
    /// To a meter with an SMS modem.
    virtual void submit(SimTime at, sms::ExternalMessage const& message) = 0;
    virtual RelayAnswer operate_relay(SimTime at, MeterId meter, bool close) = 0;
    /// Of the SMS meters.
    [[nodiscard]] virtual wire::sms::GuardCounts const& guard_counts() const = 0;
};

/// Whoever stands between a running world and the outside.
class LiveSession : public sms::ExternalPort {
  public:
    /// Once, before the first window; the world outlives all other calls.
    virtual void begin(LiveWorld& world) = 0;
    /// As Cosimulation::Hooks::before_window.
    virtual SimTime before_window(SimTime reached, SimTime next) = 0;
    /// As Cosimulation::Hooks::next_input.
    [[nodiscard]] virtual SimTime next_input() const { return kNever; }
    /// Once, after the last window.
    virtual void end(SimTime reached, bool complete) = 0;
};

} // namespace gridtwin::twin
