#include "models/headend/billing/bill.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

namespace gridtwin::headend::billing {

namespace {

constexpr std::array<std::string_view, kLineKinds> kNames = {"energy",
                                                             "critical peak",
                                                             "tier",
                                                             "export",
                                                             "export in critical peak",
                                                             "credit paid out",
                                                             "demand",
                                                             "energy above the limit",
                                                             "intervals above the limit",
                                                             "peak-time rebate",
                                                             "standing charge",
                                                             "up to the minimum",
                                                             "tax"};

class Writer {
  public:
    void energy(LineKind kind, std::size_t item, std::int64_t mwh, Price price) {
        line(kind, item, mwh, price, energy_amount(mwh, price));
    }
    void line(LineKind kind, std::size_t item, std::int64_t quantity, Price price, Money amount) {
        if (quantity != 0) {
            lines.push_back({kind, static_cast<std::uint32_t>(item), quantity, price, amount});
        }
    }
    std::vector<Line> lines;
};

/// Energy that is charged, per row, and what is left as credit, per rate.
struct Netted {
    std::vector<std::int64_t> charged_mwh;
    std::vector<std::int64_t> credit_mwh;
};

/// Nets rows with export of the same rate, first in the period, then from before; what export
/// within a critical peak leaves goes to its rate.
Netted net(Tariff const& tariff, Usage const& usage, std::span<std::int64_t const> carry_mwh) {
    std::size_t const rates = tariff.rates.size();
    Netted result{std::vector<std::int64_t>(usage.rows.size()), std::vector<std::int64_t>(rates)};
    for (std::size_t r = 0; r < carry_mwh.size(); ++r) {
        result.credit_mwh[r] = carry_mwh[r];
    }
    for (std::size_t row = 0; row < usage.rows.size(); ++row) {
        std::int64_t const balance = usage.rows[row].import_mwh - usage.rows[row].export_mwh;
        result.charged_mwh[row] = std::max<std::int64_t>(balance, 0);
        result.credit_mwh[row % rates] += std::max<std::int64_t>(-balance, 0);
    }
    for (std::size_t r = 0; r < rates; ++r) {
        std::int64_t const used = std::min(result.credit_mwh[r], result.charged_mwh[r]);
        result.credit_mwh[r] -= used;
        result.charged_mwh[r] -= used;
    }
    return result;
}

void write_tiers(Writer& out, Tariff const& tariff, std::int64_t mwh, BillDays days) {
    std::int64_t below = 0;
    for (std::size_t t = 0; t < tariff.tiers.size() && below < mwh; ++t) {
        Tier const& tier = tariff.tiers[t];
        std::int64_t const limit =
            tier.up_to_mwh == Tier::kNoLimit
                ? mwh
                : std::min(mwh, round_half_even(Int128{tier.up_to_mwh} * days.days, days.of));
        if (limit > below) {
            out.energy(LineKind::tier, t, limit - below, tier.price);
            below = limit;
        }
    }
}

void write_energy(Writer& out, Tariff const& tariff, std::vector<std::int64_t> const& charged) {
    std::size_t const rates = tariff.rates.size();
    for (std::size_t row = 0; row < rates; ++row) {
        out.energy(LineKind::energy, row, charged[row], tariff.rates[row].price);
    }
    for (std::size_t e = 0; e < tariff.critical_peaks.size(); ++e) {
        std::int64_t sum = 0;
        for (std::size_t r = 0; r < rates; ++r) {
            sum += charged[rates * (1 + e) + r];
        }
        out.energy(LineKind::critical_peak, e, sum, tariff.critical_peaks[e].price);
    }
}

void write_export(Writer& out, Tariff const& tariff, Usage const& usage) {
    std::size_t const rates = tariff.rates.size();
    for (std::size_t r = 0; r < rates; ++r) {
        if (tariff.exported == Export::retail) {
            out.energy(LineKind::export_credit, r, -usage.rows[r].export_mwh,
                       tariff.rates[r].price);
            continue;
        }
        std::int64_t sum = 0;
        for (std::size_t row = r; row < usage.rows.size(); row += rates) {
            sum += usage.rows[row].export_mwh;
        }
        out.energy(LineKind::export_credit, r, -sum, tariff.rates[r].feed_in);
    }
    for (std::size_t e = 0; tariff.exported == Export::retail && e < tariff.critical_peaks.size();
         ++e) {
        std::int64_t sum = 0;
        for (std::size_t r = 0; r < rates; ++r) {
            sum += usage.rows[rates * (1 + e) + r].export_mwh;
        }
        out.energy(LineKind::peak_export, e, -sum, tariff.critical_peaks[e].price);
    }
}

void write_power(Writer& out, Tariff const& tariff, Usage const& usage, BillDays days,
                 SimDuration interval) {
    // mWh over N intervals to mW: 3600e9 ns an hour over N x interval
    Int128 const hour = SimDuration(std::chrono::hours(1)).count();
    Int128 const window = Int128{interval.count()} * tariff.demand.intervals;
    Money const demand{round_half_even(Int128{usage.peak_mwh} * (hour / kMwhPerKwh) *
                                           tariff.demand.per_kw * days.days,
                                       window * kPricePerCent * days.of)};
    out.line(LineKind::demand, 0, round_half_even(Int128{usage.peak_mwh} * hour, window),
             tariff.demand.per_kw, demand);
    if (tariff.limit.per_kwh != 0) {
        out.energy(LineKind::excess_energy, 0, usage.excess_mwh, tariff.limit.per_kwh);
    }
    if (tariff.limit.per_interval != 0) {
        out.line(LineKind::excess_interval, 0, usage.excess_intervals, tariff.limit.per_interval,
                 {round_half_even(Int128{usage.excess_intervals} * tariff.limit.per_interval,
                                  kPricePerCent)});
    }
}

void write_rebates(Writer& out, Tariff const& tariff, Usage const& usage) {
    for (RebateUse const& use : usage.rebates) {
        // saving x days: the baseline is a mean, the amount still exact
        std::int64_t const saved = use.baseline_mwh - use.actual_mwh * std::int64_t{use.days};
        if (use.days != 0 && saved > 0) {
            Price const price = tariff.rebates[use.event].price;
            out.line(LineKind::rebate, use.event, round_half_even(-Int128{saved}, use.days), price,
                     energy_amount(-saved, price, use.days));
        }
    }
}

/// Charges, without what the customer is paid.
Money charges_of(std::span<Line const> lines) {
    Money sum;
    for (Line const& line : lines) {
        sum.cents += std::max<std::int64_t>(line.amount.cents, 0);
    }
    return sum;
}

} // namespace

std::string describe(Line const& line, Tariff const& tariff) {
    auto const name = kNames.at(static_cast<std::size_t>(line.kind));
    switch (line.kind) {
    case LineKind::energy:
    case LineKind::export_credit:
    case LineKind::carry_payout:
        return fmt::format("{} {}", name, tariff.rates.at(line.item).name);
    case LineKind::tax:
        return fmt::format("{} {}", name, tariff.taxes.at(line.item).name);
    case LineKind::critical_peak:
    case LineKind::peak_export:
    case LineKind::tier:
    case LineKind::rebate:
        return fmt::format("{} {}", name, line.item + 1);
    case LineKind::demand:
    case LineKind::excess_energy:
    case LineKind::excess_interval:
    case LineKind::standing:
    case LineKind::minimum:
        break;
    }
    return std::string(name);
}

Money total_of(std::span<Line const> lines) {
    Money sum;
    for (Line const& line : lines) {
        sum += line.amount;
    }
    return sum;
}

Bill make_bill(Tariff const& tariff, Usage const& usage, BillDays days, SimDuration interval,
               std::span<std::int64_t const> carry_mwh, bool final) {
    if (usage.rows.size() != tariff.rates.size() * (1 + tariff.critical_peaks.size()) ||
        carry_mwh.size() > tariff.rates.size() || days.of == 0 || days.days > days.of) {
        throw SimulationError("billing: usage, credit or days are not of tariff '" + tariff.name +
                              "'");
    }
    Writer out;
    Bill bill;
    std::vector<std::int64_t> charged(usage.rows.size());
    std::vector<std::int64_t> payout;
    std::int64_t tiered = 0;
    if (tariff.exported == Export::netted) {
        Netted netted = net(tariff, usage, carry_mwh);
        charged = std::move(netted.charged_mwh);
        (final ? payout : bill.carry_mwh) = std::move(netted.credit_mwh);
    } else {
        for (std::size_t row = 0; row < charged.size(); ++row) {
            charged[row] = usage.rows[row].import_mwh;
            tiered -= tariff.exported == Export::retail ? usage.rows[row].export_mwh : 0;
        }
    }
    for (std::int64_t const mwh : charged) {
        tiered += mwh;
    }
    write_energy(out, tariff, charged);
    write_tiers(out, tariff, tiered, days);
    if (tariff.exported == Export::retail || tariff.exported == Export::feed_in) {
        write_export(out, tariff, usage);
    }
    for (std::size_t r = 0; r < payout.size(); ++r) {
        out.energy(LineKind::carry_payout, r, -payout[r], tariff.rates[r].feed_in);
    }
    if (tariff.demand.per_kw != 0 || tariff.limit.limit_w != 0) {
        write_power(out, tariff, usage, days, interval);
    }
    write_rebates(out, tariff, usage);
    if (tariff.per_day != 0) {
        out.line(LineKind::standing, 0, days.days, tariff.per_day,
                 {round_half_even(Int128{days.days} * tariff.per_day, kPricePerCent)});
    }
    std::int64_t const least = round_half_even(Int128{tariff.minimum.cents} * days.days, days.of);
    std::int64_t const lacking = std::max<std::int64_t>(0, least - charges_of(out.lines).cents);
    out.line(LineKind::minimum, 0, lacking, 0, {lacking});
    std::int64_t const taxed = std::max<std::int64_t>(0, total_of(out.lines).cents);
    for (std::size_t t = 0; t < tariff.taxes.size(); ++t) {
        std::int64_t const rate = tariff.taxes[t].per_mille;
        out.line(LineKind::tax, t, taxed, rate, {round_half_even(Int128{taxed} * rate, 1000)});
    }
    bill.lines = std::move(out.lines);
    bill.total = total_of(bill.lines);
    return bill;
}

std::vector<Line> difference(std::span<Line const> now, std::span<Line const> before) {
    std::map<std::tuple<LineKind, std::uint32_t, Price>, Line> lines;
    auto const add = [&](Line const& line, std::int64_t sign) {
        auto [at, is_new] = lines.try_emplace({line.kind, line.item, line.price}, line);
        if (is_new) {
            at->second.quantity = 0;
            at->second.amount = {};
        }
        at->second.quantity += sign * line.quantity;
        at->second.amount.cents += sign * line.amount.cents;
    };
    std::for_each(now.begin(), now.end(), [&](Line const& line) { add(line, 1); });
    std::for_each(before.begin(), before.end(), [&](Line const& line) { add(line, -1); });
    std::vector<Line> result;
    for (auto const& [key, line] : lines) {
        if (line.quantity != 0 || line.amount.cents != 0) {
            result.push_back(line);
        }
    }
    return result;
}

} // namespace gridtwin::headend::billing
