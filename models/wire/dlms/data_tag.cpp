#include "models/wire/dlms/data_tag.hpp"

namespace gridtwin::wire::dlms {

std::optional<std::string_view> name(Tag tag) {
    switch (tag) {
    case Tag::null_data:
        return "null-data";
    case Tag::array:
        return "array";
    case Tag::structure:
        return "structure";
    case Tag::boolean:
        return "boolean";
    case Tag::bit_string:
        return "bit-string";
    case Tag::double_long:
        return "double-long";
    case Tag::double_long_unsigned:
        return "double-long-unsigned";
    case Tag::octet_string:
        return "octet-string";
    case Tag::visible_string:
        return "visible-string";
    case Tag::utf8_string:
        return "utf8-string";
    case Tag::bcd:
        return "bcd";
    case Tag::integer:
        return "integer";
    case Tag::long_integer:
        return "long";
    case Tag::unsigned8:
        return "unsigned";
    case Tag::long_unsigned:
        return "long-unsigned";
    case Tag::compact_array:
        return "compact-array";
    case Tag::long64:
        return "long64";
    case Tag::long64_unsigned:
        return "long64-unsigned";
    case Tag::enumerated:
        return "enum";
    case Tag::float32:
        return "float32";
    case Tag::float64:
        return "float64";
    case Tag::date_time:
        return "date-time";
    case Tag::date:
        return "date";
    case Tag::time:
        return "time";
    case Tag::dont_care:
        return "dont-care";
    }
    return std::nullopt;
}

std::optional<unsigned> fixed_octets(Tag tag) {
    switch (tag) {
    case Tag::null_data:
    case Tag::dont_care:
        return 0;
    case Tag::boolean:
    case Tag::bcd:
    case Tag::integer:
    case Tag::unsigned8:
    case Tag::enumerated:
        return 1;
    case Tag::long_integer:
    case Tag::long_unsigned:
        return 2;
    case Tag::double_long:
    case Tag::double_long_unsigned:
    case Tag::float32:
    case Tag::time:
        return 4;
    case Tag::date:
        return 5;
    case Tag::long64:
    case Tag::long64_unsigned:
    case Tag::float64:
        return 8;
    case Tag::date_time:
        return 12;
    default:
        return std::nullopt;
    }
}

} // namespace gridtwin::wire::dlms
