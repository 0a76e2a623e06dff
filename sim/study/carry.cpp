#include "sim/study/carry.hpp"

#include <string_view>
#include <unordered_map>

namespace gridtwin::study {
namespace {

// Calls carry(next, before, solved) for each row whose name stands in all three tables. The tables
// of `before` and `solved` are of one circuit, row by row.
template <typename Table, typename Carry>
void each_common(Table& next, Table const& before, Table const& solved, Carry const& carry) {
    std::unordered_map<std::string_view, std::size_t> rows;
    for (std::size_t row = 0; row < before.size(); ++row) {
        rows.emplace(before[row].name, row);
    }
    for (auto& element : next) {
        if (auto const found = rows.find(element.name); found != rows.end()) {
            carry(element, before[found->second], solved[found->second]);
        }
    }
}

template <typename T>
void keep(T& next, T const& before, T const& solved) {
    if (next == before) {
        next = solved;
    }
}

} // namespace

void carry_over(grid::Circuit& next, grid::Circuit const& before, grid::Circuit const& solved) {
    each_common(next.transformers, before.transformers, solved.transformers,
                [](auto& n, auto const& b, auto const& s) {
                    for (std::size_t w = 0; w < n.windings.size() && w < b.windings.size(); ++w) {
                        if (n.windings[w].tap_statements == b.windings[w].tap_statements) {
                            n.windings[w].tap_pu = s.windings[w].tap_pu;
                        }
                    }
                });
    each_common(next.capacitors, before.capacitors, solved.capacitors,
                [](auto& n, auto const& b, auto const& s) {
                    if (n.q_var.size() == b.q_var.size()) {
                        keep(n.closed, b.closed, s.closed);
                    }
                });
    each_common(next.lines, before.lines, solved.lines,
                [](auto& n, auto const& b, auto const& s) { keep(n.closed, b.closed, s.closed); });
    each_common(next.faults, before.faults, solved.faults,
                [](auto& n, auto const& b, auto const& s) { keep(n.on, b.on, s.on); });
    each_common(
        next.storages, before.storages, solved.storages,
        [](auto& n, auto const& b, auto const& s) { keep(n.stored_wh, b.stored_wh, s.stored_wh); });
}

} // namespace gridtwin::study
