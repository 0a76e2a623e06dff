#include "models/wire/dlms_link/meter_keys.hpp"
#include "sim/app/commands.hpp"
#include "sim/app/find_meter.hpp"
#include "sim/app/run_parts.hpp"
#include "sim/core/hex.hpp"
#include "sim/live/dlms_server.hpp"
#include "sim/twin/sms_identity.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace gridtwin::app {
namespace {

struct Options {
    std::string scenario;
    std::string meter;
    std::string seed;
};

int execute(Options const& o) {
    auto const loaded = twin::load(o.scenario, read_seed(o.seed));
    auto const& s = loaded.scenario;
    Diagnostics mistakes;
    auto const meter = find_meter(loaded, "--meter", o.meter, mistakes);
    if (!mistakes.ok()) {
        throw InputError(std::move(mistakes));
    }
    fmt::print("meter            {} row {}\n", o.meter, index(meter));
    if (loaded.world.meters.way[index(meter)].has(Channel::sms)) {
        fmt::print(
            "number           {}\nshort number     {}\ncode             {}\nSMS key          "
            "{}\n",
            twin::meter_number(s.live.number_prefix, meter), s.sms.spec.short_number,
            wire::sms::to_text(wire::sms::code_of(meter)), to_hex(twin::sms_key(s.seed, meter)));
    }
    if (index(meter) + live::kFirstMeterPort > 0xFFFF) {
        return kDone; // beyond what a wPort can name
    }
    auto const keys = wire::derive_meter_keys({}, s.seed, meter);
    fmt::print(
        "wPort            {}\ndevice name      {}\nsystem title     {}\nencryption key   "
        "{}\nauthentication   {}\nclients          16 none; {} password {}; 1 HLS with GMAC\n",
        index(meter) + live::kFirstMeterPort, live::device_name(meter),
        to_hex(wire::meter_system_title(meter)), to_hex(*keys.encryption),
        to_hex(*keys.authentication), live::kReadingClient, s.live.dlms_password);
    return kDone;
}

} // namespace

std::function<int()> add_keys(CLI::App& app) {
    auto* command = app.add_subcommand(
        "keys", "What a real client must know of a simulated meter: numbers, names, keys");
    auto o = std::make_shared<Options>();
    command->add_option("scenario", o->scenario, "scenario file (YAML)")->required();
    command->add_option("--meter", o->meter, "its name: farms/3")->required();
    command->add_option("-s,--seed", o->seed, "in place of the scenario's seed");
    command->footer("Example: gridtwin keys scenarios/first-light.yaml --meter farms/3\n"
                    "The keys protect nothing: they follow from the scenario's seed.");
    return [o] { return execute(*o); };
}

} // namespace gridtwin::app
