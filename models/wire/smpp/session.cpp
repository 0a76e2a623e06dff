#include "models/wire/smpp/session.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::wire::smpp {
namespace {

constexpr std::uint32_t kLastSequence = 0x7FFFFFFF; // 3.2

bool is_bind(CommandId command) {
    return command == CommandId::bind_receiver || command == CommandId::bind_transmitter ||
           command == CommandId::bind_transceiver;
}

SessionState bound_by(CommandId bind) {
    return bind == CommandId::bind_receiver      ? SessionState::bound_rx
           : bind == CommandId::bind_transmitter ? SessionState::bound_tx
                                                 : SessionState::bound_trx;
}

bool is_bound(SessionState state) {
    return can_transmit(state) || can_receive(state);
}

/// To do with the link itself: never held up by messages.
bool needs_no_room(CommandId request) {
    return is_bind(request) || request == CommandId::unbind || request == CommandId::enquire_link ||
           !is_answered(request);
}

Role other(Role role) {
    return role == Role::client ? Role::message_centre : Role::client;
}

Pdu header_only(CommandId command, CommandStatus status, std::uint32_t sequence) {
    return {.command = command, .status = status, .sequence = sequence, .body = {}, .tlvs = {}};
}

/// Of a request that is refused.
Pdu refusal(Pdu const& request, CommandStatus status) {
    bool const answered = is_known(request.command) && is_answered(request.command);
    return header_only(answered ? response_to(request.command) : CommandId::generic_nack, status,
                       request.sequence);
}

Reaction receive_answer(Session& session, Pdu const& pdu) {
    auto const found = std::find_if(session.ours.begin(), session.ours.end(), [&](auto const& one) {
        return one.sequence == pdu.sequence &&
               (pdu.command == CommandId::generic_nack || pdu.command == response_to(one.command));
    });
    if (found == session.ours.end()) {
        ++session.stray_answers;
        return {};
    }
    Reaction reaction{.answer = {}, .for_caller = true, .answers = *found, .close = false};
    session.ours.erase(found);
    if (is_bind(reaction.answers->command) && pdu.command != CommandId::generic_nack &&
        pdu.status == CommandStatus::ok) {
        session.state = bound_by(reaction.answers->command);
    } else if (pdu.command == CommandId::unbind_resp) {
        session.state = SessionState::closed;
        reaction.close = true;
    }
    return reaction;
}

/// Why a request is refused before anybody looks at it; ok: it is not.
CommandStatus refused(Session const& session, SessionSpec const& spec, DecodedPdu const& decoded) {
    auto const command = decoded.pdu.command;
    if (!is_known(command) || !issues(other(spec.role), command)) {
        return CommandStatus::invalid_command_id;
    }
    bool const binding = std::any_of(session.theirs.begin(), session.theirs.end(),
                                     [](auto const& one) { return is_bind(one.command); });
    if (is_bind(command) && (binding || is_bound(session.state))) {
        return CommandStatus::already_bound;
    }
    if (!allowed(other(spec.role), session.state, command)) {
        return CommandStatus::incorrect_bind_status;
    }
    if (!decoded.ok()) {
        return decoded.refusal;
    }
    if (command == CommandId::submit_multi) {
        return CommandStatus::invalid_command_id;
    }
    return !needs_no_room(command) && session.theirs.size() >= spec.peer_window
               ? CommandStatus::throttled
               : CommandStatus::ok;
}

} // namespace

Session open_session(SimTime now) {
    Session session;
    session.opened = now;
    session.heard = now;
    return session;
}

bool issues(Role sender, CommandId request) {
    switch (request) {
    case CommandId::unbind:
    case CommandId::enquire_link:
    case CommandId::data_sm:
        return true;
    case CommandId::bind_receiver:
    case CommandId::bind_transmitter:
    case CommandId::bind_transceiver:
    case CommandId::submit_sm:
    case CommandId::submit_multi:
    case CommandId::query_sm:
    case CommandId::cancel_sm:
    case CommandId::replace_sm:
        return sender == Role::client;
    case CommandId::deliver_sm:
    case CommandId::outbind:
    case CommandId::alert_notification:
        return sender == Role::message_centre;
    default:
        return false;
    }
}

bool allowed(Role sender, SessionState state, CommandId request) {
    if (!issues(sender, request) || state == SessionState::closed) {
        return false;
    }
    if (is_bind(request) || request == CommandId::outbind) {
        return state == SessionState::open;
    }
    if (request == CommandId::unbind || request == CommandId::enquire_link) {
        return is_bound(state);
    }
    return sender == Role::client ? can_transmit(state) : can_receive(state);
}

