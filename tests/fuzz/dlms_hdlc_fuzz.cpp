// A line's octets through the deframer, in one piece and in pieces, and the frames found through
// both ends of a link. The first octet is the length of the pieces.
#include "models/wire/dlms_link/hdlc_deframer.hpp"
#include "models/wire/dlms_link/hdlc_link.hpp"
#include "tests/fuzz/need.hpp"

#include <algorithm>

namespace {

using namespace gridtwin::wire;
using gridtwin::test::need;

void through_link(HdlcFrame frame, HdlcClient& client, HdlcServer& server) {
    frame.destination = frame.source = hdlc_client(1);
    auto const step = server.receive(frame);
    if (step.apdu && server.answering()) {
        (void)server.answer(*step.apdu);
    }
    if (client.state() == HdlcClient::State::connected && !client.waiting()) {
        (void)client.send(frame.information);
    }
    (void)client.receive(frame);
    if (step.send) {
        std::vector<std::byte> line;
        encode(*step.send, line); // what an end sends can be sent
        (void)client.receive(*step.send);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    auto const line = std::as_bytes(std::span(data + 1, size - 1));
    HdlcDeframer whole(512);
    std::vector<HdlcFrame> frames;
    whole.feed(line, frames);
    HdlcDeframer pieces(512);
    std::vector<HdlcFrame> same;
    std::size_t const piece = 1 + data[0] % 64;
    for (std::size_t at = 0; at < line.size(); at += piece) {
        pieces.feed(line.subspan(at, std::min(piece, line.size() - at)), same);
    }
    need(frames == same && whole.counts() == pieces.counts(), "pieces make no difference");
    whole.silence(frames);

    HdlcClient client(HdlcLinkSpec{});
    HdlcServer server(HdlcLinkSpec{});
    (void)client.receive(*server.receive(client.connect()).send);
    for (auto const& frame : frames) {
        std::vector<std::byte> again;
        encode(frame, again);
        auto const decoded =
            decode_hdlc_frame(std::span<std::byte const>(again).subspan(1, again.size() - 2));
        need(decoded.ok() && decoded.frame == frame, "what was read is written and read again");
        (void)decode_hdlc_parameters(frame.information);
        through_link(frame, client, server);
    }
    return 0;
}
