#include "models/meter/credit_answers.hpp"

#include "models/wire/sizes.hpp"
#include "models/wire/told_time.hpp"

#include <utility>

namespace gridtwin::meter {

CreditAdjustment from_wire(wire::CreditDifference const& difference) {
    return {.number = difference.number,
            .difference = {difference.difference_cents},
            .payment = {difference.payment_cents}};
}

wire::CreditDifference to_wire(CreditAdjustment const& adjustment) {
    return {.number = adjustment.number,
            .difference_cents = adjustment.difference.cents,
            .payment_cents = adjustment.payment.cents};
}

wire::CreditReport to_wire(CreditReport const& report) {
    unsigned const flags = (report.exhausted ? kCreditExhausted : 0U) |
                           (report.emergency ? kEmergencyInUse : 0U) |
                           (report.off ? kOffForCredit : 0U);
    return {.number = report.number,
            .interval = report.interval,
            .flags = static_cast<std::uint8_t>(flags),
            .balance = report.balance,
            .debt = report.debt,
            .read = wire::told(report.read)};
}

ForetoldAdjustment foretell(MeterTable const& table, MeterSpec const& spec, MeterId meter,
                            CreditAdjustment const& adjustment, SimTime t) {
    ForetoldAdjustment foretold{.report = report_credit(table, meter, t).value()};
    auto const slot = table.credits.slot(meter);
    auto const& agreed = table.credits.spec(slot);
    CreditState state = table.credits.state[slot];
    foretold.result = adjust(state, agreed.terms, adjustment);
    if (foretold.result == AdjustmentResult::applied) {
        auto& report = foretold.report;
        NanoCents const after = balance(agreed.terms, state.totals);
        judge_balance(state, agreed, balance_now(table, spec, meter) + after - report.balance);
        report.number = state.number;
        report.balance = after;
        report.debt = debt_left(agreed.terms, state.totals);
        report.exhausted = state.exhausted;
        report.emergency = state.emergency;
        report.off = report.off && state.exhausted;
    }
    return foretold;
}

Response answer_credit(MeterTable const& table, MeterSpec const& spec, Message const& request,
                       Message&& answer, Channel channel, SimTime now) {
    bool const changes = request.kind == MessageKind::set_credit;
    Response response;
    response.ready = now;
    auto report = report_credit(table, request.meter, now);
    auto const decoded = wire::decode_credit_differences(request.payload);
    if (report && changes && decoded.ok() && decoded.blocks.size() == 1 &&
        !table.lockout.locked(index(request.meter), now)) {
        SimTime const at = now + spec.relay_operating_delay;
        auto const adjustment = from_wire(decoded.blocks[0]);
        auto const foretold = foretell(table, spec, request.meter, adjustment, at);
        if (foretold.result == AdjustmentResult::applied) {
            report = foretold.report;
            response.ready = at;
            response.credit =
                CreditAdjustmentOrder{.meter = request.meter, .adjustment = adjustment, .at = at};
        }
    }
    answer.created = response.ready;
    answer.value = changes ? 1 : 0;
    if (report) {
        auto const told = to_wire(*report);
        answer.occurred = told.read;
        wire::encode(told, answer.payload);
    }
    answer.octets = wire::encoded_octets(answer, channel);
    response.message = std::move(answer);
    return response;
}

} // namespace gridtwin::meter
