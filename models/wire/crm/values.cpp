#include "models/wire/crm/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace gridtwin::wire::crm {
namespace {

using namespace std::chrono;

bool all_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Digits without zeros before them.
std::optional<std::int64_t> digits(std::string_view text, std::size_t most) {
    if (!all_digits(text) || text.size() > most || (text.size() > 1 && text.front() == '0')) {
        return std::nullopt;
    }
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// Numbers between the other letters of `form`, where # stands for a digit.
std::optional<std::array<int, 6>> numbers(std::string_view text, std::string_view form) {
    std::array<int, 6> out{};
    std::size_t which = 0;
    if (text.size() != form.size()) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < form.size(); ++i) {
        if (form[i] != '#') {
            if (text[i] != form[i]) {
                return std::nullopt;
            }
            ++which;
        } else if (text[i] < '0' || text[i] > '9') {
            return std::nullopt;
        } else {
            out[which] = out[which] * 10 + (text[i] - '0');
        }
    }
    return out;
}

std::optional<Date> day_of(std::array<int, 6> const& part, int first_year) {
    year_month_day const day{year{part[0]} / month{static_cast<unsigned>(part[1])} /
                             std::chrono::day{static_cast<unsigned>(part[2])}};
    if (part[0] < first_year || part[0] > 2099 || !day.ok()) {
        return std::nullopt;
    }
    return sys_days{day};
}

} // namespace

template <>
std::optional<std::uint64_t> read_value(std::string_view text) {
    auto const value = digits(text, 18);
    return value ? std::optional(static_cast<std::uint64_t>(*value)) : std::nullopt;
}

template <>
std::optional<std::uint32_t> read_value(std::string_view text) {
    auto const value = digits(text, 9);
    return value ? std::optional(static_cast<std::uint32_t>(*value)) : std::nullopt;
}

template <>
std::optional<Money> read_value(std::string_view text) {
    bool const negative = text.substr(0, 1) == "-";
    auto const value = digits(text.substr(negative ? 1 : 0), 15);
    if (!value || (negative && *value == 0)) {
        return std::nullopt;
    }
    return Money{negative ? -*value : *value};
}

template <>
std::optional<UtcSeconds> read_value(std::string_view text) {
    auto const part = numbers(text, "####-##-##T##:##:##Z");
    if (!part || (*part)[3] > 23 || (*part)[4] > 59 || (*part)[5] > 59) {
        return std::nullopt;
    }
    auto const day = day_of(*part, 2000);
    return day ? std::optional(*day + hours{(*part)[3]} + minutes{(*part)[4]} + seconds{(*part)[5]})
               : std::nullopt;
}

template <>
std::optional<Date> read_value(std::string_view text) {
    auto const part = numbers(text, "####-##-##");
    return part ? day_of(*part, 1900) : std::nullopt;
}

template <>
std::optional<MinuteOfDay> read_value(std::string_view text) {
    auto const part = numbers(text, "##:##");
    if (!part || (*part)[0] > 23 || (*part)[1] > 59) {
        return std::nullopt;
    }
    return static_cast<MinuteOfDay>((*part)[0] * 60 + (*part)[1]);
}

std::string write_value(std::uint64_t value) {
    return std::to_string(value);
}

std::string write_value(Money value) {
    return std::to_string(value.cents);
}

std::string write_value(Date value) {
    year_month_day const day{value};
    return fmt::format("{:04}-{:02}-{:02}", int{day.year()}, unsigned{day.month()},
                       unsigned{day.day()});
}

std::string write_value(UtcSeconds value) {
    auto const midnight = floor<days>(value);
    hh_mm_ss const clock{value - midnight};
    return fmt::format("{}T{:02}:{:02}:{:02}Z", write_value(midnight), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count());
}

std::string write_value(MinuteOfDay value) {
    auto const minute = static_cast<std::uint32_t>(value);
    return fmt::format("{:02}:{:02}", minute / 60, minute % 60);
}

bool is_subscriber_code(std::string_view text) {
    return text.size() == 15 && all_digits(text) && text.substr(0, 2) != "00";
}

bool is_meter_code(std::string_view text) {
    return text.size() == 20 && all_digits(text);
}

bool is_phone(std::string_view text) {
    auto const number = text.substr(text.substr(0, 1) == "+" ? 1 : 0);
    return number.size() >= 3 && number.size() <= 20 && all_digits(number);
}

} // namespace gridtwin::wire::crm
