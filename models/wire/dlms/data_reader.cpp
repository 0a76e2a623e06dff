#include "models/wire/dlms/data_reader.hpp"

#include <fmt/format.h>

#include <bit>

namespace gridtwin::wire::dlms {
namespace {

std::uint64_t big_endian(Octets octets) {
    std::uint64_t value = 0;
    for (std::byte const next : octets) {
        value = value << 8 | std::to_integer<std::uint64_t>(next);
    }
    return value;
}

std::string tag_text(Tag tag) {
    auto const known = name(tag);
    return known ? std::string(*known) : fmt::format("type {}", static_cast<unsigned>(tag));
}

} // namespace

std::optional<std::int64_t> integer_of(Item const& item) {
    std::uint64_t const bits = big_endian(item.content);
    switch (item.tag) {
    case Tag::integer:
    case Tag::bcd:
        return static_cast<std::int8_t>(bits);
    case Tag::long_integer:
        return static_cast<std::int16_t>(bits);
    case Tag::double_long:
        return static_cast<std::int32_t>(bits);
    case Tag::long64:
        return static_cast<std::int64_t>(bits);
    case Tag::unsigned8:
    case Tag::enumerated:
    case Tag::long_unsigned:
    case Tag::double_long_unsigned:
        return static_cast<std::int64_t>(bits);
    case Tag::long64_unsigned:
        return static_cast<std::int64_t>(bits) < 0 ? std::nullopt
                                                   : std::optional(static_cast<std::int64_t>(bits));
    default:
        return std::nullopt;
    }
}

void Reader::close() {
    while (ok() && depth_ > 0) {
        Frame const& top = frames_[depth_ - 1];
        bool const done = top.contents_end > 0 ? cursor_.at() >= top.contents_end : top.left == 0;
        if (!done) {
            return;
        }
        if (top.contents_end > 0 && cursor_.at() > top.contents_end) {
            cursor_.fail("the last element goes beyond its compact-array");
        }
        --depth_;
    }
}

void Reader::open(Frame frame) {
    if (depth_ == kMaxDepth) {
        cursor_.fail(fmt::format("arrays and structures deeper than {}", kMaxDepth));
        return;
    }
    frames_[depth_++] = frame;
}

bool Reader::at_end() {
    close();
    return !ok() || (depth_ == 0 && cursor_.left() == 0);
}

void Reader::expect_end() {
    close();
    if (ok() && depth_ > 0) {
        cursor_.fail("ends before the elements of an array or structure do");
    }
    cursor_.expect_end();
}

std::optional<Tag> Reader::peek() {
    close();
    if (!ok() || (depth_ == 0 && cursor_.left() == 0)) {
        return std::nullopt;
    }
    std::size_t const described = depth_ == 0 ? kTagged : frames_[depth_ - 1].type;
    std::size_t const at = described == kTagged ? cursor_.at() : described;
    if (at >= octets_.size()) {
        return std::nullopt;
    }
    auto const tag = static_cast<Tag>(octets_[at]);
    return tag == Tag::compact_array ? Tag::array : tag;
}

Item Reader::next() {
    close();
    if (!ok()) {
        return {};
    }
    Item item;
    if (depth_ > 0 && frames_[depth_ - 1].type != kTagged) {
        Frame& top = frames_[depth_ - 1];
        std::size_t const type = top.type;
        if (!top.same_type) {
            top.type = after_type(type);
        }
        --top.left;
        item = read_described(type, depth_);
    } else {
        if (depth_ > 0) {
            --frames_[depth_ - 1].left;
        }
        item = read(static_cast<Tag>(cursor_.octet("a value")), depth_);
    }
    return ok() ? item : Item{};
}

Item Reader::read(Tag tag, unsigned depth) {
    Item item{.tag = tag, .depth = depth, .count = 0, .content = {}};
    if (!ok()) {
        return item;
    }
    if (auto const octets = fixed_octets(tag)) {
        item.content = cursor_.take(*octets, *name(tag));
        return item;
    }
    switch (tag) {
    case Tag::array:
    case Tag::structure:
        item.count = cursor_.count(1, tag == Tag::array ? "the number of elements of an array"
                                                        : "the number of elements of a structure");
        open({.left = item.count, .type = kTagged, .same_type = false, .contents_end = 0});
        break;
    case Tag::compact_array:
        item.tag = Tag::array;
        item.count = begin_compact_array();
        break;
    case Tag::bit_string:
        item.count = cursor_.length("a bit-string");
        item.content = cursor_.take(item.count / 8 + (item.count % 8 == 0 ? 0 : 1), "a bit-string");
        break;
    case Tag::octet_string:
    case Tag::visible_string:
    case Tag::utf8_string:
        item.content = cursor_.string(*name(tag));
        break;
    default:
        cursor_.fail_at(cursor_.at() - 1, tag_text(tag) + " is no Data that is supported");
    }
    return item;
}

Item Reader::read_described(std::size_t type, unsigned depth) {
    auto const tag = static_cast<Tag>(octets_[type]);
    if (tag != Tag::array && tag != Tag::structure) {
        return read(tag, depth);
    }
    OctetReader description(octets_);
    description.move_to(type + 1);
    bool const same = tag == Tag::array;
    std::uint32_t const count = same ? description.uint16("") : description.length("");
    open({.left = count, .type = description.at(), .same_type = same, .contents_end = 0});
    return {.tag = tag, .depth = depth, .count = count, .content = {}};
}

/// Description of an element, length of the contents, contents. @return the number of elements,
/// which is nowhere written: they are counted by reading them once.
std::uint32_t Reader::begin_compact_array() {
    std::size_t const type = cursor_.at();
    check_type(cursor_, 1);
    std::size_t const octets = cursor_.length("the contents of a compact-array");
    if (octets > cursor_.left()) {
        (void)cursor_.take(octets, "a compact-array");
    }
    open({.left = 0, .type = type, .same_type = true, .contents_end = cursor_.at() + octets});
    if (!ok()) {
        return 0;
    }
    Reader probe = *this;
    std::uint32_t count = 0;
    for (probe.close(); probe.ok() && probe.depth_ >= depth_; probe.close()) {
        count += probe.next().depth == depth_ ? 1 : 0;
    }
    if (!probe.ok()) {
        cursor_.fail_as(probe.problem());
    }
    return count;
}

/// Each leaf takes at least one octet of the contents, so that reading them comes to an end.
void Reader::check_type(OctetReader& description, unsigned depth) {
    std::size_t const at = description.at();
    auto const tag = static_cast<Tag>(description.octet("the description of a compact-array"));
    if (!description.ok()) {
        return;
    }
    if (depth > kMaxDepth) {
        description.fail_at(at, fmt::format("a description deeper than {}", kMaxDepth));
    } else if (tag == Tag::array || tag == Tag::structure) {
        std::uint32_t const count =
            tag == Tag::array ? description.uint16("the number of elements of a described array")
                              : description.count(1, "the number of elements of a description");
        if (count == 0) {
            description.fail_at(at, "elements without octets in a compact-array");
        }
        for (std::uint32_t left = tag == Tag::array ? 1 : count; left > 0 && description.ok();
             --left) {
            check_type(description, depth + 1);
        }
    } else if (!name(tag) || tag == Tag::compact_array || fixed_octets(tag) == 0U) {
        description.fail_at(at, tag_text(tag) + " in the description of a compact-array");
    }
}

/// Of a description that was checked.
std::size_t Reader::after_type(std::size_t type) const {
    OctetReader description(octets_);
    description.move_to(type);
    for (std::size_t left = 1; left > 0 && description.ok(); --left) {
        auto const tag = static_cast<Tag>(description.octet(""));
        if (tag == Tag::array) {
            (void)description.uint16("");
            ++left;
        } else if (tag == Tag::structure) {
            left += description.length("");
        }
    }
    return description.at();
}

Octets Reader::skip() {
    close();
    std::size_t const begin = at();
    unsigned const depth = depth_;
    do {
        (void)next();
        close();
    } while (ok() && depth_ > depth);
    return ok() ? Octets(octets_.subspan(begin, at() - begin)) : Octets();
}

void Reader::skip_rest() {
    unsigned const depth = depth_;
    for (close(); ok() && depth > 0 && depth_ >= depth; close()) {
        (void)next();
    }
}

Item Reader::expect(Tag tag, std::string_view what) {
    close();
    std::size_t const begin = at();
    Item const item = next();
    if (ok() && item.tag != tag) {
        cursor_.fail_at(
            begin, fmt::format("{} is {}, expected {}", what, tag_text(item.tag), tag_text(tag)));
    }
    return ok() ? item : Item{};
}

void Reader::null(std::string_view what) {
    (void)expect(Tag::null_data, what);
}
bool Reader::boolean(std::string_view what) {
    return big_endian(expect(Tag::boolean, what).content) != 0;
}
std::int8_t Reader::integer8(std::string_view what) {
    return static_cast<std::int8_t>(big_endian(expect(Tag::integer, what).content));
}
std::int16_t Reader::integer16(std::string_view what) {
    return static_cast<std::int16_t>(big_endian(expect(Tag::long_integer, what).content));
}
std::int32_t Reader::integer32(std::string_view what) {
    return static_cast<std::int32_t>(big_endian(expect(Tag::double_long, what).content));
}
std::int64_t Reader::integer64(std::string_view what) {
    return static_cast<std::int64_t>(big_endian(expect(Tag::long64, what).content));
}
std::uint8_t Reader::unsigned8(std::string_view what) {
    return static_cast<std::uint8_t>(big_endian(expect(Tag::unsigned8, what).content));
}
std::uint16_t Reader::unsigned16(std::string_view what) {
    return static_cast<std::uint16_t>(big_endian(expect(Tag::long_unsigned, what).content));
}
std::uint32_t Reader::unsigned32(std::string_view what) {
    return static_cast<std::uint32_t>(big_endian(expect(Tag::double_long_unsigned, what).content));
}
std::uint64_t Reader::unsigned64(std::string_view what) {
    return big_endian(expect(Tag::long64_unsigned, what).content);
}
std::uint8_t Reader::enumerated(std::string_view what) {
    return static_cast<std::uint8_t>(big_endian(expect(Tag::enumerated, what).content));
}
float Reader::float32(std::string_view what) {
    return std::bit_cast<float>(
        static_cast<std::uint32_t>(big_endian(expect(Tag::float32, what).content)));
}
double Reader::float64(std::string_view what) {
    return std::bit_cast<double>(big_endian(expect(Tag::float64, what).content));
}
Octets Reader::octet_string(std::string_view what) {
    return expect(Tag::octet_string, what).content;
}
Octets Reader::visible_string(std::string_view what) {
    return expect(Tag::visible_string, what).content;
}
std::uint32_t Reader::array(std::string_view what) {
    return expect(Tag::array, what).count;
}

void Reader::structure(std::uint32_t count, std::string_view what) {
    close();
    std::size_t const begin = at();
    std::uint32_t const there = expect(Tag::structure, what).count;
    if (ok() && there != count) {
        cursor_.fail_at(begin, fmt::format("{} has {} elements, expected {}", what, there, count));
    }
}

bool is_data(std::span<std::byte const> octets) {
    Reader reader(octets);
    (void)reader.skip();
    return reader.ok() && reader.at_end();
}

} // namespace gridtwin::wire::dlms
