#pragma once
// What the services of xDLMS have in common (IEC 62056-5-3, clauses 6 and 8; DLMS Green Book 9.3 to
// 9.5), with logical names. Values are held as the octets of one Data (data.hpp) or as parts of
// them; whoever decoded keeps the buffer.
#include "models/wire/dlms/obis.hpp"
#include "models/wire/octets.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace gridtwin::wire::dlms {

/// Invoke-Id-And-Priority: bits 0 to 3 the number of the request, 6 confirmed, 7 high priority.
/// Bits 4 and 5 are reserved, and read as if they were 0.
struct InvokeId {
    std::uint8_t id = 0; ///< at most 15
    bool confirmed = true;
    bool high_priority = false;

    friend bool operator==(InvokeId const&, InvokeId const&) = default;
};

/// Long-Invoke-Id-And-Priority: bits 0 to 23, 28 to 31.
struct LongInvokeId {
    std::uint32_t id = 0; ///< at most 2^24 - 1
    bool self_descriptive = false;
    bool break_on_error = false;
    bool confirmed = false;
    bool high_priority = false;

    friend bool operator==(LongInvokeId const&, LongInvokeId const&) = default;
};

/// Nine octets: class 16, logical name 48, number 8 bits.
struct AttributeDescriptor {
    std::uint16_t class_id = 0;
    Obis instance;
    std::int8_t attribute = 0; ///< 0: all attributes; below 0 the manufacturer's

    friend bool operator==(AttributeDescriptor const&, AttributeDescriptor const&) = default;
};

struct MethodDescriptor {
    std::uint16_t class_id = 0;
    Obis instance;
    std::int8_t method = 0;

    friend bool operator==(MethodDescriptor const&, MethodDescriptor const&) = default;
};

/// Which part of an attribute: selective_access.hpp has those of profiles.
struct SelectiveAccess {
    std::uint8_t selector = 0;
    Octets parameters; ///< one Data

    friend bool operator==(SelectiveAccess const&, SelectiveAccess const&) = default;
};

struct SelectedAttribute {
    AttributeDescriptor attribute;
    std::optional<SelectiveAccess> access;

    friend bool operator==(SelectedAttribute const&, SelectedAttribute const&) = default;
};

/// A number that is none of these is kept as it came.
enum class DataAccessResult : std::uint8_t {
    success = 0,
    hardware_fault = 1,
    temporary_failure = 2,
    read_write_denied = 3,
    object_undefined = 4,
    object_class_inconsistent = 9,
    object_unavailable = 11,
    type_unmatched = 12,
    scope_of_access_violated = 13,
    data_block_unavailable = 14,
    long_get_aborted = 15,
    no_long_get_in_progress = 16,
    long_set_aborted = 17,
    no_long_set_in_progress = 18,
    data_block_number_invalid = 19,
    other_reason = 250,
};

enum class ActionResult : std::uint8_t {
    success = 0,
    hardware_fault = 1,
    temporary_failure = 2,
    read_write_denied = 3,
    object_undefined = 4,
    object_class_inconsistent = 9,
    object_unavailable = 11,
    type_unmatched = 12,
    scope_of_access_violated = 13,
    data_block_unavailable = 14,
    long_action_aborted = 15,
    no_long_action_in_progress = 16,
    other_reason = 250,
};

/// The standard's, "read-write-denied"; "result 77" for others.
[[nodiscard]] std::string name(DataAccessResult result);
[[nodiscard]] std::string name(ActionResult result);

/// One Data, or why there is none.
using GetDataResult = std::variant<Octets, DataAccessResult>;

/// DataBlock-SA: a part of what a request, or the response to an action, would hold.
struct DataBlock {
    bool last = false;
    std::uint32_t number = 0; ///< from 1
    Octets raw;

    friend bool operator==(DataBlock const&, DataBlock const&) = default;
};

/// As on the wire; an answer repeats it.
[[nodiscard]] constexpr std::uint8_t octet_of(InvokeId invoke) {
    return static_cast<std::uint8_t>((invoke.id & 0x0FU) | (invoke.confirmed ? 0x40U : 0U) |
                                     (invoke.high_priority ? 0x80U : 0U));
}
[[nodiscard]] constexpr InvokeId invoke_id_of(std::uint8_t octet) {
    return {.id = static_cast<std::uint8_t>(octet & 0x0FU),
            .confirmed = (octet & 0x40U) != 0,
            .high_priority = (octet & 0x80U) != 0};
}

} // namespace gridtwin::wire::dlms
