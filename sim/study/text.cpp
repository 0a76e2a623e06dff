#include "sim/study/text.hpp"

#include "sim/study/format.hpp"
#include "sim/study/text_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace gridtwin::study {
namespace {

constexpr std::size_t kMostRows = 8; // of any list on the screen

void describe_stages(Page& page, Study const& study) {
    page.block("Solved");
    // Equal stages in a row are one line.
    for (std::size_t k = 0; k < study.stages.size();) {
        auto const& s = study.stages[k];
        auto const& o = s.request.options;
        std::size_t count = 1;
        auto iterations = s.iterations;
        auto rounds = s.control_rounds;
        std::set<std::string> moving(s.moving.begin(), s.moving.end());
        bool settled = s.controls_settled;
        while (k + count < study.stages.size() && !steps_through_time(o.mode) &&
               study.stages[k + count].request.options.mode == o.mode &&
               study.stages[k + count].request.options.controls == o.controls) {
            auto const& next = study.stages[k + count++];
            iterations += next.iterations;
            rounds += next.control_rounds;
            moving.insert(next.moving.begin(), next.moving.end());
            settled = settled && next.controls_settled;
        }
        std::string text = mode_name(o.mode);
        if (steps_through_time(o.mode)) {
            text += fmt::format(", {} of {} from {}",
                                plural(static_cast<std::size_t>(s.steps), "step", "steps"),
                                duration_text(o.step_s), clock_text(o.start_s + o.step_s));
        } else if (count > 1) {
            text += fmt::format(", {} times", count);
        }
        text += fmt::format(", {} iterations to {:g} pu", iterations, o.tolerance_pu);
        bool const any = !study.solver->circuit().regulators.empty() ||
                         !study.solver->circuit().capacitor_controls.empty() ||
                         !study.solver->circuit().switch_controls.empty() ||
                         !study.solver->circuit().inverter_controls.empty();
        if (!o.controls) {
            text += any ? ", controls off" : "";
        } else if (!settled) {
            text += fmt::format(", controls NOT at rest after {} moves", rounds);
        } else if (any) {
            text += fmt::format(
                ", controls at rest{}",
                rounds > 0 ? fmt::format(" after {}", plural(static_cast<std::size_t>(rounds),
                                                             "round", "rounds"))
                           : "");
        }
        page.line(text);
        if (!moving.empty()) {
            page.line("  still moving: " + list_text({moving.begin(), moving.end()}));
        }
        k += count;
    }
    if (!study.note.empty()) {
        page.line(study.note);
    }
}

void describe_check(Page& page, Study const& study) {
    SolutionCheck worst;
    for (auto const& stage : study.stages) {
        keep_worst(worst, stage.check);
    }
    page.block("Checked");
    page.line(fmt::format("currents sum to {:.1e} pu of 1 MVA or less (allowed {:.1e}, node {}), "
                          "powers to {:.1g} VA",
                          worst.residual_pu, worst.allowed_pu, worst.node,
                          std::abs(worst.imbalance_va)));
}

void describe_voltage(Page& page, Summary const& s, Limits const& limits) {
    page.block("Voltage");
    if (s.voltage.nodes == 0) {
        page.line("no node is energised");
        return;
    }
    auto const row = [&](char const* what, NodeVoltage const& node, std::size_t beyond,
                         char const* side, double limit) {
        page.line(fmt::format("{:<8} {:.4f} pu  {:<14} {}", what, node.u_pu, node_text(node),
                              beyond == 0 ? fmt::format("none {} {}", side, limit_text(limit))
                                          : fmt::format("{} of {} nodes {} {}", beyond,
                                                        s.voltage.nodes, side, limit_text(limit))));
    };
    row("lowest", s.voltage.lowest, s.voltage.below, "below", limits.v_min_pu);
    row("highest", s.voltage.highest, s.voltage.above, "above", limits.v_max_pu);
    if (s.voltage.without_base > 0) {
        page.line(fmt::format("{} in pu of their no-load voltage: the file sets no base there "
                              "(Set VoltageBases, CalcVoltageBases)",
                              plural(s.voltage.without_base, "node", "nodes")));
    }
    auto const floating = [&](std::size_t nodes, char const* how) {
        if (nodes > 0) {
            page.line(fmt::format("{} without a path to ground: {}", plural(nodes, "node", "nodes"),
                                  how));
        }
    };
    floating(s.voltage.floating - s.voltage.across - s.voltage.unmeasured,
             "measured to the bus's own neutral");
    floating(s.voltage.across, "measured between the bus's two conductors");
    floating(s.voltage.unmeasured, "left out, nothing says what they are rated");
    if (s.unbalance.buses > 0) {
        page.block("Unbalance");
        page.line(fmt::format("{:<8} {:<9} bus {} (NEMA MG-1, of line voltages)", "worst",
                              percent_text(s.unbalance.nema_frac), s.unbalance.nema_bus));
        page.line(fmt::format("{:<8} {:<9} bus {} (IEC, V2/V1)", "",
                              percent_text(s.unbalance.iec_frac), s.unbalance.iec_bus));
    }
}

void describe_power(Page& page, Summary const& s) {
    auto const& p = s.power;
    page.block("Power");
    auto const row = [&](char const* what, Complex s_va, std::string const& more) {
        page.line(fmt::format("{:<11} {:>12} {:>14}  {}", what, kw_text(s_va.real()),
                              kvar_text(s_va.imag()), more));
    };
    row("source", p.source_va, fmt::format("pf {}", power_factor_text(p.source_va)));
    if (p.generation_va != Complex{}) {
        row("generation", p.generation_va, "");
    }
    row("load", p.load_va, fmt::format("pf {}", power_factor_text(p.load_va)));
    row("losses", p.losses_va, share_text(p.losses_va.real(), p.load_va.real()) + " of load");
    row("  lines", p.line_losses_va, "");
    row("  transf.", p.transformer_losses_va, "");
    if (p.reactor_losses_va != Complex{}) {
        row("  reactors", p.reactor_losses_va, "in series");
    }
    if (p.shunt_va != Complex{}) {
        row("shunts", p.shunt_va, "capacitors, shunt reactors, faults");
    }
}

void describe_loading(Page& page, Study const& study, Limits const& limits) {
    auto const& l = study.summary.loading;
    auto const list = [&](char const* label, std::vector<BranchLoading> const& rows,
                          std::size_t overloaded, std::size_t unrated, std::size_t by_default) {
        page.block(label);
        if (rows.empty()) {
            page.line(unrated == 0 ? "none" : fmt::format("rating unknown for all {}", unrated));
            return;
        }
        page.line(fmt::format(
            "{} of {} above {}{}", overloaded, rows.size(), percent_text(limits.loading_max_frac),
            unrated > 0 ? fmt::format("; rating unknown for {} more", unrated) : ""));
        if (by_default > 0) {
            page.line(fmt::format("{} of 400 A, the default where a file states no rating",
                                  plural(by_default, "line is", "lines are")));
        }
        auto const shown = std::min(std::max<std::size_t>(overloaded, 1), kMostRows);
        for (std::size_t k = 0; k < std::min(shown, rows.size()); ++k) {
            page.line(fmt::format("  {:<16} {:>8}  {:.1f} A of {:.1f} A", rows[k].name,
                                  percent_text(rows[k].frac()), rows[k].i_a, rows[k].rating_a));
        }
        if (overloaded > kMostRows) {
            page.line(fmt::format("  ... and {} more (--json has all)", overloaded - kMostRows));
        }
    };
    list("Lines", l.lines, l.lines_overloaded, l.lines_unrated, l.lines_default_rated);
    list("Transformers", l.transformers, l.transformers_overloaded, l.transformers_unrated, 0);
}

void describe_equipment(Page& page, Study const& study) {
    auto const& s = study.summary;
    if (!s.taps.empty()) {
        page.block("Regulators");
        std::string row;
        for (auto const& t : s.taps) {
            auto const cell =
                fmt::format("{} {:+d}{}", t.regulator, t.position, t.at_limit() ? " AT LIMIT" : "");
            if (row.size() + cell.size() > 62) {
                page.line(row + ",");
                row.clear();
            }
            row += (row.empty() ? "" : ", ") + cell;
        }
        page.line(row);
    }
    if (!s.capacitors.empty()) {
        std::size_t on = 0;
        double rated_var = 0.0;
        double produced_var = 0.0;
        std::string open;
        std::size_t partly = 0;
        for (auto const& c : s.capacitors) {
            on += c.closed > 0 ? 1U : 0U;
            rated_var += c.rated_var;
            produced_var += c.produced_var;
            if (c.closed < c.steps && ++partly <= kMostRows) {
                open += fmt::format("{}{} {} of {} steps", open.empty() ? "" : ", ", c.name,
                                    c.closed, c.steps);
            }
        }
        page.block("Capacitors");
        page.line(fmt::format("{} of {} in service, {} of {} rated{}", on, s.capacitors.size(),
                              number_text(produced_var / 1e3), kvar_text(rated_var),
                              open.empty() ? "" : "; open: " + open));
    }
    if (!s.storages.empty()) {
        double stored_wh = 0.0;
        double capacity_wh = 0.0;
        std::map<std::string_view, std::size_t> modes;
        for (auto const& b : s.storages) {
            stored_wh += b.stored_wh;
            capacity_wh += b.capacity_wh;
            ++modes[storage_mode_name(b.mode)];
        }
        std::string how;
        for (auto const& [mode, count] : modes) {
            how += fmt::format(", {} {}", count, mode);
        }
        page.block("Storage");
        page.line(
            fmt::format("{} of {} stored{}", kwh_text(stored_wh), kwh_text(capacity_wh), how));
    }
    if (s.protection.devices > 0) {
        page.block("Protection");
        page.line(fmt::format(
            "{} in place; {}", plural(s.protection.devices, "device", "devices"),
            s.protection.device.empty()
                ? "none would act on this state"
                : fmt::format("{} {} after {:.3g} s OF THIS STATE, which is solved without it",
                              s.protection.device, s.protection.what, s.protection.after_s)));
    }
    if (s.dead.buses > 0 || s.power.dead_loads > 0) {
        page.block("Dead");
        page.line(s.dead.buses == 0
                      ? "no bus, but phases of some"
                      : fmt::format("{} in {} ({}{})", plural(s.dead.buses, "bus", "buses"),
                                    plural(s.dead.islands, "island", "islands"), s.dead.example,
                                    s.dead.buses > 1 ? ", ..." : ""));
        if (s.power.dead_loads > 0) {
            page.line(fmt::format(
                "{} without supply ({}{}), {}", plural(s.power.dead_loads, "load", "loads"),
                s.dead.load, s.power.dead_loads > 1 ? ", ..." : "", kw_text(s.power.dead_load_w)));
        }
    }
}

void describe_ratings(Page& page, Study const& study) {
    auto const& outside = study.summary.loads_outside;
    if (outside.below + outside.above > 0) {
        page.block("Loads");
        page.line(
            fmt::format("{} of {} outside Vminpu..Vmaxpu ({} below, {} above): stated {}, drawn {}",
                        outside.below + outside.above, outside.loads, outside.below, outside.above,
                        kw_text(outside.stated_w), kw_text(outside.drawn_w)));
    }
    auto const& ratings = study.summary.ratings;
    if (ratings.empty()) {
        return;
    }
    page.block("RATINGS");
    page.line(fmt::format("{} more than {} off the base of the bus: is kV right there?",
                          plural(ratings.size(), "rated voltage is", "rated voltages are"),
                          percent_text(kMostRatingMisfit_frac)));
    for (std::size_t k = 0; k < std::min(ratings.size(), kMostRows); ++k) {
        page.line("  " + misfit_text(ratings[k]));
    }
    if (ratings.size() > kMostRows) {
        page.line(fmt::format("  ... and {} more (--json has all)", ratings.size() - kMostRows));
    }
}

void describe_ignored(Page& page, Study const& study) {
    if (study.ignored.empty()) {
        return;
    }
    page.block("LEFT OUT");
    page.line(fmt::format("{} as --ignore allows; results are of a circuit without them:",
                          plural(study.ignored.size(), "element", "elements")));
    for (std::size_t k = 0; k < std::min(study.ignored.size(), kMostRows); ++k) {
        auto const& d = study.ignored[k];
        page.line(fmt::format("{}:{}: {}", d.where.file, d.where.line, d.what));
    }
    if (study.ignored.size() > kMostRows) {
        page.line(fmt::format("... and {} more", study.ignored.size() - kMostRows));
    }
}

void describe_notes(Page& page, Study const& study) {
    auto const& notes = study.circuit.notes;
    if (notes.empty()) {
        return;
    }
    page.block("NOTES");
    for (auto const& note : notes) {
        page.line(fmt::format("{} ({}, the first at {}:{})", note.text,
                              plural(note.count, "place", "places"), note.first.file,
                              note.first.line));
    }
}

} // namespace

