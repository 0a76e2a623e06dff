#include "sim/scenario/money_text.hpp"

#include "sim/core/decimal.hpp"

#include <fmt/format.h>

namespace gridtwin::scenario {
namespace {

constexpr unsigned kCents = 2;

} // namespace

std::optional<Money> read_money(Section& s, std::string_view key, std::string const& text,
                                MoneyRange const& range) {
    auto const cents = parse_decimal(text, kCents);
    if (!cents) {
        s.error(s.where(key), fmt::format("'{}' is '{}', which is no amount", s.path(key), text),
                "an amount such as 12.50, with two decimals at most");
        return std::nullopt;
    }
    if (*cents < range.least.cents || *cents > range.most.cents) {
        s.error(s.where(key), fmt::format("'{}' is {}", s.path(key), text),
                fmt::format("{} to {}", format_decimal(range.least.cents, kCents),
                            format_decimal(range.most.cents, kCents)));
        return std::nullopt;
    }
    return Money{*cents};
}

void bind_money(Section& s, std::string_view key, Money& field, MoneyRange const& range,
                std::string_view help, Need need) {
    auto text = need == Need::required ? std::string{} : format_decimal(field.cents, kCents);
    s.text(key, text, help, need);
    if (s.has(key)) {
        field = read_money(s, key, text, range).value_or(field);
    }
}

} // namespace gridtwin::scenario
