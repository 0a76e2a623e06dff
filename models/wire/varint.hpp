#pragma once
// LEB128 integers in their shortest form, signed ones zigzag: the letters of all payloads.
#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::wire {

inline void put_varint(std::uint64_t value, std::vector<std::byte>& out) {
    while (value >= 0x80) {
        out.push_back(static_cast<std::byte>(value | 0x80));
        value >>= 7;
    }
    out.push_back(static_cast<std::byte>(value));
}

constexpr std::uint64_t zigzag(std::int64_t value) {
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}

constexpr std::int64_t unzigzag(std::uint64_t value) {
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

/// Walks the octets; the first fault stops it, everything after reads as 0.
class Reader {
  public:
    explicit Reader(std::span<std::byte const> octets) : octets_(octets) {}

    [[nodiscard]] bool at_end() const { return at_ == octets_.size(); }
    [[nodiscard]] std::size_t left() const { return octets_.size() - at_; }
    [[nodiscard]] bool ok() const { return problem_.empty(); }
    [[nodiscard]] std::string const& problem() const { return problem_; }

    void fail(std::string_view what) {
        if (ok()) {
            problem_ = fmt::format("octet {}: {}", at_, what);
        }
    }

    std::uint8_t octet(std::string_view what) {
        if (!ok() || at_end()) {
            fail(fmt::format("ends within {}", what));
            return 0;
        }
        return std::to_integer<std::uint8_t>(octets_[at_++]);
    }

    /// 5 octets carry 35 bits: more than any field of 32 needs.
    std::uint64_t varint(std::string_view what) { return leb128(what, 5); }
    /// Up to 64 bits.
    std::uint64_t varint64(std::string_view what) { return leb128(what, 10); }
    std::int64_t signed64(std::string_view what) { return unzigzag(varint64(what)); }

    std::uint32_t uint32(std::string_view what) {
        std::uint64_t const value = varint(what);
        if (value > std::numeric_limits<std::uint32_t>::max()) {
            fail(fmt::format("{} does not fit 32 bits", what));
            return 0;
        }
        return static_cast<std::uint32_t>(value);
    }

    template <typename Field>
    Field step(Field before, std::uint64_t coded, std::string_view what) {
        std::int64_t const value = before + unzigzag(coded);
        if (value < std::numeric_limits<Field>::min() ||
            value > std::numeric_limits<Field>::max()) {
            fail(fmt::format("{} is out of range", what));
            return 0;
        }
        return static_cast<Field>(value);
    }

  private:
    std::uint64_t leb128(std::string_view what, unsigned most_octets) {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 7 * most_octets; shift += 7) {
            std::uint8_t const next = octet(what);
            if (shift == 63 && next > 1) {
                break; // of the tenth octet, one bit is left
            }
            value |= static_cast<std::uint64_t>(next & 0x7FU) << shift;
            if ((next & 0x80U) == 0) {
                if (next == 0 && shift > 0) {
                    fail(fmt::format("{} is not in its shortest form", what));
                }
                return ok() ? value : 0;
            }
        }
        fail(fmt::format("{} is too long", what));
        return 0;
    }

    std::span<std::byte const> octets_;
    std::size_t at_ = 0;
    std::string problem_;
};

} // namespace gridtwin::wire
