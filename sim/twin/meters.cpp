#include "sim/twin/meters.hpp"

#include <fmt/format.h>

namespace gridtwin::twin {
namespace {

using results::Kpi;

/// Local time at the start since Monday 00:00.
SimDuration week_at_start(scenario::Scenario const& scenario) {
    CivilTime const civil = scenario.clock().at(kStart);
    return std::chrono::hours(24 * civil.weekday) + duration_from_s(civil.second_of_day);
}

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

} // namespace

meter::MeterTable make_town_meters(scenario::Scenario const& scenario,
                                   scenario::World const& world) {
    return make_meters(scenario, std::vector<double>(world.meters.u_nominal_v.begin(),
                                                     world.meters.u_nominal_v.end()));
}

void add_meter_kpis(std::vector<Kpi>& kpis, meter::MeterTable const& meters) {
    add_registers(kpis, meters.registers);
}

std::vector<std::string> meter_kpi_names(scenario::Scenario const& scenario) {
    // The names of what no meter yet counts.
    std::vector<Kpi> kpis;
    add_meter_kpis(kpis, make_meters(scenario, {}));
    std::vector<std::string> names;
    names.reserve(kpis.size());
    for (auto const& kpi : kpis) {
        names.push_back(kpi.name);
    }
    return names;
}

} // namespace gridtwin::twin