Reaction receive(Session& session, SessionSpec const& spec, DecodedPdu const& decoded,
                 SimTime now) {
    auto const& pdu = decoded.pdu;
    if (session.state == SessionState::closed) {
        return {};
    }
    session.heard = now;
    if (is_response(pdu.command)) {
        return receive_answer(session, pdu);
    }
    Reaction reaction;
    if (auto const status = refused(session, spec, decoded); status != CommandStatus::ok) {
        reaction.answer = refusal(pdu, status);
    } else if (pdu.command == CommandId::enquire_link || pdu.command == CommandId::unbind) {
        reaction.answer = header_only(response_to(pdu.command), CommandStatus::ok, pdu.sequence);
        reaction.close = pdu.command == CommandId::unbind;
        session.state = reaction.close ? SessionState::closed : session.state;
    } else {
        reaction.for_caller = true;
        if (is_answered(pdu.command)) {
            session.theirs.push_back({pdu.sequence, pdu.command, now});
        }
    }
    return reaction;
}

Pdu answer(Session& session, SessionSpec const& spec, std::uint32_t sequence, CommandStatus status,
           Body body, std::vector<Tlv> tlvs) {
    auto const found = std::find_if(session.theirs.begin(), session.theirs.end(),
                                    [&](auto const& one) { return one.sequence == sequence; });
    if (found == session.theirs.end()) {
        throw SimulationError(fmt::format("SMPP: no request {} waits for an answer", sequence));
    }
    auto const command = found->command;
    session.theirs.erase(found);
    auto response = header_only(response_to(command), status, sequence);
    if (status != CommandStatus::ok) {
        return response;
    }
    response.body = std::move(body);
    response.tlvs = std::move(tlvs);
    if (is_bind(command)) {
        session.state = bound_by(command);
        response.body = BindResp{spec.system_id};
        add_number(response.tlvs, Tag::sc_interface_version, kVersion34);
    }
    return response;
}

bool can_send(Session const& session, SessionSpec const& spec, CommandId request) {
    return allowed(spec.role, session.state, request) &&
           (needs_no_room(request) || session.ours.size() < spec.window);
}

Pdu send(Session& session, SessionSpec const& spec, Pdu request, SimTime now) {
    if (!can_send(session, spec, request.command)) {
        throw SimulationError(fmt::format("SMPP: no {} can be sent while {} with {} unanswered",
                                          name(request.command), name(session.state),
                                          session.ours.size()));
    }
    request.status = CommandStatus::ok;
    request.sequence = session.next_sequence;
    session.next_sequence = request.sequence == kLastSequence ? 1 : request.sequence + 1;
    if (is_answered(request.command)) {
        session.ours.push_back({request.sequence, request.command, now});
    }
    return request;
}

Due on_time(Session& session, SessionSpec const& spec, SimTime now) {
    Due due;
    if (session.state == SessionState::closed) {
        return due;
    }
    if (session.state == SessionState::open && now >= session.opened + spec.bind_within) {
        due.close = "no bind came in time";
    }
    auto const late = [&](Waiting const& one) { return now >= one.since + spec.answer_within; };
    for (auto const& one : session.ours) {
        if (late(one)) {
            due.expired.push_back(one);
            if (needs_no_room(one.command)) {
                due.close = fmt::format("no answer to {}", name(one.command));
            }
        }
    }
    std::erase_if(session.ours, late);
    if (!due.close.empty()) {
        session.state = SessionState::closed;
        return due;
    }
    bool const asked = std::any_of(session.ours.begin(), session.ours.end(), [](auto const& one) {
        return one.command == CommandId::enquire_link;
    });
    if (is_bound(session.state) && !asked && now >= session.heard + spec.enquire_every) {
        due.enquire_link =
            send(session, spec, header_only(CommandId::enquire_link, CommandStatus::ok, 0), now);
    }
    return due;
}

SimTime next_due(Session const& session, SessionSpec const& spec) {
    if (session.state == SessionState::closed) {
        return kNever;
    }
    auto next = session.state == SessionState::open ? session.opened + spec.bind_within : kNever;
    bool asked = false;
    for (auto const& one : session.ours) {
        next = std::min(next, one.since + spec.answer_within);
        asked = asked || one.command == CommandId::enquire_link;
    }
    if (is_bound(session.state) && !asked) {
        next = std::min(next, session.heard + spec.enquire_every);
    }
    return next;
}

std::string_view name(SessionState state) {
    switch (state) {
    case SessionState::open:
        return "OPEN";
    case SessionState::bound_tx:
        return "BOUND_TX";
    case SessionState::bound_rx:
        return "BOUND_RX";
    case SessionState::bound_trx:
        return "BOUND_TRX";
    case SessionState::closed:
        break;
    }
    return "CLOSED";
}

} // namespace gridtwin::wire::smpp
