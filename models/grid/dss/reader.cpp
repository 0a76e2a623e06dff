#include "models/grid/dss/reader.hpp"

#include "models/grid/dss/build.hpp"
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/interpreter.hpp"
#include "models/grid/dss/voltage_bases.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::grid {
namespace {

using namespace dss;

void convert_elements(ElementTable const& elements, Build& build) {
    for (auto const* spec : element_classes()) {
        if (spec->convert == nullptr) {
            continue;
        }
        for (auto const& element : elements.all()) {
            if (element.spec == spec && !element.discarded) {
                spec->convert(element, build);
            }
        }
    }
}

void check_source(ElementTable const& elements, Settings const& settings, Report& report) {
    auto const& all = elements.all();
    bool const fed = std::any_of(all.begin(), all.end(), [](Element const& element) {
        return element.spec == &kVsourceClass && element.yes(kTagEnabled, true);
    });
    if (settings.circuit_defined && !fed) {
        report.error(settings.circuit_at,
                     fmt::format("circuit '{}' has no source", shown(settings.circuit_name)),
                     "an enabled Vsource");
    }
}

void place_buses(Circuit& circuit, Settings const& settings) {
    for (auto const& position : settings.positions) {
        auto const bus = circuit.buses.find(position.bus);
        if (bus != circuit.buses.end()) {
            bus->second.x = position.x;
            bus->second.y = position.y;
            bus->second.has_position = true;
        }
    }
}

} // namespace

Circuit read_dss(std::filesystem::path const& file, Diagnostics& diagnostics) {
    return read_dss(file, diagnostics, {});
}

Circuit read_dss(std::filesystem::path const& file, Diagnostics& diagnostics,
                 DssReadOptions const& options) {
    auto const errors_before = diagnostics.errors().size();
    Report report(diagnostics);
    Interpreter interpreter(options, report);
    interpreter.run(file);
    auto const& settings = interpreter.settings;

    Circuit circuit;
    circuit.name = settings.circuit_name;
    circuit.f_hz = settings.f_hz;
    circuit.solution = settings.solution;
    for (double const base_kv : settings.bases_kv) {
        circuit.voltage_bases_ll_v.push_back(base_kv * 1e3);
    }
    Build build(interpreter.elements, report, circuit);
    build.load_factor = settings.load_factor;
    convert_elements(interpreter.elements, build);
    check_source(interpreter.elements, settings, report);
    if (!settings.circuit_defined && diagnostics.errors().size() == errors_before) {
        diagnostics.error({file.string(), 0, 0}, "no circuit is defined", "'New Circuit.<name>'");
    }
    if (settings.bases_wanted) {
        assign_voltage_bases(circuit);
    }
    place_buses(circuit, settings);
    return circuit;
}

} // namespace gridtwin::grid
