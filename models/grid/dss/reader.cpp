#include "models/grid/dss/reader.hpp"

#include "models/grid/dss/build.hpp"
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/interpreter.hpp"
#include "models/grid/dss/voltage_bases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace gridtwin::grid {
namespace {

using namespace dss;

void convert_elements(Build& build) {
    for (auto const* spec : element_classes()) {
        if (spec->convert != nullptr) {
            build.convert_class(*spec);
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

using BusIndex = std::unordered_map<std::string_view, BusInfo*>;

void place_buses(BusIndex const& buses, std::span<BusPosition const> positions) {
    for (auto const& position : positions) {
        auto const bus = buses.find(position.bus);
        if (bus != buses.end()) {
            bus->second->x = position.x;
            bus->second->y = position.y;
            bus->second->has_position = true;
        }
    }
}

/// The circuit of a script, made anew from its elements only when they have changed.
class Reading {
  public:
    Reading(DssReadOptions const& options, Report& report)
        : options_(options), report_(report), interpreter_(options, report) {
        if (options.at_solve) {
            interpreter_.on_solve = [this] { solve(); };
        }
    }

    Circuit read(std::filesystem::path const& file) {
        interpreter_.run(file);
        if (interpreter_.stopped()) {
            return std::move(circuit_); // its mistakes would only be consequences
        }
        if (!converted_ || interpreter_.changed) {
            convert();
        }
        if (!interpreter_.settings.circuit_defined && report_.ok()) {
            report_.error({report_.add_file(file.string()), 0, 0}, "no circuit is defined",
                          "'New Circuit.<name>'");
        }
        finish();
        if (options_.at_end && report_.ok()) {
            options_.at_end(!circuit_.solves.empty() && interpreter_.unsolved());
        }
        return std::move(circuit_);
    }

  private:
    void solve() {
        if (!report_.ok()) {
            return;
        }
        bool const changed = !converted_ || interpreter_.changed;
        if (changed) {
            convert();
        }
        finish();
        if (report_.ok()) {
            options_.at_solve(circuit_, interpreter_.solves.back(), changed);
        }
    }

    void convert() {
        report_.only_new(true); // the same elements may be converted many times
        auto const& settings = interpreter_.settings;
        circuit_ = Circuit{};
        circuit_.name = settings.circuit_name;
        circuit_.f_hz = settings.f_hz;
        for (double const base_kv : settings.bases_kv) {
            circuit_.voltage_bases_ll_v.push_back(base_kv * 1e3);
        }
        Build build(interpreter_.elements, report_, circuit_);
        build.load_factor = settings.solution.load_mult;
        convert_elements(build);
        notes_ = std::exchange(circuit_.notes, {});
        check_source(interpreter_.elements, settings, report_);
        if (settings.bases_wanted) {
            assign_voltage_bases(circuit_);
        }
        state_bases();
        buses_ = std::move(build.buses);
        placed_ = 0;
        converted_ = true;
        interpreter_.changed = false;
        report_.only_new(false);
    }

    void state_bases() {
        for (auto const& base : interpreter_.settings.stated_bases) {
            auto const bus = circuit_.buses.find(base.bus);
            if (bus != circuit_.buses.end()) {
                bus->second.v_ln_v = base.v_ln_v;
                continue;
            }
            std::vector<std::string> names;
            for (auto const& [name, info] : circuit_.buses) {
                names.push_back(name);
            }
            report_.error(base.at, fmt::format("no element is at bus '{}'", shown(base.bus)),
                          "a bus of the circuit", nearest_name(base.bus, names));
        }
    }

    /// What does not need the elements.
    void finish() {
        auto const& settings = interpreter_.settings;
        circuit_.solution = options_now(settings);
        auto const& solves = interpreter_.solves;
        circuit_.solves.insert(circuit_.solves.end(),
                               solves.begin() + static_cast<std::ptrdiff_t>(circuit_.solves.size()),
                               solves.end());
        place_buses(buses_, std::span(settings.positions).subspan(placed_));
        placed_ = settings.positions.size();
        circuit_.left_out = interpreter_.left_out;
        circuit_.notes = interpreter_.notes;
        circuit_.notes.insert(circuit_.notes.end(), notes_.begin(), notes_.end());
    }

    DssReadOptions const& options_;
    Report& report_;
    Interpreter interpreter_;
    Circuit circuit_;
    BusIndex buses_;          // of the circuit
    std::vector<Note> notes_; // of its elements
    std::size_t placed_ = 0;  // positions that the circuit's buses have
    bool converted_ = false;
};

} // namespace

std::optional<UnknownDssClass> unknown_dss_class(std::string_view name) {
    if (is_dss_class(name)) {
        return std::nullopt;
    }
    return UnknownDssClass{nearest_name(name, dss_class_names())};
}

Circuit read_dss(std::filesystem::path const& file, Diagnostics& diagnostics) {
    return read_dss(file, diagnostics, {});
}

Circuit read_dss(std::filesystem::path const& file, Diagnostics& diagnostics,
                 DssReadOptions const& options) {
    Report report(diagnostics);
    Place const script{report.add_file(file.string()), 0, 0};
    for (auto const& name : options.allow_ignored) {
        if (auto const unknown = unknown_dss_class(name)) {
            report.error(
                script, fmt::format("'{}' among the classes to be ignored is unknown", shown(name)),
                "an OpenDSS element class", unknown->nearest);
        }
    }
    Reading reading(options, report);
    auto circuit = reading.read(file);
    report.count_dropped(script);
    return circuit;
}

} // namespace gridtwin::grid
