#pragma once
// What a meter says to whoever asks for its balance or changes it.
#include "models/meter/credit_supply.hpp"
#include "models/meter/respond.hpp"
#include "models/wire/credit.hpp"

namespace gridtwin::meter {

[[nodiscard]] CreditAdjustment from_wire(wire::CreditDifference const& difference);
[[nodiscard]] wire::CreditDifference to_wire(CreditAdjustment const& adjustment);
[[nodiscard]] wire::CreditReport to_wire(CreditReport const& report);

/// What a difference will have come to when it is applied at t.
struct ForetoldAdjustment {
    AdjustmentResult result{};
    /// As of the interval charged by now. Its flags: those that the difference leaves, and `off`
    /// only where what is ordered then will not put the supply back.
    CreditReport report;
};
[[nodiscard]] ForetoldAdjustment foretell(MeterTable const& table, MeterSpec const& spec,
                                          MeterId meter, CreditAdjustment const& adjustment,
                                          SimTime t);

/// To set_credit and read_credit: respond() says what.
/// @param answer with kind, number, whom it is about, and the command it answers
[[nodiscard]] Response answer_credit(MeterTable const& table, MeterSpec const& spec,
                                     Message const& request, Message&& answer, Channel channel,
                                     SimTime now);

} // namespace gridtwin::meter
