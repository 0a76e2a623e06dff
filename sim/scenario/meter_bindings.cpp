#include "sim/scenario/bindings.hpp"

#include <fmt/format.h>

namespace gridtwin::scenario {
namespace {

constexpr std::uint8_t kWorkdays = 0b001'1111;
constexpr std::uint8_t kWeekend = 0b110'0000;
constexpr std::pair<std::string_view, std::uint8_t> kDays[] = {
    {"all", kWorkdays | kWeekend}, {"workdays", kWorkdays}, {"weekend", kWeekend}};

void bind_tariffs(Section& s, meter::RegisterSpec& registers) {
    s.flag("billing_registers", registers.kept,
           "import, export and the four quadrants of reactive energy, by tariff");
    meter::TariffCalendar calendar;
    s.list("tariffs", "when they begin, by the meter's clock; need billing_registers",
           [&](Section& t) {
               meter::TariffSwitch one;
               std::uint32_t number = 1;
               t.integer("tariff", number, {1, meter::kMaxTariffs}, "which begins", Need::required);
               std::string from;
               t.text("from", from, "time of day, in the offset from UTC of the scenario's start",
                      Need::required);
               t.choice<std::uint8_t>("days", one.days, kDays, "on which it begins");
               auto const second = parse_time_of_day(from);
               if (!second && t.has("from")) {
                   t.error(t.where("from"), fmt::format("'meter.tariffs[].from' is '{}'", from),
                           "a time of day such as 07:00");
               }
               one.tariff = static_cast<std::uint8_t>(number - 1);
               one.at = std::chrono::seconds(second.value_or(0));
               calendar.switches.push_back(one);
               if (auto const problem = meter::problem(calendar); !problem.empty() && second) {
                   t.error(t.where(), problem, "one tariff at a time");
                   calendar.switches.pop_back();
               }
           });
    if (s.describing()) {
        return;
    }
    if (!calendar.switches.empty() && !registers.kept) {
        s.error(s.where("tariffs"), "tariffs need registers to count in",
                "billing_registers: true");
    }
    registers.calendars = {calendar};
}

} // namespace

void bind_meter(Section& s, meter::MeterSpec& meter) {
    s.number("clock_drift_ppm", meter.drift_bound_ppm, {0.0, 999.0},
             "bound of the clocks' drift, ppm");
    s.quantity("clock_error", meter.clock_sigma_s, Dimension::time, {0.0, 600.0},
               "sigma at the start");
    s.quantity("under_voltage", meter.under_voltage_pu, Dimension::voltage_pu, {0.0, 1.0},
               "event below");
    s.quantity("over_voltage", meter.over_voltage_pu, Dimension::voltage_pu, {1.0, 2.0},
               "event above");
    s.time("voltage_min_duration", meter.voltage_min_duration, {0.0, 3600.0},
           "of a voltage outside");
    s.time("last_gasp_delay", meter.last_gasp_delay, {0.0, 600.0},
           "from the loss of voltage to the last gasp");
    s.time("hold_up", meter.hold_up, {0.0, 3600.0}, "how long the meter can talk without voltage");
    s.time("relay_delay", meter.relay_operating_delay, {2e-5, 60.0},
           "from command to open or closed contacts");
    s.integer("profile_rows", meter.profile_rows, {16, 6000},
              "intervals kept, the oldest overwritten");
    bind_tariffs(s, meter.registers);
}

} // namespace gridtwin::scenario
