#include "sim/scenario/wan_profile.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

namespace gridtwin::scenario {
namespace {

std::string trimmed(std::string const& text) {
    auto const first = text.find_first_not_of(" \t\r");
    auto const last = text.find_last_not_of(" \t\r");
    return first == std::string::npos ? std::string{} : text.substr(first, last - first + 1);
}

std::optional<SimTime> parse_instant(std::string const& text, CivilClock const* clock) {
    if (auto const second = parse_time_of_day(text)) {
        return clock == nullptr ? std::nullopt : std::optional(clock->next(kStart, *second));
    }
    auto const offset = parse_quantity(text, Dimension::time);
    return offset.ok() && offset.value >= 0.0
               ? std::optional(kStart + duration_from_s(offset.value))
               : std::nullopt;
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
    auto const path = std::filesystem::path(s.where().file).parent_path() / file;
    std::ifstream in(path);
    if (!in || std::filesystem::is_directory(path)) {
        s.error(s.where(key), fmt::format("profile '{}' is not a file", path.string()),
                "lines 'at,rate', relative to the scenario");
        return changes;
    }
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
            s.error(where, fmt::format("'{}' is no date", at_text),
                    "a time of day such as 14:00, or a time from the start such as 26 h");
        }
        if (!rate) {
            s.error(where, fmt::format("'{}' is no rate", rate_text), "0 % to 100 %, up or down");
        }
        if (at && *at >= kStart + duration) {
            continue; // profiles may be longer than a run
        }
        if (at && rate) {
            if (!changes.empty() && changes.back().at >= *at) {
                s.error(where, fmt::format("'{}' does not come after the line before it", at_text),
                        "lines by time");
                continue;
            }
            changes.push_back({*at, *rate});
        }
    }
    return changes;
}

} // namespace gridtwin::scenario
