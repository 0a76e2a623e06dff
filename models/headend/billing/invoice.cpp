#include "models/headend/billing/invoice.hpp"

#include <array>

namespace gridtwin::headend::billing {

std::string_view name(InvoiceState state) {
    constexpr std::array<std::string_view, 5> kNames = {"draft", "issued", "corrected", "cancelled",
                                                        "paid"};
    return kNames.at(static_cast<std::size_t>(state));
}

bool may_become(InvoiceState from, InvoiceState to) {
    using enum InvoiceState;
    switch (from) {
    case draft:
        return to == issued || to == cancelled;
    case issued:
        return to == paid || to == corrected || to == cancelled;
    case paid:
        return to == corrected;
    case corrected:
        return to == paid;
    case cancelled:
        return false;
    }
    return false;
}

} // namespace gridtwin::headend::billing
