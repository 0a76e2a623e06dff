#include "models/wire/dlms_link/hdlc_transfer.hpp"
#include "sim/core/diagnostics.hpp"

namespace gridtwin::wire {

HdlcFrame HdlcClient::frame(HdlcType type) const {
    return {.destination = spec_.server,
            .source = spec_.client,
            .type = type,
            .segmented = false,
            .poll = true,
            .send = 0,
            .receive = transfer_.receive};
}

HdlcStep HdlcClient::await(HdlcFrame frame) {
    last_ = frame;
    return {.send = std::move(frame)};
}

HdlcFrame HdlcClient::connect() {
    state_ = State::connecting;
    transfer_ = {};
    settled_ = spec_.parameters;
    HdlcFrame snrm = frame(HdlcType::set_normal_response_mode);
    encode(spec_.parameters, snrm.information);
    return *await(std::move(snrm)).send;
}

HdlcFrame HdlcClient::disconnect() {
    state_ = State::disconnecting;
    transfer_ = {};
    return *await(frame(HdlcType::disconnect)).send;
}

HdlcFrame HdlcClient::send(std::span<std::byte const> apdu) {
    if (state_ != State::connected || waiting()) {
        throw SimulationError("HDLC client: not connected, or still waiting for an answer");
    }
    transfer_.outgoing = with_llc(apdu, kLlcCommand);
    transfer_.incoming.clear();
    HdlcFrame first = frame(HdlcType::information);
    put_segment(transfer_, settled_.information_transmit, first);
    return *await(std::move(first)).send;
}

std::optional<HdlcFrame> HdlcClient::timed_out() const {
    return last_;
}

void HdlcClient::give_up() {
    state_ = State::disconnected;
    transfer_ = {};
    last_.reset();
}

HdlcStep HdlcClient::receive(HdlcFrame const& frame) {
    if (frame.destination != spec_.client || frame.source != spec_.server) {
        return {};
    }
    if (frame.type == HdlcType::unnumbered_information) {
        auto apdu = without_llc(frame.information, kLlcResponse);
        bool const unsolicited = apdu.has_value();
        return {.apdu = std::move(apdu), .unsolicited = unsolicited};
    }
    if (frame.type == HdlcType::disconnected_mode || frame.type == HdlcType::frame_reject) {
        give_up();
        return {};
    }
    if (frame.type == HdlcType::unnumbered_acknowledge) {
        if (state_ == State::disconnecting) {
            give_up();
        } else if (state_ == State::connecting) {
            auto const settled = decode_hdlc_parameters(frame.information);
            if (!settled.ok()) {
                give_up();
                return {};
            }
            settled_ = negotiated(spec_.parameters, settled.parameters);
            state_ = State::connected;
            last_.reset();
        }
        return {};
    }
    return state_ == State::connected && waiting() ? receive_connected(frame) : HdlcStep{};
}

HdlcStep HdlcClient::receive_connected(HdlcFrame const& received) {
    // A number from before is a late copy: the timer sends again what is really missing.
    if (received.receive != transfer_.send) {
        return {};
    }
    if (received.type == HdlcType::information) {
        if (received.send != transfer_.receive || transfer_.in_flight < transfer_.outgoing.size()) {
            return {};
        }
        acknowledge(transfer_);
        transfer_.receive = next_number(transfer_.receive);
        if (transfer_.incoming.size() + received.information.size() >
            spec_.longest_apdu + sizeof(kLlcResponse)) {
            return {.send = disconnect()};
        }
        put_octets(received.information, transfer_.incoming);
        if (received.segmented) {
            return await(frame(HdlcType::receive_ready));
        }
        last_.reset();
        return {.apdu = without_llc(transfer_.incoming, kLlcResponse)};
    }
    if (received.type != HdlcType::receive_ready && received.type != HdlcType::receive_not_ready) {
        return {};
    }
    if (transfer_.in_flight == 0) {
        return {}; // to a poll: nothing yet, and the timer asks again
    }
    acknowledge(transfer_);
    if (!transfer_.outgoing.empty() && received.type == HdlcType::receive_ready) {
        HdlcFrame next = frame(HdlcType::information);
        put_segment(transfer_, settled_.information_transmit, next);
        return await(std::move(next));
    }
    // The request is whole and its answer takes time: asked for when the timer says so.
    last_ = frame(HdlcType::receive_ready);
    return {};
}

} // namespace gridtwin::wire
