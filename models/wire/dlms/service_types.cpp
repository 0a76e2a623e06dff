#include "models/wire/dlms/service_types.hpp"

#include <fmt/format.h>

namespace gridtwin::wire::dlms {
namespace {

/// Of the numbers that both lists share.
std::string_view common_name(std::uint8_t result) {
    switch (result) {
    case 0:
        return "success";
    case 1:
        return "hardware-fault";
    case 2:
        return "temporary-failure";
    case 3:
        return "read-write-denied";
    case 4:
        return "object-undefined";
    case 9:
        return "object-class-inconsistent";
    case 11:
        return "object-unavailable";
    case 12:
        return "type-unmatched";
    case 13:
        return "scope-of-access-violated";
    case 14:
        return "data-block-unavailable";
    case 250:
        return "other-reason";
    default:
        return {};
    }
}

std::string or_number(std::string_view name, std::uint8_t result) {
    return name.empty() ? fmt::format("result {}", result) : std::string(name);
}

} // namespace

std::string name(DataAccessResult result) {
    auto const number = static_cast<std::uint8_t>(result);
    switch (result) {
    case DataAccessResult::long_get_aborted:
        return "long-get-aborted";
    case DataAccessResult::no_long_get_in_progress:
        return "no-long-get-in-progress";
    case DataAccessResult::long_set_aborted:
        return "long-set-aborted";
    case DataAccessResult::no_long_set_in_progress:
        return "no-long-set-in-progress";
    case DataAccessResult::data_block_number_invalid:
        return "data-block-number-invalid";
    default:
        return or_number(common_name(number), number);
    }
}

std::string name(ActionResult result) {
    auto const number = static_cast<std::uint8_t>(result);
    switch (result) {
    case ActionResult::long_action_aborted:
        return "long-action-aborted";
    case ActionResult::no_long_action_in_progress:
        return "no-long-action-in-progress";
    default:
        return or_number(common_name(number), number);
    }
}

} // namespace gridtwin::wire::dlms
