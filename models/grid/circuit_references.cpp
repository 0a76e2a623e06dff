#include "models/grid/circuit_references.hpp"

#include "models/grid/element_tables.hpp"

#include <fmt/format.h>

namespace gridtwin::grid {
namespace {

template <typename Table>
bool is_row(std::int32_t row, Table const& table) {
    return row == kNone || (row >= 0 && static_cast<std::size_t>(row) < table.size());
}

class References {
  public:
    References(Circuit const& circuit, Diagnostics& diagnostics) : c_(circuit), d_(diagnostics) {}
    void check();

  private:
    void need(bool good, SourcePos const& where, std::string_view what, std::string_view name,
              std::string_view lacks, std::string expected = {}) {
        if (!good) {
            d_.error(where, fmt::format("{} '{}' {}", what, name, lacks), std::move(expected));
        }
    }
    [[nodiscard]] bool is_terminal(ElementRef element, std::size_t terminal) const {
        return element.row < rows_of(c_, element.kind) && terminal < terminals_of(c_, element);
    }
    template <typename Element>
    void shapes(Element const& e, std::string_view what, ShapeRefs const& refs) {
        need(is_row(refs.daily, c_.load_shapes) && is_row(refs.yearly, c_.load_shapes) &&
                 is_row(refs.duty, c_.load_shapes),
             e.where, what, e.name, "names no load shape of the circuit");
    }
    void capacitor_controls();
    void inverter_controls();
    void converters();

    Circuit const& c_;
    Diagnostics& d_;
};

void References::capacitor_controls() {
    constexpr std::string_view kWhat = "capacitor control";
    for (CapControl const& k : c_.capacitor_controls) {
        need(k.capacitor < c_.capacitors.size(), k.where, kWhat, k.name,
             "names no capacitor of the circuit");
        need(is_terminal(k.monitored, k.terminal), k.where, kWhat, k.name,
             "watches no terminal of an element of the circuit");
        need(k.pt_ratio > 0.0 && k.ct_ratio > 0.0, k.where, kWhat, k.name,
             "has a ratio that is not positive");
    }
}

void References::inverter_controls() {
    constexpr std::string_view kWhat = "inverter control";
    for (InvControl const& v : c_.inverter_controls) {
        for (ElementRef const inverter : v.controlled) {
            bool const kind =
                inverter.kind == ElementKind::pv_system || inverter.kind == ElementKind::storage;
            need(kind && inverter.row < rows_of(c_, inverter.kind), v.where, kWhat, v.name,
                 "names no inverter of the circuit", "rows of PV systems and storages");
        }
        bool const var = v.function != InverterFunction::volt_watt;
        bool const watt = v.function != InverterFunction::volt_var;
        need(is_row(v.volt_var_curve, c_.curves) && (!var || v.volt_var_curve != kNone), v.where,
             kWhat, v.name, "names no volt-var curve of the circuit");
        need(is_row(v.volt_watt_curve, c_.curves) && (!watt || v.volt_watt_curve != kNone), v.where,
             kWhat, v.name, "names no volt-watt curve of the circuit");
    }
}

void References::converters() {
    for (Vsource const& s : c_.sources) {
        shapes(s, "source", s.shapes);
    }
    for (Load const& l : c_.loads) {
        shapes(l, "load", l.shapes);
        need(is_row(l.growth, c_.growth_shapes), l.where, "load", l.name,
             "names no growth shape of the circuit");
        need(is_row(l.cvr_curve, c_.load_shapes), l.where, "load", l.name,
             "names no CVR curve of the circuit");
    }
    for (Generator const& g : c_.generators) {
        shapes(g, "generator", g.shapes);
    }
    for (PvSystem const& p : c_.pv_systems) {
        shapes(p, "PV system", p.shapes);
        ShapeRefs const& t = p.temperature_shapes;
        need(is_row(t.daily, c_.temperature_shapes) && is_row(t.yearly, c_.temperature_shapes) &&
                 is_row(t.duty, c_.temperature_shapes),
             p.where, "PV system", p.name, "names no temperature shape of the circuit");
        need(is_row(p.p_t_curve, c_.curves) && is_row(p.inverter.efficiency_curve, c_.curves),
             p.where, "PV system", p.name, "names no curve of the circuit");
    }
    for (Storage const& s : c_.storages) {
        shapes(s, "storage", s.shapes);
        need(is_row(s.inverter.efficiency_curve, c_.curves), s.where, "storage", s.name,
             "names no curve of the circuit");
    }
}

void References::check() {
    capacitor_controls();
    inverter_controls();
    converters();
    for (SwtControl const& s : c_.switch_controls) {
        need(s.line < c_.lines.size(), s.where, "switch control", s.name,
             "names no line of the circuit");
    }
    for (Recorder const& r : c_.recorders) {
        need(is_terminal(r.element, r.terminal), r.where, r.energy_meter ? "meter" : "monitor",
             r.name, "watches no terminal of an element of the circuit");
    }
}

} // namespace

void check_references(Circuit const& circuit, Diagnostics& diagnostics) {
    References(circuit, diagnostics).check();
}

} // namespace gridtwin::grid
