#include "models/wire/dlms_link/acse.hpp"

#include "models/wire/octets.hpp"
#include "sim/core/diagnostics.hpp"

#include <algorithm>

namespace gridtwin::wire {
namespace {

constexpr std::uint8_t kAarq = 0x60;
constexpr std::uint8_t kAare = 0x61;
constexpr std::uint8_t kRlrq = 0x62;
constexpr std::uint8_t kRlre = 0x63;
// BER
constexpr std::uint8_t kInteger = 0x02;
constexpr std::uint8_t kOctetString = 0x04;
constexpr std::uint8_t kObject = 0x06;
// Parts; tags of AARQ, and of AARE where they differ.
constexpr std::uint8_t kContext = 0xA1;
constexpr std::uint8_t kUserInformation = 0xBE;
constexpr std::uint8_t kCallingTitle = 0xA6;
constexpr std::uint8_t kRespondingTitle = 0xA4;
constexpr std::uint8_t kResult = 0xA2;
constexpr std::uint8_t kDiagnostic = 0xA3;

struct AuthenticationTags {
    std::uint8_t requirements, mechanism, value;
};
constexpr AuthenticationTags kCalling{0x8A, 0x8B, 0xAC};
constexpr AuthenticationTags kResponding{0x88, 0x89, 0xAA};

// 2.16.756.5.8: the DLMS user association; then 1 for contexts, 2 for mechanisms, and the arc.
constexpr std::byte kUserAssociation[] = {std::byte{0x60}, std::byte{0x85}, std::byte{0x74},
                                          std::byte{0x05}, std::byte{0x08}};
constexpr std::uint8_t kContexts = 1;
constexpr std::uint8_t kMechanisms = 2;

std::vector<std::byte> object_identifier(std::uint8_t branch, std::uint8_t arc) {
    std::vector<std::byte> octets(std::begin(kUserAssociation), std::end(kUserAssociation));
    put_octet(branch, octets);
    put_octet(arc, octets);
    return octets;
}

std::uint8_t read_arc(OctetReader& reader, std::uint8_t branch, std::uint8_t most,
                      std::string_view what) {
    Octets const prefix = reader.take(std::size(kUserAssociation), what);
    std::uint8_t const found = reader.octet(what);
    std::uint8_t const arc = reader.octet(what);
    if (reader.ok() && (!std::equal(prefix.begin(), prefix.end(), std::begin(kUserAssociation)) ||
                        found != branch || arc > most || !reader.at_end())) {
        reader.fail(fmt::format("{} is not of the DLMS user association", what));
    }
    return arc;
}

/// tag { inner tag { content } }
void put_nested(std::uint8_t tag, std::uint8_t inner, Octets content, std::vector<std::byte>& out) {
    std::vector<std::byte> element;
    put_element(inner, content, element);
    put_element(tag, element, out);
}

Octets read_nested(OctetReader& part, std::uint8_t inner, std::string_view what) {
    if (part.octet(what) != inner) {
        part.fail(fmt::format("{} is not of type {:02X}", what, inner));
    }
    Octets const content = part.string(what);
    if (part.ok() && !part.at_end()) {
        part.fail(fmt::format("more octets than {} has", what));
    }
    return content;
}

std::uint8_t read_small(Octets content, OctetReader& part, std::string_view what) {
    if (part.ok() && content.size() != 1) {
        part.fail(fmt::format("{} of {} octets, 1 expected", what, content.size()));
    }
    return part.ok() ? std::to_integer<std::uint8_t>(content[0]) : std::uint8_t{0};
}

std::vector<std::byte> copied(Octets octets) {
    return {octets.begin(), octets.end()};
}

void put_authentication(AuthenticationTags tags, Mechanism mechanism, Octets value,
                        std::vector<std::byte>& out) {
    if (mechanism == Mechanism::none) {
        if (!value.empty()) {
            throw SimulationError("ACSE: an authentication value without a mechanism");
        }
        return;
    }
    put_uint16(static_cast<std::uint32_t>(tags.requirements) << 8 | 2U, out);
    put_uint16(0x0780, out); // a bit string of one bit: authentication
    put_element(tags.mechanism,
                object_identifier(kMechanisms, static_cast<std::uint8_t>(mechanism)), out);
    if (!value.empty()) {
        put_nested(tags.value, 0x80, value, out); // a character string
    }
}

void put_user_information(Octets octets, std::vector<std::byte>& out) {
    if (!octets.empty()) {
        put_nested(kUserInformation, kOctetString, octets, out);
    }
}

void finish(std::uint8_t tag, std::vector<std::byte> const& content, std::vector<std::byte>& out) {
    put_element(tag, content, out);
}

/// What AARQ and AARE have alike; false where the part is none of that.
template <typename Apdu>
bool read_common(std::uint8_t tag, AuthenticationTags tags, OctetReader& part, Apdu& apdu) {
    if (tag == kContext) {
        auto oid = OctetReader(read_nested(part, kObject, "the application context name"));
        auto const arc = read_arc(oid, kContexts, 4, "the application context name");
        if (!oid.ok() || arc < 1) {
            part.fail("an unknown application context name");
        }
        apdu.context = static_cast<ApplicationContext>(arc);
    } else if (tag == tags.requirements) {
        Octets const bits = part.take(part.left(), "the ACSE requirements");
        if (bits.size() != 2) {
            part.fail("ACSE requirements of other than 2 octets");
        }
    } else if (tag == tags.mechanism) {
        auto const arc = read_arc(part, kMechanisms, 7, "the mechanism name");
        apdu.mechanism = static_cast<Mechanism>(arc);
    } else if (tag == tags.value) {
        apdu.authentication_value = copied(read_nested(part, 0x80, "the authentication value"));
    } else if (tag == kUserInformation) {
        apdu.user_information = copied(read_nested(part, kOctetString, "the user information"));
    } else {
        return false;
    }
    return true;
}

/// Parts in the order of their tags' numbers, each once; `read` takes what it knows.
template <typename Read>
std::string read_parts(std::span<std::byte const> octets, std::uint8_t tag, Read read) {
    OctetReader reader(octets);
    if (reader.octet("the APDU") != tag) {
        reader.fail(fmt::format("no APDU of tag {:02X}", tag));
    }
    OctetReader content = reader.inner("the APDU");
    if (reader.ok() && !reader.at_end()) {
        reader.fail("more octets than the APDU has");
    }
    int before = -1;
    while (reader.ok() && content.ok() && !content.at_end()) {
        std::uint8_t const part_tag = content.octet("a part");
        int const number = part_tag & 0x1F;
        if (part_tag < 0x80 || number == 0x1F || number <= before) {
            content.fail(fmt::format("part {:02X} is out of place", part_tag));
        }
        before = number;
        OctetReader part = content.inner("a part");
        if (content.ok()) {
            read(part_tag, part);
            content.fail_as(part.problem());
        }
    }
    return reader.ok() ? content.problem() : reader.problem();
}

/// A value says nothing where no mechanism is named.
template <typename Apdu>
void check_authentication(DecodedApdu<Apdu>& decoded) {
    if (decoded.ok() && decoded.apdu.mechanism == Mechanism::none &&
        !decoded.apdu.authentication_value.empty()) {
        decoded.problem = "an authentication value without a mechanism";
    }
}

} // namespace

std::string_view name(Diagnostic diagnostic) {
    switch (diagnostic) {
    case Diagnostic::null:
        return "null";
    case Diagnostic::no_reason_given:
        return "no-reason-given";
    case Diagnostic::application_context_name_not_supported:
        return "application-context-name-not-supported";
    case Diagnostic::calling_ap_title_not_recognized:
        return "calling-AP-title-not-recognized";
    case Diagnostic::authentication_mechanism_name_not_recognised:
        return "authentication-mechanism-name-not-recognised";
    case Diagnostic::authentication_mechanism_name_required:
        return "authentication-mechanism-name-required";
    case Diagnostic::authentication_failure:
        return "authentication-failure";
    case Diagnostic::authentication_required:
        return "authentication-required";
    }
    return "?";
}

void encode(Aarq const& aarq, std::vector<std::byte>& out) {
    std::vector<std::byte> content;
    put_nested(kContext, kObject,
               object_identifier(kContexts, static_cast<std::uint8_t>(aarq.context)), content);
    if (aarq.calling_title) {
        put_nested(kCallingTitle, kOctetString, *aarq.calling_title, content);
    }
    put_authentication(kCalling, aarq.mechanism, aarq.authentication_value, content);
    put_user_information(aarq.user_information, content);
    finish(kAarq, content, out);
}

void encode(Aare const& aare, std::vector<std::byte>& out) {
    std::vector<std::byte> content;
    put_nested(kContext, kObject,
               object_identifier(kContexts, static_cast<std::uint8_t>(aare.context)), content);
    auto const result = static_cast<std::byte>(aare.result);
    put_nested(kResult, kInteger, {&result, 1}, content);
    auto const diagnostic = static_cast<std::byte>(aare.diagnostic);
    std::vector<std::byte> source;
    put_nested(aare.from_provider ? 0xA2 : 0xA1, kInteger, {&diagnostic, 1}, source);
    put_element(kDiagnostic, source, content);
    if (aare.responding_title) {
        put_nested(kRespondingTitle, kOctetString, *aare.responding_title, content);
    }
    put_authentication(kResponding, aare.mechanism, aare.authentication_value, content);
    put_user_information(aare.user_information, content);
    finish(kAare, content, out);
}

void encode(Release const& release, std::vector<std::byte>& out) {
    std::vector<std::byte> content;
    if (release.reason) {
        auto const reason = static_cast<std::byte>(*release.reason);
        put_element(0x80, {&reason, 1}, content);
    }
    put_user_information(release.user_information, content);
    finish(release.response ? kRlre : kRlrq, content, out);
}

DecodedApdu<Aarq> decode_aarq(std::span<std::byte const> octets) {
    DecodedApdu<Aarq> decoded;
    auto& apdu = decoded.apdu;
    bool named = false;
    decoded.problem = read_parts(octets, kAarq, [&](std::uint8_t tag, OctetReader& part) {
        named = named || tag == kContext;
        if (tag == kCallingTitle) {
            apdu.calling_title = copied(read_nested(part, kOctetString, "the calling AP title"));
        } else {
            (void)read_common(tag, kCalling, part, apdu);
        }
    });
    if (decoded.ok() && !named) {
        decoded.problem = "AARQ without an application context name";
    }
    check_authentication(decoded);
    return decoded;
}

DecodedApdu<Aare> decode_aare(std::span<std::byte const> octets) {
    DecodedApdu<Aare> decoded;
    auto& apdu = decoded.apdu;
    int needed = 0;
    decoded.problem = read_parts(octets, kAare, [&](std::uint8_t tag, OctetReader& part) {
        if (tag == kResult) {
            ++needed;
            std::uint8_t const result =
                read_small(read_nested(part, kInteger, "the result"), part, "the result");
            if (result > 2) {
                part.fail(fmt::format("result {}, 0 to 2 expected", result));
            }
            apdu.result = static_cast<AssociationResult>(result);
        } else if (tag == kDiagnostic) {
            ++needed;
            apdu.from_provider = part.peek() == 0xA2;
            auto source =
                OctetReader(read_nested(part, apdu.from_provider ? 0xA2 : 0xA1, "the diagnostic"));
            apdu.diagnostic = read_small(read_nested(source, kInteger, "the diagnostic"), source,
                                         "the diagnostic");
            if (!source.ok()) {
                part.fail("a diagnostic that is no small integer");
            }
        } else if (tag == kRespondingTitle) {
            apdu.responding_title =
                copied(read_nested(part, kOctetString, "the responding AP title"));
        } else if (read_common(tag, kResponding, part, apdu)) {
            needed += tag == kContext ? 1 : 0;
        }
    });
    if (decoded.ok() && needed != 3) {
        decoded.problem = "AARE without context name, result or diagnostic";
    }
    check_authentication(decoded);
    return decoded;
}

DecodedApdu<Release> decode_release(std::span<std::byte const> octets) {
    DecodedApdu<Release> decoded;
    auto& apdu = decoded.apdu;
    apdu.response = !octets.empty() && octets[0] == std::byte{kRlre};
    apdu.reason.reset();
    decoded.problem =
        read_parts(octets, apdu.response ? kRlre : kRlrq, [&](std::uint8_t tag, OctetReader& part) {
            if (tag == 0x80) {
                apdu.reason = read_small(part.take(part.left(), "the reason"), part, "the reason");
            } else if (tag == kUserInformation) {
                apdu.user_information =
                    copied(read_nested(part, kOctetString, "the user information"));
            }
        });
    return decoded;
}

} // namespace gridtwin::wire
