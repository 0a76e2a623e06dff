#pragma once
// Finding subscribers, and all that happened to one.
#include "models/cis/operations.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace gridtwin::cis {

struct Found {
    std::string code, name, address;
    std::string meter; ///< its serial number, installed now; empty: none
    friend bool operator==(Found const&, Found const&) = default;
};

// In order of address, code and meter; at most `most`.

/// Addresses that begin so; letters of ASCII in either case, one blank for any white space.
[[nodiscard]] std::vector<Found> search_address(Session&, std::string const& prefix,
                                                std::int64_t most = 100);
/// The whole code, or its first digits: "01 06" is all of a settlement.
[[nodiscard]] std::vector<Found> search_code(Session&, std::string const& prefix,
                                             std::int64_t most = 100);
/// Whom the meter serves now.
[[nodiscard]] std::vector<Found> search_meter(Session&, std::string const& serial);

struct Happening {
    SimTime at{};
    std::string kind; ///< "payment", "operation", ...
    std::string what;
    friend bool operator==(Happening const&, Happening const&) = default;
};
/// Registration, agreements, meters, invoices, payments, penalties and every operation, failed ones
/// too, in order of time.
[[nodiscard]] std::vector<Happening> history(Session&, std::string const& code);

} // namespace gridtwin::cis
