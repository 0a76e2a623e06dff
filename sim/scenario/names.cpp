#include "sim/scenario/names.hpp"

#include "sim/scenario/firmware_check.hpp"
#include "sim/scenario/sites.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace gridtwin::scenario {
namespace {

class Finder {
  public:
    Finder(Scenario const& scenario, World& world, Diagnostics& diagnostics)
        : scenario_(scenario), world_(world), diagnostics_(diagnostics) {
        number_meters();
    }

    void resolve_events() {
        std::vector<std::string> lines;
        for (auto const& line : world_.circuit.lines) {
            lines.push_back("line." + line.name);
        }
        for (auto const& event : scenario_.events) {
            PlannedEvent planned{.kind = event.kind,
                                 .at = event.at,
                                 .feeder = {},
                                 .line = 0,
                                 .meter = kNone<MeterId>,
                                 .concentrators = {},
                                 .input = event.input,
                                 .tries = event.tries,
                                 .forgery = event.forgery,
                                 .changes = event.changes,
                                 .channel = event.channel,
                                 .image = event.image,
                                 .numbers = {}};
            if (event.target.empty()) {
                continue; // its mistake has been reported
            }
            auto const feeder = event.feeder.value_or(1);
            if (feeder > world_.feeders) {
                diagnostics_.error(event.where, fmt::format("there is no feeder {}", feeder),
                                   fmt::format("1 to {}", world_.feeders));
                continue;
            }
            planned.feeder = static_cast<FeederId>(feeder - 1);
            if (event.kind == TimedEvent::Kind::open || event.kind == TimedEvent::Kind::close) {
                auto const target = lower_case(event.target);
                auto const found = std::find(lines.begin(), lines.end(), target);
                if (found != lines.end()) {
                    planned.line = static_cast<std::uint32_t>(found - lines.begin());
                } else if (!find_fuse(target, planned)) {
                    auto known = lines;
                    add_fuse_names(planned.feeder, known);
                    diagnostics_.error(event.where,
                                       fmt::format("the feeder has no '{}'", event.target),
                                       "line.NAME of a line or switch, or fuse.NETWORK/NUMBER of a "
                                       "street's branch",
                                       nearest_name(target, known));
                    continue;
                }
            } else if (event.kind >= TimedEvent::Kind::operator_down &&
                       event.kind <= TimedEvent::Kind::cell_up) {
                if (!find_numbers(planned, event)) {
                    continue;
                }
            } else if (event.kind == TimedEvent::Kind::wan_down ||
                       event.kind == TimedEvent::Kind::wan_up ||
                       event.kind == TimedEvent::Kind::announce ||
                       event.kind == TimedEvent::Kind::firmware) {
                if (!world_.placed || !find_concentrators(planned, event)) {
                    continue;
                }
                check_announced(event, planned); // the others change nothing
                if (event.kind == TimedEvent::Kind::firmware) {
                    check_firmware(scenario_, world_, event, planned, diagnostics_);
                }
            } else {
                auto const found = find_customer(planned.feeder, event.target, event.where);
                if (!found) {
                    continue;
                }
                planned.meter = *found;
                check_channel(event, planned.meter);
                check_coverage(event, planned.meter);
                check_emergency(event);
                for (auto& change : planned.changes) {
                    change.meter = planned.meter;
                    check_change(event, change);
                }
            }
            world_.events.push_back(planned);
        }
    }

