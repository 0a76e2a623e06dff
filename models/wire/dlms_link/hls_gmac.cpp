#include "models/wire/dlms_link/hls_gmac.hpp"

#include "models/wire/octets.hpp"
#include "sim/core/diagnostics.hpp"

#include <algorithm>

namespace gridtwin::wire {
namespace {

constexpr std::byte kControl[] = {std::byte{0x10}}; // authenticated, suite 0

} // namespace

std::optional<std::vector<std::byte>> hls_gmac_reply(SecurityContext& context, AesGcm& gcm,
                                                     std::span<std::byte const> challenge) {
    if (!context.keys.encryption || !context.keys.authentication) {
        throw SimulationError("HLS: key missing");
    }
    if (context.unicast.next >> 32 != 0) {
        return std::nullopt;
    }
    auto const counter = static_cast<std::uint32_t>(context.unicast.next);
    gcm.set_key(*context.keys.encryption);
    GcmTag const tag = gcm.seal(gcm_iv(context.own, counter),
                                {kControl, *context.keys.authentication, challenge}, {}, {});
    std::vector<std::byte> reply;
    reply.reserve(kHlsReplyOctets);
    put_octets(kControl, reply);
    put_uint32(counter, reply);
    put_octets(tag, reply);
    ++context.unicast.next;
    return reply;
}

Refusal hls_gmac_check(SecurityContext& context, AesGcm& gcm, std::span<std::byte const> challenge,
                       std::span<std::byte const> reply) {
    if (reply.size() != kHlsReplyOctets) {
        return Refusal::malformed;
    }
    OctetReader reader(reply);
    if (std::byte{reader.octet("the security control")} != kControl[0]) {
        return Refusal::wrong_security;
    }
    if (!context.keys.encryption || !context.keys.authentication) {
        return Refusal::key_missing;
    }
    std::uint32_t const counter = reader.uint32("the invocation counter");
    GcmTag tag{};
    std::copy(reply.end() - sizeof(GcmTag), reply.end(), tag.begin());
    gcm.set_key(*context.keys.encryption);
    if (!gcm.open(gcm_iv(context.peer, counter),
                  {kControl, *context.keys.authentication, challenge}, {}, tag, {})) {
        return Refusal::bad_tag;
    }
    auto& acceptable = context.unicast.acceptable;
    acceptable = std::max(acceptable, std::uint64_t{counter} + 1);
    return Refusal::none;
}

} // namespace gridtwin::wire
