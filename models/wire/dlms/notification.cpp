#include "models/wire/dlms/notification.hpp"

#include "models/wire/dlms/service_codec.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

namespace gridtwin::wire::dlms {

using namespace codec;

namespace {

constexpr std::uint32_t kSelfDescriptive = 1U << 28;
constexpr std::uint32_t kBreakOnError = 1U << 29;
constexpr std::uint32_t kConfirmed = 1U << 30;
constexpr std::uint32_t kHighPriority = 1U << 31;
constexpr std::uint32_t kMostLongId = (1U << 24) - 1;

constexpr std::uint8_t kMostService = 19;   ///< of ConfirmedServiceError: information report
constexpr std::uint8_t kMostErrorKind = 10; ///< other

void put_tag(ApduTag tag, std::vector<std::byte>& out) {
    put_octet(static_cast<std::uint8_t>(tag), out);
}

std::uint32_t bits_of(LongInvokeId invoke) {
    return invoke.id | (invoke.self_descriptive ? kSelfDescriptive : 0) |
           (invoke.break_on_error ? kBreakOnError : 0) | (invoke.confirmed ? kConfirmed : 0) |
           (invoke.high_priority ? kHighPriority : 0);
}

LongInvokeId long_invoke_id_of(std::uint32_t bits) {
    return {.id = bits & kMostLongId,
            .self_descriptive = (bits & kSelfDescriptive) != 0,
            .break_on_error = (bits & kBreakOnError) != 0,
            .confirmed = (bits & kConfirmed) != 0,
            .high_priority = (bits & kHighPriority) != 0};
}

/// An octet-string of 12, or none where it is empty.
std::optional<DateTime> time(OctetReader& cursor) {
    std::size_t const begin = cursor.at();
    Octets const octets = cursor.string("the time");
    if (octets.empty()) {
        return std::nullopt;
    }
    auto const when = decode_date_time(octets);
    if (!when.ok()) {
        cursor.fail_at(begin, fmt::format("the time, its {}", when.problem));
    }
    return when.value;
}

} // namespace

void encode(EventNotification const& apdu, std::vector<std::byte>& out) {
    put_tag(ApduTag::event_notification, out);
    put_octet(apdu.time ? 1 : 0, out);
    if (apdu.time) {
        put(*apdu.time, out);
    }
    put(apdu.attribute, out);
    put_data(apdu.value, out);
}

void encode(DataNotification const& apdu, std::vector<std::byte>& out) {
    if (apdu.invoke.id > kMostLongId) {
        throw SimulationError(fmt::format("DLMS: invoke id {} has no encoding", apdu.invoke.id));
    }
    put_tag(ApduTag::data_notification, out);
    put_uint32(bits_of(apdu.invoke), out);
    if (apdu.time) {
        put(*apdu.time, out);
    } else {
        put_octet(0, out);
    }
    put_data(apdu.value, out);
}

void encode(ExceptionResponse const& apdu, std::vector<std::byte>& out) {
    auto const state = static_cast<std::uint8_t>(apdu.state);
    auto const service = static_cast<std::uint8_t>(apdu.service);
    bool const counts = apdu.service == ServiceError::invocation_counter_error;
    if (state < 1 || state > 2 || service < 1 || service > 6 || (apdu.counter && !counts)) {
        throw SimulationError(
            fmt::format("DLMS: exception-response {} {} has no encoding", state, service));
    }
    put_tag(ApduTag::exception_response, out);
    put_octet(state, out);
    put_octet(service, out);
    if (apdu.counter) {
        put_uint32(*apdu.counter, out);
    }
}

void encode(ConfirmedServiceError const& apdu, std::vector<std::byte>& out) {
    if (apdu.service < 1 || apdu.service > kMostService || apdu.kind > kMostErrorKind) {
        throw SimulationError(fmt::format("DLMS: confirmed-service-error {} {} has no encoding",
                                          apdu.service, apdu.kind));
    }
    put_tag(ApduTag::confirmed_service_error, out);
    put_octet(apdu.service, out);
    put_octet(apdu.kind, out);
    put_octet(apdu.error, out);
}

namespace codec {

Apdu event_notification(OctetReader& cursor) {
    EventNotification apdu;
    if (cursor.boolean("whether there is a time")) {
        apdu.time = time(cursor);
    }
    apdu.attribute = attribute(cursor);
    apdu.value = data(cursor);
    return apdu;
}

Apdu data_notification(OctetReader& cursor) {
    DataNotification apdu;
    apdu.invoke = long_invoke_id_of(cursor.uint32("invoke id and priority"));
    apdu.time = time(cursor);
    apdu.value = data(cursor);
    return apdu;
}

Apdu exception_response(OctetReader& cursor) {
    std::size_t const begin = cursor.at();
    std::uint8_t const state = cursor.octet("the state error");
    std::uint8_t const service = cursor.octet("the service error");
    if (cursor.ok() && (state < 1 || state > 2 || service < 1 || service > 6)) {
        cursor.fail_at(begin, fmt::format("there is no exception {} {}", state, service));
    }
    ExceptionResponse apdu{.state = static_cast<StateError>(state),
                           .service = static_cast<ServiceError>(service),
                           .counter = {}};
    // Older servers send none.
    if (apdu.service == ServiceError::invocation_counter_error && cursor.left() > 0) {
        apdu.counter = cursor.uint32("the invocation counter");
    }
    return apdu;
}

Apdu confirmed_service_error(OctetReader& cursor) {
    std::size_t const begin = cursor.at();
    ConfirmedServiceError apdu;
    apdu.service = cursor.octet("the service");
    apdu.kind = cursor.octet("the kind of error");
    apdu.error = cursor.octet("the error");
    if (cursor.ok() &&
        (apdu.service < 1 || apdu.service > kMostService || apdu.kind > kMostErrorKind)) {
        cursor.fail_at(begin, fmt::format("there is no error {} {}", apdu.service, apdu.kind));
    }
    return apdu;
}

} // namespace codec
} // namespace gridtwin::wire::dlms
