#include "models/wire/crm/xml.hpp"
#include "sim/app/commands.hpp"
#include "sim/app/run_parts.hpp"
#include "sim/twin/crm_subscribers.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace gridtwin::app {
namespace {

struct Options {
    std::string scenario;
    std::uint32_t from = 0;
    std::string seed;
};

int execute(Options const& o) {
    auto const loaded = twin::load(o.scenario, read_seed(o.seed),
                                   scenario::CrmDocuments::leave); // one of them may be made here
    auto const document = twin::crm_subscribers(loaded, static_cast<MeterId>(o.from));
    if (document.entries.empty()) {
        Diagnostics mistakes;
        mistakes.error({o.scenario, 0, 0},
                       fmt::format("no meter from row {} on has an SMS modem", o.from),
                       "customers with meter: sms");
        throw InputError(std::move(mistakes));
    }
    fmt::print("{}", wire::crm::write_xml(document));
    return kDone;
}

} // namespace

std::function<int()> add_crm_subscribers(CLI::App& app) {
    auto* command = app.add_subcommand(
        "crm-subscribers", "The customer database's records of a scenario's SMS meters, as XML");
    auto o = std::make_shared<Options>();
    command->add_option("scenario", o->scenario, "scenario file (YAML)")->required();
    command->add_option("--from", o->from,
                        "row of the first meter, as a document holds 1000; default 0");
    command->add_option("-s,--seed", o->seed, "in place of the scenario's seed");
    command->footer(
        "Example: gridtwin crm-subscribers scenarios/prepaid-farms.yaml > subscribers.xml\n"
        "A document for crm.orders (docs/models/crm.md); commands name meters by these codes.");
    return [o] { return execute(*o); };
}

} // namespace gridtwin::app
