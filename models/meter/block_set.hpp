#pragma once
// Which blocks of an image are held, a bit each.
#include "models/wire/firmware.hpp"

#include <cstdint>
#include <vector>

namespace gridtwin::meter {

class BlockSet {
  public:
    BlockSet() = default;
    explicit BlockSet(std::uint32_t blocks) : blocks_(blocks), bits_((blocks + 63) / 64) {}
    /// @param block below blocks(). @return whether it is new
    bool insert(std::uint32_t block);
    [[nodiscard]] bool contains(std::uint32_t block) const {
        return (bits_[block / 64] >> block % 64 & 1U) != 0;
    }
    [[nodiscard]] std::uint32_t blocks() const { return blocks_; }
    [[nodiscard]] std::uint32_t held() const { return held_; }
    [[nodiscard]] bool full() const { return held_ == blocks_; }
    /// The first runs from block `first` on that are not in it, at most so many.
    [[nodiscard]] std::vector<wire::BlockRun> gaps(std::uint32_t most_runs,
                                                   std::uint32_t first = 0) const;
    /// Memory held beside itself, octets.
    [[nodiscard]] std::size_t bytes() const { return bits_.capacity() * sizeof(std::uint64_t); }

  private:
    std::uint32_t blocks_ = 0;
    std::uint32_t held_ = 0;
    std::vector<std::uint64_t> bits_;
};

} // namespace gridtwin::meter
