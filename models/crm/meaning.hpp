#pragma once
// What the customer database orders, in a meter's commands; what a meter says, in the customer
// database's words.
#include "models/wire/crm/document.hpp"
#include "models/wire/sms/guard.hpp"
#include "sim/core/time.hpp"

#include <optional>
#include <string>

namespace gridtwin::crm {

struct MeterCommand {
    wire::sms::Command command;
    std::string problem; ///< why no meter can be told so; empty when one can
    [[nodiscard]] bool ok() const { return problem.empty(); }
};

/// @param epoch UTC at kStart. A tariff's time before it is at once.
/// Not possible by SMS, so a problem: rates that change within the day (a meter's hours are its
/// calendar's), prices that are negative or above 42,949.67 a kWh, reads of more than 65,535
/// intervals, top-ups without a number or an amount above 0.
[[nodiscard]] MeterCommand to_meter(wire::crm::Action const& action, wire::crm::UtcSeconds epoch);

/// What an accepted message of a meter tells.
struct Told {
    wire::crm::ReceivedKind kind = wire::crm::ReceivedKind::reading;
    std::uint32_t answered = 0; ///< counter of the command; 0: unasked
    std::optional<Money> balance;
    std::optional<std::uint64_t> energy_wh;
    wire::crm::Details details;
};
/// @param epoch UTC at kStart
[[nodiscard]] Told told_by(wire::sms::UtilityVerdict const& accepted, wire::crm::UtcSeconds epoch);

/// @param refusal not none
[[nodiscard]] wire::crm::ReceivedKind kind_of(wire::sms::Refusal refusal);

} // namespace gridtwin::crm
