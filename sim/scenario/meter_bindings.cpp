#include "sim/scenario/meter_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>

namespace gridtwin::scenario {
namespace {

void bind_tariffs(Section& s, meter::RegisterSpec& registers) {
    s.flag("billing_registers", registers.kept,
           "import, export and the four quadrants of reactive energy, by tariff");
    std::vector<meter::TariffCalendar> calendars(1);
    s.list("tariffs", "when they begin, by the meter's clock; need billing_registers",
           [&](Section& t) {
               meter::TariffSwitch one;
               std::uint32_t number = 1;
               t.integer("tariff", number, {1, meter::kMaxTariffs}, "which begins", Need::required);
               std::string from;
               t.text("from", from, "time of day, in the offset from UTC of the scenario's start",
                      Need::required);
               t.choice<std::uint8_t>("days", one.days, kDays, "on which it begins");
               std::uint32_t which = 1;
               t.integer("calendar", which, {1, 8},
                         "that it is part of; meters begin with the first, events set others");
               calendars.resize(std::max<std::size_t>(calendars.size(), which));
               auto& calendar = calendars[which - 1];
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
    bool const any = std::any_of(calendars.begin(), calendars.end(),
                                 [](auto const& one) { return !one.switches.empty(); });
    if (any && !registers.kept) {
        s.error(s.where("tariffs"), "tariffs need registers to count in",
                "billing_registers: true");
    }
    registers.calendars = calendars;
}

void bind_channels(Section& s, OfCustomers<meter::LoadProfileSpec>& one) {
    std::vector<std::string> chosen{"energy"};
    s.texts("channels", chosen, "of energy, power, current, voltage, frequency");
    std::vector<std::string> names;
    for (std::size_t c = 0; c < meter::kProfileChannels; ++c) {
        names.emplace_back(name(static_cast<meter::ProfileChannel>(c)));
    }
    one.spec.channels = 0;
    for (auto const& text : chosen) {
        auto const found = std::find(names.begin(), names.end(), text);
        if (found == names.end()) {
            s.error(s.where("channels"), fmt::format("a profile has no channel '{}'", text),
                    fmt::format("{}", fmt::join(names, " | ")), nearest_name(text, names));
            continue;
        }
        one.spec.channels |= bit(static_cast<meter::ProfileChannel>(found - names.begin()));
    }
    if (chosen.empty()) {
        s.error(s.where("channels"), "a profile without channels", "at least one channel");
    }
    if (one.customers == kBulkCustomers &&
        (one.spec.channels & bit(meter::ProfileChannel::current)) != 0) {
        s.error(s.where("channels"),
                "the current of bulk customers is not measured: one of three phases is no sum",
                "channels without current");
    }
}

void bind_profiles(Section& s, Scenario& scenario) {
    s.list("profiles", "a second load profile for a class of customers", [&](Section& p) {
        OfCustomers<meter::LoadProfileSpec> one;
        bool const known = bind_customers(p, scenario, one, scenario.equipment.profiles);
        p.time("interval", one.spec.interval, {60.0, 3600.0}, kIntervals);
        if (!meter::known_interval(one.spec.interval)) {
            p.error(p.where("interval"),
                    fmt::format("meters keep no profile of {}", format_quantity(one.spec.interval)),
                    kIntervals);
        }
        bind_channels(p, one);
        p.integer("rows", one.spec.rows, {1, 100000}, "intervals kept, the oldest overwritten");
        if (known) {
            scenario.equipment.profiles.push_back(std::move(one));
        }
    });
}

void bind_quality(Section& s, MeterEquipment& equipment) {
    meter::QualitySpec spec = meter::kDefaultQuality;
    constexpr std::string_view kHelp[] = {"voltage below", "voltage above",
                                          "voltage below, or none at all",
                                          "frequency off its rated value, either way"};
    bool const wanted =
        s.section("quality", "indicators of quality: events, counts, durations", [&](Section& q) {
            for (std::size_t k = 0; k < meter::kQualityIndicators; ++k) {
                auto const indicator = static_cast<meter::QualityIndicator>(k);
                bool const hz = indicator == meter::QualityIndicator::frequency;
                Dimension const unit = hz ? Dimension::frequency : Dimension::voltage_pu;
                q.section(name(indicator), kHelp[k], [&](Section& one) {
                    one.quantity("limit", spec[k].limit, unit, {0.001, hz ? 10.0 : 2.0},
                                 "beyond which it begins");
                    one.quantity("hysteresis", spec[k].hysteresis, unit, {0.0, 1.0},
                                 "by which it must be back to end");
                    one.compare("limit", spec[k].limit, Section::Relation::above, "hysteresis",
                                spec[k].hysteresis, unit);
                    one.time("min_duration", spec[k].min_duration, {0.0, 3600.0}, "that counts");
                });
            }
            bool const limits = std::all_of(spec.begin(), spec.end(), [](auto const& one) {
                return one.limit > one.hysteresis; // else told already
            });
            if (auto const problem = meter::problem(spec);
                !problem.empty() && limits && !q.describing()) {
                q.error(q.where(), "quality cannot be watched like this: " + problem);
                spec = meter::kDefaultQuality;
            }
        });
    if (wanted && !s.describing()) {
        equipment.quality = spec;
    }
}

void bind_limiters(Section& s, Scenario& scenario) {
    s.list("limiters", "overload or over-use -> warning -> wait -> curtail -> restore",
           [&](Section& l) {
               OfCustomers<meter::LimiterSpec> one;
               auto& spec = one.spec;
               bool const known = bind_customers(l, scenario, one, scenario.equipment.limiters);
               l.quantity("limit", spec.limit_w, Dimension::power, {0.0, 1e9},
                          "of the mean power of a window; 0 W: none");
               l.time("window", spec.window, {60.0, 3600.0}, "over which it is measured");
               l.quantity("quota", spec.quota_wh, Dimension::energy, {0.0, 1e12},
                          "of the import in a period; 0 Wh: none");
               l.time("period", spec.period, {60.0, 31.0 * 86400.0}, "of the quota");
               l.flag("forecast", spec.forecast,
                      "acts on what a window or the quota will come to, not on what it has");
               l.time("warning", spec.warning, {1.0, 86400.0}, "before it curtails");
               l.time("hold", spec.hold, {1.0, 7.0 * 86400.0}, "before it restores");
               l.quantity("shed", spec.shed_frac, Dimension::fraction, {0.01, 1.0},
                          "of the demand; 100 % opens the relay, less is a load step");
               bool const judged = l.sound("limit") && l.sound("quota") && !l.describing();
               if (auto const problem = meter::problem(spec); !problem.empty()) {
                   if (judged) {
                       l.error(l.where(), problem, "limit: 5 kW, or quota: 10 kWh");
                   }
               } else if (known) {
                   scenario.equipment.limiters.push_back(std::move(one));
               }
           });
}

constexpr std::array kThefts{meter::TamperInput::bypass, meter::TamperInput::magnet,
                             meter::TamperInput::neutral_return,
                             meter::TamperInput::reversed_phase};

void bind_theft(Section& s, TheftSpec& theft) {
    s.quantity("thieves", theft.thieves_frac, Dimension::fraction, {0.0, 1.0},
               "of the customers, drawn by the seed; 0 %: those alone that events name");
    std::vector<std::string> chosen{"bypass"};
    s.texts("inputs", chosen, "thieves': of bypass, magnet, neutral_return, reversed_phase, drawn");
    s.time("from", theft.from, {0.0, 3650.0 * 86400.0}, "after the start the first of them begin");
    theft.until = std::max(theft.until, theft.from);
    s.time("until", theft.until, {0.0, 3650.0 * 86400.0}, "and all have begun");
    s.compare("until", to_s(theft.until), Section::Relation::at_least, "from", to_s(theft.from),
              Dimension::time);
    std::vector<std::string> names;
    for (auto const input : kThefts) {
        names.emplace_back(name(input));
    }
    theft.inputs.clear();
    for (auto const& text : chosen) {
        auto const found = std::ranges::find(names, text);
        if (found == names.end()) {
            s.error(s.where("inputs"), fmt::format("nobody steals by '{}'", text),
                    fmt::format("{}", fmt::join(names, " | ")), nearest_name(text, names));
            continue;
        }
        theft.inputs.push_back(kThefts[static_cast<std::size_t>(found - names.begin())]);
    }
    if (chosen.empty()) {
        s.error(s.where("inputs"), "thieves without a way to steal", "inputs: [bypass]");
    }
}

void bind_protection(Section& s, MeterEquipment& equipment) {
    meter::TamperSpec tampering;
    bool const tampers =
        s.section("tampering", "what tampering does; events inject it", [&](Section& t) {
            auto const share = [&t](std::string_view key, double& field, std::string_view help) {
                t.quantity(key, field, Dimension::fraction, {0.0, 1.0}, help);
            };
            share("magnet", tampering.magnet_frac, "of the power that a magnet hides");
            share("neutral_return", tampering.neutral_frac, "likewise, load through the neutral");
            share("bypass", tampering.bypass_frac, "likewise, a bridge beside the meter");
            t.quantity("least", tampering.least_w, Dimension::power, {0.0, 1e6},
                       "that shows a difference of currents or a wrong sign");
            t.time("min_duration", tampering.min_duration, {0.0, 86400.0}, "of those");
            t.flag("export_allowed", tampering.export_allowed, "power the other way is no sign");
            bind_theft(t, equipment.theft);
        });
    meter::LockoutSpec lockout;
    bool const locks =
        s.section("lockout", "after wrong passwords; events try them", [&lockout](Section& l) {
            l.integer("tries", lockout.tries, {1, meter::kMostTries}, "wrong ones that lock");
            l.time("window", lockout.window, {1.0, 86400.0}, "within which they count");
            l.time("lock", lockout.lock, {1.0, 7.0 * 86400.0},
                   "for which the meter takes no orders");
        });
    if (tampers && !s.describing()) {
        equipment.tampering = tampering;
    }
    if (locks && !s.describing()) {
        equipment.lockout = lockout;
    }
}

void bind_faults(Section& s, meter::ModuleFaultSpec& spec) {
    s.section("faults", "communication modules that break and wait for their exchange",
              [&spec](Section& f) {
                  f.quantity("failures_per_year", spec.failures_per_year, Dimension::fraction,
                             {0.0, 1.0},
                             "of the modules that work; 0 %: none; events break others");
                  f.time("repair", spec.repair, {60.0, 3650.0 * 86400.0},
                         "mean time from a failure to the exchange");
              });
}

void bind_adder(Section& s, meter::AdderSpec& spec) {
    s.quantity("limit", spec.limit_w, Dimension::power, {0.0, 1e9},
               "of the mean power of an interval; 0 W: none");
    s.quantity("unbalance", spec.unbalance_frac, Dimension::fraction, {0.0, 1.0},
               "greatest deviation of a phase's voltage from the mean of the three; 0 %: none");
    s.time("grace", spec.grace, {0.0, 59.0}, "from an interval's end to its sum");
}

void bind_adders(Section& s, MeterEquipment& equipment) {
    std::set<std::string> names;
    s.list("adders", "points that sum the profiles of several meters", [&](Section& a) {
        AdderPoint point;
        point.where = a.where();
        a.text("name", point.name, "of the point", Need::required);
        a.texts("members", point.members, "customers: GROUP/NUMBER");
        a.integer("feeder", point.feeder, {1, 1e6}, "which copy of the feeder");
        point.members_where = a.where("members");
        bind_adder(a, point.spec);
        if (point.name.empty() && a.has("name")) {
            a.error(a.where("name"), "the adder has no name", "a name");
        } else if (!point.name.empty() && !names.insert(point.name).second) {
            a.error(a.where("name"), fmt::format("an adder named '{}' exists already", point.name),
                    "names that differ");
        }
        if (point.members.empty() && !a.describing()) {
            a.error(a.where(), "the adder has no members", "members: [GROUP/NUMBER, ...]");
        }
        equipment.adders.push_back(std::move(point));
    });
    meter::AdderSpec spec;
    bool const wanted = s.section("transformer_adders",
                                  "a point at each low-voltage network that sums all its meters",
                                  [&spec](Section& t) { bind_adder(t, spec); });
    if (wanted && !s.describing()) {
        equipment.transformer_adders = spec;
    }
}

} // namespace

void check_profile(Section& s, Scenario const& scenario) {
    if (s.describing()) {
        return;
    }
    // Meters by SMS are read in the head-end's rounds, others in their concentrator's.
    auto const round =
        std::max(scenario.headend.config.collection.every, scenario.access.concentrator.poll_every);
    auto const least = round / scenario.meter.interval;
    bool const meant =
        s.sound("headend.collection.every") && s.sound("access.concentrator.poll_every");
    if (meant && scenario.meter.profile_rows < least) {
        s.error(s.where("headend.collection.profile"),
                fmt::format("a round of {} brings {} intervals of {}, and meters keep {}",
                            format_quantity(round), least, format_quantity(scenario.meter.interval),
                            scenario.meter.profile_rows),
                fmt::format("meter.profile_rows of {} or more, or shorter rounds", least));
    }
    // 6 sigma: a clock that is off by a whole interval has no first one.
    if (6.0 * scenario.meter.clock_sigma_s >= to_s(scenario.meter.interval)) {
        s.error(s.where("meter.clock_error"),
                fmt::format("clocks that are off by {} do not fit profiles of {}",
                            format_quantity(scenario.meter.clock_sigma_s, Dimension::time),
                            format_quantity(scenario.meter.interval)),
                "a clock_error below a sixth of the interval");
    }
}

void bind_meter(Section& s, Scenario& scenario) {
    auto& meter = scenario.meter;
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
    s.time("hold_up", meter.hold_up, {0.0, 3600.0},
           "how long the meter can talk without voltage; 0 s: it sends no last gasps");
    s.time("firmware_reboot", meter.firmware_reboot, {0.0, 3600.0},
           "silent, but measuring, as it starts a new firmware");
    s.time("relay_delay", meter.relay_operating_delay, {2e-5, 60.0},
           "from command to open or closed contacts");
    s.integer("profile_rows", meter.profile_rows, {16, 6000},
              "intervals kept, the oldest overwritten");
    s.integer("event_log", scenario.meter_events, {0, 1024},
              "events that each meter keeps in its log, the oldest overwritten; 0: none");
    s.quantity("stuck_contacts", scenario.equipment.stuck_frac, Dimension::fraction, {0.0, 1.0},
               "of relays whose contacts are welded; events weld others");
    bind_faults(s, scenario.equipment.module_faults);
    bind_tariffs(s, meter.registers);
    bind_profiles(s, scenario);
    bind_quality(s, scenario.equipment);
    bind_limiters(s, scenario);
    bind_credit(s, scenario);
    bind_protection(s, scenario.equipment);
    bind_adders(s, scenario.equipment);
}

} // namespace gridtwin::scenario