std::string class_counts(grid::Circuit const& circuit) {
    std::string out;
    auto const add = [&](std::size_t n, char const* one, char const* many) {
        if (n > 0) {
            out += (out.empty() ? "" : ", ") + plural(n, one, many);
        }
    };
    auto const enabled = static_cast<std::size_t>(
        std::count_if(circuit.transformers.begin(), circuit.transformers.end(),
                      [](grid::Transformer const& t) { return t.enabled; }));
    add(circuit.sources.size(), "source", "sources");
    add(circuit.lines.size(), "line", "lines");
    add(enabled, "transformer", "transformers");
    add(circuit.loads.size(), "load", "loads");
    add(circuit.capacitors.size(), "capacitor", "capacitors");
    add(circuit.reactors.size(), "reactor", "reactors");
    add(circuit.generators.size(), "generator", "generators");
    add(circuit.pv_systems.size(), "PV system", "PV systems");
    add(circuit.storages.size(), "storage", "storages");
    add(circuit.faults.size(), "fault", "faults");
    add(circuit.regulators.size(), "regulator", "regulators");
    add(circuit.capacitor_controls.size(), "capacitor control", "capacitor controls");
    add(circuit.switch_controls.size(), "switch control", "switch controls");
    add(circuit.inverter_controls.size(), "inverter control", "inverter controls");
    add(circuit.fuses.size(), "fuse", "fuses");
    add(circuit.reclosers.size(), "recloser", "reclosers");
    add(circuit.relays.size(), "relay", "relays");
    return out;
}

