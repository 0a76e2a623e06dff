#include "sim/scenario/bindings.hpp"
#include "sim/scenario/instant.hpp"
#include "sim/scenario/text_rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace gridtwin::scenario {

namespace {

using Kind = TimedEvent::Kind;

struct Action {
    std::string_view key;
    Kind kind;
    std::string_view help;
};
constexpr Action kActions[] = {
    {"open", Kind::open,
     "a line of the feeder, 'line.NAME', or a street's fuse, 'fuse.NETWORK/NUMBER', opens"},
    {"close", Kind::close,
     "a line of the feeder, 'line.NAME', or a street's fuse, 'fuse.NETWORK/NUMBER', closes"},
    {"disconnect", Kind::disconnect, "the head-end orders a customer's relay open"},
    {"reconnect", Kind::reconnect, "the head-end orders a customer's relay closed"},
    {"tamper", Kind::tamper, "somebody tampers with a customer's meter; see input"},
    {"end_tamper", Kind::end_tamper, "that ends; see input"},
    {"wrong_password", Kind::wrong_password, "somebody tries passwords at a customer's meter"},
    {"set", Kind::set, "parameters of a customer's meter change, at its own port"},
    {"weld", Kind::weld, "the contacts of a customer's relay weld"},
    {"break", Kind::break_module,
     "a communication module of a customer's meter breaks; see channel"},
    {"repair", Kind::repair_module, "it is exchanged; see channel"},
    {"set_parameter", Kind::set_parameter,
     "the head-end sets parameters of a customer's meter, as set does"},
    {"announce", Kind::announce,
     "the head-end sets parameters of all meters below a concentrator, or 'all', by broadcast"},
    {"read_registers", Kind::read_registers,
     "the head-end asks for a customer's registers, at once"},
    {"read_events", Kind::read_events,
     "the head-end asks for the log of a customer's meter, at once"},
    {"wan_down", Kind::wan_down, "a concentrator's data session breaks, or 'all' of them"},
    {"wan_up", Kind::wan_up, "and can be set up again"},
    {"firmware", Kind::firmware,
     "the head-end orders a firmware for all meters below a concentrator, or 'all'; see version"},
    {"operator_down", Kind::operator_down, "the SMS operator fails: 'all' of it"},
    {"operator_up", Kind::operator_up, "and works again"},
    {"gateway_down", Kind::gateway_down, "an SMS gateway fails: 1, 2 or 'all'"},
    {"gateway_up", Kind::gateway_up, "and works again"},
    {"cell_down", Kind::cell_down, "a cell of the SMS operator fails: its number, or 'all'"},
    {"cell_up", Kind::cell_up, "and works again"},
    {"coverage_lost", Kind::coverage_lost,
     "a customer's meter has no network at the SMS operator any more"},
    {"coverage_back", Kind::coverage_back, "and has one"},
    {"forge", Kind::forge, "somebody sends forged short messages to a customer's meter"},
    {"take_emergency", Kind::take_emergency,
     "a customer takes the emergency credit of a meter that is paid for in advance"}};

bool sets(Kind kind) {
    return kind == Kind::set || kind == Kind::set_parameter || kind == Kind::announce;
}

constexpr std::pair<std::string_view, std::optional<Channel>> kModules[] = {
    {"all", std::nullopt}, {"plc", Channel::plc}, {"rf", Channel::rf}, {"sms", Channel::sms}};

constexpr std::pair<std::string_view, std::optional<meter::TamperInput>> kInputs[] = {
    {"cover", meter::TamperInput::cover},
    {"terminal_box", meter::TamperInput::terminal_box},
    {"magnet", meter::TamperInput::magnet},
    {"neutral_return", meter::TamperInput::neutral_return},
    {"reversed_phase", meter::TamperInput::reversed_phase},
    {"bypass", meter::TamperInput::bypass}};

/// Keys that say more of one kind of event are mistakes beside another.
void check_belongs(Section& s, bool belongs, std::string_view key, std::string_view to) {
    if (!belongs && s.has(key)) {
        s.error(s.where(key), fmt::format("'{}' says nothing here", key), std::string(to));
    }
}

void bind_changes(Section& s, TimedEvent& event, CivilClock const* clock, SimDuration duration) {
    std::vector<std::string_view> given;
    auto const take = [&](meter::Parameter parameter, double value) {
        std::string_view const key = meter::name(parameter);
        check_belongs(s, sets(event.kind), key, "set, set_parameter or announce beside it");
        if (s.has(key) && sets(event.kind)) {
            given.push_back(key);
            event.changes.push_back({.parameter = parameter, .value = value});
        }
    };
    std::uint32_t calendar = 1;
    s.integer("calendar", calendar, {1, 8}, "set: calendar of meter.tariffs");
    take(meter::Parameter::calendar, calendar - 1.0);
    auto const quantity = [&](meter::Parameter parameter, Dimension dimension, Range range,
                              std::string_view help) {
        double value = 0.0;
        s.quantity(meter::name(parameter), value, dimension, range, help);
        take(parameter, value);
    };
    quantity(meter::Parameter::limit, Dimension::power, {0.0, 1e9},
             "set: of its limiter; 0 W: none");
    quantity(meter::Parameter::quota, Dimension::energy, {0.0, 1e12},
             "set: of its limiter; 0 Wh: none");
    quantity(meter::Parameter::sag_limit, Dimension::voltage_pu, {0.0, 2.0}, "set: of its quality");
    quantity(meter::Parameter::swell_limit, Dimension::voltage_pu, {0.0, 2.0},
             "set: of its quality");
    quantity(meter::Parameter::frequency_limit, Dimension::frequency, {0.0, 10.0},
             "set: of its quality");
    std::string effective;
    s.text("effective", effective, "set: by the meter's clock, written as 'at' is; none: at once");
    check_belongs(s, sets(event.kind), "effective", "set, set_parameter or announce beside it");
    if (s.has("effective") && sets(event.kind)) {
        auto const at = read_instant(s, "effective", effective, clock, duration);
        for (auto& change : event.changes) {
            change.effective = at.value_or(kStart);
        }
    }
    if (sets(event.kind) && given.empty() && !s.describing()) {
        s.error(s.where(event.kind == Kind::set        ? "set"
                        : event.kind == Kind::announce ? "announce"
                                                       : "set_parameter"),
                "nothing is set",
                "calendar, limit, quota, sag_limit, swell_limit or frequency_limit");
    }
}

void bind_image(Section& s, TimedEvent& event, CivilClock const* clock, SimDuration duration) {
    auto& image = event.image;
    std::string activate_at;
    s.integer("version", image.version, {1, 4e9},
              "firmware: greater than the one before; meters come with 1");
    s.integer("octets", image.octets, {1, 16e6}, "firmware: of the image");
    s.text("activate_at", activate_at,
           "firmware: by the meters' clocks, written as 'at' is; who holds all of it then starts "
           "anew with it");
    for (std::string_view const key : {"version", "octets", "activate_at"}) {
        check_belongs(s, event.kind == Kind::firmware, key,
                      "firmware: CONCENTRATOR or firmware: all beside it");
        if (event.kind == Kind::firmware && !s.has(key) && !s.describing()) {
            s.error(s.where("firmware"), fmt::format("the firmware has no '{}'", key),
                    "version, octets and activate_at beside it");
        }
    }
    if (event.kind == Kind::firmware && s.has("activate_at")) {
        auto const instant = read_instant(s, "activate_at", activate_at, clock, duration);
        image.activate_at = instant.value_or(kStart);
        if (instant && *instant <= event.at) {
            s.error(s.where("activate_at"), "meters are to start it before it is ordered",
                    "a time after 'at'");
        }
    }
}

constexpr std::pair<std::string_view, wire::sms::Refusal> kForgeries[] = {
    {"wrong_sender", wire::sms::Refusal::wrong_sender},
    {"top_up_sender", wire::sms::Refusal::top_up_sender},
    {"wrong_code", wire::sms::Refusal::wrong_code},
    {"malformed", wire::sms::Refusal::malformed},
    {"bad_tag", wire::sms::Refusal::bad_tag},
    {"replayed", wire::sms::Refusal::replayed},
    {"wrong_length", wire::sms::Refusal::wrong_length},
    {"unknown_command", wire::sms::Refusal::unknown_command}};

/// What meters would take for genuine is no forgery, whose sender is right.
void check_sender(Section& s, Forgery const& forgery, Scenario const& scenario) {
    using Refusal = wire::sms::Refusal;
    auto const& sender = forgery.sender;
    if (!check_text(s, "sender", sender, kNumber)) {
        return;
    }
    bool const utility =
        sender == scenario.sms.spec.short_number || sender == scenario.sms.gateway.second_number;
    if (forgery.kind == Refusal::wrong_sender && utility) {
        s.error(s.where("sender"), fmt::format("'{}' is the utility's own number", sender),
                "another one, or none");
    }
    if (forgery.kind == Refusal::top_up_sender && sender == scenario.live.top_up_number) {
        s.error(s.where("sender"), fmt::format("'{}' is where top-ups come from", sender),
                "another one, or none");
    }
}

void bind_forgery(Section& s, TimedEvent& event, Scenario const& scenario) {
    auto& forgery = event.forgery;
    s.choice<wire::sms::Refusal>("kind", forgery.kind, kForgeries,
                                 "forge: what is wrong with the messages; replayed: what the "
                                 "meter's modem got first of outside clients, if anything");
    s.text("sender", forgery.sender,
           "forge: number they claim to come from; none: a stranger's if that is what is wrong, "
           "else the utility's first");
    s.integer("count", forgery.count, {1, 100'000}, "forge: messages, at once");
    bool const forges = event.kind == TimedEvent::Kind::forge;
    for (std::string_view const key : {"kind", "sender", "count"}) {
        check_belongs(s, forges, key, "forge: CUSTOMER beside it");
    }
    if (forges && s.has("sender") && !s.describing()) {
        check_sender(s, forgery, scenario);
    }
}

} // namespace

void bind_event(Section& s, Scenario& scenario, CivilClock const* clock) {
    TimedEvent event;
    event.where = s.where();
    std::string at;
    s.text("at", at, "time of day (its first), or time from the start such as 26 h",
           Need::required);
    if (!s.describing() && s.has("at")) {
        event.at = read_instant(s, "at", at, clock, scenario.duration).value_or(kStart);
    }
    int actions = 0;
    for (auto const& action : kActions) {
        std::string target;
        s.text(action.key, target, action.help);
        if (s.has(action.key)) {
            ++actions;
            if (target.empty()) {
                s.error(s.where(action.key), fmt::format("'{}' names nothing", action.key),
                        std::string(action.help));
            }
            event.kind = action.kind;
            event.target = target;
            event.where = s.where(action.key);
        }
    }
    std::uint32_t feeder = 1;
    s.integer("feeder", feeder, {1, 1e6},
              "which copy of the feeder; 'all' without it: of every one");
    if (s.has("feeder")) {
        event.feeder = feeder;
    }
    bool const tampers = event.kind == Kind::tamper || event.kind == Kind::end_tamper;
    std::optional<meter::TamperInput> input;
    s.choice<std::optional<meter::TamperInput>>("input", input, kInputs,
                                                "tamper, end_tamper: what is done");
    event.input = input.value_or(event.input);
    check_belongs(s, tampers, "input", "tamper: CUSTOMER or end_tamper: CUSTOMER beside it");
    s.integer("tries", event.tries, {1, 1000}, "wrong_password: how many, at once");
    check_belongs(s, event.kind == Kind::wrong_password, "tries",
                  "wrong_password: CUSTOMER beside it");
    s.choice<std::optional<Channel>>("channel", event.channel, kModules,
                                     "break, repair: whose module, of those the meter has");
    check_belongs(s, event.kind == Kind::break_module || event.kind == Kind::repair_module,
                  "channel", "break: CUSTOMER or repair: CUSTOMER beside it");
    bind_changes(s, event, clock, scenario.duration);
    bind_image(s, event, clock, scenario.duration);
    bind_forgery(s, event, scenario);
    if (!s.describing() && actions != 1) {
        s.error(s.where(), fmt::format("the event has {} actions", actions),
                "one of open, close, disconnect, reconnect, tamper, end_tamper, wrong_password, "
                "set, weld, break, repair, set_parameter, announce, read_registers, read_events, "
                "wan_down, wan_up, firmware, operator_down, operator_up, gateway_down, "
                "gateway_up, cell_down, cell_up, coverage_lost, coverage_back, forge, "
                "take_emergency");
        event.target.clear();
    }
    auto& equipment = scenario.equipment;
    if (tampers && !s.describing()) {
        if (!s.has("input")) {
            s.error(s.where(), "the event does not say what is done to the meter",
                    "input: cover, terminal_box, magnet, neutral_return, reversed_phase or bypass");
        }
        equipment.tampering = equipment.tampering.value_or(meter::TamperSpec{});
    }
    if (event.kind == Kind::wrong_password && !s.describing()) {
        equipment.lockout = equipment.lockout.value_or(meter::LockoutSpec{});
    }
    scenario.events.push_back(std::move(event));
}

} // namespace gridtwin::scenario
