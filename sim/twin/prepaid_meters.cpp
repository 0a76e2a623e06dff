#include "sim/twin/prepaid_meters.hpp"

#include "sim/twin/meters.hpp"

#include <algorithm>

namespace gridtwin::twin {
namespace {

/// Any of from to up_to, to the cent.
Money drawn(scenario::Scenario const& scenario, MeterId meter, std::uint64_t n, Money from,
            Money up_to) {
    double const u =
        draw01(scenario.seed, {EntityKind::meter, index(meter)}, Purpose::opening_credit, n);
    auto const amounts = static_cast<double>(up_to.cents - from.cents + 1);
    return {from.cents + static_cast<std::int64_t>(u * amounts)};
}

} // namespace

SimDuration week_at_start(scenario::Scenario const& scenario) {
    CivilTime const civil = scenario.clock().at(kStart);
    return std::chrono::hours(24 * civil.weekday) + duration_from_s(civil.second_of_day);
}

meter::CreditSpec credit_spec(scenario::Scenario const& scenario, std::size_t row) {
    auto spec = scenario.equipment.credit[row].spec.credit;
    spec.terms.week_at_start = week_at_start(scenario);
    return spec;
}

std::vector<meter::CreditOpening> credit_openings(scenario::Scenario const& scenario,
                                                  scenario::World const& world, std::size_t row) {
    auto const& [customers, where, spec] = scenario.equipment.credit[row];
    std::vector<meter::CreditOpening> openings;
    for (MeterId const meter : meters_of(scenario, world, customers)) {
        openings.push_back({.meter = meter,
                            .balance = drawn(scenario, meter, 0, spec.balance, spec.balance_up_to),
                            .debt = drawn(scenario, meter, 1, spec.debt, spec.debt_up_to)});
    }
    return openings;
}

void add_credit_kpis(std::vector<results::Kpi>& kpis, meter::Credits const& credits) {
    if (credits.classes.empty()) {
        return;
    }
    NanoCents sum = 0;
    NanoCents debt = 0;
    std::size_t off = 0;
    for (std::size_t slot = 0; slot < credits.meter.size(); ++slot) {
        auto const& state = credits.state[slot];
        auto const& terms = credits.spec(slot).terms;
        sum += balance(terms, state.totals) / 1000; // many accounts: 1e-6 cent
        debt += debt_left(terms, state.totals) / 1000;
        off += meter::holds_open(state) ? 1 : 0;
    }
    auto const currency = [](NanoCents thousand) { return static_cast<double>(thousand) * 1e-8; };
    kpis.push_back({"credit.accounts", "", static_cast<double>(credits.meter.size()), "in meters"});
    kpis.push_back({"credit.balance", "", currency(sum),
                    "currency, all accounts, as of the last intervals closed"});
    kpis.push_back({"credit.debt", "", currency(debt), "likewise, not yet paid off"});
    kpis.push_back({"credit.off", "", static_cast<double>(off),
                    "customers whose supply is off at the end for lack of credit"});
}

} // namespace gridtwin::twin
