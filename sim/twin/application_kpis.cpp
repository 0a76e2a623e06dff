#include "sim/twin/application_kpis.hpp"

#include "models/headend/alarms/signal.hpp"
#include "sim/results/statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string_view>

namespace gridtwin::twin {

namespace {

using results::Kpi;

/// Ways of tampering that lead energy past a meter.
bool steals(meter::TamperInput input) {
    return input == meter::TamperInput::bypass || input == meter::TamperInput::magnet ||
           input == meter::TamperInput::neutral_return ||
           input == meter::TamperInput::reversed_phase;
}

struct TheftScore {
    std::uint64_t thieves = 0;
    std::uint64_t right = 0;
    std::uint64_t wrong = 0;
    std::uint64_t missed = 0;
    std::uint64_t unwatched = 0; ///< thieves below busbars that nobody meters
    std::uint64_t late = 0;      ///< who began too late to be judged, and are not suspected
};

/// Who stole at some time against who was suspected at some time.
TheftScore score(scenario::Scenario const& scenario, scenario::World const& world,
                 HeadEndFederate const& head_end, SimTime end) {
    auto const& fleet = head_end.head_end().fleet();
    auto const& config = *scenario.headend.config.losses;
    SimDuration const shortest = config.theft.windows.front() * scenario.headend.profile;
    SimTime const latest = end - config.wait - shortest;
    std::vector<SimTime> began(world.meters.size(), kNever);
    for (auto const& event : world.events) {
        if (event.kind == scenario::TimedEvent::Kind::tamper && steals(event.input) &&
            event.at < end) {
            auto& first = began[index(event.meter)];
            first = std::min(first, event.at);
        }
    }
    TheftScore out;
    for (std::size_t m = 0; m < began.size(); ++m) {
        bool const suspected = head_end.ever_suspected()[m] != 0;
        if (began[m] == kNever) {
            out.wrong += suspected ? 1 : 0;
            continue;
        }
        ++out.thieves;
        if (suspected) {
            ++out.right;
        } else if (fleet.busbar_meter(static_cast<MeterId>(m)) == kNone<ConcentratorId>) {
            ++out.unwatched;
        } else {
            ++(began[m] > latest ? out.late : out.missed);
        }
    }
    return out;
}

double share(std::uint64_t part, std::uint64_t rest) {
    return part + rest == 0 ? std::nan("")
                            : static_cast<double>(part) / static_cast<double>(part + rest);
}

constexpr std::array<std::string_view, 16> kLosses{
    "looks", "unjudged", "supplied", "technical", "unaccounted", "suspected", "cleared", "thieves",
    "right", "wrong",    "missed",   "late",      "unwatched",   "precision", "recall",  "f1"};

void add_losses(std::vector<Kpi>& kpis, scenario::Scenario const& scenario,
                scenario::World const& world, HeadEndFederate const& head_end, SimTime end) {
    auto const add = [&kpis](std::string_view name, std::string unit, double value,
                             std::string text) {
        kpis.push_back({fmt::format("theft.{}", name), std::move(unit), value, std::move(text)});
    };
    auto const count = [&add](std::string_view name, std::uint64_t value, std::string text) {
        add(name, "", static_cast<double>(value), std::move(text));
    };
    auto const& counts = head_end.head_end().losses()->counts();
    count("looks", counts.looks, "at the balance of a concentrator's busbars");
    count("unjudged", counts.unjudged, "of them, for lack of rows");
    headend::TheftReport sum;
    for (auto const& report : head_end.head_end().losses()->reports()) {
        sum.supplied_mwh += report.supplied_mwh;
        sum.metered_mwh += report.metered_mwh;
        sum.technical_mwh += report.technical_mwh;
    }
    auto const energy = [&add](std::string_view name, std::int64_t mwh, std::string text) {
        add(name, "Wh", static_cast<double>(mwh) / 1000.0, std::move(text));
    };
    energy("supplied", sum.supplied_mwh, "at the busbars, in the windows of the latest looks");
    energy("technical", sum.technical_mwh, "of it, in the lines, by the utility's model");
    energy("unaccounted", sum.unaccounted_mwh(), "of it, less the meters' sum and the lines'");
    count("suspected", counts.suspected, "suspicions that began");
    count("cleared", counts.cleared, "of them, that ended");
    auto const found = score(scenario, world, head_end, end);
    count("thieves", found.thieves, "customers who stole, the truth");
    count("right", found.right, "of them, suspected at some time");
    count("wrong", found.wrong, "honest customers who were suspected");
    count("missed", found.missed, "thieves who were never suspected");
    count("late", found.late, "thieves who began too late for a look");
    count("unwatched", found.unwatched, "thieves below busbars that no concentrator meters");
    add("precision", "1", share(found.right, found.wrong), "of the suspected");
    add("recall", "1", share(found.right, found.missed), "of the thieves who could be seen");
    add("f1", "1", share(2 * found.right, found.wrong + found.missed), "their harmonic mean");
}

constexpr std::array<std::string_view, 8> kDesk{"words",      "raised",        "shown",
                                                "suppressed", "acknowledged",  "escalated",
                                                "most_shown", "to_acknowledge"};

void add_desk(std::vector<Kpi>& kpis, headend::AlarmDesk const& desk) {
    auto const& counts = desk.counts();
    auto const add = [&kpis](std::string_view name, std::uint64_t value, std::string text) {
        kpis.push_back(
            {fmt::format("desk.{}", name), "", static_cast<double>(value), std::move(text)});
    };
    std::uint64_t raised = 0;
    for (auto const of_signal : counts.raised) {
        raised += of_signal;
    }
    add("words", counts.words, "that told the operations centre of an alarm");
    add("raised", raised, "alarms, floods included");
    add("shown", counts.shown, "to operators");
    add("suppressed", counts.suppressed, "under a flood's");
    add("acknowledged", counts.acknowledged, "of the shown");
    add("escalated", counts.escalated, "as nobody acknowledged them");
    add("most_shown", counts.most_shown, "within one flood window");
    kpis.push_back({"desk.to_acknowledge", "s",
                    counts.acknowledged == 0
                        ? std::nan("")
                        : to_s(counts.to_acknowledge) / static_cast<double>(counts.acknowledged),
                    "mean time"});
    for (std::size_t s = 0; s < headend::kSignals; ++s) {
        add(name(static_cast<headend::Signal>(s)), counts.raised[s], "alarms");
    }
}

/// A line that opened with customers below it, and what was held of it.
struct TrueOpening {
    SimTime at{};
    std::uint32_t device = 0;
};

/// Of lines with enough customers below them: what one alone tells is its own loss.
std::vector<TrueOpening> true_openings(scenario::World const& world, UtilityTree const& tree,
                                       headend::Fleet const& fleet, std::uint32_t enough,
                                       SimTime end) {
    std::vector<std::uint32_t> customers(tree.line.size(), 0);
    for (auto const network : fleet.lv_network) {
        for (auto device = tree.tree.device[index(network)]; device != kNone<headend::DeviceId>;
             device = tree.tree.upstream[index(device)]) {
            ++customers[index(device)];
        }
    }
    std::vector<TrueOpening> out;
    for (auto const& event : world.events) {
        if (event.kind != scenario::TimedEvent::Kind::open || event.at >= end ||
            event.fuse_of != kNone<LvNetworkId>) {
            continue;
        }
        for (std::uint32_t d = 0; d < tree.line.size(); ++d) {
            if (tree.line[d] == event.line && tree.feeder[d] == event.feeder &&
                customers[d] >= enough) {
                out.push_back({event.at, d});
            }
        }
    }
    return out;
}

/// Whether both leave the same transformers without supply: messages cannot tell such places apart,
/// and the lower one is named.
bool same_below(headend::TreeOrder const& order, headend::Place const& place,
                std::uint32_t device) {
    auto const named = order.transformers(place);
    auto const opened = order.transformers(static_cast<headend::DeviceId>(device));
    return std::ranges::equal(named, opened);
}

/// What opens below an open device shows when that is back, dated by the losses that all had.
bool began_with(headend::DeviceOutage const& outage, SimTime opened) {
    constexpr SimDuration kSkew = std::chrono::minutes(5); // by clocks that are off
    return outage.parent == 0 ? std::chrono::abs(outage.began - opened) <= kSkew
                              : outage.began - kSkew <= opened && opened <= outage.named;
}

constexpr std::array<std::string_view, 12> kManagement{
    "named", "nested", "revised", "withdrawn", "cleared", "opened",
    "right", "missed", "other",   "delay_p50", "pings",   "notices"};

void add_management(std::vector<Kpi>& kpis, scenario::Scenario const& scenario,
                    scenario::World const& world, HeadEndFederate const& head_end, SimTime end) {
    auto const add = [&kpis](std::string_view name, std::uint64_t value, std::string text) {
        kpis.push_back(
            {fmt::format("oms.{}", name), "", static_cast<double>(value), std::move(text)});
    };
    auto const& management = *head_end.head_end().outage_management();
    auto const& counts = management.counts();
    auto const truth =
        true_openings(world, head_end.utility_tree(), head_end.head_end().fleet(),
                      scenario.headend.config.outage_management->location.min_reports, end);
    headend::TreeOrder const order(head_end.utility_tree().tree,
                                   head_end.head_end().fleet().lv_networks());
    std::uint64_t right = 0;
    std::vector<double> delays_s;
    std::vector<std::uint8_t> matched(management.outages().size(), 0);
    for (auto const& opening : truth) {
        for (std::size_t row = 0; row < matched.size(); ++row) {
            auto const& outage = management.outages()[row];
            bool const same = same_below(order, outage.place(), opening.device) &&
                              outage.state != headend::OutageState::withdrawn &&
                              began_with(outage, opening.at);
            if (same && matched[row] == 0) {
                matched[row] = 1;
                ++right;
                delays_s.push_back(to_s(outage.revised - opening.at));
                break;
            }
        }
    }
    std::uint64_t other = 0;
    for (std::size_t row = 0; row < matched.size(); ++row) {
        other +=
            matched[row] == 0 && management.outages()[row].state != headend::OutageState::withdrawn
                ? 1
                : 0;
    }
    add("named", counts.named, "places that were held to have opened");
    add("nested", counts.nested, "of them, found below another when that was back");
    add("revised", counts.revised, "times that a place was changed");
    add("withdrawn", counts.withdrawn, "as what came later told otherwise");
    add("cleared", counts.cleared, "");
    add("opened", truth.size(),
        fmt::format("lines with {} customers or more below them, the truth",
                    scenario.headend.config.outage_management->location.min_reports));
    add("right", right, "of them, named in the end, or what leaves the same customers dark");
    add("missed", truth.size() - right, "of them, never named or otherwise");
    add("other", other, "places named that no opened line accounts for");
    auto const delay = results::summarize(delays_s);
    kpis.push_back({"oms.delay_p50", "s", delay.p50_s, "from an opening to its right name"});
    add("pings", management.pings().counts().sent, "to find out who has supply");
    std::uint64_t notices = 0;
    for (auto const sent : management.notices().sent()) {
        notices += sent;
    }
    add("notices", notices, "to customers");
}

/// Of the days that have been validated.
void add_vee(std::vector<Kpi>& kpis, headend::vee::Vee const& vee, std::uint64_t days) {
    auto const add = [&kpis](std::string name, std::uint64_t value, std::string text) {
        kpis.push_back({"vee." + std::move(name), "", static_cast<double>(value), std::move(text)});
    };
    auto const totals =
        days == 0 ? headend::vee::Totals{} : vee.totals(0, static_cast<std::uint32_t>(days - 1));
    for (std::size_t q = 0; q < headend::vee::kQualities; ++q) {
        add(std::string(name(static_cast<headend::vee::Quality>(q))), totals.of_quality[q],
            "intervals");
    }
    for (std::size_t r = 0; r < headend::vee::kRules; ++r) {
        add(fmt::format("rule_{}", name(static_cast<headend::vee::Rule>(r))), totals.of_rule[r],
            "intervals flagged");
    }
    kpis.push_back(
        {"vee.energy", "Wh", static_cast<double>(totals.energy_mwh) / 1000.0, "of all values"});
    kpis.push_back({"vee.energy_estimated", "Wh",
                    static_cast<double>(totals.estimated_mwh) / 1000.0, "of it, estimated"});
    add("sums", vee.sums().pairs, "pairs of register readings held against intervals");
    add("sums_failed", vee.sums().failed, "of them, that do not fit");
    add("late", vee.counts().late, "readings that took an estimate's place");
}

std::vector<std::string> vee_names() {
    std::vector<std::string> names;
    for (std::size_t q = 0; q < headend::vee::kQualities; ++q) {
        names.push_back(fmt::format("vee.{}", name(static_cast<headend::vee::Quality>(q))));
    }
    for (std::size_t r = 0; r < headend::vee::kRules; ++r) {
        names.push_back(fmt::format("vee.rule_{}", name(static_cast<headend::vee::Rule>(r))));
    }
    for (auto const* figure : {"energy", "energy_estimated", "sums", "sums_failed", "late"}) {
        names.push_back(fmt::format("vee.{}", figure));
    }
    return names;
}

void add_names(std::vector<std::string>& names, std::string_view group,
               std::span<std::string_view const> members) {
    for (auto const member : members) {
        names.push_back(fmt::format("{}.{}", group, member));
    }
}

} // namespace

void add_application_kpis(std::vector<Kpi>& kpis, scenario::Scenario const& scenario,
                          scenario::World const& world, Federates const& federates, SimTime end) {
    auto const& head_end = federates.head_end.head_end();
    if (head_end.losses() != nullptr) {
        add_losses(kpis, scenario, world, federates.head_end, end);
    }
    if (auto const* desk = head_end.alarm_desk()) {
        add_desk(kpis, *desk);
    }
    if (head_end.vee() != nullptr) {
        add_vee(kpis, *head_end.vee(), head_end.days_validated());
    }
    if (head_end.outage_management() != nullptr) {
        add_management(kpis, scenario, world, federates.head_end, end);
    }
}

std::vector<std::string> application_kpi_names(scenario::Scenario const& scenario) {
    std::vector<std::string> names;
    if (scenario.headend.config.losses) {
        add_names(names, "theft", kLosses);
    }
    if (scenario.headend.config.alarms) {
        add_names(names, "desk", kDesk);
        for (std::size_t s = 0; s < headend::kSignals; ++s) {
            names.push_back(fmt::format("desk.{}", name(static_cast<headend::Signal>(s))));
        }
    }
    if (scenario.headend.config.vee) {
        auto const of_vee = vee_names();
        names.insert(names.end(), of_vee.begin(), of_vee.end());
    }
    if (scenario.headend.config.outage_management) {
        add_names(names, "oms", kManagement);
    }
    return names;
}

bool may_be_application_kpi(std::string_view name) {
    return name.starts_with("theft.") || name.starts_with("desk.") || name.starts_with("oms.") ||
           name.starts_with("vee.");
}

} // namespace gridtwin::twin
