#pragma once
// What must hold of any octets that a decoder of DLMS accepts; for tests and the fuzz target.
#include "models/wire/dlms/data.hpp"
#include "models/wire/dlms/date_time.hpp"
#include "models/wire/dlms/selective_access.hpp"
#include "models/wire/dlms/services.hpp"

#include <string>

namespace gridtwin::wire::dlms {

/// Encoded again, and read again, it is the same; refusals have a text. Empty, or what failed.
template <typename Decode>
std::string law_problem(std::span<std::byte const> octets, Decode decode) {
    auto const once = decode(octets);
    if (!once.ok()) {
        return {};
    }
    std::vector<std::byte> again;
    encode(once.value, again);
    auto const twice = decode(std::span<std::byte const>(again));
    if (!twice.ok()) {
        return "what was encoded is refused: " + twice.problem;
    }
    std::vector<std::byte> third;
    encode(twice.value, third);
    return third == again ? "" : "encoded once more, it differs";
}

inline std::string accepted_problem(std::span<std::byte const> octets) {
    auto const decode = [](std::span<std::byte const> apdu) { return decode_apdu(apdu); };
    for (auto const& problem :
         {law_problem(octets, decode), law_problem(octets, decode_data),
          law_problem(octets, decode_range), law_problem(octets, decode_entries),
          law_problem(octets, decode_date_time), law_problem(octets, results_of),
          law_problem(octets, values_of), law_problem(octets, outcomes_of)}) {
        if (!problem.empty()) {
            return problem;
        }
    }
    return decode_data(octets).ok() == is_data(octets) ? "" : "reader and tree disagree";
}

} // namespace gridtwin::wire::dlms
