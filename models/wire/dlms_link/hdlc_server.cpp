#include "models/wire/dlms_link/hdlc_transfer.hpp"
#include "sim/core/diagnostics.hpp"

namespace gridtwin::wire {

HdlcFrame HdlcServer::frame(HdlcType type) const {
    return {.destination = spec_.client,
            .source = spec_.server,
            .type = type,
            .segmented = false,
            .poll = true,
            .send = 0,
            .receive = transfer_.receive};
}

HdlcStep HdlcServer::respond(HdlcFrame frame) {
    last_ = frame;
    return {.send = std::move(frame)};
}

/// FRMR: the control octet rejected (its type alone, as far as this layer keeps it), V(S) and V(R),
/// the reason; ISO/IEC 13239. Only SNRM goes on from there.
HdlcStep HdlcServer::reject(HdlcFrame const& received, RejectReason reason) {
    HdlcFrame frmr = frame(HdlcType::frame_reject);
    std::uint32_t const control =
        received.type == HdlcType::information
            ? (std::uint32_t{received.receive} << 5 | 0x10U | std::uint32_t{received.send} << 1)
            : (std::uint32_t{received.receive} << 5 | 0x11U);
    put_octet(control, frmr.information);
    put_octet(std::uint32_t{transfer_.receive} << 5 | 0x10U | std::uint32_t{transfer_.send} << 1,
              frmr.information);
    put_octet(static_cast<std::uint32_t>(reason), frmr.information);
    connected_ = false;
    answering_ = false;
    transfer_ = {};
    return respond(std::move(frmr));
}

HdlcStep HdlcServer::connect(HdlcFrame const& received) {
    auto const proposed = decode_hdlc_parameters(received.information);
    transfer_ = {};
    answering_ = false;
    connected_ = proposed.ok();
    if (!proposed.ok()) {
        return respond(frame(HdlcType::disconnected_mode));
    }
    settled_ = negotiated(spec_.parameters, proposed.parameters);
    HdlcFrame ua = frame(HdlcType::unnumbered_acknowledge);
    encode(settled_, ua.information);
    return respond(std::move(ua));
}

HdlcStep HdlcServer::receive(HdlcFrame const& received) {
    if (received.destination != spec_.server || received.source != spec_.client) {
        return {};
    }
    switch (received.type) {
    case HdlcType::set_normal_response_mode:
        return connect(received);
    case HdlcType::disconnect: {
        bool const was = connected_;
        connected_ = false;
        answering_ = false;
        transfer_ = {};
        return respond(frame(was ? HdlcType::unnumbered_acknowledge : HdlcType::disconnected_mode));
    }
    case HdlcType::unnumbered_information: {
        auto apdu = without_llc(received.information, kLlcCommand);
        bool const unsolicited = apdu.has_value();
        return {.apdu = std::move(apdu), .unsolicited = unsolicited};
    }
    case HdlcType::information:
    case HdlcType::receive_ready:
    case HdlcType::receive_not_ready:
        break;
    default:
        return {}; // a response, which no client sends
    }
    if (!connected_) {
        return respond(frame(HdlcType::disconnected_mode));
    }
    bool const acknowledged = received.receive == transfer_.send;
    if (!acknowledged &&
        (transfer_.in_flight == 0 || next_number(received.receive) != transfer_.send)) {
        return reject(received, RejectReason::wrong_receive);
    }
    return received.type == HdlcType::information ? receive_information(received)
                                                  : receive_ready(received);
}

HdlcStep HdlcServer::receive_information(HdlcFrame const& received) {
    if (received.information.size() > settled_.information_receive) {
        return reject(received, RejectReason::too_long);
    }
    if (received.send != transfer_.receive) {
        // Known already: its answer was lost, or is not made yet.
        bool const known = next_number(received.send) == transfer_.receive;
        return known && !answering_ ? HdlcStep{.send = last_}
                                    : HdlcStep{.send = frame(HdlcType::receive_ready)};
    }
    if (answering_) { // a client that does not wait
        return {.send = frame(HdlcType::receive_not_ready)};
    }
    if (transfer_.in_flight != 0 && received.receive != transfer_.send) {
        transfer_.send = received.receive; // a client that no longer wants the answer
    }
    transfer_.outgoing.clear();
    transfer_.in_flight = 0;
    transfer_.receive = next_number(transfer_.receive);
    if (transfer_.incoming.size() + received.information.size() >
        spec_.longest_apdu + sizeof(kLlcCommand)) {
        return reject(received, RejectReason::too_long);
    }
    put_octets(received.information, transfer_.incoming);
    if (received.segmented) {
        return respond(frame(HdlcType::receive_ready));
    }
    auto apdu = without_llc(transfer_.incoming, kLlcCommand);
    transfer_.incoming.clear();
    if (!apdu) {
        return respond(frame(HdlcType::receive_ready));
    }
    answering_ = true;
    return {.apdu = std::move(apdu)};
}

HdlcStep HdlcServer::receive_ready(HdlcFrame const& received) {
    if (transfer_.in_flight != 0 && received.receive != transfer_.send) {
        return {.send = last_};
    }
    acknowledge(transfer_);
    if (transfer_.outgoing.empty() || received.type == HdlcType::receive_not_ready) {
        return {.send = frame(HdlcType::receive_ready)};
    }
    HdlcFrame next = frame(HdlcType::information);
    put_segment(transfer_, settled_.information_transmit, next);
    return respond(std::move(next));
}

HdlcFrame HdlcServer::answer(std::span<std::byte const> apdu) {
    if (!answering_) {
        throw SimulationError("HDLC server: an answer to no request");
    }
    answering_ = false;
    transfer_.outgoing = with_llc(apdu, kLlcResponse);
    HdlcFrame first = frame(HdlcType::information);
    put_segment(transfer_, settled_.information_transmit, first);
    return *respond(std::move(first)).send;
}

HdlcFrame HdlcServer::busy() {
    return *respond(frame(HdlcType::receive_ready)).send;
}

HdlcFrame HdlcServer::notify(std::span<std::byte const> apdu) const {
    HdlcFrame ui = frame(HdlcType::unnumbered_information);
    ui.information = with_llc(apdu, kLlcResponse);
    return ui;
}

} // namespace gridtwin::wire
