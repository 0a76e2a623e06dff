// FeederSolver: which nodes have a source behind them, and which a potential to ground.
#include "models/grid/feeder_solver.hpp"
#include "models/grid/node_sets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace gridtwin::grid {

/// Joins what closed lines, series reactors and transformers connect.
void FeederSolver::join_islands(NodeSets& islands) const {
    for (std::size_t row = 0; row < circuit_.lines.size(); ++row) {
        Line const& line = circuit_.lines[row];
        std::span<std::int32_t const> const ends = terminals(ElementKind::line, row);
        for (std::size_t i = 0; i < ends.size() / 2; ++i) {
            if (carries(line, i)) {
                islands.join(ends[i], ends[i + ends.size() / 2]);
            }
        }
    }
    for (std::size_t row = 0; row < circuit_.reactors.size(); ++row) { // in series
        std::span<std::int32_t const> const ends = terminals(ElementKind::reactor, row);
        bool const wye = circuit_.reactors[row].connection == Connection::wye;
        for (std::size_t i = 0; wye && i < ends.size() / 2; ++i) {
            islands.join(ends[i], ends[i + ends.size() / 2]);
        }
    }
    for (std::size_t row = 0; row < circuit_.transformers.size(); ++row) {
        Transformer const& t = circuit_.transformers[row];
        std::span<std::int32_t const> const ends = terminals(ElementKind::transformer, row);
        for (int phase = 0; t.enabled && phase < t.phases; ++phase) {
            // A coil's ends and the coils on the same core are one; ground joins nothing.
            std::int32_t any = kGround;
            for (std::size_t w = 0; w < t.windings.size(); ++w) {
                CoilEnds const coil = coil_ends(t, w, phase);
                for (std::size_t const end : {coil.from, coil.to}) {
                    islands.join(ends[end], any);
                    any = any == kGround ? ends[end] : any;
                }
            }
        }
    }
}

std::vector<std::uint32_t> FeederSolver::islands() const {
    NodeSets islands(nodes_.size());
    join_islands(islands);
    for (std::size_t k = 1; k < nodes_.size(); ++k) {
        if (nodes_[k].bus == nodes_[k - 1].bus) {
            islands.join(k - 1, k);
        }
    }
    std::vector<std::uint32_t> out(nodes_.size());
    for (std::size_t k = 0; k < out.size(); ++k) {
        out[k] = static_cast<std::uint32_t>(islands.find(k));
    }
    return out;
}

void FeederSolver::find_live_nodes() {
    std::size_t const n = nodes_.size();
    NodeSets islands(n);
    join_islands(islands);
    auto const mark = [&](std::vector<std::uint8_t>& marks) {
        std::vector<std::uint8_t> fed(n, 0);
        for (std::size_t row = 0; row < circuit_.sources.size(); ++row) {
            for (std::int32_t const node : terminals(ElementKind::source, row)) {
                if (node >= 0) {
                    fed[islands.find(static_cast<std::size_t>(node))] = 1;
                }
            }
        }
        for (std::size_t k = 0; k < n; ++k) {
            marks[k] = fed[islands.find(k)];
        }
    };
    mark(energised_);
    // What hangs on a live node through a load or a capacitor has a potential too: it is solved.
    for (ElementKind const kind :
         {ElementKind::load, ElementKind::capacitor, ElementKind::reactor, ElementKind::fault,
          ElementKind::generator, ElementKind::pv_system, ElementKind::storage}) {
        for (std::size_t row = 0; row < elements(kind).size(); ++row) {
            islands.join_all(terminals(kind, row));
        }
    }
    mark(live_);
}

/// Where the file states the first element at a node: a transformer rather than a line.
SourcePos FeederSolver::place_of_node(std::size_t node) const {
    auto const at = [&](ElementKind kind, auto const& table) -> SourcePos const* {
        for (std::size_t row = 0; row < table.size(); ++row) {
            std::span<std::int32_t const> const ends = terminals(kind, row);
            if (std::find(ends.begin(), ends.end(), static_cast<std::int32_t>(node)) !=
                ends.end()) {
                return &table[row].where;
            }
        }
        return nullptr;
    };
    for (SourcePos const* const where :
         {at(ElementKind::transformer, circuit_.transformers),
          at(ElementKind::line, circuit_.lines), at(ElementKind::load, circuit_.loads),
          at(ElementKind::capacitor, circuit_.capacitors),
          at(ElementKind::reactor, circuit_.reactors)}) {
        if (where != nullptr) {
            return *where;
        }
    }
    return circuit_.sources.front().where;
}

