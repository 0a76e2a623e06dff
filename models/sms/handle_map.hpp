#pragma once
// Handles to rows: open addressing, as a message is put in and taken out once.
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gridtwin::sms {

class HandleMap {
  public:
    static constexpr std::uint32_t kNoRow = 0xFFFF'FFFF;

    /// kNoRow when there is none.
    [[nodiscard]] std::uint32_t find(std::uint64_t handle) const {
        if (places_.empty()) {
            return kNoRow;
        }
        for (std::size_t i = home(handle);; i = next(i)) {
            if (places_[i].row == kNoRow || places_[i].handle == handle) {
                return places_[i].row;
            }
        }
    }
    /// A handle that is not in it.
    void put(std::uint64_t handle, std::uint32_t row) {
        if (2 * (used_ + 1) > places_.size()) {
            grow();
        }
        std::size_t i = home(handle);
        while (places_[i].row != kNoRow) {
            i = next(i);
        }
        places_[i] = {handle, row};
        ++used_;
    }
    /// One that is in it. What stands behind it moves up, so that nothing is left to be cleaned.
    void erase(std::uint64_t handle) {
        std::size_t gap = home(handle);
        while (places_[gap].handle != handle || places_[gap].row == kNoRow) {
            gap = next(gap);
        }
        for (std::size_t i = next(gap); places_[i].row != kNoRow; i = next(i)) {
            std::size_t const mask = places_.size() - 1;
            if (((i - home(places_[i].handle)) & mask) >= ((i - gap) & mask)) {
                places_[gap] = places_[i];
                gap = i;
            }
        }
        places_[gap].row = kNoRow;
        --used_;
    }

  private:
    struct Place {
        std::uint64_t handle = 0;
        std::uint32_t row = kNoRow;
    };

    [[nodiscard]] std::size_t home(std::uint64_t handle) const {
        return static_cast<std::size_t>((handle * 0x9E37'79B9'7F4A'7C15U) >> 20) &
               (places_.size() - 1);
    }
    [[nodiscard]] std::size_t next(std::size_t i) const { return (i + 1) & (places_.size() - 1); }
    void grow() {
        std::vector<Place> old(places_.empty() ? 64 : 2 * places_.size());
        old.swap(places_);
        for (Place const& place : old) {
            if (place.row != kNoRow) {
                std::size_t i = home(place.handle);
                while (places_[i].row != kNoRow) {
                    i = next(i);
                }
                places_[i] = place;
            }
        }
    }

    std::vector<Place> places_; ///< a power of two of them, half of them empty
    std::size_t used_ = 0;
};

} // namespace gridtwin::sms
