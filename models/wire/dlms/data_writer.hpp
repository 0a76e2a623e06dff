#pragma once
// Writes COSEM Data in A-XDR, value by value, behind what a buffer holds.
#include "models/wire/octets.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace gridtwin::wire::dlms {

inline constexpr unsigned kMaxDepth = 16; ///< arrays and structures in each other, in and out

/// Allocates nothing but room in the buffer. Elements follow their array or structure:
///   Writer(out).structure(2).unsigned16(2301).enumerated(35);
class Writer {
  public:
    explicit Writer(std::vector<std::byte>& out) : out_(&out) {}

    Writer& null();
    Writer& dont_care();
    Writer& boolean(bool value);
    /// @param octets the first bit is the highest of the first octet; bits beyond `bits` go as 0
    /// @throws SimulationError for fewer octets than bits
    Writer& bit_string(std::span<std::byte const> octets, std::uint32_t bits);
    Writer& integer8(std::int8_t value);     ///< integer
    Writer& integer16(std::int16_t value);   ///< long
    Writer& integer32(std::int32_t value);   ///< double-long
    Writer& integer64(std::int64_t value);   ///< long64
    Writer& unsigned8(std::uint8_t value);   ///< unsigned
    Writer& unsigned16(std::uint16_t value); ///< long-unsigned
    Writer& unsigned32(std::uint32_t value); ///< double-long-unsigned
    Writer& unsigned64(std::uint64_t value); ///< long64-unsigned
    Writer& enumerated(std::uint8_t value);  ///< enum
    Writer& bcd(std::int8_t value);
    Writer& float32(float value);
    Writer& float64(double value);
    Writer& octet_string(std::span<std::byte const> octets);
    Writer& visible_string(std::string_view text); ///< ASCII; not checked
    Writer& utf8_string(std::string_view text);    ///< not checked
    /// The types date-time, date and time, of 12, 5 and 4 octets (date_time.hpp). Attributes mostly
    /// carry them as octet-strings instead.
    Writer& date_time(std::span<std::byte const> octets);
    Writer& date(std::span<std::byte const> octets);
    Writer& time(std::span<std::byte const> octets);
    /// @throws SimulationError deeper than kMaxDepth
    Writer& array(std::uint32_t count);
    Writer& structure(std::uint32_t count);

    /// No array or structure waits for elements.
    [[nodiscard]] bool complete() const;

  private:
    void close();
    void begin(std::uint8_t tag);
    Writer& container(std::uint8_t tag, std::uint32_t count);
    Writer& string(std::uint8_t tag, std::span<std::byte const> octets);
    Writer& fixed(std::uint8_t tag, std::size_t size, std::span<std::byte const> octets);

    std::vector<std::byte>* out_;
    unsigned depth_ = 0;
    std::array<std::uint32_t, kMaxDepth> left_{}; ///< elements that each level waits for
};

} // namespace gridtwin::wire::dlms
