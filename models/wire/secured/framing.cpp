#include "models/wire/secured/framing.hpp"

#include "models/wire/dlms_link/hdlc_frame.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::wire::secured {
namespace {

constexpr std::byte kFlag{0x7E};
constexpr HdlcAddress kClient = hdlc_client(16);
constexpr HdlcAddress kServer{1, 0, 1}; ///< the management logical device

std::span<std::byte const> llc(bool down) {
    return down ? std::span<std::byte const>(kLlcCommand)
                : std::span<std::byte const>(kLlcResponse);
}

} // namespace

void frame_apdu(std::span<std::byte const> apdu, bool down, std::uint32_t information_octets,
                std::vector<std::byte>& out) {
    std::vector<std::byte> information(llc(down).begin(), llc(down).end());
    information.insert(information.end(), apdu.begin(), apdu.end());
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
        number = static_cast<std::uint8_t>((number + 1) % 8);
    }
}

std::string unframe_apdu(std::span<std::byte const> frames, bool down,
                         std::vector<std::byte>& apdu) {
    std::vector<std::byte> information;
    bool more = true;
    std::uint8_t number = 0;
    for (std::size_t at = 0; more; ++number) {
        auto const rest = frames.subspan(at);
        if (rest.size() < 4 || rest[0] != kFlag) {
            return fmt::format("octet {}: no frame begins here", at);
        }
        std::size_t const length = (std::to_integer<std::size_t>(rest[1]) & 0x07U) << 8 |
                                   std::to_integer<std::size_t>(rest[2]);
        if (length + 2 > rest.size() || rest[length + 1] != kFlag) {
            return fmt::format("octet {}: a frame that does not end", at);
        }
        auto const decoded = decode_hdlc_frame(rest.subspan(1, length));
        if (!decoded.ok()) {
            return decoded.problem;
        }
        auto const& frame = decoded.frame;
        if (frame.destination != (down ? kServer : kClient) || frame.send != number % 8 ||
            frame.type != HdlcType::information) {
            return fmt::format("octet {}: another frame than was due", at);
        }
        information.insert(information.end(), frame.information.begin(), frame.information.end());
        more = frame.segmented;
        at += length + 2;
        if (!more && at != frames.size()) {
            return fmt::format("octet {}: more than the APDU's frames", at);
        }
    }
    auto const header = llc(down);
    if (information.size() <= header.size() ||
        !std::equal(header.begin(), header.end(), information.begin())) {
        return "no LLC header";
    }
    apdu.insert(apdu.end(), information.begin() + static_cast<std::ptrdiff_t>(header.size()),
                information.end());
    return {};
}

} // namespace gridtwin::wire::secured
