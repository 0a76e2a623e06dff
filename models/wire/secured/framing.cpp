#include "models/wire/secured/framing.hpp"

#include "models/wire/dlms_link/hdlc_transfer.hpp"
#include "models/wire/dlms_link/wrapper.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::wire::secured {
namespace {

constexpr std::uint8_t kClient = 1; ///< the management client
constexpr std::uint8_t kServer = 1; ///< the management logical device

HdlcAddress address(bool server) {
    return server ? HdlcAddress{kServer, 0, 1} : hdlc_client(kClient);
}

Octets llc(bool down) {
    return down ? Octets(kLlcCommand) : Octets(kLlcResponse);
}

HdlcFrame frame_of(bool down, std::uint8_t number, bool last, Octets information) {
    return {.destination = address(down),
            .source = address(!down),
            .type = HdlcType::information,
            .segmented = !last,
            .poll = last,
            .send = number,
            .receive = 0,
            .information = {information.begin(), information.end()}};
}

} // namespace

void frame_apdu(std::span<std::byte const> apdu, bool down, std::uint32_t information_octets,
                std::vector<std::byte>& out) {
    auto const information = with_llc(apdu, llc(down));
    std::uint8_t number = 0;
    for (std::size_t at = 0; at < information.size(); at += information_octets) {
        std::size_t const count =
            std::min<std::size_t>(information_octets, information.size() - at);
        auto const part = std::span(information).subspan(at, count);
        encode(frame_of(down, number, at + count == information.size(), part), out);
        number = next_number(number);
    }
}

std::string unframe_apdu(std::span<std::byte const> frames, bool down,
                         std::vector<std::byte>& apdu) {
    std::vector<std::byte> information;
    bool more = true;
    std::uint8_t number = 0;
    for (std::size_t at = 0; more; number = next_number(number)) {
        using Verdict = HdlcHeaderCheck::Verdict;
        bool const begins = at < frames.size() && frames[at] == kHdlcFlag;
        auto const inside = frames.subspan(begins ? at + 1 : at);
        auto const header = begins ? check_hdlc_header(inside) : HdlcHeaderCheck{};
        if (header.verdict == Verdict::broken) {
            return fmt::format("octet {}: no frame begins here", at);
        }
        if (header.verdict == Verdict::more || inside.size() <= header.length ||
            inside[header.length] != kHdlcFlag) {
            return fmt::format("octet {}: a frame that does not end", at);
        }
        auto const decoded = decode_hdlc_frame(inside.first(header.length));
        if (!decoded.ok()) {
            return decoded.problem;
        }
        auto const& frame = decoded.frame;
        if (frame != frame_of(down, number, !frame.segmented, frame.information)) {
            return fmt::format("octet {}: another frame than was due", at);
        }
        put_octets(frame.information, information);
        more = frame.segmented;
        at += header.length + 2;
        if (!more && at != frames.size()) {
            return fmt::format("octet {}: more than the APDU's frames", at);
        }
    }
    auto const content = without_llc(information, llc(down));
    if (!content || content->empty()) {
        return "no LLC header, or no APDU behind it";
    }
    put_octets(*content, apdu);
    return {};
}

void enclose(std::span<std::byte const> apdu, MessageKind kind, Channel channel,
             std::uint32_t information_octets, std::vector<std::byte>& out) {
    bool const down = goes_down(kind);
    if (channel == Channel::wan) {
        encode_wrapper(down ? kClient : kServer, down ? kServer : kClient, apdu, out);
    } else {
        frame_apdu(apdu, down, information_octets, out);
    }
}

std::string disclose(std::span<std::byte const> octets, MessageKind kind, Channel channel,
                     std::vector<std::byte>& apdu) {
    bool const down = goes_down(kind);
    if (channel != Channel::wan) {
        return unframe_apdu(octets, down, apdu);
    }
    auto const wrapped = decode_wrapper(octets);
    if (!wrapped.ok()) {
        return wrapped.problem;
    }
    auto const& [source, destination, inside] = wrapped.pdu;
    if (source != (down ? kClient : kServer) || destination != (down ? kServer : kClient)) {
        return fmt::format("a wrapper from wPort {} to {}: another than was due", source,
                           destination);
    }
    put_octets(inside, apdu);
    return {};
}

} // namespace gridtwin::wire::secured
