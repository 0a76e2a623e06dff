// A RADIUS datagram on arbitrary octets (entry point of libFuzzer), as a server and as a client of
// the example of RFC 2865, 7.1: it is refused, or what it says is encoded to the same octets.
#include "models/wire/radius/security.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace gridtwin::wire::radius {
namespace {

void need(bool holds, char const* what) {
    if (!holds) {
        std::fprintf(stderr, "%s\n", what);
        std::abort();
    }
}

void hear(std::vector<std::byte> const& datagram) {
    constexpr auto kSecret = "xyzzy5461";
    auto const decoded = decode(datagram);
    auto const request = check_request(datagram, kSecret);
    need(decoded.ok() || request.refusal == Refusal::malformed, "malformed, and taken");
    if (!decoded.ok()) {
        need(decoded.problem.starts_with("octet "), "a problem without a place");
        return;
    }
    std::vector<std::byte> again;
    encode(decoded.packet, again);
    need(std::equal(again.begin(), again.end(), datagram.begin()), "its encoding says another");
    if (auto const* const hidden = find(decoded.packet, Type::user_password); hidden != nullptr) {
        auto const password = reveal_password(hidden->value, kSecret, decoded.packet.authenticator);
        need(!password || password->size() <= hidden->value.size(), "a password out of nothing");
    }
    (void)check_answer(datagram, decoded.packet, kSecret);
    if (request.ok()) {
        Packet accept;
        accept.code = decoded.packet.code == Code::accounting_request ? Code::accounting_response
                                                                      : Code::access_accept;
        auto const answer = sign_answer(accept, decoded.packet, kSecret);
        need(check_answer(answer, decoded.packet, kSecret).ok(), "its own answer is not believed");
    }
}

} // namespace
} // namespace gridtwin::wire::radius

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const octets = std::as_bytes(std::span(data, size));
    gridtwin::wire::radius::hear({octets.begin(), octets.end()});
    return 0;
}
