#include "models/wire/sms/guard.hpp"
#include "sim/app/commands.hpp"
#include "sim/app/find_meter.hpp"
#include "sim/app/run_parts.hpp"
#include "sim/core/hex.hpp"
#include "sim/twin/sms_identity.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <charconv>

namespace gridtwin::app {
namespace {

namespace sms = wire::sms;

struct Options {
    std::string scenario;
    std::string meter;
    std::uint32_t counter = 1;
    std::string open;
    std::vector<std::string> command;
    std::string seed;
};

constexpr std::string_view kCommands =
    "on | off | read | balance | clock | profile FIRST COUNT | limits WATTS WATT-HOURS | "
    "top-up TOKEN CENTS";

template <typename Number>
std::optional<Number> number(std::string const& text) {
    Number value{};
    auto const* end = text.data() + text.size();
    auto const [rest, failure] = std::from_chars(text.data(), end, value);
    return failure == std::errc{} && rest == end ? std::optional(value) : std::nullopt;
}

std::optional<sms::Command> read_command(std::vector<std::string> const& words) {
    auto const is = [&](std::string_view name, std::size_t count) {
        return words.size() == count && words[0] == name;
    };
    if (is("on", 1) || is("off", 1)) {
        return sms::Switch{.on = words[0] == "on"};
    }
    if (is("read", 1)) {
        return sms::ReadRegisters{};
    }
    if (is("balance", 1)) {
        return sms::BalanceQuery{};
    }
    if (is("clock", 1)) {
        return sms::ReadClock{};
    }
    if (is("profile", 3)) {
        auto const first = number<std::uint32_t>(words[1]);
        auto const count = number<std::uint16_t>(words[2]);
        return first && count ? std::optional(sms::Command{sms::ReadProfile{*first, *count}})
                              : std::nullopt;
    }
    if (is("limits", 3)) {
        auto const power_w = number<std::uint32_t>(words[1]);
        auto const energy_wh = number<std::uint32_t>(words[2]);
        return power_w && energy_wh
                   ? std::optional(sms::Command{sms::SetLimits{*power_w, *energy_wh}})
                   : std::nullopt;
    }
    if (is("top-up", 3)) {
        auto const token = number<std::uint64_t>(words[1]);
        auto const cents = number<std::int64_t>(words[2]);
        return token && *token > 0 && cents && *cents > 0
                   ? std::optional(sms::Command{sms::TopUp{.token = *token, .amount = {*cents}}})
                   : std::nullopt;
    }
    return std::nullopt;
}

std::string described(sms::Answer const& answer) {
    static constexpr std::array<std::string_view, sms::kCommandRefusals> kWhy{
        "no such feature", "out of range", "locked out",  "contact stuck",
        "token used",      "busy",         "not accepted"};
    struct Describe {
        std::string operator()(sms::Done const& a) const {
            return fmt::format("done (command {}) at {}", a.code, format_time(a.at));
        }
        std::string operator()(sms::Refused const& a) const {
            return fmt::format("refused (command {}): {}", a.code,
                               kWhy[static_cast<std::size_t>(a.why)]);
        }
        std::string operator()(sms::Balance const& a) const {
            return fmt::format("balance {} cents at {}", a.balance.cents, format_time(a.at));
        }
        std::string operator()(sms::Reading const& a) const {
            return fmt::format("reading at {}: import {} mWh, export {} mWh, balance {} cents, "
                               "relay {}",
                               format_time(a.at), a.import_mwh, a.export_mwh, a.balance.cents,
                               a.relay_closed ? "closed" : "open");
        }
        std::string operator()(sms::Profile const& a) const {
            std::string out = fmt::format("profile from interval {}, {} rows",
                                          a.block.first_interval, a.block.rows.size());
            for (auto const& row : a.block.rows) {
                out += fmt::format("\n{} mWh {} mvarh {:.1f} V status {}", row.import_mwh,
                                   row.import_mvarh, 0.1 * row.voltage_dv, row.status);
            }
            return out;
        }
        std::string operator()(sms::ClockShown const& a) const {
            return fmt::format("clock shows {}", format_time(a.shown));
        }
        std::string operator()(sms::Warning const& a) const {
            return fmt::format("warning {}, balance {} cents", static_cast<unsigned>(a.kind),
                               a.balance.cents);
        }
        std::string operator()(sms::Alarm const& a) const {
            return fmt::format("alarm {} at {}", name(a.kind), format_time(a.at));
        }
        std::string operator()(sms::UnknownCommand const& a) const {
            return fmt::format("does not know command {}", a.code);
        }
    };
    return std::visit(Describe{}, answer.what);
}

int print_sealed(Options const& o, twin::Loaded const& loaded, MeterId meter,
                 sms::Command const& command) {
    auto const& s = loaded.scenario;
    bool const top_up = std::holds_alternative<sms::TopUp>(command);
    auto const& from = top_up ? s.live.top_up_number : s.sms.spec.short_number;
    std::vector<std::byte> content;
    sms::encode(command, content);
    wire::AesGcm key{twin::sms_key(s.seed, meter)};
    std::vector<std::byte> octets;
    sms::seal({.code = wire::sms::code_of(meter),
               .direction = sms::Direction::to_meter,
               .counter = o.counter},
              from, content, key, octets);
    auto const hex = to_hex(octets);
    std::string url;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        url += '%' + hex.substr(i, 2);
    }
    fmt::print("from    {}\nto      {}\nmeter   {} code {}\noctets  {}\nhex     {}\nurl     {}\n",
               from, twin::meter_number(s.live.number_prefix, meter), o.meter,
               sms::to_text(wire::sms::code_of(meter)), octets.size(), hex, url);
    return kDone;
}

int print_opened(Options const& o, twin::Loaded const& loaded, MeterId meter,
                 std::span<std::byte const> octets) {
    auto const& s = loaded.scenario;
    wire::AesGcm key{twin::sms_key(s.seed, meter)};
    auto const number = twin::meter_number(s.live.number_prefix, meter);
    for (auto const& short_number : {s.sms.spec.short_number, s.live.top_up_number}) {
        auto const verdict = sms::judge(sms::UtilityRule{.code = wire::sms::code_of(meter),
                                                         .meter_number = number,
                                                         .short_number = short_number},
                                        sms::GuardMemory{}, number, octets, key);
        if (auto const* answer = std::get_if<sms::Answer>(&verdict.content)) {
            fmt::print("from    {} ({})\ncounter {}, answers {}\n{}\n", number, o.meter,
                       verdict.counter, answer->answered, described(*answer));
            return kDone;
        }
    }
    Diagnostics mistakes;
    mistakes.error({"--open", 0, 0}, fmt::format("these octets are no answer of {}", o.meter),
                   "what came from its number, unchanged, of a run with this scenario and seed");
    throw InputError(std::move(mistakes));
}

int execute(Options const& o) {
    auto const loaded = twin::load(o.scenario, read_seed(o.seed));
    Diagnostics mistakes;
    auto const meter = find_meter(loaded, "--meter", o.meter, mistakes);
    if (meter != kNone<MeterId> && !loaded.world.meters.way[index(meter)].has(Channel::sms)) {
        mistakes.error({"--meter", 0, 0}, fmt::format("{} has no SMS modem", o.meter),
                       "a meter of customers with meter: sms");
    }
    if (o.counter == 0) {
        mistakes.error({"--counter", 0, 0}, "counters begin with 1", "1 to 4294967295");
    }
    auto const octets = from_hex(o.open);
    if (!octets) {
        mistakes.error({"--open", 0, 0}, fmt::format("'{}' are no octets", o.open),
                       "two hexadecimal digits each");
    }
    auto const command = read_command(o.command);
    if (o.open.empty() && !command) {
        mistakes.error({"sms-code", 0, 0},
                       fmt::format("'{}' is no command", fmt::join(o.command, " ")),
                       std::string(kCommands));
    } else if (o.open.empty() && std::holds_alternative<sms::TopUp>(*command) &&
               loaded.scenario.live.top_up_number.empty()) {
        mistakes.error({o.scenario, 0, 0}, "top-ups have no number they may come from",
                       "live: { top_up_number: ... }");
    }
    if (!mistakes.ok()) {
        throw InputError(std::move(mistakes));
    }
    return o.open.empty() ? print_sealed(o, loaded, meter, *command)
                          : print_opened(o, loaded, meter, *octets);
}

} // namespace

std::function<int()> add_sms_code(CLI::App& app) {
    auto* command = app.add_subcommand(
        "sms-code", "The octets of a command to an SMS meter, or what its answer says");
    auto o = std::make_shared<Options>();
    command->add_option("scenario", o->scenario, "scenario file (YAML)")->required();
    command->add_option("command", o->command, std::string(kCommands));
    command->add_option("--meter", o->meter, "its name: farms/3")->required();
    command->add_option("--counter", o->counter, "of this command: one more with each; default 1");
    command->add_option("--open", o->open, "hexadecimal octets that came from the meter");
    command->add_option("-s,--seed", o->seed, "in place of the scenario's seed");
    command->footer(
        "Example: gridtwin sms-code scenarios/first-light.yaml --meter farms/3 off\n"
        "Keys and codes are those of the simulated meters, by the scenario's seed (docs/live.md).");
    return [o] { return execute(*o); };
}

} // namespace gridtwin::app
