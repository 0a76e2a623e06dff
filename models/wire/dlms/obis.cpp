#include "models/wire/dlms/obis.hpp"

#include <fmt/format.h>

#include <charconv>

namespace gridtwin::wire::dlms {
namespace {

constexpr std::size_t kGroups = 6;
/// What may stand behind each group.
constexpr std::array<std::string_view, kGroups> kSeparators = {"-.", ":.", ".", ".", ".*", ""};

} // namespace

std::array<std::byte, 6> octets_of(Obis const& code) {
    return {std::byte{code.a}, std::byte{code.b}, std::byte{code.c},
            std::byte{code.d}, std::byte{code.e}, std::byte{code.f}};
}

Obis obis_of(std::span<std::byte const, 6> octets) {
    auto const group = [&octets](std::size_t i) {
        return std::to_integer<std::uint8_t>(octets[i]);
    };
    return {group(0), group(1), group(2), group(3), group(4), group(5)};
}

std::string text(Obis const& code) {
    return fmt::format("{}-{}:{}.{}.{}.{}", code.a, code.b, code.c, code.d, code.e, code.f);
}

Parsed<Obis> parse_obis(std::string_view text) {
    Parsed<Obis> parsed;
    std::array<std::byte, kGroups> groups{};
    groups.back() = std::byte{255};
    std::size_t at = 0;
    for (std::size_t group = 0; group < kGroups; ++group) {
        std::size_t const end = std::min(text.find_first_not_of("0123456789", at), text.size());
        auto const digits = text.substr(at, end - at);
        unsigned value = 256;
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (value > 255) {
            auto const found = digits.empty() ? text.substr(std::min(at, text.size()), 1) : digits;
            parsed.problem =
                fmt::format("column {}: '{}', expected a number from 0 to 255", at + 1, found);
            return parsed;
        }
        groups[group] = static_cast<std::byte>(value);
        at = end;
        bool const may_end = group + 2 >= kGroups;
        if (at == text.size() && may_end) {
            break;
        }
        if (at == text.size() || kSeparators[group].find(text[at]) == std::string_view::npos) {
            parsed.problem = fmt::format("column {}: '{}', expected {}", at + 1, text.substr(at, 1),
                                         kSeparators[group].empty()
                                             ? "the end"
                                             : fmt::format("'{}'", kSeparators[group].front()));
            return parsed;
        }
        ++at;
    }
    parsed.value = obis_of(groups);
    return parsed;
}

} // namespace gridtwin::wire::dlms