std::string misfit_text(RatingMisfit const& misfit) {
    return fmt::format("{}: {:.4g} kV, but {:.4g} kV at bus {} ({}:{})", misfit.element,
                       misfit.rated_v / 1e3, misfit.expected_v / 1e3, misfit.bus, misfit.where.file,
                       misfit.where.line);
}

std::string summary_text(Study const& study, std::string const& file, Limits const& limits) {
    Page page;
    auto const& solver = *study.solver;
    page.plain(fmt::format("{} ({})", solver.circuit().name, file));
    page.plain(fmt::format("{} Hz, {}, {}: {}", solver.circuit().f_hz,
                           plural(solver.bus_names().size(), "bus", "buses"),
                           plural(solver.node_count(), "node", "nodes"),
                           class_counts(solver.circuit())));
    page.gap();
    describe_stages(page, study);
    describe_check(page, study);
    auto const& last = study.stages.back();
    if (!last.series.empty()) {
        page.gap();
        page.plain(fmt::format("At the last step, {}:", clock_text(last.series.back().t_s)));
    }
    describe_voltage(page, study.summary, limits);
    describe_power(page, study.summary);
    describe_loading(page, study, limits);
    describe_equipment(page, study);
    describe_ratings(page, study);
    describe_ignored(page, study);
    describe_notes(page, study);
    for (auto const& stage : study.stages) {
        if (!stage.series.empty()) {
            describe_series(page, study, stage, limits);
        }
    }
    return page.take();
}

} // namespace gridtwin::study
