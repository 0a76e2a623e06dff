#include "models/headend/losses/balance_tree.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <cmath>

namespace gridtwin::headend {

std::string_view name(BalanceLevel level) {
    switch (level) {
    case BalanceLevel::centre:
        return "centre";
    case BalanceLevel::plant:
        return "plant";
    case BalanceLevel::substation:
        return "substation";
    case BalanceLevel::feeder:
        return "feeder";
    case BalanceLevel::concentrator:
        return "concentrator";
    case BalanceLevel::transformer:
        return "transformer";
    }
    return "?";
}

std::string problem(BalanceTree const& tree) {
    if (tree.parent.size() != tree.level.size()) {
        return "balances: the columns of the tree are not equally long";
    }
    for (std::size_t row = 0; row < tree.size(); ++row) {
        auto const parent = tree.parent[row];
        if (parent == kNoParent) {
            continue;
        }
        if (parent >= row) {
            return fmt::format("balances: row {} stands before its parent, {}", row, parent);
        }
        if (tree.level[parent] >= tree.level[row]) {
            return fmt::format("balances: row {}, a {}, hangs on a {}", row, name(tree.level[row]),
                               name(tree.level[parent]));
        }
    }
    return {};
}

std::vector<BalanceFigures> balance(BalanceTree const& tree, BalanceInput const& input) {
    std::size_t const rows = tree.size();
    if (input.boundary_mwh.size() != rows || input.metered_mwh.size() != rows ||
        input.missing.size() != rows || input.technical_mwh.size() != rows) {
        throw SimulationError("the columns of a balance are not as long as its tree");
    }
    std::vector<BalanceFigures> figures(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        figures[row] = {.delivered_mwh = input.metered_mwh[row],
                        .technical_mwh = input.technical_mwh[row],
                        .complete = input.missing[row] == 0};
    }
    // children stand behind their parents: from the last one on, all below a row is done
    for (std::size_t row = rows; row-- > 0;) {
        auto& own = figures[row];
        if (auto const measured = input.boundary_mwh[row]) {
            own.measured = true;
            own.supplied_mwh = *measured;
        } else {
            own.supplied_mwh = own.delivered_mwh + own.technical_mwh;
        }
        if (tree.parent[row] != kNoParent) {
            auto& above = figures[tree.parent[row]];
            above.delivered_mwh += own.supplied_mwh;
            // a boundary's measurement stands for all that is below it
            above.complete = above.complete && (own.measured || own.complete);
        }
    }
    return figures;
}

std::string problem(BalanceTolerance const& tolerance) {
    if (!(tolerance.share_frac >= 0.0)) {
        return "balances: the tolerance is negative";
    }
    if (tolerance.alarm_after == 0) {
        return "balances: an alarm needs one interval at least";
    }
    return {};
}

std::vector<std::uint32_t> add_interval(BalanceTolerance const& tolerance,
                                        std::span<BalanceFigures const> interval,
                                        std::span<BalanceSum> sums) {
    if (interval.size() != sums.size()) {
        throw SimulationError("an interval's balances are not as many as their sums");
    }
    std::vector<std::uint32_t> alarms;
    for (std::size_t row = 0; row < sums.size(); ++row) {
        auto const& figures = interval[row];
        auto& sum = sums[row];
        if (!figures.complete) {
            ++sum.incomplete;
            continue;
        }
        ++sum.intervals;
        sum.supplied_mwh += figures.supplied_mwh;
        sum.delivered_mwh += figures.delivered_mwh;
        sum.technical_mwh += figures.technical_mwh;
        double const limit =
            tolerance.share_frac * std::abs(static_cast<double>(figures.supplied_mwh));
        if (std::abs(static_cast<double>(figures.unaccounted_mwh())) <= limit) {
            sum.in_a_row = 0;
            continue;
        }
        ++sum.beyond;
        if (++sum.in_a_row == tolerance.alarm_after) {
            ++sum.alarms;
            alarms.push_back(static_cast<std::uint32_t>(row));
        }
    }
    return alarms;
}

} // namespace gridtwin::headend
