#pragma once
// Octets as BER, A-XDR (IEC 61334-6) and frames write them: integers with their high octet first,
// lengths of one octet below 128, else 0x80 plus the number of octets that hold it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::wire {

/// A view: whoever decoded from a buffer, or is about to encode, keeps what stands behind it.
struct Octets : std::span<std::byte const> {
    using std::span<std::byte const>::span;
    Octets(std::span<std::byte const> octets) : std::span<std::byte const>(octets) {}

    friend bool operator==(Octets const& a, Octets const& b) { return std::ranges::equal(a, b); }
};

template <typename Value>
struct Parsed {
    Value value{};
    std::string problem; ///< "octet 17: ...", counted from 0; empty when all was understood
    [[nodiscard]] bool ok() const { return problem.empty(); }
};

/// Append the low octets of `value`.
void put_octet(std::uint32_t value, std::vector<std::byte>& out);
void put_uint16(std::uint32_t value, std::vector<std::byte>& out);
void put_uint32(std::uint32_t value, std::vector<std::byte>& out);
void put_uint64(std::uint64_t value, std::vector<std::byte>& out);
/// In the forms of 1, 2 (0x81), 3 (0x82) and 5 octets (0x84), the shortest that holds it.
/// @throws SimulationError beyond 32 bits
void put_length(std::size_t length, std::vector<std::byte>& out);
[[nodiscard]] std::size_t length_octets(std::size_t length); ///< of the above
void put_octets(std::span<std::byte const> octets, std::vector<std::byte>& out);
/// Tag, length, content.
void put_element(std::uint32_t tag, std::span<std::byte const> content,
                 std::vector<std::byte>& out);

/// Walks octets; the first fault stops it, and everything after reads as 0 or empty. Nothing is
/// copied.
class OctetReader {
  public:
    /// @param base added to the octets' numbers in problems: where they begin in something larger
    explicit OctetReader(std::span<std::byte const> octets, std::size_t base = 0)
        : octets_(octets), base_(base) {}

    [[nodiscard]] std::size_t at() const { return at_; }
    [[nodiscard]] std::size_t left() const { return octets_.size() - at_; }
    [[nodiscard]] bool at_end() const { return left() == 0; }
    [[nodiscard]] std::size_t base() const { return base_; }
    [[nodiscard]] Octets rest() const { return octets_.subspan(at_); }
    [[nodiscard]] bool ok() const { return problem_.empty(); }
    [[nodiscard]] std::string const& problem() const { return problem_; }
    /// Where it stands, unless there was a fault before.
    void fail(std::string_view what);
    void fail_at(std::size_t at, std::string_view what);
    void fail_as(std::string problem); ///< somebody else's whole sentence

    /// The next octet, which stays; -1 at the end and after a fault.
    [[nodiscard]] int peek() const;
    std::uint8_t octet(std::string_view what);
    std::uint16_t uint16(std::string_view what);
    std::uint32_t uint32(std::string_view what);
    std::uint64_t uint64(std::string_view what);
    /// Of so many octets, at most 8.
    std::uint64_t integer(std::size_t octets, std::string_view what);
    bool boolean(std::string_view what); ///< every octet but 0 is true
    /// Longer forms than needed are accepted, as meters send them; at most 4 octets of length.
    std::uint32_t length(std::string_view what);
    Octets take(std::size_t count, std::string_view what);
    /// Length, then as many octets.
    Octets string(std::string_view what);
    /// The same, to be walked.
    OctetReader inner(std::string_view what);
    /// How many follow, of which each takes at least so many octets.
    std::uint32_t count(std::size_t least_octets, std::string_view what);
    void move_to(std::size_t at) { at_ = at; } ///< at most the end
    void expect_end();                         ///< a fault if octets are left

  private:
    std::span<std::byte const> octets_;
    std::size_t base_ = 0;
    std::size_t at_ = 0;
    std::string problem_;
};

} // namespace gridtwin::wire