    /// Of gateways and cells, from 0; the operator is one.
    /// @return false, reported, for one that there is not
    bool find_numbers(PlannedEvent& planned, TimedEvent const& event) {
        using Kind = TimedEvent::Kind;
        bool const gateway = event.kind == Kind::gateway_down || event.kind == Kind::gateway_up;
        bool const cell = event.kind == Kind::cell_down || event.kind == Kind::cell_up;
        std::uint32_t const count = gateway ? (scenario_.sms.gateway.second_number.empty() ? 1 : 2)
                                    : cell  ? scenario_.sms.cell_count(world_.feeders)
                                            : 1;
        bool found = false;
        for (std::uint32_t n = 0; n < count; ++n) {
            bool const named = event.target == "all" ||
                               ((gateway || cell) && event.target == std::to_string(n + 1));
            if (named) {
                planned.numbers.push_back(n);
                found = true;
            }
        }
        if (found) {
            return true;
        }
        if (count == 0) {
            diagnostics_.error(event.where, "the SMS operator has no cells",
                               "operator.cells.count");
        } else if (gateway || cell) {
            diagnostics_.error(
                event.where,
                fmt::format("there is no {} '{}'", gateway ? "gateway" : "cell", event.target),
                count == 1 ? "1 or 'all'" : fmt::format("1 to {}, or 'all'", count));
        } else {
            diagnostics_.error(event.where, fmt::format("there is no operator '{}'", event.target),
                               "'all'");
        }
        return false;
    }

    /// That a meter whose coverage changes, or to which messages are forged, speaks SMS.
    void check_coverage(TimedEvent const& event, MeterId meter) {
        using Kind = TimedEvent::Kind;
        if ((event.kind == Kind::coverage_lost || event.kind == Kind::coverage_back ||
             event.kind == Kind::forge) &&
            !world_.meters.way[index(meter)].has(Channel::sms)) {
            diagnostics_.error(event.where,
                               fmt::format("the meter of '{}' has no module for sms", event.target),
                               std::string("a customer whose meter is read by sms"));
        }
    }

    /// That there is emergency credit to take.
    void check_emergency(TimedEvent const& event) {
        if (event.kind != TimedEvent::Kind::take_emergency || !scenario_.meter_sound) {
            return;
        }
        auto const customers = event.target.substr(0, event.target.find('/'));
        auto const& credit = scenario_.equipment.credit;
        if (std::none_of(credit.begin(), credit.end(), [&](auto const& one) {
                return one.customers == customers && one.spec.credit.emergency > Money{};
            })) {
            diagnostics_.error(
                event.where,
                fmt::format("the meter of '{}' has no emergency credit to take", event.target),
                "meter.credit with 'emergency' for its customers");
        }
    }

    /// @return false, reported, for a name that leads nowhere
    bool find_concentrators(PlannedEvent& planned, TimedEvent const& event) {
        std::vector<std::string> names{"all"};
        for (std::size_t c = 0; c < world_.concentrators.size(); ++c) {
            auto const& row = world_.concentrators[c];
            if (world_.is_for(event, row)) {
                planned.concentrators.push_back(static_cast<ConcentratorId>(c));
            }
            if (row.feeder == planned.feeder) {
                names.push_back(row.name.substr(world_.feeder_prefix(planned.feeder).size()));
            }
        }
        if (event.target == "all" || !planned.concentrators.empty()) {
            return true;
        }
        diagnostics_.error(event.where, fmt::format("there is no concentrator '{}'", event.target),
                           "'all' or the name of a concentrator of the feeder",
                           nearest_name(event.target, names));
        return false;
    }

