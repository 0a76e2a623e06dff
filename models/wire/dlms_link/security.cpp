#include "models/wire/dlms_link/security.hpp"

#include "models/wire/octets.hpp"
#include "sim/core/diagnostics.hpp"

#include <algorithm>

namespace gridtwin::wire {
namespace {

constexpr std::uint8_t kGeneralGlo = 0xDB;
constexpr std::uint8_t kGeneralDed = 0xDC;
constexpr std::uint64_t kCountersEnd = std::uint64_t{1} << 32;
constexpr std::size_t kHeaderOctets = 1 + 4; // SC and IC

struct Tags {
    std::uint8_t plain, global;
};
// DLMS UA Green Book, 9.5 (abstract syntax of COSEMpdu).
constexpr Tags kTags[] = {
    {0x01, 0x21}, {0x08, 0x28}, {0x0E, 0x2E}, {0xC0, 0xC8}, {0xC1, 0xC9},
    {0xC2, 0xCA}, {0xC3, 0xCB}, {0xC4, 0xCC}, {0xC5, 0xCD}, {0xC7, 0xCF},
};

std::uint8_t plain_tag(std::uint8_t global) {
    auto const* const found = std::find_if(std::begin(kTags), std::end(kTags),
                                           [&](Tags tags) { return tags.global == global; });
    return found == std::end(kTags) ? std::uint8_t{0} : found->plain;
}

bool dedicated(int tag) {
    return tag == kGeneralDed || (tag >= 0xD0 && tag <= 0xD7) || tag == 0x41 || tag == 0x48;
}

InvocationCounters& counters(SecurityContext& context, SecurityControl control) {
    return control.broadcast ? context.broadcast : context.unicast;
}

std::optional<AesKey> const& encryption_key(SecurityContext const& context,
                                            SecurityControl control) {
    return control.broadcast ? context.keys.broadcast : context.keys.encryption;
}

/// SC | AK
std::array<std::byte, 17> authenticated_header(SecurityControl control, AesKey const& key) {
    std::array<std::byte, 17> header{};
    header[0] = static_cast<std::byte>(encode(control));
    std::copy(key.begin(), key.end(), header.begin() + 1);
    return header;
}

Unprotected refused(Refusal refusal, std::string problem) {
    return {.refusal = refusal, .problem = std::move(problem)};
}

Unprotected plain(SecurityContext const& context, Octets message) {
    if (context.required.authenticated || context.required.encrypted) {
        return refused(Refusal::wrong_security, "octet 0: plain where ciphering is required");
    }
    return {.refusal = Refusal::none, .apdu = {message.begin(), message.end()}};
}

std::string lacking(SecurityControl control, SecurityControl required) {
    if (control.suite != 0) {
        return fmt::format("security suite {} is not supported", control.suite);
    }
    if (control.compressed) {
        return "compression is not supported";
    }
    if (!control.authenticated && !control.encrypted) {
        return "neither authenticated nor encrypted";
    }
    if (required.authenticated && !control.authenticated) {
        return "not authenticated";
    }
    return required.encrypted && !control.encrypted ? "not encrypted" : "";
}

/// Text and tag under the peer's key; `out.refusal` says bad_tag or malformed.
void open_body(SecurityContext const& context, AesGcm& gcm, Octets body, Unprotected& out) {
    gcm.set_key(*encryption_key(context, out.control));
    auto const iv = gcm_iv(context.peer, out.counter);
    if (!out.control.authenticated) {
        out.apdu.resize(body.size());
        gcm.decrypt(iv, body, out.apdu);
        return;
    }
    Octets const text = body.first(body.size() - sizeof(GcmTag));
    GcmTag tag{};
    std::copy(body.end() - sizeof(GcmTag), body.end(), tag.begin());
    auto const header = authenticated_header(out.control, *context.keys.authentication);
    bool right = false;
    if (out.control.encrypted) {
        out.apdu.resize(text.size());
        right = gcm.open(iv, {header}, text, tag, out.apdu);
    } else {
        out.apdu.assign(text.begin(), text.end());
        right = gcm.open(iv, {header, text}, {}, tag, {});
    }
    if (!right) {
        out.refusal = Refusal::bad_tag;
        out.problem = "the authentication tag is wrong";
    }
}

} // namespace

std::uint8_t encode(SecurityControl control) {
    return static_cast<std::uint8_t>(
        (control.suite & 0x0FU) | (control.authenticated ? 0x10U : 0U) |
        (control.encrypted ? 0x20U : 0U) | (control.broadcast ? 0x40U : 0U) |
        (control.compressed ? 0x80U : 0U));
}

SecurityControl decode_security_control(std::uint8_t octet) {
    return {.authenticated = (octet & 0x10U) != 0,
            .encrypted = (octet & 0x20U) != 0,
            .broadcast = (octet & 0x40U) != 0,
            .suite = static_cast<std::uint8_t>(octet & 0x0FU),
            .compressed = (octet & 0x80U) != 0};
}

std::string_view name(Refusal refusal) {
    switch (refusal) {
    case Refusal::none:
        return "none";
    case Refusal::malformed:
        return "malformed";
    case Refusal::wrong_security:
        return "wrong_security";
    case Refusal::wrong_title:
        return "wrong_title";
    case Refusal::key_missing:
        return "key_missing";
    case Refusal::bad_tag:
        return "bad_tag";
    case Refusal::replayed:
        return "replayed";
    }
    return "?";
}

std::uint8_t global_ciphering_tag(std::uint8_t apdu_tag) {
    auto const* const found = std::find_if(std::begin(kTags), std::end(kTags),
                                           [&](Tags tags) { return tags.plain == apdu_tag; });
    return found == std::end(kTags) ? std::uint8_t{0} : found->global;
}

bool is_ciphered(std::uint8_t apdu_tag) {
    return apdu_tag == kGeneralGlo || plain_tag(apdu_tag) != 0 || dedicated(apdu_tag);
}

std::size_t protection_octets(std::size_t apdu_octets, SecurityControl control, Envelope envelope) {
    std::size_t const inside =
        kHeaderOctets + apdu_octets + (control.authenticated ? sizeof(GcmTag) : 0);
    std::vector<std::byte> length;
    put_length(inside, length);
    std::size_t const title = envelope == Envelope::general ? 1 + sizeof(SystemTitle) : 0;
    return 1 + title + length.size() + inside - apdu_octets;
}

GcmIv gcm_iv(SystemTitle const& sender, std::uint32_t counter) {
    GcmIv iv{};
    std::copy(sender.begin(), sender.end(), iv.begin());
    for (unsigned i = 0; i < 4; ++i) {
        iv[8 + i] = static_cast<std::byte>(counter >> (24 - 8 * i));
    }
    return iv;
}

bool protect(SecurityContext& context, AesGcm& gcm, SecurityControl control, Envelope envelope,
             std::span<std::byte const> apdu, std::vector<std::byte>& out) {
    if (auto const problem = lacking(control, {}); !problem.empty()) {
        throw SimulationError("protection of an APDU: " + problem);
    }
    auto const& key = encryption_key(context, control);
    if (!key || (control.authenticated && !context.keys.authentication)) {
        throw SimulationError("protection of an APDU: key missing");
    }
    std::uint8_t const tag = apdu.empty()
                                 ? std::uint8_t{0}
                                 : global_ciphering_tag(std::to_integer<std::uint8_t>(apdu[0]));
    if (envelope == Envelope::service_specific && tag == 0) {
        throw SimulationError("protection of an APDU: it has no ciphering tag of its own");
    }
    auto& count = counters(context, control);
    if (count.next >= kCountersEnd) {
        return false;
    }
    auto const counter = static_cast<std::uint32_t>(count.next);
    if (envelope == Envelope::general) {
        put_octet(kGeneralGlo, out);
        put_octet(sizeof(SystemTitle), out);
        put_octets(context.own, out);
    } else {
        put_octet(tag, out);
    }
    put_length(kHeaderOctets + apdu.size() + (control.authenticated ? sizeof(GcmTag) : 0), out);
    put_octet(encode(control), out);
    put_uint32(counter, out);

    std::size_t const text = out.size();
    out.resize(text + apdu.size());
    auto const written = std::span(out).subspan(text);
    gcm.set_key(*key);
    auto const iv = gcm_iv(context.own, counter);
    if (!control.authenticated) {
        (void)gcm.seal(iv, {}, apdu, written);
    } else {
        auto const header = authenticated_header(control, *context.keys.authentication);
        GcmTag seal{};
        if (control.encrypted) {
            seal = gcm.seal(iv, {header}, apdu, written);
        } else {
            std::copy(apdu.begin(), apdu.end(), written.begin());
            seal = gcm.seal(iv, {header, apdu}, {}, {});
        }
        put_octets(seal, out);
    }
    ++count.next;
    return true;
}

Unprotected unprotect(SecurityContext& context, AesGcm& gcm, std::span<std::byte const> message) {
    OctetReader reader(message);
    int const first = reader.peek();
    if (first < 0) {
        return refused(Refusal::malformed, "octet 0: no APDU");
    }
    if (dedicated(first)) {
        return refused(Refusal::wrong_security, "octet 0: dedicated ciphering is not supported");
    }
    auto const tag = reader.octet("the tag");
    std::uint8_t const inside = plain_tag(tag);
    if (inside == 0 && tag != kGeneralGlo) {
        return plain(context, message);
    }
    Octets const title = tag == kGeneralGlo ? reader.string("the system title") : Octets{};
    OctetReader content = reader.inner("the ciphered content");
    if (!reader.at_end()) {
        reader.fail("more octets than the APDU has");
    }
    Unprotected out;
    out.envelope = tag == kGeneralGlo ? Envelope::general : Envelope::service_specific;
    out.control = decode_security_control(content.octet("the security control"));
    out.counter = content.uint32("the invocation counter");
    std::size_t const tag_octets = out.control.authenticated ? sizeof(GcmTag) : 0;
    if (content.left() < tag_octets) {
        content.fail("ends within the authentication tag");
    }
    Octets const body = content.take(content.left(), "the text");
    if (body.size() == tag_octets) {
        content.fail("nothing is ciphered");
    }
    auto const refuse = [&](Refusal refusal, std::string problem) {
        out.refusal = refusal;
        out.problem = std::move(problem);
        out.apdu.clear();
        return out;
    };
    if (!reader.ok() || !content.ok()) {
        return refuse(Refusal::malformed, reader.ok() ? content.problem() : reader.problem());
    }
    // An empty title says: the one agreed upon when the association was opened.
    if (!title.empty() &&
        !std::equal(title.begin(), title.end(), context.peer.begin(), context.peer.end())) {
        return refuse(Refusal::wrong_title, "the system title is not the peer's");
    }
    if (auto problem = lacking(out.control, context.required); !problem.empty()) {
        return refuse(Refusal::wrong_security, std::move(problem));
    }
    if (!encryption_key(context, out.control) ||
        (out.control.authenticated && !context.keys.authentication)) {
        return refuse(Refusal::key_missing, "no key for this message");
    }
    open_body(context, gcm, body, out);
    if (!out.ok()) {
        out.apdu.clear();
        return out;
    }
    auto& count = counters(context, out.control);
    if (out.counter < count.acceptable) {
        return refuse(Refusal::replayed, fmt::format("invocation counter {}, at least {} expected",
                                                     out.counter, count.acceptable));
    }
    auto const found = std::to_integer<std::uint8_t>(out.apdu[0]);
    if (inside != 0 && found != inside) {
        return refuse(Refusal::malformed,
                      fmt::format("tag {:02X} inside {:02X}, {:02X} expected", found, tag, inside));
    }
    count.acceptable = std::uint64_t{out.counter} + 1;
    return out;
}

} // namespace gridtwin::wire
