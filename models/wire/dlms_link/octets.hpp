#pragma once
// Octets of BER, A-XDR and frames: big-endian integers, definite lengths, nested contents.
#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::wire {

using Octets = std::span<std::byte const>;

inline void put_octet(std::uint32_t value, std::vector<std::byte>& out) {
    out.push_back(static_cast<std::byte>(value));
}
inline void put_uint16(std::uint32_t value, std::vector<std::byte>& out) {
    put_octet(value >> 8, out);
    put_octet(value, out);
}
inline void put_uint32(std::uint32_t value, std::vector<std::byte>& out) {
    put_uint16(value >> 16, out);
    put_uint16(value, out);
}
inline void put_octets(Octets octets, std::vector<std::byte>& out) {
    out.insert(out.end(), octets.begin(), octets.end());
}
/// A length as BER and A-XDR share it: one octet below 128, else 0x81 to 0x84 and as many octets.
inline void put_length(std::size_t length, std::vector<std::byte>& out) {
    if (length >= 0x80) {
        unsigned octets = 1;
        while (octets < 4 && length >> (8 * octets) != 0) {
            ++octets;
        }
        put_octet(0x80U | octets, out);
        for (unsigned left = octets; left-- > 1;) {
            put_octet(static_cast<std::uint32_t>(length >> (8 * left)), out);
        }
    }
    put_octet(static_cast<std::uint32_t>(length), out);
}
/// tag, length, content
inline void put_element(std::uint32_t tag, Octets content, std::vector<std::byte>& out) {
    put_octet(tag, out);
    put_length(content.size(), out);
    put_octets(content, out);
}

/// Walks octets; the first fault stops it, everything after reads as 0 or empty. Nothing is copied.
class OctetReader {
  public:
    /// `first` is the number of octets before these, for the text of faults.
    explicit OctetReader(Octets octets, std::size_t first = 0) : octets_(octets), first_(first) {}

    [[nodiscard]] bool at_end() const { return at_ == octets_.size(); }
    [[nodiscard]] std::size_t left() const { return octets_.size() - at_; }
    [[nodiscard]] bool ok() const { return problem_.empty(); }
    [[nodiscard]] std::string const& problem() const { return problem_; }

    void fail(std::string_view what) {
        if (ok()) {
            problem_ = fmt::format("octet {}: {}", first_ + at_, what);
        }
    }
    /// A fault of a part read by itself.
    void fail_as(OctetReader const& part) {
        if (ok()) {
            problem_ = part.problem_;
        }
    }

    std::uint8_t octet(std::string_view what) {
        Octets const one = take(1, what);
        return one.empty() ? std::uint8_t{0} : std::to_integer<std::uint8_t>(one[0]);
    }
    std::uint16_t uint16(std::string_view what) {
        return static_cast<std::uint16_t>(integer(2, what));
    }
    std::uint32_t uint32(std::string_view what) { return integer(4, what); }
    /// Big-endian, of 1 to 4 octets.
    std::uint32_t integer(std::size_t octets, std::string_view what) {
        std::uint32_t value = 0;
        for (std::byte const octet : take(octets, what)) {
            value = value << 8 | std::to_integer<std::uint32_t>(octet);
        }
        return value;
    }

    Octets take(std::size_t count, std::string_view what) {
        if (ok() && left() < count) {
            fail(fmt::format("ends within {}", what));
        }
        if (!ok()) {
            return {};
        }
        at_ += count;
        return octets_.subspan(at_ - count, count);
    }

    /// The next octet, which stays; -1 at the end.
    [[nodiscard]] int peek() const {
        return !ok() || at_end() ? -1 : std::to_integer<int>(octets_[at_]);
    }

    /// A length that the octets left can hold; any number of octets up to four.
    std::size_t length(std::string_view what) {
        std::uint8_t const first = octet(what);
        if (first < 0x80) {
            return believable(first, what);
        }
        std::size_t const octets = first & 0x7FU;
        if (octets < 1 || octets > 4) {
            fail(fmt::format("{} has a length of {} octets, 1 to 4 expected", what, octets));
            return 0;
        }
        return believable(integer(octets, what), what);
    }

    /// Length and content.
    Octets sized(std::string_view what) { return take(length(what), what); }
    /// The same, to be walked.
    OctetReader inner(std::string_view what) {
        Octets const content = sized(what);
        return OctetReader(content, first_ + at_ - content.size());
    }

  private:
    std::size_t believable(std::size_t length, std::string_view what) {
        if (ok() && length > left()) {
            fail(fmt::format("{} of {} octets, {} left", what, length, left()));
        }
        return ok() ? length : 0;
    }

    Octets octets_;
    std::size_t first_ = 0;
    std::size_t at_ = 0;
    std::string problem_;
};

} // namespace gridtwin::wire
