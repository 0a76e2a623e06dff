#include "models/wire/dlms_link/initiate.hpp"

#include "models/wire/octets.hpp"
#include "sim/core/diagnostics.hpp"

namespace gridtwin::wire {
namespace {

constexpr std::uint8_t kInitiateRequest = 0x01;
constexpr std::uint8_t kInitiateResponse = 0x08;
constexpr std::uint8_t kConfirmedServiceError = 0x0E;

void put_optional(std::optional<std::uint8_t> value, std::vector<std::byte>& out) {
    put_octet(value ? 1 : 0, out);
    if (value) {
        put_octet(*value, out);
    }
}

void put_conformance(std::uint32_t conformance, std::vector<std::byte>& out) {
    if (conformance >> 24 != 0) {
        throw SimulationError("conformance block of more than 24 bits");
    }
    put_uint16(0x5F1F, out); // [APPLICATION 31], in BER
    put_octet(4, out);
    put_uint32(conformance, out); // the first octet: no unused bits
}

std::uint32_t read_conformance(OctetReader& reader) {
    bool const tagged = reader.octet("the conformance's tag") == 0x5F;
    if (reader.peek() == 0x1F) {
        (void)reader.octet("the conformance's tag");
    }
    std::uint8_t const octets = reader.octet("the conformance's length");
    std::uint8_t const unused = reader.octet("the conformance's unused bits");
    if (reader.ok() && (!tagged || octets != 4 || unused != 0)) {
        reader.fail("no conformance block of 24 bits");
    }
    return static_cast<std::uint32_t>(reader.integer(3, "the conformance"));
}

/// Whether an optional component is there.
bool present(OctetReader& reader, std::string_view what) {
    std::uint8_t const usage = reader.octet(what);
    if (usage > 1) {
        reader.fail(fmt::format("{}: presence {:02X}, 00 or 01 expected", what, usage));
    }
    return reader.ok() && usage == 1;
}

std::optional<std::uint8_t> read_optional(OctetReader& reader, std::string_view what) {
    return present(reader, what) ? std::optional(reader.octet(what)) : std::nullopt;
}

OctetReader begin(std::span<std::byte const> octets, std::uint8_t tag, std::string_view what) {
    OctetReader reader(octets);
    if (reader.peek() != tag) {
        reader.fail(fmt::format("no {}", what));
    }
    (void)reader.octet(what);
    return reader;
}

std::string end(OctetReader& reader) {
    if (reader.ok() && !reader.at_end()) {
        reader.fail("more octets than the APDU has");
    }
    return reader.problem();
}

} // namespace

void encode(InitiateRequest const& request, std::vector<std::byte>& out) {
    put_octet(kInitiateRequest, out);
    put_octet(request.dedicated_key ? 1 : 0, out);
    if (request.dedicated_key) {
        put_length(request.dedicated_key->size(), out);
        put_octets(*request.dedicated_key, out);
    }
    put_octet(request.response_allowed ? 0 : 1, out); // true is the default
    if (!request.response_allowed) {
        put_octet(0, out);
    }
    put_optional(request.quality_of_service, out);
    put_octet(request.version, out);
    put_conformance(request.conformance, out);
    put_uint16(request.max_pdu_size, out);
}

void encode(InitiateResponse const& response, std::vector<std::byte>& out) {
    put_octet(kInitiateResponse, out);
    put_optional(response.quality_of_service, out);
    put_octet(response.version, out);
    put_conformance(response.conformance, out);
    put_uint16(response.max_pdu_size, out);
    put_uint16(response.vaa_name, out);
}

void encode(InitiateError error, std::vector<std::byte>& out) {
    put_octet(kConfirmedServiceError, out);
    put_octet(1, out); // initiateError
    put_octet(6, out); // initiate
    put_octet(static_cast<std::uint8_t>(error), out);
}

DecodedApdu<InitiateRequest> decode_initiate_request(std::span<std::byte const> octets) {
    OctetReader reader = begin(octets, kInitiateRequest, "InitiateRequest");
    DecodedApdu<InitiateRequest> decoded;
    auto& apdu = decoded.apdu;
    if (present(reader, "the dedicated key")) {
        Octets const key = reader.string("the dedicated key");
        apdu.dedicated_key.emplace(key.begin(), key.end());
    }
    if (present(reader, "response allowed")) {
        apdu.response_allowed = reader.octet("response allowed") != 0;
    }
    apdu.quality_of_service = read_optional(reader, "the quality of service");
    apdu.version = reader.octet("the DLMS version");
    apdu.conformance = read_conformance(reader);
    apdu.max_pdu_size = reader.uint16("the client's PDU size");
    decoded.problem = end(reader);
    return decoded;
}

DecodedApdu<InitiateResponse> decode_initiate_response(std::span<std::byte const> octets) {
    OctetReader reader = begin(octets, kInitiateResponse, "InitiateResponse");
    DecodedApdu<InitiateResponse> decoded;
    auto& apdu = decoded.apdu;
    apdu.quality_of_service = read_optional(reader, "the quality of service");
    apdu.version = reader.octet("the DLMS version");
    apdu.conformance = read_conformance(reader);
    apdu.max_pdu_size = reader.uint16("the server's PDU size");
    apdu.vaa_name = reader.uint16("the VAA name");
    decoded.problem = end(reader);
    return decoded;
}

DecodedApdu<InitiateError> decode_initiate_error(std::span<std::byte const> octets) {
    OctetReader reader = begin(octets, kConfirmedServiceError, "ConfirmedServiceError");
    std::uint16_t const kind = reader.uint16("the service error");
    std::uint8_t const reason = reader.octet("the reason");
    if (reader.ok() && (kind != 0x0106 || reason > 4)) {
        reader.fail("no error of an initiate");
    }
    DecodedApdu<InitiateError> decoded;
    decoded.problem = end(reader);
    if (decoded.ok()) {
        decoded.apdu = static_cast<InitiateError>(reason);
    }
    return decoded;
}

} // namespace gridtwin::wire
