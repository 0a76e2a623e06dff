#pragma once
// Reports: tables, as CSV and as a page of their own.
#include "models/cis/operations.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::cis {

struct Table {
    std::string title;
    std::vector<std::string> columns; ///< with units
    std::vector<std::vector<std::string>> rows;
};

/// Of the balances of intervals [first, last]: by concentrator, and all together. Loss is what the
/// busbars had and the meters had not.
[[nodiscard]] Table losses(Session&, std::uint32_t first, std::uint32_t last);
/// Of each subscriber with invoices issued, or payments taken and not reversed, in [from, to), and
/// all together: paid of invoiced.
[[nodiscard]] Table collection_rate(Session&, SimTime from, SimTime to);
/// What each subscriber owes; negative: has paid ahead.
[[nodiscard]] Table balances(Session&);
/// Issued in [from, to), by series and number.
[[nodiscard]] Table invoices(Session&, SimTime from, SimTime to);

/// RFC 4180, lines end with CR LF.
[[nodiscard]] std::string to_csv(Table const& table);
/// One HTML page without anything from elsewhere; all text escaped.
[[nodiscard]] std::string to_html(std::string const& title, std::span<Table const> tables);

} // namespace gridtwin::cis
