#pragma once
// What a meter tells unasked, and how a server refuses (IEC 62056-5-3, clauses 6 and 8).
// encode() appends; services.hpp decodes.
#include "models/wire/dlms/date_time.hpp"
#include "models/wire/dlms/service_types.hpp"

#include <vector>

namespace gridtwin::wire::dlms {

/// C2: 0, or 1 with length 12 and the time; descriptor, value
struct EventNotification {
    std::optional<DateTime> time;
    AttributeDescriptor attribute;
    Octets value;
    friend bool operator==(EventNotification const&, EventNotification const&) = default;
};

/// 0F: long invoke id and priority, length 0, or 12 and the time; value. What is pushed goes so.
struct DataNotification {
    LongInvokeId invoke;
    std::optional<DateTime> time;
    Octets value;
    friend bool operator==(DataNotification const&, DataNotification const&) = default;
};

enum class StateError : std::uint8_t { service_not_allowed = 1, service_unknown = 2 };
enum class ServiceError : std::uint8_t {
    operation_not_possible = 1,
    service_not_supported = 2,
    other_reason = 3,
    pdu_too_long = 4,
    deciphering_error = 5,
    invocation_counter_error = 6,
};

/// D8: state error, service error; of an invocation-counter-error the counter that is expected
struct ExceptionResponse {
    StateError state = StateError::service_not_allowed;
    ServiceError service = ServiceError::operation_not_possible;
    std::optional<std::uint32_t> counter;
    friend bool operator==(ExceptionResponse const&, ExceptionResponse const&) = default;
};

/// 0E: of which service (1 initiate, 5 read, 6 write...), which list of errors (0
/// application-reference .. 6 initiate .. 10 other), which of its errors
struct ConfirmedServiceError {
    std::uint8_t service = 1;
    std::uint8_t kind = 6;
    std::uint8_t error = 0;
    friend bool operator==(ConfirmedServiceError const&, ConfirmedServiceError const&) = default;
};

/// @throws SimulationError for a value that is not one well-formed Data, for ids above 24 bits,
/// counters with another error, and numbers that the standard does not have
void encode(EventNotification const& apdu, std::vector<std::byte>& out);
void encode(DataNotification const& apdu, std::vector<std::byte>& out);
void encode(ExceptionResponse const& apdu, std::vector<std::byte>& out);
void encode(ConfirmedServiceError const& apdu, std::vector<std::byte>& out);

} // namespace gridtwin::wire::dlms
