#pragma once
// Which numbered messages of each concentrator have come: a copy of one is not taken twice.
#include "sim/core/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

namespace gridtwin::headend {

class Uploads {
  public:
    explicit Uploads(std::size_t concentrators) : seen_(concentrators) {}

    /// @return false if this message has come before. @param number from 1
    bool first(ConcentratorId concentrator, std::uint32_t number);
    /// Copies that were not the first.
    [[nodiscard]] std::uint64_t repeated() const { return repeated_; }

  private:
    struct Seen {
        std::uint32_t all_below = 1;   ///< and
        std::set<std::uint32_t> ahead; ///< these
    };
    std::vector<Seen> seen_; ///< [concentrator]
    std::uint64_t repeated_ = 0;
};

} // namespace gridtwin::headend