    void resolve_adders() {
        std::vector<std::uint8_t> phase(world_.meters.size(), meter::AdderMember::kNoPhase);
        for (auto const& lv : world_.lv) {
            for (auto const& service : lv.services) {
                phase[index(service.meter)] = service.phase;
            }
        }
        for (auto const& point : scenario_.equipment.adders) {
            AdderRow row{.name = point.name, .members = {}, .spec = point.spec};
            if (point.feeder > world_.feeders) {
                diagnostics_.error(point.where, fmt::format("there is no feeder {}", point.feeder),
                                   fmt::format("1 to {}", world_.feeders));
                continue;
            }
            for (auto const& name : point.members) {
                auto const found = find_customer(static_cast<FeederId>(point.feeder - 1), name,
                                                 point.members_where);
                if (!found) {
                    continue;
                }
                if (std::any_of(row.members.begin(), row.members.end(),
                                [&](auto const& one) { return one.meter == *found; })) {
                    diagnostics_.error(point.members_where,
                                       fmt::format("'{}' is a member twice", name), "each once");
                    continue;
                }
                row.members.push_back({*found, phase[index(*found)]});
            }
            if (!row.members.empty()) {
                world_.adders.push_back(std::move(row));
            }
        }
        if (!scenario_.equipment.transformer_adders) {
            return;
        }
        for (auto const& point : scenario_.equipment.adders) {
            if (std::any_of(world_.lv.begin(), world_.lv.end(),
                            [&](auto const& lv) { return lv.name == point.name; })) {
                diagnostics_.error(point.where,
                                   fmt::format("'{}' is the name of a low-voltage network, whose "
                                               "meters transformer_adders sums",
                                               point.name),
                                   "another name");
            }
        }
        for (auto const& lv : world_.lv) {
            AdderRow row{
                .name = lv.name, .members = {}, .spec = *scenario_.equipment.transformer_adders};
            for (auto const& service : lv.services) {
                row.members.push_back({service.meter, service.phase});
            }
            if (!row.members.empty()) {
                world_.adders.push_back(std::move(row));
            }
        }
    }

  private:
    void number_meters() {
        for (std::size_t i = 0; i < world_.meters.size(); ++i) {
            meters_.emplace(world_.meters.name[i], static_cast<MeterId>(i));
        }
    }

    /// A network's name without its feeder's.
    [[nodiscard]] std::string local_name(LvNetworkRow const& lv) const {
        return lv.name.substr(world_.feeder_prefix(lv.feeder).size());
    }

    /// "fuse.671-3/2" is the second at the busbar of network 671-3.
    bool find_fuse(std::string const& target, PlannedEvent& planned) const {
        for (std::size_t n = 0; n < world_.lv.size(); ++n) {
            auto const& lv = world_.lv[n];
            auto const front = "fuse." + local_name(lv) + "/";
            if (lv.feeder != planned.feeder || !target.starts_with(front)) {
                continue;
            }
            auto const number = target.substr(front.size());
            for (std::uint32_t k = 0; k < topology::fuse_nodes(lv.network).size(); ++k) {
                if (number == std::to_string(k + 1)) {
                    planned.fuse_of = static_cast<LvNetworkId>(n);
                    planned.fuse = k;
                    return true;
                }
            }
        }
        return false;
    }

    void add_fuse_names(FeederId feeder, std::vector<std::string>& names) const {
        for (auto const& lv : world_.lv) {
            for (std::size_t k = 1;
                 lv.feeder == feeder && k <= topology::fuse_nodes(lv.network).size(); ++k) {
                names.push_back(fmt::format("fuse.{}/{}", local_name(lv), k));
            }
        }
    }

    /// The customer's meter; nothing, reported, for a name that leads nowhere.
    std::optional<MeterId> find_customer(FeederId feeder, std::string const& name,
                                         SourcePos const& where) {
        auto const found = meters_.find(world_.feeder_prefix(feeder) + name);
        if (found != meters_.end()) {
            return found->second;
        }
        std::vector<std::string> groups;
        bool unsound = scenario_.customers.empty();
        for (auto const& group : scenario_.customers) {
            groups.push_back(group.name + "/1");
            unsound = unsound || (group.count == 0 && name.starts_with(group.name + "/"));
        }
        if (!unsound) { // else the group's own mistake has been reported
            diagnostics_.error(where, fmt::format("there is no customer '{}'", name),
                               "GROUP/NUMBER", nearest_name(name, groups));
        }
        return std::nullopt;
    }

    /// That the meter has a module on the channel the event names.
    void check_channel(TimedEvent const& event, MeterId meter) {
        auto const way = world_.meters.way[index(meter)];
        if (event.channel && !way.has(*event.channel)) {
            diagnostics_.error(event.where,
                               fmt::format("the meter of '{}' has no module for {}", event.target,
                                           name(*event.channel)),
                               way.has_backup()
                                   ? fmt::format("{} or {}", name(way.primary), name(way.backup))
                                   : std::string(name(way.primary)));
        }
    }

