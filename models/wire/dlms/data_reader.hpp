#pragma once
// Reads COSEM Data in A-XDR, value by value, where they stand.
#include "models/wire/dlms/data_tag.hpp"
#include "models/wire/dlms/data_writer.hpp"
#include "models/wire/octets.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gridtwin::wire::dlms {

/// One value, or the beginning of an array or structure.
struct Item {
    Tag tag = Tag::null_data; ///< a compact-array reads as an array
    unsigned depth = 0;       ///< arrays and structures around it
    std::uint32_t count = 0;  ///< elements of an array or structure, bits of a bit-string
    Octets content;           ///< of all others: what follows tag and length

    [[nodiscard]] bool has_elements() const { return tag == Tag::array || tag == Tag::structure; }
};

/// Of the types integer, long, double-long, long64, bcd, and unsigned ones and enum that fit.
[[nodiscard]] std::optional<std::int64_t> integer_of(Item const& item);

/// Values in the order they stand in, elements after their array or structure. Allocates nothing;
/// the first fault stops it, and everything after reads as null-data. Whatever the octets, it ends
/// after at most as many values as 17 times the octets: a compact-array whose elements would take
/// no octets is refused, and so is one with null-data or dont-care in its description.
class Reader {
  public:
    /// @param base added to the octets' numbers in problems
    explicit Reader(std::span<std::byte const> octets, std::size_t base = 0)
        : octets_(octets), cursor_(octets, base) {}

    [[nodiscard]] bool ok() const { return cursor_.ok(); }
    [[nodiscard]] std::string const& problem() const { return cursor_.problem(); }
    void fail(std::string_view what) { cursor_.fail(what); }
    /// So many octets are read.
    [[nodiscard]] std::size_t at() const { return cursor_.at(); }
    /// Nothing is left of the octets, and no array or structure is open; or there was a fault.
    [[nodiscard]] bool at_end();
    /// A fault if octets are left, or elements are missing.
    void expect_end();

    Item next();
    /// The next value with all its elements. @return the octets it takes, tag included
    Octets skip();
    /// What is left of the elements of the array or structure that was begun last.
    void skip_rest();
    /// Which type comes next; nothing at the end or after a fault.
    [[nodiscard]] std::optional<Tag> peek();

    // The next value, which must be of the type; else a fault that names `what`, and 0 or empty.
    void null(std::string_view what);
    bool boolean(std::string_view what);
    std::int8_t integer8(std::string_view what);
    std::int16_t integer16(std::string_view what);
    std::int32_t integer32(std::string_view what);
    std::int64_t integer64(std::string_view what);
    std::uint8_t unsigned8(std::string_view what);
    std::uint16_t unsigned16(std::string_view what);
    std::uint32_t unsigned32(std::string_view what);
    std::uint64_t unsigned64(std::string_view what);
    std::uint8_t enumerated(std::string_view what);
    float float32(std::string_view what);
    double float64(std::string_view what);
    Octets octet_string(std::string_view what);
    Octets visible_string(std::string_view what);
    std::uint32_t array(std::string_view what); ///< @return number of elements
    void structure(std::uint32_t count, std::string_view what);
    Item expect(Tag tag, std::string_view what);

  private:
    static constexpr std::size_t kTagged = 0; ///< no description begins at octet 0
    struct Frame {
        std::uint32_t left = 0;       ///< elements; not counted of a compact-array
        std::size_t type = kTagged;   ///< where the next element is described
        bool same_type = false;       ///< for all elements
        std::size_t contents_end = 0; ///< of a compact-array, else 0
    };

    void close();
    void open(Frame frame);
    Item read(Tag tag, unsigned depth);
    Item read_described(std::size_t type, unsigned depth);
    std::uint32_t begin_compact_array();
    void check_type(OctetReader& description, unsigned depth);
    [[nodiscard]] std::size_t after_type(std::size_t type) const;

    std::span<std::byte const> octets_;
    OctetReader cursor_;
    unsigned depth_ = 0;
    std::array<Frame, kMaxDepth> frames_{};
};

/// Whether `octets` are exactly one well-formed Data.
[[nodiscard]] bool is_data(std::span<std::byte const> octets);

} // namespace gridtwin::wire::dlms
