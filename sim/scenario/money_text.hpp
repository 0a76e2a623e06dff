#pragma once
// Money in a scenario file: decimal text in the town's currency, without its name, exact.
#include "sim/core/money.hpp"
#include "sim/scenario/section.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gridtwin::scenario {

/// Amounts that may stand under a key.
struct MoneyRange {
    Money least{};
    Money most{200'000'000'000}; ///< 2e9 of the currency
};

/// Of a key's value, or of one in a list under it: reported when it is no amount, or out of range.
[[nodiscard]] std::optional<Money> read_money(Section& s, std::string_view key,
                                              std::string const& text, MoneyRange const& range);

/// Binds a key such as `amount: 12.50`; the field's own value is its default.
void bind_money(Section& s, std::string_view key, Money& field, MoneyRange const& range,
                std::string_view help, Need need = Need::optional);

} // namespace gridtwin::scenario
