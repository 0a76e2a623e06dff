#include "models/meter/adder.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace gridtwin::meter {
namespace {

std::size_t members_of(Adders const& adders, std::size_t adder) {
    return adders.first_member[adder + 1] - adders.first_member[adder];
}

AdderRow& row_of(Adders& adders, MeterTable const& table, std::size_t adder,
                 std::uint32_t interval) {
    return adders.rows[adder * table.profile_rows + (interval - 1) % table.profile_rows];
}

/// Rows go on being held as long as meters hold theirs; the latest is of the interval to be judged.
bool held(Adders const& adders, MeterTable const& table, std::size_t adder,
          std::uint32_t interval) {
    return interval + table.profile_rows > adders.judged[adder] + 1;
}

void tell(std::vector<EventRecord>& events, std::size_t adder, SimTime at, EventKind kind,
          double value) {
    events.push_back({.at = at,
                      .kind = kind,
                      .entity = EventEntity::adder,
                      .row = static_cast<std::uint32_t>(adder),
                      .value = value});
}

void check_overload(Adders const& adders, std::size_t adder, AdderRow& row, MeterSpec const& spec,
                    SimTime at, std::vector<EventRecord>& events) {
    double const mean_w = static_cast<double>(row.mwh) / 1e3 / to_h(spec.interval);
    double const limit_w = adders.spec[adder].limit_w;
    if (limit_w > 0.0 && mean_w > limit_w && !row.over) {
        row.over = true;
        tell(events, adder, at, EventKind::adder_overload, mean_w);
    }
}

/// Of the phases' mean voltages; none unless all three have some.
std::optional<double> unbalance_of(AdderRow const& row) {
    std::array<double, 3> mean_v{};
    for (std::size_t phase = 0; phase < 3; ++phase) {
        if (row.voltages[phase] == 0) {
            return std::nullopt;
        }
        mean_v[phase] = row.voltage_sum_v[phase] / row.voltages[phase];
    }
    double const mean = (mean_v[0] + mean_v[1] + mean_v[2]) / 3.0;
    double most = 0.0;
    for (double const v : mean_v) {
        most = std::max(most, std::abs(v - mean));
    }
    return most / mean;
}

void judge(Adders& adders, MeterTable const& table, MeterSpec const& spec, std::size_t adder,
           std::uint32_t interval, SimTime at, std::vector<EventRecord>& events) {
    AdderRow& row = row_of(adders, table, adder, interval);
    row.judged = true;
    std::size_t const missing = members_of(adders, adder) - row.contributions;
    if (missing > 0) {
        tell(events, adder, at, EventKind::adder_incomplete, static_cast<double>(missing));
    }
    check_overload(adders, adder, row, spec, at, events);
    double const limit = adders.spec[adder].unbalance_frac;
    auto const unbalance = unbalance_of(row);
    if (limit > 0.0 && unbalance && (*unbalance > limit) != (adders.unbalanced[adder] != 0)) {
        adders.unbalanced[adder] ^= 1;
        tell(events, adder, at,
             adders.unbalanced[adder] != 0 ? EventKind::adder_unbalance_began
                                           : EventKind::adder_unbalance_ended,
             *unbalance);
    }
}

void take(Adders& adders, MeterTable const& table, MeterSpec const& spec, std::size_t adder,
          std::size_t m, SimTime at, std::vector<EventRecord>& events) {
    AdderMember const& member = adders.member[m];
    // No further than the interval after the last judged one: its row is there.
    std::uint32_t const last =
        std::min(table.last_closed[index(member.meter)], adders.judged[adder] + 1);
    while (adders.taken[m] < last) {
        std::uint32_t const interval = ++adders.taken[m];
        auto const from = find_row(table, member.meter, interval);
        if (!from || !held(adders, table, adder, interval)) {
            ++adders.gone[adder];
            continue;
        }
        AdderRow& row = row_of(adders, table, adder, interval);
        row.mwh += from->import_mwh;
        row.mvarh += from->import_mvarh;
        adders.total_mwh[adder] += from->import_mwh;
        if (member.phase < 3 && from->voltage_dv > 0) {
            ++row.voltages[member.phase];
            row.voltage_sum_v[member.phase] += from->voltage_dv / 10.0;
        }
        ++row.contributions;
        if (row.judged) {
            check_overload(adders, adder, row, spec, at, events);
            if (row.contributions == members_of(adders, adder)) {
                tell(events, adder, at, EventKind::adder_completed, interval);
            }
        }
    }
}

} // namespace

std::string problem(AdderSpec const& spec) {
    return spec.limit_w >= 0.0 && spec.unbalance_frac >= 0.0 && spec.grace >= SimDuration::zero() &&
                   spec.grace < std::chrono::minutes(1)
               ? ""
               : "an adder's limits are not below nothing, its grace is below a minute";
}

void add_adder(Adders& adders, MeterTable const& table, AdderSpec const& spec,
               std::span<AdderMember const> members) {
    std::vector<MeterId> ids;
    for (auto const& member : members) {
        ids.push_back(member.meter);
    }
    std::sort(ids.begin(), ids.end());
    bool const twice = std::adjacent_find(ids.begin(), ids.end()) != ids.end();
    if (ids.empty() || twice || index(ids.back()) >= table.size() || table.advanced_to != kStart) {
        throw SimulationError("an adder needs meters, each once, before time begins");
    }
    if (auto const text = problem(spec); !text.empty()) {
        throw SimulationError(text);
    }
    if (adders.first_member.empty()) {
        adders.first_member.push_back(0);
    }
    adders.spec.push_back(spec);
    adders.member.insert(adders.member.end(), members.begin(), members.end());
    adders.first_member.push_back(adders.member.size());
    adders.taken.resize(adders.member.size(), 0);
    adders.judged.push_back(0);
    adders.unbalanced.push_back(0);
    adders.rows.resize(adders.size() * table.profile_rows);
    adders.total_mwh.push_back(0);
    adders.gone.push_back(0);
}

void advance_adders(Adders& adders, MeterTable const& table, MeterSpec const& spec, SimTime t,
                    std::vector<EventRecord>& events) {
    for (std::size_t adder = 0; adder < adders.size(); ++adder) {
        for (;;) {
            for (std::size_t m = adders.first_member[adder]; m < adders.first_member[adder + 1];
                 ++m) {
                if (table.energised[index(adders.member[m].meter)] != 0) {
                    take(adders, table, spec, adder, m, t, events);
                }
            }
            std::uint32_t const interval = adders.judged[adder] + 1;
            SimTime const at = kStart + interval * spec.interval + adders.spec[adder].grace;
            if (at > t) {
                break;
            }
            judge(adders, table, spec, adder, interval, at, events);
            adders.judged[adder] = interval;
            row_of(adders, table, adder, interval + 1) = {}; // takes the oldest's place
        }
    }
}

AdderRow const* find_row(Adders const& adders, MeterTable const& table, std::size_t adder,
                         std::uint32_t interval) {
    if (interval == 0 || interval > adders.judged[adder] + 1 ||
        !held(adders, table, adder, interval)) {
        return nullptr;
    }
    return &adders.rows[adder * table.profile_rows + (interval - 1) % table.profile_rows];
}

std::size_t bytes(Adders const& adders) {
    return adders.size() *
               (sizeof(AdderSpec) + 2 * sizeof(std::size_t) + 2 * sizeof(std::uint64_t)) +
           adders.member.size() * (sizeof(AdderMember) + sizeof(std::uint32_t)) +
           adders.rows.size() * sizeof(AdderRow);
}

} // namespace gridtwin::meter
