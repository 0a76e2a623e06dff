#include "models/meter/credit.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace gridtwin::meter {

std::string problem(CreditSpec const& spec) {
    if (auto text = gridtwin::problem(spec.terms); !text.empty()) {
        return text;
    }
    if (auto text = gridtwin::problem(spec.friendly); !text.empty()) {
        return text;
    }
    for (Money const sum : {spec.low, spec.emergency, spec.emergency_from, spec.reconnect_above}) {
        if (sum.cents < 0 || sum.cents > kMostCents) {
            return "a meter's credit limits must be from 0 to 2e9 cents";
        }
    }
    if (spec.emergency_by_itself && spec.emergency.cents == 0) {
        return "emergency credit that is taken by itself must be more than nothing";
    }
    return {};
}

void judge_balance(CreditState& state, CreditSpec const& spec, NanoCents now) {
    state.low = now <= to_nano(spec.low);
    if (state.emergency && now > to_nano(spec.emergency_from)) {
        state.emergency = false; // paid back
    }
    state.emergency = state.emergency || (spec.emergency_by_itself && now <= 0);
    NanoCents const available = now + (state.emergency ? to_nano(spec.emergency) : 0);
    state.exhausted = state.exhausted ? available <= to_nano(spec.reconnect_above) : available <= 0;
}

AdjustmentResult adjust(CreditState& state, CreditTerms const& terms,
                        CreditAdjustment const& adjustment) {
    if (adjustment.number <= state.number) {
        return AdjustmentResult::known;
    }
    auto const in_range = [](std::int64_t cents) { return std::abs(cents) <= kMostCents; };
    Money const sum = whole_cents(state.totals.applied);
    if (adjustment.number != state.number + 1 || adjustment.payment.cents < 0 ||
        !in_range(adjustment.payment.cents) || adjustment.difference.cents < -2 * kMostCents ||
        adjustment.difference.cents > 2 * kMostCents ||
        !in_range(sum.cents + adjustment.difference.cents)) {
        return AdjustmentResult::refused;
    }
    state.number = adjustment.number;
    state.totals.applied += to_nano(adjustment.difference);
    state.totals.shared += debt_share(terms, adjustment.payment);
    return AdjustmentResult::applied;
}

void add_credit(Credits& credits, CreditSpec const& spec, std::size_t meter_count,
                std::span<CreditOpening const> openings) {
    if (auto const text = problem(spec); !text.empty() || credits.classes.size() > 254) {
        throw SimulationError(text.empty() ? "too many classes of credit" : text);
    }
    auto const row = static_cast<std::uint8_t>(credits.classes.size());
    credits.classes.push_back(spec);
    credits.slot_of.resize(meter_count, Credits::kNoSlot);
    for (auto const& one : openings) {
        if (index(one.meter) >= meter_count || credits.slot(one.meter) != Credits::kNoSlot) {
            throw SimulationError(
                fmt::format("meter {} cannot have credit more", index(one.meter)));
        }
        if (std::abs(one.balance.cents) > kMostCents || one.debt.cents < 0 ||
            one.debt.cents > kMostCents) {
            throw SimulationError(
                fmt::format("meter {} cannot begin with {} cents and a debt of {}",
                            index(one.meter), one.balance.cents, one.debt.cents));
        }
        credits.slot_of[index(one.meter)] = static_cast<std::uint32_t>(credits.meter.size());
        credits.meter.push_back(one.meter);
        credits.class_of.push_back(row);
        credits.state.push_back(
            {.totals = {.applied = to_nano(one.balance), .debt = to_nano(one.debt)}});
    }
}

std::size_t bytes(Credits const& credits) {
    return credits.slot_of.size() * sizeof(std::uint32_t) +
           credits.meter.size() * (sizeof(MeterId) + sizeof(std::uint8_t) + sizeof(CreditState));
}

} // namespace gridtwin::meter
