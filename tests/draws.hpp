#pragma once
// Draws of a test that tries many cases: the same seed and case, the same draws.
#include "sim/core/random.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gridtwin::test {

/// Draws for one case, in order.
class Draws {
  public:
    Draws(Seed seed, std::uint64_t which) : seed_(seed), who_(EntityKind::world, which) {}
    /// 0 for a bound of 0.
    std::size_t below(std::size_t bound) {
        return static_cast<std::size_t>(draw_bits(seed_, who_, Purpose::test, n_++) %
                                        std::max<std::size_t>(1, bound));
    }
    template <std::size_t N>
    std::string_view one_of(std::string_view const (&words)[N]) {
        return words[below(N)];
    }

  private:
    Seed seed_;
    EntityKey who_;
    std::uint64_t n_ = 0;
};

} // namespace gridtwin::test
