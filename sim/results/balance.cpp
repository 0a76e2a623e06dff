#include "sim/results/balance.hpp"

#include "sim/results/kpi.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

namespace gridtwin::results {

double EnergyBalance::residual_wh() const {
    return source_wh - (metered_wh + line_loss_wh + transformer_loss_wh + shunt_loss_wh +
                        service_transformer_loss_wh + lv_line_loss_wh + storage_wh + unmetered_wh +
                        uncounted_wh);
}

double EnergyBalance::residual_frac() const {
    auto const residual = residual_wh();
    auto const energy = metered_wh != 0.0 ? std::abs(metered_wh) : std::abs(source_wh);
    auto const served = std::max(energy, rounding_wh / 1e-6);
    if (served == 0.0) {
        return residual == 0.0 ? 0.0
                               : std::copysign(std::numeric_limits<double>::infinity(), residual);
    }
    return residual / served;
}

bool EnergyBalance::closes(double tol) const {
    return std::abs(residual_frac()) <= tol;
}

bool MessageBalanceRow::closes() const {
    return count.sent == count.delivered + count.lost_total() + in_flight;
}

std::string balance_table(EnergyBalance const& b, double tol) {
    std::string out = "energy\n";
    auto const line = [&out](std::string_view sign, std::string_view name, double value_wh) {
        out += fmt::format("  {} {:<30} {:>16.3f} kWh\n", sign, name, value_wh / 1e3);
    };
    line(" ", "sources", b.source_wh);
    line("=", "meters", b.metered_wh);
    line("+", "lines", b.line_loss_wh);
    line("+", "feeder transformers", b.transformer_loss_wh);
    line("+", "shunts", b.shunt_loss_wh);
    line("+", "service transformers", b.service_transformer_loss_wh);
    line("+", "low-voltage lines", b.lv_line_loss_wh);
    line("+", "into storage", b.storage_wh);
    if (b.uncounted_wh != 0.0) {
        line("+", "not yet in registers", b.uncounted_wh);
    }
    if (b.unmetered_wh != 0.0) {
        line("+", "past tampered meters", b.unmetered_wh);
    }
    out += fmt::format("    {:<30} {:>16.3e} of the energy served: {} to {:.0e}\n", "residual",
                       b.residual_frac(), b.closes(tol) ? "closes" : "DOES NOT CLOSE", tol);
    return out;
}

std::string balance_table(std::span<MessageBalanceRow const> rows) {
    std::string out = fmt::format("messages\n  {:<16}{:>14}{:>14}{:>12}{:>12}\n", "", "sent",
                                  "delivered", "lost", "in flight");
    for (auto const& row : rows) {
        out += fmt::format("  {:<16}{:>14}{:>14}{:>12}{:>12}  {}\n", row.label, row.count.sent,
                           row.count.delivered, row.count.lost_total(), row.in_flight,
                           row.closes() ? "closes" : "DOES NOT CLOSE");
        std::string reasons;
        for (std::size_t i = 0; i < row.count.lost.size(); ++i) {
            if (row.count.lost[i] > 0) {
                reasons += fmt::format("{}{} {}", reasons.empty() ? "" : ", ",
                                       name(static_cast<LossReason>(i)), row.count.lost[i]);
            }
        }
        if (!reasons.empty()) {
            out += fmt::format("    lost: {}\n", reasons);
        }
    }
    return out;
}

} // namespace gridtwin::results
