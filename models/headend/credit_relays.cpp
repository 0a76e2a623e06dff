#include "models/headend/credit_relays.hpp"

namespace gridtwin::headend {

CreditRelays::CreditRelays(Orders& orders, Clock& clock) : orders_(orders), clock_(clock) {
    orders_.set_listener(this);
}

CommandId CreditRelays::open(MeterId meter, SimTime not_after) {
    return orders_.switch_relay(meter, false, clock_.now(), not_after);
}

CommandId CreditRelays::close(MeterId meter) {
    return orders_.switch_relay(meter, true, clock_.now());
}

void CreditRelays::on_relay_order(Order const& order) {
    if (prepayment_ != nullptr) {
        prepayment_->on_relay(order.command, order.meter, order.state == OrderState::confirmed);
    }
}

} // namespace gridtwin::headend
