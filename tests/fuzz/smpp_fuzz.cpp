// An SMPP connection on arbitrary octets (entry point of libFuzzer): the first says how the stream
// is cut, the rest is the stream. Whatever comes, the session answers or closes, and what was
// understood is what its own encoding says.
#include "models/wire/smpp/receipt.hpp"
#include "models/wire/smpp/session.hpp"
#include "models/wire/smpp/splitter.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace gridtwin::wire::smpp {
namespace {

void need(bool holds, char const* what) {
    if (!holds) {
        std::fprintf(stderr, "%s\n", what);
        std::abort();
    }
}

std::vector<std::byte> encoded(Pdu const& pdu) {
    std::vector<std::byte> out;
    encode(pdu, out);
    return out;
}

void hear(Session& session, std::span<std::byte const> octets, SimTime now) {
    // Of exactly its size, so that a sanitizer sees any overrun.
    std::vector<std::byte> const own(octets.begin(), octets.end());
    auto const decoded = decode(own);
    need(decoded.ok() == (decoded.refusal == CommandStatus::ok), "a refusal without a problem");
    if (decoded.ok()) {
        auto const again = decode(encoded(decoded.pdu));
        need(again.ok() && again.pdu == decoded.pdu, "its encoding says something else");
    }
    auto const text = content(decoded.pdu);
    (void)parse_receipt({reinterpret_cast<char const*>(text.data()), text.size()});
    auto const reaction = receive(session, {}, decoded, now);
    if (reaction.answer) {
        need(decode(encoded(*reaction.answer)).ok(), "an answer that is not understood");
    }
    bool const asked = reaction.for_caller && !is_response(decoded.pdu.command);
    if (asked && is_answered(decoded.pdu.command)) {
        (void)encoded(answer(session, {}, decoded.pdu.sequence, CommandStatus::ok));
    }
}

} // namespace
} // namespace gridtwin::wire::smpp

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace gridtwin;
    using namespace gridtwin::wire::smpp;
    if (size == 0) {
        return 0;
    }
    auto rest = std::as_bytes(std::span(data, size)).subspan(1);
    std::size_t const piece = 1 + data[0];
    Splitter splitter(4096);
    auto session = open_session(kStart);
    auto now = kStart;
    while (!rest.empty()) {
        splitter.feed(rest.first(std::min(piece, rest.size())));
        rest = rest.subspan(std::min(piece, rest.size()));
        while (auto const pdu = splitter.next()) {
            hear(session, *pdu, now);
            now += std::chrono::seconds{7};
            (void)on_time(session, {}, now);
        }
        need(splitter.waiting() <= 4096 + piece, "keeps more than a PDU");
    }
    if (!splitter.ok()) {
        (void)encoded(splitter.nack());
    }
    return 0;
}
