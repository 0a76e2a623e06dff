// The services of DLMS as the meters' profile has them.
#include "models/wire/clock_validity.hpp"
#include "models/wire/octets.hpp"
#include "models/wire/sizes.hpp"

#include <algorithm>

namespace gridtwin::wire {
namespace {

// A-XDR: a tag octet, a length octet where the length varies, the value.
constexpr std::uint32_t kOctetStringClock = 2 + 12;
constexpr std::uint32_t kUint16 = 1 + 2;
constexpr std::uint32_t kUint32 = 1 + 4;
constexpr std::uint32_t kInt64 = 1 + 8;
constexpr std::uint32_t kStructure = 2;
constexpr std::uint32_t kNull = 1;
constexpr std::uint32_t kImageIdentifier = 2 + 4 + 4 + 2 + 4;
constexpr std::uint32_t kSystemTitle = 8;
// class id, OBIS code, attribute or method
constexpr std::uint32_t kDescriptor = 2 + 6 + 1;
// service tag, its variant, invoke id and priority
constexpr std::uint32_t kServiceHeader = 3;

std::uint32_t array_header(std::uint32_t count) {
    return 1 + static_cast<std::uint32_t>(length_octets(count));
}

// {clock, status, active, reactive, voltage}; the clock is null where it follows from the row
// before
constexpr std::uint32_t kRowBody = kStructure + 2 + kUint32 + kUint32 + kUint16;
constexpr std::uint32_t kFirstRow = kRowBody + kOctetStringClock;
constexpr std::uint32_t kNextRow = kRowBody + kNull;

/// A row of so many columns that says no more than its first: from where the rows would go on.
constexpr std::uint32_t row_of_nulls(std::uint32_t first, std::uint32_t others) {
    return kStructure + first + others * kNull;
}

} // namespace

std::uint32_t get_request_octets() {
    return kServiceHeader + kDescriptor + 1; // no selection
}

std::uint32_t get_clock_response_octets() {
    return kServiceHeader + 1 + kOctetStringClock;
}

std::uint32_t set_clock_request_octets() {
    return kServiceHeader + kDescriptor + 1 + kOctetStringClock; // no selection
}

std::uint32_t clock_setting_octets() {
    constexpr std::uint32_t kInteger = 1 + 1;
    return kServiceHeader + 1 + kClockSettingMethods * kDescriptor + 1 + kStructure +
           3 * kOctetStringClock + kInteger;
}

std::uint32_t action_list_response_octets(std::uint32_t methods) {
    return kServiceHeader + 1 + methods * (1 + 1); // result, no return parameters
}

std::uint32_t get_range_request_octets() {
    // restricting object: the clock's class, OBIS code, attribute, data index
    constexpr std::uint32_t kObject = kStructure + kUint16 + (2 + 6) + 2 + kUint16;
    std::uint32_t const range =
        kStructure + kObject + 2 * kOctetStringClock + array_header(0); // all columns
    return kServiceHeader + kDescriptor + 1 + 1 + range;
}

std::uint32_t get_profile_response_octets(std::uint32_t rows) {
    std::uint32_t const data =
        rows == 0 ? row_of_nulls(kOctetStringClock, 4) : kFirstRow + (rows - 1) * kNextRow;
    return kServiceHeader + 1 + array_header(rows) + data;
}

std::uint32_t get_load_profile_response_octets(std::uint32_t rows, std::uint32_t channels) {
    std::uint32_t const body = kStructure + 2 + channels * kUint32;
    std::uint32_t const none =
        channels == 0 ? 0 : row_of_nulls(kOctetStringClock, 1 + channels); // no such profile
    std::uint32_t const data =
        rows == 0 ? none : body + kOctetStringClock + (rows - 1) * (body + kNull);
    return kServiceHeader + 1 + array_header(rows) + data;
}

std::uint32_t action_request_octets() {
    return kServiceHeader + kDescriptor + 1 + 2; // parameters present: one integer
}

std::uint32_t limited_relay_request_octets() {
    return kServiceHeader + kDescriptor + 1 + kOctetStringClock;
}

std::uint32_t action_response_octets() {
    return kServiceHeader + 1 + 1; // result, no return parameters
}

std::uint32_t relay_response_octets() {
    constexpr std::uint32_t kBoolean = 1 + 1;
    return action_response_octets() + 1 + kStructure + kBoolean + kOctetStringClock;
}

std::uint32_t set_request_octets(bool delayed) {
    std::uint32_t const data = delayed ? kStructure + kOctetStringClock + kInt64 : kInt64;
    return kServiceHeader + kDescriptor + 1 + data; // no selection
}

std::uint32_t set_response_octets() {
    return kServiceHeader + 1;
}

std::uint32_t get_registers_response_octets(std::uint32_t values) {
    return kServiceHeader + 1 + kStructure + kOctetStringClock + values * kInt64;
}

std::uint32_t get_entries_request_octets() {
    // first and last entry, first and last column
    constexpr std::uint32_t kEntries = kStructure + 2 * kUint32 + 2 * kUint16;
    return kServiceHeader + kDescriptor + 1 + 1 + kEntries;
}

std::uint32_t get_events_response_octets(std::uint32_t events) {
    constexpr std::uint32_t kRow = kStructure + kOctetStringClock + kUint16 + kUint32;
    std::uint32_t const data =
        events == 0 ? row_of_nulls(kUint32, 3) : events * kRow + kUint32 + (events - 1) * kNull;
    return kServiceHeader + 1 + array_header(std::max(events, 1U)) + data;
}

std::uint32_t firmware_block_octets(std::uint32_t block_octets) {
    return kServiceHeader + kDescriptor + 1 + kStructure + kImageIdentifier + kUint32 +
           array_header(block_octets) + block_octets;
}

std::uint32_t gaps_request_octets() {
    return kServiceHeader + kDescriptor + 1 + kStructure + kImageIdentifier + kUint32 + 2;
}

std::uint32_t gaps_response_octets(std::uint32_t payload_octets) {
    return kServiceHeader + 1 + 1 + 1 + array_header(payload_octets) + payload_octets;
}

std::uint32_t call_octets() {
    return 1 + kSystemTitle + 2 + 2;
}

std::uint32_t hello_octets() {
    return 1 + kSystemTitle + 2;
}

std::uint32_t found_octets(std::uint32_t meters) {
    constexpr std::uint32_t kOne = kStructure + 2 + kSystemTitle + kUint16;
    return action_response_octets() + 1 + kStructure + kUint16 + array_header(meters) +
           meters * kOne;
}

std::uint32_t enroll_octets() {
    return kServiceHeader + kDescriptor + 1 + kStructure + 2 + kSystemTitle + kUint16;
}

std::uint32_t enrolled_octets() {
    return action_response_octets() + 1 + kUint32;
}

std::uint32_t credit_request_octets() {
    return kServiceHeader + kDescriptor + 1 + kStructure + kUint32 + 2 * kInt64;
}

std::uint32_t credit_response_octets(bool account, bool asked_by_method) {
    constexpr std::uint32_t kUint8 = 1 + 1;
    constexpr std::uint32_t kAccount =
        kStructure + 2 * kUint32 + kUint8 + 2 * kInt64 + kOctetStringClock;
    return (asked_by_method ? action_response_octets() : kServiceHeader) + 1 +
           (account ? kAccount : kNull);
}

std::uint32_t notification_octets() {
    // tag, long invoke id, date and time; {logical device name, event code}
    return 1 + 4 + 13 + kStructure + (2 + 16) + kUint16;
}

} // namespace gridtwin::wire
