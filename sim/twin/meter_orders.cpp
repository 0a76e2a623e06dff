#include "sim/twin/meter_orders.hpp"

#include "models/meter/credit_answers.hpp"

namespace gridtwin::twin {

std::vector<std::pair<SimTime, Message>> orders_of(meter::Response const& response) {
    std::vector<std::pair<SimTime, Message>> orders;
    if (auto const& relay = response.order) {
        Message order;
        order.kind = MessageKind::set_relay;
        order.meter = relay->meter;
        order.command = relay->command;
        order.value = relay->close ? 1 : 0;
        orders.emplace_back(relay->at, std::move(order));
    }
    if (auto const& clock = response.clock) {
        Message order;
        order.kind = MessageKind::set_clock;
        order.meter = clock->meter;
        order.occurred = clock->at;
        order.value = to_ns(clock->shown);
        orders.emplace_back(clock->at, std::move(order));
    }
    if (auto const& parameter = response.parameter) {
        Message order;
        order.kind = MessageKind::set_parameter;
        order.meter = parameter->change.meter;
        wire::encode(meter::to_wire(parameter->change), order.payload);
        orders.emplace_back(parameter->at, std::move(order));
    }
    if (auto const& credit = response.credit) {
        Message order;
        order.kind = MessageKind::set_credit;
        order.meter = credit->meter;
        wire::encode(meter::to_wire(credit->adjustment), order.payload);
        orders.emplace_back(credit->at, std::move(order));
    }
    return orders;
}

} // namespace gridtwin::twin
