#include "models/wire/secured/framing.hpp"

#include "models/wire/dlms_link/hdlc_transfer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::wire::secured {
namespace {

constexpr HdlcAddress kClient = hdlc_client(16);
constexpr HdlcAddress kServer{1, 0, 1}; ///< the management logical device

Octets llc(bool down) {
    return down ? Octets(kLlcCommand) : Octets(kLlcResponse);
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
        bool const last = at + count == information.size();
        encode(HdlcFrame{.destination = down ? kServer : kClient,
                         .source = down ? kClient : kServer,
                         .type = HdlcType::information,
                         .segmented = !last,
                         .poll = last,
                         .send = number,
                         .receive = 0,
                         .information = {part.begin(), part.end()}},
               out);
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
        if (frame.destination != (down ? kServer : kClient) || frame.send != number ||
            frame.type != HdlcType::information) {
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

} // namespace gridtwin::wire::secured
