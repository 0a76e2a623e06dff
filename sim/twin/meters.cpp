#include "sim/twin/meters.hpp"

#include "models/meter/credit_supply.hpp"
#include "models/meter/curtailment.hpp"
#include "sim/twin/prepaid_meters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

namespace gridtwin::twin {
namespace {

using results::Kpi;

void add_registers(std::vector<Kpi>& kpis, meter::Registers const& registers) {
    if (!registers.kept()) {
        return;
    }
    meter::RegisterSet total{};
    std::vector<std::int64_t> tariff_mwh(registers.tariffs, 0);
    for (std::size_t i = 0; i < registers.total.size(); ++i) {
        for (std::size_t k = 0; k < meter::kRegisters; ++k) {
            total[k] += registers.total[i][k];
        }
        for (std::size_t t = 0; t < registers.tariffs; ++t) {
            tariff_mwh[t] += registers.of(static_cast<MeterId>(i), t)[0];
        }
    }
    auto const add = [&kpis](std::string name, std::string_view unit, std::int64_t milli,
                             std::string text) {
        kpis.push_back({"registers." + std::move(name), std::string(unit),
                        static_cast<double>(milli) / 1000.0, std::move(text)});
    };
    add("import", "Wh", total[0], "all meters");
    add("export", "Wh", total[1], "all meters");
    for (std::size_t q = 0; q < 4; ++q) {
        add(fmt::format("reactive_{}", q + 1), "varh", total[2 + q], "quadrant, all meters");
    }
    for (std::size_t t = 0; t < registers.tariffs; ++t) {
        add(fmt::format("tariff_{}", t + 1), "Wh", tariff_mwh[t], "import");
    }
}

meter::MeterTable make_meters(scenario::Scenario const& scenario,
                              std::vector<double> const& nominal_v) {
    meter::MeterSpec spec = scenario.meter;
    spec.registers.week_at_start = week_at_start(scenario);
    return meter::make_meters(spec, scenario.seed, nominal_v);
}

/// @param world none: the features alone, for no meter
void equip(meter::MeterTable& meters, scenario::Scenario const& scenario,
           scenario::World const* world) {
    for (auto const& one : scenario.equipment.profiles) {
        meter::give_profile(meters, one.spec,
                            world == nullptr ? std::vector<MeterId>{}
                                             : meters_of(scenario, *world, one.customers));
    }
    for (auto const& one : scenario.equipment.limiters) {
        meter::give_limiter(meters, one.spec,
                            world == nullptr ? std::vector<MeterId>{}
                                             : meters_of(scenario, *world, one.customers));
    }
    for (std::size_t i = 0; i < scenario.equipment.credit.size(); ++i) {
        meter::give_credit(meters, credit_spec(scenario, i),
                           world == nullptr ? std::vector<meter::CreditOpening>{}
                                            : credit_openings(scenario, *world, i));
    }
    if (scenario.equipment.stuck_frac > 0.0) {
        meter::stick_contacts(meters, scenario.seed, scenario.equipment.stuck_frac);
    }
    if (scenario.equipment.tampering) {
        meters.tampering = meter::make_tampering(*scenario.equipment.tampering, meters.size());
    }
    if (scenario.equipment.lockout) {
        meters.lockout = meter::make_lockout(*scenario.equipment.lockout, meters.size());
    }
    meters.logs = meter::make_event_logs(scenario.meter_events, meters.size());
    if (scenario.equipment.quality) {
        meters.quality = meter::make_quality(*scenario.equipment.quality, meters.size());
    }
}

void add_profiles(std::vector<Kpi>& kpis, meter::LoadProfiles const& profiles) {
    if (profiles.classes.empty()) {
        return;
    }
    std::uint64_t closed = 0;
    for (auto const last : profiles.last_closed) {
        closed += last;
    }
    kpis.push_back({"profiles.rows", "", static_cast<double>(closed),
                    "intervals closed beside the profile that is collected"});
}

void add_quality(std::vector<Kpi>& kpis, meter::MeterTable const& meters) {
    if (meters.quality.sets.empty()) {
        return;
    }
    for (std::size_t k = 0; k < meter::kQualityIndicators; ++k) {
        std::uint64_t count = 0;
        double total_s = 0.0;
        for (auto const& watch : meters.quality.watch) {
            count += watch[k].count;
            total_s += to_s(beyond(watch[k], meters.advanced_to));
        }
        auto const name =
            fmt::format("quality.{}", meter::name(static_cast<meter::QualityIndicator>(k)));
        kpis.push_back({name, "", static_cast<double>(count), "at meters"});
        kpis.push_back({name + "_time", "s", total_s, "sum over meters"});
    }
}

void add_counted(std::vector<Kpi>& kpis, scenario::Scenario const& scenario,
                 meter::MeterTable const& meters, RecordTotals const& totals) {
    auto const& equipment = scenario.equipment;
    auto const add = [&](std::string name, EventKind kind, std::string text) {
        kpis.push_back({std::move(name), "",
                        static_cast<double>(totals.events[static_cast<std::size_t>(kind)]),
                        std::move(text)});
    };
    if (!equipment.limiters.empty()) {
        add("limiter.warned", EventKind::limit_warned, "by meters");
        add("limiter.cleared", EventKind::limit_cleared, "the demand fell, or a window ended");
        add("limiter.curtailed", EventKind::supply_curtailed, "");
        add("limiter.restored", EventKind::supply_restored, "");
    }
    if (!equipment.credit.empty()) {
        add("credit.low", EventKind::credit_low, "warnings by meters");
        add("credit.exhausted", EventKind::credit_exhausted, "");
        add("credit.restored", EventKind::credit_restored, "there was enough credit again");
    }
    bool const welds =
        std::any_of(scenario.events.begin(), scenario.events.end(), [](auto const& event) {
            return event.kind == scenario::TimedEvent::Kind::weld;
        });
    if (equipment.stuck_frac > 0.0 || welds) {
        add("relays.failed", EventKind::relay_failed, "orders to open that moved no contact");
    }
    if (equipment.tampering) {
        add("tamper.began", EventKind::tamper_began, "happened");
        add("tamper.detected", EventKind::tamper_detected, "by meters");
        kpis.push_back({"tamper.unmetered", "Wh", unmetered_wh(meters), "past the registers"});
    }
    if (equipment.lockout) {
        add("lockout.wrong", EventKind::password_failed, "passwords compared");
        add("lockout.locked", EventKind::locked_out, "meters that took no orders for a while");
    }
}

void add_adders(std::vector<Kpi>& kpis, scenario::Scenario const& scenario,
                meter::Adders const& adders, RecordTotals const& totals) {
    if (scenario.equipment.adders.empty() && !scenario.equipment.transformer_adders) {
        return;
    }
    std::int64_t sum_mwh = 0;
    std::uint64_t gone = 0;
    for (std::size_t i = 0; i < adders.size(); ++i) {
        sum_mwh += adders.total_mwh[i];
        gone += adders.gone[i];
    }
    auto const count = [&totals](EventKind kind) {
        return static_cast<double>(totals.events[static_cast<std::size_t>(kind)]);
    };
    kpis.push_back({"adders.energy", "Wh", static_cast<double>(sum_mwh) / 1000.0,
                    fmt::format("of {} points, closed intervals", adders.size())});
    kpis.push_back({"adders.overload", "", count(EventKind::adder_overload), "intervals"});
    kpis.push_back({"adders.incomplete", "", count(EventKind::adder_incomplete), "intervals"});
    kpis.push_back({"adders.completed", "", count(EventKind::adder_completed), "of those, later"});
    kpis.push_back({"adders.unbalance", "", count(EventKind::adder_unbalance_began), "began"});
    kpis.push_back({"adders.gone", "", static_cast<double>(gone), "contributions never to come"});
}

} // namespace

meter::MeterTable make_town_meters(scenario::Scenario const& scenario,
                                   scenario::World const& world) {
    auto meters = make_meters(scenario, std::vector<double>(world.meters.u_nominal_v.begin(),
                                                            world.meters.u_nominal_v.end()));
    meters.rated_f_hz = world.circuit.f_hz;
    meters.f_hz = world.circuit.f_hz; // the power flow knows no other
    equip(meters, scenario, &world);
    return meters;
}

std::vector<MeterId> meters_of(scenario::Scenario const& scenario, scenario::World const& world,
                               std::string_view customers) {
    std::vector<MeterId> out;
    for (std::size_t i = 0; i < world.meters.size(); ++i) {
        bool const bulk = world.meters.kind[i] == scenario::MeterKind::bulk;
        std::string_view const name =
            bulk ? scenario::kBulkCustomers : scenario.customers[world.meters.group[i]].name;
        if (name == customers) {
            out.push_back(static_cast<MeterId>(i));
        }
    }
    return out;
}

meter::Adders make_town_adders(scenario::World const& world, meter::MeterTable const& meters) {
    meter::Adders adders;
    for (auto const& row : world.adders) {
        meter::add_adder(adders, meters, row.spec, row.members);
    }
    return adders;
}

double unmetered_wh(meter::MeterTable const& meters) {
    std::int64_t sum_mwh = 0;
    for (auto const one : meters.tampering.unmetered_mwh) {
        sum_mwh += one;
    }
    return static_cast<double>(sum_mwh) / 1000.0;
}

double uncounted_wh(meter::MeterTable const& meters) {
    auto const& past = meters.tampering.rest_mwh;
    double const sum_mwh = std::accumulate(meters.rest_mwh.begin(), meters.rest_mwh.end(), 0.0);
    return std::accumulate(past.begin(), past.end(), sum_mwh) / 1000.0;
}

void add_meter_kpis(std::vector<Kpi>& kpis, scenario::Scenario const& scenario,
                    meter::MeterTable const& meters, meter::Adders const& adders,
                    RecordTotals const& totals) {
    add_registers(kpis, meters.registers);
    add_profiles(kpis, meters.profiles);
    add_quality(kpis, meters);
    add_counted(kpis, scenario, meters, totals);
    add_credit_kpis(kpis, meters.credits);
    add_adders(kpis, scenario, adders, totals);
}

std::vector<std::string> meter_kpi_names(scenario::Scenario const& scenario) {
    // The names of what no meter yet counts.
    std::vector<Kpi> kpis;
    auto meters = make_meters(scenario, {});
    equip(meters, scenario, nullptr);
    add_meter_kpis(kpis, scenario, meters, {}, {});
    std::vector<std::string> names;
    names.reserve(kpis.size());
    for (auto const& kpi : kpis) {
        names.push_back(kpi.name);
    }
    return names;
}

bool may_be_meter_kpi(std::string_view name) {
    constexpr std::array<std::string_view, 9> kBeforeTheDot{"registers", "profiles", "quality",
                                                            "limiter",   "credit",   "relays",
                                                            "tamper",    "lockout",  "adders"};
    return std::ranges::find(kBeforeTheDot, name.substr(0, name.find('.'))) != kBeforeTheDot.end();
}

} // namespace gridtwin::twin