    /// That the customer's meter has what the change is about.
    /// Whether the meters of these customers have that parameter, and what gives it to them.
    [[nodiscard]] std::pair<bool, std::string_view>
    has_parameter(std::string_view customers, meter::ParameterChange const& change) const {
        auto const& equipment = scenario_.equipment;
        if (change.parameter == meter::Parameter::limit ||
            change.parameter == meter::Parameter::quota) {
            return {std::any_of(equipment.limiters.begin(), equipment.limiters.end(),
                                [&](auto const& one) { return one.customers == customers; }),
                    "meter.limiters for its customers"};
        }
        if (change.parameter == meter::Parameter::calendar) {
            auto const& registers = scenario_.meter.registers;
            return {registers.kept &&
                        change.value < static_cast<double>(registers.calendars.size()),
                    "meter.billing_registers, and meter.tariffs of that calendar"};
        }
        return {equipment.quality.has_value(), "meter.quality"};
    }

    void check_change(TimedEvent const& event, meter::ParameterChange const& change) {
        if (!scenario_.meter_sound) {
            return; // what it has is not known
        }
        auto const [there, needs] =
            has_parameter(event.target.substr(0, event.target.find('/')), change);
        if (!there) {
            diagnostics_.error(event.where,
                               fmt::format("the meter of '{}' has no {} to set", event.target,
                                           meter::name(change.parameter)),
                               std::string(needs));
        }
    }

    /// Meters that lack it refuse by themselves; that all do is a mistake.
    void check_announced(TimedEvent const& event, PlannedEvent const& planned) {
        if (!scenario_.meter_sound) {
            return;
        }
        std::set<std::uint32_t> groups; ///< of the meters below
        for (auto const concentrator : planned.concentrators) {
            for (MeterId const meter : world_.concentrators[index(concentrator)].meters) {
                groups.insert(world_.meters.group[index(meter)]);
            }
        }
        for (auto const& change : planned.changes) {
            std::string_view needs;
            bool const there = std::any_of(groups.begin(), groups.end(), [&](std::uint32_t group) {
                auto const [has, by] = has_parameter(scenario_.customers[group].name, change);
                needs = by;
                return has;
            });
            if (!there) {
                diagnostics_.error(event.where,
                                   fmt::format("no meter of '{}' has a {} to set", event.target,
                                               meter::name(change.parameter)),
                                   std::string(needs));
            }
        }
    }

    Scenario const& scenario_;
    World& world_;
    Diagnostics& diagnostics_;
    std::map<std::string, MeterId> meters_;
};

/// Who steals, how and from when on, each drawn by itself.
void plan_theft(Scenario const& scenario, World& world) {
    auto const& theft = scenario.equipment.theft;
    if (theft.thieves_frac == 0.0 || theft.inputs.empty()) {
        return;
    }
    for (std::size_t m = 0; m < world.meters.size(); ++m) {
        EntityKey const who{EntityKind::meter, m};
        auto const draw = [&](std::uint64_t n) {
            return draw01(scenario.seed, who, Purpose::theft, n);
        };
        if (world.meters.kind[m] != MeterKind::household || draw(0) >= theft.thieves_frac) {
            continue;
        }
        auto const way =
            static_cast<std::size_t>(draw(1) * static_cast<double>(theft.inputs.size()));
        PlannedEvent event;
        event.kind = TimedEvent::Kind::tamper;
        event.at = kStart + theft.from + duration_from_s(draw(2) * to_s(theft.until - theft.from));
        event.feeder = world.meters.feeder[m];
        event.meter = static_cast<MeterId>(m);
        event.input = theft.inputs[way];
        world.events.push_back(std::move(event));
    }
}

} // namespace

void find_names(Scenario const& scenario, World& world, Diagnostics& diagnostics) {
    Finder finder(scenario, world, diagnostics);
    finder.resolve_events();
    finder.resolve_adders();
    plan_theft(scenario, world);
}

} // namespace gridtwin::scenario
