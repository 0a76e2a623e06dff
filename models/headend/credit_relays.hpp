#pragma once
// Prepayment's orders to relays, given as all others are.
#include "models/headend/orders.hpp"
#include "models/headend/prepayment/prepayment.hpp"

namespace gridtwin::headend {

class CreditRelays final : public RelayPort, RelayOrderListener {
  public:
    /// Both must outlive it. Hears of all relay orders' ends from now on.
    CreditRelays(Orders& orders, Clock& clock);
    CreditRelays(CreditRelays const&) = delete;
    CreditRelays& operator=(CreditRelays const&) = delete;

    /// Tells it how its orders ended; it must outlive the orders.
    void tell(Prepayment& prepayment) { prepayment_ = &prepayment; }
    CommandId open(MeterId meter, SimTime not_after) override;
    CommandId close(MeterId meter) override;

  private:
    void on_relay_order(Order const& order) override;

    Orders& orders_;
    Clock& clock_;
    Prepayment* prepayment_ = nullptr;
};

} // namespace gridtwin::headend
