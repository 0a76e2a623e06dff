#include "sim/app/commands.hpp"
#include "sim/app/run_outputs.hpp"
#include "sim/live/live_server.hpp"
#include "sim/live/replay.hpp"
#include "sim/twin/sms_identity.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdio>

namespace gridtwin::app {
namespace {

struct Options {
    std::string scenario;
    std::string speed = "1x";
    std::string smpp;
    std::string dlms;
    std::string replay;
    bool listen_any = false;
    double patience_s = 30.0;
    RunOptions run;
};

constexpr double kMostSpeed = 1e6;

/// "10x", "0.5x" or "max", which is 0.
double read_speed(std::string const& text, Diagnostics& mistakes) {
    if (text == "max") {
        return 0.0;
    }
    double speed = 0.0;
    auto const* end = text.data() + text.size();
    auto const [rest, failure] = std::from_chars(text.data(), end, speed);
    std::string_view const unit(rest, static_cast<std::size_t>(end - rest));
    if (failure != std::errc{} || !(unit.empty() || unit == "x") || !(speed > 0.0) ||
        speed > kMostSpeed) {
        mistakes.error({"--speed", 0, 0}, fmt::format("'{}' is no speed", text),
                       "1x, 10x or any other number up to 1000000, or max");
    }
    return speed;
}

std::optional<live::SocketAddress> read_address(std::string const& text, std::string const& option,
                                                bool any, Diagnostics& mistakes) {
    if (text.empty()) {
        return std::nullopt;
    }
    auto const parsed = live::parse_address(text);
    if (!parsed.ok()) {
        mistakes.error({option, 0, 0}, parsed.problem,
                       "127.0.0.1:PORT; port 0 is any that is free");
    } else if (!any && !live::is_loopback(parsed.address)) {
        mistakes.error({option, 0, 0}, fmt::format("'{}' can be reached from other machines", text),
                       "127.0.0.1:PORT, or --listen-any beside it");
    }
    return parsed.address;
}

void print_meters(twin::Loaded const& loaded) {
    auto const& meters = loaded.world.meters;
    std::size_t count = 0;
    std::size_t first = meters.size();
    for (std::size_t m = meters.size(); m-- > 0;) {
        if (meters.way[m].has(Channel::sms)) {
            ++count;
            first = m;
        }
    }
    if (count > 0) {
        fmt::print(
            "{} meters by SMS; {} is {}\n", count, meters.name[first],
            twin::meter_number(loaded.scenario.live.number_prefix, static_cast<MeterId>(first)));
    }
}

void print_summary(live::LiveServer const& server) {
    auto const& sockets = server.socket_counts();
    fmt::print(
        "clients: {} connections; closed as too many {}, as idle {}, as they did not read {}, "
        "by faults of ours {}\n",
        sockets.opened, sockets.too_many, sockets.idle, sockets.overflow, sockets.faults);
    if (server.smpp_address()) {
        auto const& smpp = server.smpp_counts();
        fmt::print("SMPP: {} binds, {} wrong; messages {} taken, {} refused, {} throttled; {} "
                   "delivered, {} given up; {} malformed\n",
                   smpp.binds, smpp.wrong_binds, smpp.taken, smpp.refused, smpp.throttled,
                   smpp.delivered, smpp.dropped, smpp.malformed);
        auto const& meters = server.guard_counts();
        std::string reasons;
        for (std::size_t r = 1; r < wire::sms::kRefusals; ++r) {
            if (meters.refused[r] > 0) {
                reasons += fmt::format(", {} {}", name(static_cast<wire::sms::Refusal>(r)),
                                       meters.refused[r]);
            }
        }
        fmt::print("SMS meters: {} accepted, {} again, {} refused{}\n", meters.accepted,
                   meters.duplicates, meters.refused_total(), reasons);
    }
    if (server.dlms_address()) {
        auto const& dlms = server.dlms_counts();
        fmt::print("DLMS: {} associations, {} requests, {} refused, {} malformed\n",
                   dlms.associations, dlms.requests, dlms.refused, dlms.malformed);
    }
    fmt::print("inputs from outside: {}\n", server.inputs());
}

int replay(Options const& o, twin::Loaded const& loaded) {
    live::Replay session(live::read_recording(o.replay, loaded.scenario, loaded.world));
    return run_and_report(
        loaded, o.run,
        {.session = &session, .over = [&session] { return session.over(); }, .print_summary = {}});
}

int execute(Options const& o) {
    Diagnostics mistakes;
    live::LiveOptions options{.speed = read_speed(o.speed, mistakes),
                              .smpp = read_address(o.smpp, "--smpp", o.listen_any, mistakes),
                              .dlms = read_address(o.dlms, "--dlms", o.listen_any, mistakes),
                              .patience = duration_from_s(o.patience_s),
                              .record = o.run.record,
                              .stop_requested = stop_requested};
    bool const listens = !o.smpp.empty() || !o.dlms.empty();
    if (!o.replay.empty() && (listens || !o.run.record.empty())) {
        mistakes.error({"--replay", 0, 0}, "a replay has no clients and nothing to record",
                       "--replay FILE alone");
    } else if (o.replay.empty() && !listens) {
        mistakes.error({"serve", 0, 0}, "nobody can connect",
                       "--smpp 127.0.0.1:PORT, or --replay FILE");
    }
    if (!mistakes.ok()) {
        throw InputError(std::move(mistakes));
    }
    auto const loaded = twin::load(o.scenario, read_seed(o.run.seed));
    check_run_outputs(loaded, o.run);
    if (!o.replay.empty()) {
        return replay(o, loaded);
    }
    live::LiveServer server(std::move(options), loaded.scenario);
    if (auto const& address = server.smpp_address()) {
        fmt::print("SMPP 3.4 at {}, system id {}, short number {}\n", live::to_text(*address),
                   loaded.scenario.live.system_id, loaded.scenario.sms.spec.short_number);
        print_meters(loaded);
    }
    if (auto const& address = server.dlms_address()) {
        fmt::print("DLMS at {}, meters from wPort {} on: {}\n", live::to_text(*address),
                   live::kFirstMeterPort, loaded.world.meters.name.front());
    }
    std::fflush(stdout); // whoever waits for the ports reads them here
    return run_and_report(
        loaded, o.run,
        {.session = &server, .over = {}, .print_summary = [&server] { print_summary(server); }});
}

} // namespace

std::function<int()> add_serve(CLI::App& app) {
    auto* command = app.add_subcommand(
        "serve", "Simulate a scenario at a pace, with real clients of its SMS operator");
    auto o = std::make_shared<Options>();
    command->add_option("scenario", o->scenario, "scenario file (YAML)")->required();
    command->add_option("--speed", o->speed,
                        "simulated by wall time: 1x, 10x, ... or max, which waits for nobody; "
                        "default 1x");
    command->add_option("--smpp", o->smpp, "where SMPP 3.4 clients connect: 127.0.0.1:PORT, 0 any");
    command->add_option("--dlms", o->dlms,
                        "where DLMS/COSEM clients connect, by the TCP wrapper: a meter's wPort is "
                        "its row and 17");
    command->add_flag("--listen-any", o->listen_any,
                      "take addresses that other machines can reach; nothing is encrypted");
    command
        ->add_option("--patience", o->patience_s,
                     "seconds that a client may take to bind and to answer; silent for twice "
                     "that it is asked whether it is there, for ten times that it is closed; "
                     "default 30")
        ->check(CLI::Range(0.1, 86400.0));
    command->add_option("--record", o->run.record, "write what comes from clients (lines of JSON)");
    command->add_option("--replay", o->replay, "a recording in the place of clients");
    add_run_options(*command, o->run);
    command->footer(
        "Example: gridtwin serve scenarios/first-light.yaml --speed 10x --smpp 127.0.0.1:2775\n"
        "Ctrl-C ends the run; the file then holds what was simulated. docs/live.md tells how to\n"
        "connect Kannel. A recording, replayed with the same scenario, gives the same results.");
    return [o] { return execute(*o); };
}

} // namespace gridtwin::app
