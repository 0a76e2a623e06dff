#pragma once
// Values of the CRM's XML: text to what it means, and back. One form each, no blanks, no signs or
// zeros that could be left out, so that what is read is written again the same.
#include "models/wire/crm/document.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gridtwin::wire::crm {

enum class MinuteOfDay : std::uint32_t {};

/// std::uint64_t up to 18 digits, std::uint32_t up to 9, Money up to 15, UtcSeconds, Date,
/// MinuteOfDay; nullopt for anything else.
template <typename Value>
[[nodiscard]] std::optional<Value> read_value(std::string_view text);
template <>
std::optional<std::uint64_t> read_value(std::string_view text);
template <>
std::optional<std::uint32_t> read_value(std::string_view text);
template <>
std::optional<Money> read_value(std::string_view text);
template <>
std::optional<UtcSeconds> read_value(std::string_view text);
template <>
std::optional<Date> read_value(std::string_view text);
template <>
std::optional<MinuteOfDay> read_value(std::string_view text);

[[nodiscard]] std::string write_value(std::uint64_t value);
[[nodiscard]] std::string write_value(Money value);
[[nodiscard]] std::string write_value(UtcSeconds value);
[[nodiscard]] std::string write_value(Date value);
[[nodiscard]] std::string write_value(MinuteOfDay value);

[[nodiscard]] bool is_subscriber_code(std::string_view text);
[[nodiscard]] bool is_meter_code(std::string_view text);
[[nodiscard]] bool is_phone(std::string_view text);

} // namespace gridtwin::wire::crm