/// Nodes whose potential to ground nothing in the matrix fixes: parts that no element ties to
/// ground, such as a delta network without ppm_antifloat or line charging. Moving all of such a
/// part by one voltage drives no current anywhere.
void FeederSolver::find_floating_nodes() {
    std::size_t const n = nodes_.size();
    NodeSets parts(n); // conductively joined
    for (ElementKind const kind : kLinearKinds) {
        for (std::size_t row = 0; row < elements(kind).size(); ++row) {
            std::span<std::int32_t const> const ends = terminals(kind, row);
            if (kind == ElementKind::transformer) {
                Transformer const& t = circuit_.transformers[row];
                for (std::size_t w = 0; w < t.windings.size(); ++w) {
                    for (int phase = 0; phase < t.phases; ++phase) {
                        CoilEnds const coil = coil_ends(t, w, phase);
                        parts.join(ends[coil.from], ends[coil.to]);
                    }
                }
                continue;
            }
            std::size_t const half = ends.size() / 2;
            bool const two_ends = element(kind, row).conductors * 2 == ends.size();
            for (std::size_t i = 0; two_ends && i < half; ++i) {
                std::size_t const at = element(kind, row).first_value + i * ends.size() + i + half;
                if (y_values_s_[at] != Complex{}) {
                    parts.join(ends[i], ends[i + half]);
                }
            }
            if (!two_ends) {
                parts.join_all(ends);
            }
        }
    }
    std::vector<std::uint8_t> tied(n, 0); // [part]
    std::vector<std::size_t> own;         // part of each end
    constexpr std::size_t kGroundPart = std::numeric_limits<std::size_t>::max();
    for (ElementKind const kind : kLinearKinds) {
        for (std::size_t row = 0; row < elements(kind).size(); ++row) {
            std::span<std::int32_t const> const ends = terminals(kind, row);
            own.clear();
            for (std::int32_t const end : ends) {
                own.push_back(end < 0 ? kGroundPart : parts.find(static_cast<std::size_t>(end)));
            }
            std::size_t const first = element(kind, row).first_value;
            for (std::size_t k = 0; k < ends.size(); ++k) {
                if (own[k] == kGroundPart || tied[own[k]] != 0) {
                    continue;
                }
                for (std::size_t r = 0; r < ends.size(); ++r) {
                    Complex sum;
                    double greatest = 0.0;
                    for (std::size_t c = 0; c < ends.size(); ++c) {
                        Complex const y_s = y_values_s_[first + r * ends.size() + c];
                        greatest = std::max(greatest, std::abs(y_s));
                        sum += own[c] == own[k] ? y_s : Complex{};
                    }
                    if (std::abs(sum) > 1e-12 * greatest) {
                        tied[own[k]] = 1;
                        break;
                    }
                }
            }
        }
    }
    for (std::size_t k = 0; k < n; ++k) {
        if (y_boundary_s_[k] != Complex{}) {
            tied[parts.find(k)] = 1;
        }
    }
    floating_.assign(n, 0);
    for (std::size_t k = 0; k < n; ++k) {
        floating_[k] = live_[k] != 0 && tied[parts.find(k)] == 0 ? 1 : 0;
    }
    // Loads to ground or to another part hold it, once their admittance stands in the matrix.
    std::vector<std::uint8_t> held(n, 0);
    for (std::size_t k = 0; k < load_phases_.size(); ++k) {
        std::int32_t const f = load_phases_.from[k];
        std::int32_t const t = load_phases_.to[k];
        auto const part = [&](std::int32_t node) {
            return node < 0 ? kGroundPart : parts.find(static_cast<std::size_t>(node));
        };
        bool const draws = load_phases_.p_w[k] != 0.0 || load_phases_.q_var[k] != 0.0;
        if (draws && part(f) != part(t)) {
            for (std::int32_t const node : {f, t}) {
                if (node >= 0) {
                    held[part(node)] = 1;
                }
            }
        }
    }
    for (std::size_t k = 0; k < n; ++k) {
        if (floating_[k] != 0 && held[parts.find(k)] == 0) {
            Diagnostics d;
            d.error(place_of_node(k),
                    fmt::format("nothing ties bus '{}' of circuit '{}' to ground, so that its "
                                "voltages to ground are undetermined",
                                node_name(k), circuit_.name),
                    "ppm_antifloat, line charging or a load to ground behind delta and ungrounded "
                    "windings");
            throw InputError(std::move(d));
        }
    }
}

} // namespace gridtwin::grid
