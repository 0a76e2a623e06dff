#include "models/headend/billing/amount.hpp"

#include "sim/core/diagnostics.hpp"

#include <limits>

namespace gridtwin::headend::billing {

std::int64_t round_half_even(Int128 numerator, Int128 denominator) {
    Int128 quotient = numerator / denominator;
    Int128 rest = numerator % denominator; // of the numerator's sign
    if (rest < 0) {                        // to the floor: 0 <= rest < denominator
        rest += denominator;
        --quotient;
    }
    Int128 const other = denominator - rest;
    if (rest > other || (rest == other && quotient % 2 != 0)) {
        ++quotient;
    }
    if (quotient > std::numeric_limits<std::int64_t>::max() ||
        quotient < std::numeric_limits<std::int64_t>::min()) {
        throw SimulationError("billing: an amount does not fit 64 bits");
    }
    return static_cast<std::int64_t>(quotient);
}

Money energy_amount(std::int64_t energy_mwh, Price price, std::int64_t divisor) {
    return {
        round_half_even(Int128{energy_mwh} * price, Int128{kMwhPerKwh} * kPricePerCent * divisor)};
}

} // namespace gridtwin::headend::billing
