#pragma once
// Key figures of a run: how they are shown, and what a scenario expects of them.
#include "sim/core/diagnostics.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::results {

/// Unit of a KPI that is a fraction, 0..1: it is stored as such and shown in percent.
inline constexpr std::string_view kFractionUnit = "1";

struct Kpi {
    std::string name{}; ///< "group.name"; a part that begins with "wall_" stays out of the digest
    std::string unit{}; ///< of `value`: "Wh", "s", "pu"; "1" is a fraction, empty a count
    double value = 0.0; ///< NaN: could not be determined
    std::string text{}; ///< a remark for people, may be empty
};

/// A value as people read it: "91.2 %" for 0.912 in unit "1", "12,345" for a count, "4.08 MWh".
[[nodiscard]] std::string format_value(double value, std::string_view unit);

/// The table for the terminal: a heading for each group (what stands before the first dot, in order
/// of first appearance), one KPI a line, at most 100 columns wide, ending in a line feed. Remarks
/// that do not fit go on in the next line.
[[nodiscard]] std::string kpi_table(std::span<Kpi const> kpis);

/// One entry of a scenario's `expect:` block. Bounds are inclusive.
struct Expectation {
    std::string kpi{};
    std::optional<double> at_least{};
    std::optional<double> at_most{};
    std::optional<double> equals{}; ///< to 1e-9 of the bound
    std::string because{};          ///< may be empty
    SourcePos where{};
    /// Unit of the bounds, as parse_quantity leaves them ("1", "s", "Wh") or any unit it reads
    /// ("%", "h", "kWh"); converted to the KPI's. Empty: they are in the KPI's own unit.
    std::string unit{};
};

struct ExpectationResult {
    bool pass = false;
    /// One sentence: "expectation met at ..." or "expectation failed at file:line:column:
    /// read_success is 91.2 %, at least 98 % was expected (because ...)".
    std::string message{};
};

/// One result an expectation, in their order. A KPI that is missing or NaN, a unit that cannot be
/// compared and an expectation without a bound fail.
[[nodiscard]] std::vector<ExpectationResult>
check_expectations(std::span<Expectation const> expectations, std::span<Kpi const> kpis);

} // namespace gridtwin::results
