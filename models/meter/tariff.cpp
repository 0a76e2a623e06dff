#include "models/meter/tariff.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::meter {
namespace {

constexpr SimDuration kDay = std::chrono::hours(24);
constexpr SimDuration kWeek = 7 * kDay;

std::vector<TariffWeek::Entry> entries_of(TariffCalendar const& calendar) {
    std::vector<TariffWeek::Entry> entries;
    for (auto const& one : calendar.switches) {
        for (int day = 0; day < 7; ++day) {
            if ((one.days >> day & 1) != 0) {
                entries.push_back({.at = day * kDay + one.at, .tariff = one.tariff});
            }
        }
    }
    std::sort(entries.begin(), entries.end(),
              [](auto const& a, auto const& b) { return a.at < b.at; });
    return entries;
}

} // namespace

std::string problem(TariffCalendar const& calendar) {
    for (auto const& one : calendar.switches) {
        if (one.tariff >= kMaxTariffs) {
            return fmt::format("tariff {} of a calendar that has 1 to {}", one.tariff + 1,
                               kMaxTariffs);
        }
        if (one.days == 0 || one.days > 0b111'1111) {
            return "a tariff's switch is on no day";
        }
        if (one.at < SimDuration::zero() || one.at >= kDay) {
            return "a tariff's switch is at no time of day";
        }
        if (one.at % std::chrono::seconds(1) != SimDuration::zero()) {
            return "a tariff's switch is not at a whole second";
        }
    }
    auto const entries = entries_of(calendar);
    for (std::size_t i = 1; i < entries.size(); ++i) {
        if (entries[i].at == entries[i - 1].at) {
            return fmt::format("two tariffs, {} and {}, begin at the same instant",
                               entries[i - 1].tariff + 1, entries[i].tariff + 1);
        }
    }
    return {};
}

TariffWeek lay_out(TariffCalendar const& calendar) {
    if (auto const text = problem(calendar); !text.empty()) {
        throw SimulationError(text);
    }
    return {.entries = entries_of(calendar)};
}

TariffWeek::Span TariffWeek::at(SimDuration of_week) const {
    if (entries.empty()) {
        return {};
    }
    auto const next =
        std::upper_bound(entries.begin(), entries.end(), of_week,
                         [](SimDuration t, Entry const& entry) { return t < entry.at; });
    // Before a week's first entry, the week before's last still holds.
    auto const& holds = next == entries.begin() ? entries.back() : *std::prev(next);
    SimDuration const until = next == entries.end() ? kWeek + entries.front().at : next->at;
    return {.tariff = holds.tariff, .left = until - of_week};
}

} // namespace gridtwin::meter
