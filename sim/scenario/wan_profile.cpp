#include "sim/scenario/wan_profile.hpp"

#include "sim/scenario/instant.hpp"
#include "sim/scenario/text_file.hpp"

#include <fmt/format.h>

#include <sstream>

namespace gridtwin::scenario {
namespace {

std::string trimmed(std::string const& text) {
    auto const first = text.find_first_not_of(" \t\r");
    auto const last = text.find_last_not_of(" \t\r");
    return first == std::string::npos ? std::string{} : text.substr(first, last - first + 1);
}

std::optional<double> parse_rate(std::string const& text) {
    if (text == "down" || text == "up") {
        return text == "up" ? 1.0 : 0.0;
    }
    auto const rate = parse_quantity(text, Dimension::fraction);
    return rate.ok() && rate.value >= 0.0 && rate.value <= 1.0 ? std::optional(rate.value)
                                                               : std::nullopt;
}

} // namespace

std::vector<wan::AvailabilityChange> read_wan_profile(Section& s, std::string_view key,
                                                      std::string const& file,
                                                      CivilClock const* clock,
                                                      SimDuration duration) {
    std::vector<wan::AvailabilityChange> changes;
    auto const path = beside(s, file);
    auto const content = read_beside(s, key, path, "profile", "lines 'at,rate'");
    if (!content) {
        return changes;
    }
    std::istringstream in(*content);
    std::string line;
    for (int row = 1; std::getline(in, line); ++row) {
        auto const text = trimmed(line);
        if (text.empty() || text.front() == '#') {
            continue;
        }
        auto const comma = text.find(',');
        auto const at_text = trimmed(text.substr(0, comma));
        auto const rate_text = comma == std::string::npos ? "" : trimmed(text.substr(comma + 1));
        auto const at = parse_instant(at_text, clock);
        auto const rate = parse_rate(rate_text);
        SourcePos const where{path.string(), row, 1};
        if (!at && (clock != nullptr || !parse_time_of_day(at_text))) {
            s.error(where, fmt::format("'{}' is no date", at_text), std::string(kInstantExpected));
        }
        if (!rate) {
            s.error(where, fmt::format("'{}' is no rate", rate_text), "0 % to 100 %, up or down");
        }
        if (at && *at >= to_s(duration)) {
            continue; // profiles may be longer than a run
        }
        if (at && rate) {
            SimTime const then = kStart + duration_from_s(*at);
            if (!changes.empty() && changes.back().at >= then) {
                s.error(where, fmt::format("'{}' does not come after the line before it", at_text),
                        "lines by time");
                continue;
            }
            changes.push_back({then, *rate});
        }
    }
    return changes;
}

} // namespace gridtwin::scenario
