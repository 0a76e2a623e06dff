#pragma once
// A concentrator's flash: encoded profile blocks in the order they came, oldest uploaded ones
// overwritten first.
#include "models/wire/profile_block.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::concentrator {

class ProfileStore {
  public:
    explicit ProfileStore(std::size_t limit_octets) : limit_octets_(limit_octets) {}

    /// @param uploaded true when the head-end gets these rows by another way
    void add(MeterId meter, std::uint32_t first_interval, std::span<wire::ProfileRow const> rows,
             bool uploaded);
    /// Octets that wait for their upload.
    [[nodiscard]] std::size_t waiting_octets() const { return waiting_octets_; }
    /// Whether what waits fills the store: nothing more should be fetched.
    [[nodiscard]] bool full() const { return waiting_octets_ >= limit_octets_; }
    /// Moves whole waiting blocks, oldest first, to the end of `out`: as many as fit batch_octets,
    /// at least one. @return the rows in them
    std::uint32_t take_batch(std::size_t batch_octets, std::vector<std::byte>& out);
    /// Intervals [first, first + count) of the meter go up another way: none of them waits any
    /// more.
    void withhold(MeterId meter, std::uint32_t first, std::uint32_t count);
    /// Fills rows[i], have[i] with interval first + i of the meter where it is stored and have[i]
    /// is 0.
    void collect(MeterId meter, std::uint32_t first, std::span<wire::ProfileRow> rows,
                 std::span<std::uint8_t> have) const;
    [[nodiscard]] std::size_t octets() const { return octets_.size() - dropped_octets_; }

  private:
    struct Entry {
        MeterId meter{};
        std::uint32_t first = 0;
        std::uint32_t count = 0;
        std::uint32_t octets = 0;
        std::size_t begin = 0; ///< in octets_
        bool uploaded = false;
    };
    void drop_oldest();

    std::size_t limit_octets_;
    std::vector<std::byte> octets_;
    std::vector<Entry> entries_;
    std::size_t dropped_entries_ = 0;
    std::size_t dropped_octets_ = 0;
    std::size_t next_upload_ = 0; ///< first entry that may wait
    std::size_t waiting_octets_ = 0;
};

} // namespace gridtwin::concentrator
