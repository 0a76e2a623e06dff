#pragma once
#include "models/meter/credit_supply.hpp"
#include "models/meter/curtailment.hpp"
#include "models/meter/step.hpp"
#include "tests/models/meter/some_meters.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace gridtwin::meter {

using namespace std::chrono_literals;

/// 20 cents a kWh: 2 kW use up 40 cents an hour.
inline CreditSpec twenty_cents() {
    CreditSpec spec;
    spec.terms.price_milli.fill(20'000);
    spec.low = {10};
    return spec;
}

/// A customer who would draw `wants_w` and has paid in advance; what the grid does, in small.
struct Prepaid {
    static constexpr MeterId kMeter{0};
    explicit Prepaid(CreditSpec const& credit, Money opening, Money debt = {},
                     MeterSpec const& meter_spec = {})
        : spec(meter_spec), table(exact_meters(spec, 1)) {
        std::vector<CreditOpening> const openings{{kMeter, opening, debt}};
        give_credit(table, credit, openings);
    }
    MeterSpec spec;
    MeterTable table;
    std::vector<EventRecord> events;
    std::vector<CreditOrder> orders;
    std::vector<CurtailOrder> curtailments;
    double wants_w = 2000.0;
    SimTime now = kStart;
    SimDuration longest = 15min; ///< between power flows
    std::size_t steps = 0;

    [[nodiscard]] CreditState const& state() const { return table.credits.state[0]; }
    [[nodiscard]] bool closed() const { return table.relay_closed[0] != 0; }
    [[nodiscard]] Money cents() const { return whole_cents(balance_now(table, spec, kMeter)); }
    void draw() {
        table.p_w[0] = closed() ? wants_w : 0.0;
        judge_limiters(table, spec, now, events, curtailments);
    }
    void to(SimTime end) {
        draw();
        while (now < end) {
            ++steps;
            SimTime next = std::min({end, now + longest, next_credit_event(table, spec, now),
                                     next_limiter_order(table, now)});
            for (auto const& order : orders) {
                next = std::min(next, order.at);
            }
            for (auto const& order : curtailments) {
                next = std::min(next, order.at);
            }
            SimTime const from = now;
            now = next;
            advance(table, spec, from, now, events);
            advance_limiters(table, spec, from, now, events, curtailments);
            advance_credits(table, spec, from, now, events, orders);
            execute();
            draw();
        }
    }
    AdjustmentResult top_up(std::uint32_t number, Money cents) {
        return adjust_credit(table, spec, kMeter,
                             {.number = number, .difference = cents, .payment = cents}, now, events,
                             orders);
    }
    void execute() {
        auto const due = [this](auto const& order) { return order.at <= now; };
        for (auto const& order : std::exchange(orders, {})) {
            due(order) ? switch_credit(table, order, events) : orders.push_back(order);
        }
        for (auto const& order : std::exchange(curtailments, {})) {
            due(order) ? curtail(table, order, events) : curtailments.push_back(order);
        }
    }
    using Seen = std::vector<std::pair<SimDuration, EventKind>>;
    [[nodiscard]] Seen seen() const {
        Seen out;
        for (auto const& event : events) {
            out.emplace_back(event.at.time_since_epoch(), event.kind);
        }
        return out;
    }
};

} // namespace gridtwin::meter
