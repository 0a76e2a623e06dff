#include "models/grid/dss/reader.hpp"
#include "sim/scenario/bindings.hpp"

#include <fmt/format.h>

namespace gridtwin::scenario {
namespace {

constexpr std::pair<std::string_view, LvGenerator> kGenerators[] = {{"street", LvGenerator::street},
                                                                    {"none", LvGenerator::none}};
constexpr std::pair<std::string_view, concentrator::MeterWay> kWays[] = {
    {"plc", {Channel::plc, Channel::plc}},
    {"rf", {Channel::rf, Channel::rf}},
    {"plc+rf", {Channel::plc, Channel::rf}},
    {"rf+plc", {Channel::rf, Channel::plc}},
    {"sms", {Channel::sms, Channel::sms}}};
constexpr std::pair<std::string_view, CustomerProfile> kProfiles[] = {
    {"residential", CustomerProfile::residential}};

void bind_low_voltage(Section& s, LowVoltage& lv) {
    s.choice<LvGenerator>("generate", lv.generate, kGenerators,
                          "how the networks below the service transformers come about");
    s.integer("customers_per_transformer", lv.customers_per_transformer, {1, 1000},
              "customers below one service transformer");
    s.quantity("voltage", lv.voltage_v, Dimension::voltage, {50.0, 1000.0}, "line to line");
    s.quantity("plot_width", lv.street.plot_width_m, Dimension::length, {1.0, 1000.0},
               "between neighbours on one side of a street");
    s.quantity("service_length", lv.street.service_length_m, Dimension::length, {0.5, 500.0},
               "service drop from the street's line to a customer");
    s.quantity("setback", lv.street.setback_m, Dimension::length, {1.0, 1000.0},
               "from the transformer to the first customer");
    s.integer("branches", lv.street.branches, {1, 16}, "lines that leave a transformer");
    s.section("transformer", "service transformers", [&lv](Section& t) {
        t.quantity("rating", lv.transformer.s_va, Dimension::apparent_power, {1e3, 10e6},
                   "all phases");
        t.number("r", lv.transformer.r_pu, {1e-5, 0.2}, "series resistance, pu of the rating");
        t.number("x", lv.transformer.x_pu, {1e-5, 0.5}, "series reactance, pu of the rating");
        t.quantity("no_load_loss", lv.transformer.no_load_loss_frac, Dimension::fraction,
                   {0.0, 0.05}, "of the rating");
        t.quantity("magnetising", lv.transformer.magnetising_frac, Dimension::fraction, {0.0, 0.2},
                   "magnetising power, of the rating");
        t.number("tap", lv.transformer.tap_pu, {0.8, 1.2},
                 "off-load tap, pu of the low side's voltage");
    });
    s.quantity("tolerance", lv.lines.tolerance_pu, Dimension::voltage_pu, {1e-12, 1e-4},
               "greatest change of a voltage when feeder and networks have settled");
}

} // namespace

void bind_grid(Section& s, GridSection& grid) {
    s.text("feeder", grid.feeder, "OpenDSS file, relative to the scenario", Need::required);
    grid.feeder_where = s.where("feeder");
    if (s.has("feeder") && grid.feeder.empty()) {
        s.error(s.where("feeder"), "'grid.feeder' is empty",
                "an OpenDSS file, relative to the scenario");
    }
    s.time("step", grid.step, {1.0, 3600.0}, "how often the power flow is solved");
    s.integer("copies", grid.copies, {1, 100000}, "feeders like this one, each with all below it");
    s.texts("ignore", grid.ignore, "OpenDSS element classes that may be left out");
    for (auto const& name : grid.ignore) {
        if (auto const unknown = grid::unknown_dss_class(name)) {
            s.error(s.where("ignore"), fmt::format("'{}' in 'grid.ignore' is unknown", name),
                    "an OpenDSS element class", unknown->nearest);
        }
    }
    s.section("low_voltage", "networks below the service transformers",
              [&grid](Section& lv) { bind_low_voltage(lv, grid.low_voltage); });
    s.section("bulk", "what the published loads draw beside the customers above; read by SMS",
              [&grid](Section& b) {
                  b.quantity("night", grid.bulk.night_frac, Dimension::fraction, {0.0, 1.0},
                             "of the peak, 01:00 to 04:30");
                  b.quantity("day", grid.bulk.day_frac, Dimension::fraction, {0.0, 1.0},
                             "of the peak, 09:00 to 16:00");
              });
}

void bind_customer(Section& s, CustomerGroup& group) {
    group.where = s.where();
    s.text("name", group.name, "of the group; its customers are NAME/1, NAME/2 ...",
           Need::required);
    s.integer("count", group.count, {1, 1000000}, "customers on each feeder", Need::required);
    s.text("at", group.at,
           "'residential loads' (OpenDSS class 1), 'all loads', 'load NAME' or 'bus NAME'; "
           "customers at loads "
           "take their peak out of the published load",
           Need::required);
    group.at_where = s.where("at");
    s.choice<CustomerProfile>("profile", group.profile, kProfiles, "what they draw over the day");
    s.quantity("peak", group.household.peak_w, Dimension::power, {1.0, 1e6},
               "mean of many at the evening peak, each");
    s.number("power_factor", group.household.power_factor, {0.5, 1.0}, "inductive");
    s.number("size_spread", group.household.size_sigma, {0.0, 2.0},
             "sigma of the logarithm of customers' sizes");
    s.quantity("slow_noise", group.household.slow_noise_frac, Dimension::fraction, {0.0, 1.0},
               "half-hour noise, amplitude");
    s.quantity("spike_chance", group.household.spike_chance, Dimension::fraction, {0.0, 1.0},
               "of an appliance in any one minute");
    s.number("spike_size", group.household.spike_mean, {0.0, 20.0},
             "mean of it, times the demand of that time");
    s.quantity("weekend", group.household.weekend_frac, Dimension::fraction, {0.0, 5.0},
               "more demand around noon on Saturdays and Sundays");
    s.quantity("floor", group.household.floor_w, Dimension::power, {0.0, 1e5},
               "stand-by, never less");
    s.choice<concentrator::MeterWay>("meter", group.meter, kWays,
                                     "how their meters are read; after a +: the backup");
}

} // namespace gridtwin::scenario
