#pragma once
// Payment in advance on its way: the difference by which a meter's balance is to change, and what
// the meter tells of its account. As the blocks of meter_data.hpp.
#include "models/wire/decoded.hpp"
#include "sim/core/credit.hpp"
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::wire {

struct CreditDifference {
    std::uint32_t number = 0;          ///< of this meter's, from 1, rising by one
    std::int64_t difference_cents = 0; ///< payments and corrections
    std::int64_t payment_cents = 0;    ///< what of it is payment; >= 0
    friend bool operator==(CreditDifference const&, CreditDifference const&) = default;
};

/// Of a meter without an account there is none in a message's payload.
struct CreditReport {
    std::uint32_t number = 0;   ///< of the last difference applied
    std::uint32_t interval = 0; ///< the balance is as of its end
    std::uint8_t flags = 0;     ///< kCreditExhausted and the like
    NanoCents balance = 0;      ///< with all differences up to `number`
    NanoCents debt = 0;         ///< likewise
    SimTime read{};             ///< by the meter's clock
    friend bool operator==(CreditReport const&, CreditReport const&) = default;
};

/// Append. @throws SimulationError for a payment below 0, for flags that there are none of
void encode(CreditDifference const& difference, std::vector<std::byte>& out);
void encode(CreditReport const& report, std::vector<std::byte>& out);

/// As the decoders of meter_data.hpp.
[[nodiscard]] Decoded<CreditDifference>
decode_credit_differences(std::span<std::byte const> octets);
[[nodiscard]] Decoded<CreditReport> decode_credit_reports(std::span<std::byte const> octets);

} // namespace gridtwin::wire
