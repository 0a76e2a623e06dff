#pragma once
// One SMPP session as plain data: what may be said in which state, what is answered without asking
// anybody, requests that wait for their answer, and when to ask whether the other end is there. No
// sockets and no clock: the caller hands over PDUs and times. Source: SMPP 3.4, chapter 2.
#include "models/wire/smpp/pdu.hpp"
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::wire::smpp {

/// Which end we are. SMPP calls them SMSC and ESME.
enum class Role : std::uint8_t { message_centre, client };

/// Session states of 2.2.
enum class SessionState : std::uint8_t { open, bound_tx, bound_rx, bound_trx, closed };

/// Defaults are assumptions, but the window: ten are suggested (2.9).
struct SessionSpec {
    Role role = Role::message_centre;
    std::string system_id = "gridtwin"; ///< said in answer to a bind
    std::size_t window = 10;            ///< our requests without answer; a client's default too
    std::size_t peer_window = 100; ///< the peer's that we have not answered; more: ESME_RTHROTTLED
    SimDuration bind_within = std::chrono::seconds{30}; ///< session_init_timer
    SimDuration enquire_every =
        std::chrono::seconds{60}; ///< of silence from the peer: enquire_link_timer
    SimDuration answer_within = std::chrono::seconds{30}; ///< response_timer
};

/// A request that waits for its answer.
struct Waiting {
    std::uint32_t sequence = 0;
    CommandId command{};
    SimTime since{};

    friend bool operator==(Waiting const&, Waiting const&) = default;
};

struct Session {
    SessionState state = SessionState::open;
    SimTime opened{};                ///< when the connection came
    SimTime heard{};                 ///< of the peer, last
    std::uint32_t next_sequence = 1; ///< of ours
    std::vector<Waiting> ours;       ///< oldest first
    std::vector<Waiting> theirs;     ///< oldest first
    std::uint64_t stray_answers = 0; ///< to nothing we asked, or too late

    friend bool operator==(Session const&, Session const&) = default;
};

[[nodiscard]] Session open_session(SimTime now);

[[nodiscard]] constexpr bool can_transmit(SessionState s) {
    return s == SessionState::bound_tx || s == SessionState::bound_trx;
}
[[nodiscard]] constexpr bool can_receive(SessionState s) {
    return s == SessionState::bound_rx || s == SessionState::bound_trx;
}

/// Whether `sender` may ever issue the request, and whether in this state (table 2-1).
[[nodiscard]] bool issues(Role sender, CommandId request);
[[nodiscard]] bool allowed(Role sender, SessionState state, CommandId request);

/// What a PDU of the peer leads to.
struct Reaction {
    std::optional<Pdu> answer; ///< to be sent at once
    /// The caller's to deal with: a request (which waits for answer() unless its command has none)
    /// or an answer to a request of ours.
    bool for_caller = false;
    /// Our request, when the PDU is its answer (malformed or not) or its nack.
    std::optional<Waiting> answers;
    bool close = false; ///< after the answer has been sent
};

/// Answers by itself: unbind, enquire_link; commands that are unknown, malformed, out of place or
/// too many (generic_nack, or their response with the status); submit_multi, which is not
/// supported. A bind is the caller's: only it knows passwords. A closed session reacts to nothing.
[[nodiscard]] Reaction receive(Session& session, SessionSpec const& spec, DecodedPdu const& decoded,
                               SimTime now);

/// The answer to a request of the peer's that waits. A bind that is answered with `ok` binds; its
/// body and version are filled in. With another status than `ok` the answer has no body.
/// @throws SimulationError when no such request waits
[[nodiscard]] Pdu answer(Session& session, SessionSpec const& spec, std::uint32_t sequence,
                         CommandStatus status, Body body = {}, std::vector<Tlv> tlvs = {});

/// Whether a request may go out now: state, and room in the window (enquire_link, unbind and binds
/// need none).
[[nodiscard]] bool can_send(Session const& session, SessionSpec const& spec, CommandId request);
/// The request with its number. @throws SimulationError unless can_send
[[nodiscard]] Pdu send(Session& session, SessionSpec const& spec, Pdu request, SimTime now);

/// What a time leads to.
struct Due {
    std::optional<Pdu> enquire_link; ///< to be sent
    std::vector<Waiting> expired;    ///< ours, given up; answers that come later are stray
    std::string close;               ///< why to close the connection; empty: do not
};
[[nodiscard]] Due on_time(Session& session, SessionSpec const& spec, SimTime now);
/// When on_time will next have something to say; kNever when closed.
[[nodiscard]] SimTime next_due(Session const& session, SessionSpec const& spec);

[[nodiscard]] std::string_view name(SessionState state); ///< "BOUND_TX"

} // namespace gridtwin::wire::smpp
