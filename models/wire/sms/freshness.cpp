#include "models/wire/sms/freshness.hpp"

#include <cstddef>

namespace gridtwin::wire::sms {
namespace {

constexpr std::uint64_t kBits = 64; // of a word

/// The bits, of which the first word's first is the first, move up by so many.
void shift(std::span<std::uint64_t> words, std::uint64_t by) {
    std::uint64_t const whole = by / kBits;
    std::uint64_t const rest = by % kBits;
    for (std::size_t k = words.size(); k-- > 0;) {
        auto const word = [&](std::uint64_t back) {
            return k >= back ? words[k - back] : std::uint64_t{0};
        };
        words[k] = whole >= words.size() ? 0
                   : rest == 0           ? word(whole)
                                         : word(whole) << rest | word(whole + 1) >> (kBits - rest);
    }
}

} // namespace

Freshness freshness_of(std::uint64_t greatest, std::span<std::uint64_t const> below,
                       std::uint64_t number, std::uint32_t most) {
    if (number > greatest) {
        return Freshness::fresh;
    }
    std::uint64_t const back = greatest - number;
    if (number == 0 || back / kBits >= below.size()) {
        return Freshness::too_old;
    }
    if ((below[back / kBits] >> back % kBits & 1U) != 0) {
        return Freshness::seen;
    }
    return back < most ? Freshness::fresh : Freshness::too_old;
}

void see(std::uint64_t& greatest, std::span<std::uint64_t> below, std::uint64_t number) {
    if (number > greatest) {
        shift(below, number - greatest);
        greatest = number;
    }
    std::uint64_t const back = greatest - number;
    if (back / kBits < below.size()) {
        below[back / kBits] |= std::uint64_t{1} << back % kBits;
    }
}

} // namespace gridtwin::wire::sms
