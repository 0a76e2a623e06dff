#pragma once
// State machine of a relay with its breaker, or of a recloser: closed, tripping, open, locked out.
// Event driven: what is measured is constant between two calls of `see`; `next_event` says when
// something would happen, `advance` integrates up to there, `act` does it.
// Semantics and sources: docs/models/protection.md.
#include "models/grid/protection/elements.hpp"
#include "sim/core/time.hpp"

#include <optional>

namespace gridtwin::grid::protection {

enum class Contact : std::uint8_t {
    closed,
    tripping,   ///< trip decided and sealed in, contacts not yet open
    open,       ///< and will reclose
    locked_out, ///< open until a command closes it
};

struct SwitchState {
    Contact contact = Contact::closed;
    int operations = 0;            ///< trips since the sequence began
    std::vector<Element> elements; ///< as last seen
    std::vector<double> travel;    ///< [element] 0 at rest, 1 trips
    SimTime act_at = kNever;       ///< tripping: opens; open: recloses
    SimTime reset_at = kNever;     ///< closed and quiet after a trip: the sequence starts anew

    [[nodiscard]] bool conducts() const {
        return contact == Contact::closed || contact == Contact::tripping;
    }
};

/// What a state machine did, for the log.
enum class Step : std::uint8_t { tripped, opened, locked_out, reclosed, sequence_reset };
struct StepTaken {
    Step step = Step::tripped;
    Cause cause = Cause::phase; ///< of a trip
    int phase = 0;              ///< of a trip; 0: all
};

/// Takes in a new measurement at `now`. A table of another length starts from rest.
void see(SwitchState& state, SwitchSettings const& settings, std::span<TccCurve const> curves,
         Seen const& seen, SimTime now);
/// When `act` would next do something if nothing else changed; kNever: never. Not before `now`.
[[nodiscard]] SimTime next_event(SwitchState const& state, SimTime now);
/// Integrates travel: d(travel)/dt = 1/operating time while picked up, -1/reset time otherwise.
void advance(SwitchState& state, SimDuration dt);
/// Does the next thing that is due at `now`; nothing when none is.
[[nodiscard]] std::optional<StepTaken> act(SwitchState& state, SwitchSettings const& settings,
                                           SimTime now);
/// After a change of settings: an open switch that may no longer reclose locks out.
[[nodiscard]] std::optional<StepTaken> revise(SwitchState& state, SwitchSettings const& settings);
/// By hand. Opening locks out; closing starts the sequence anew.
void open_by_hand(SwitchState& state);
void close_by_hand(SwitchState& state);

/// `now` plus a time, rounded up to the nanosecond; kNever beyond 30 years.
[[nodiscard]] SimTime after(SimTime now, double time_s);

} // namespace gridtwin::grid::protection
