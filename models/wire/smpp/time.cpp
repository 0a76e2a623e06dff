#include "models/wire/smpp/time.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gridtwin::wire::smpp {
namespace {

using namespace std::chrono;

constexpr std::size_t kLength = 16;

year_month_day date_of(AbsoluteTime const& t) {
    return year{t.year} / month{static_cast<unsigned>(t.month)} / day{static_cast<unsigned>(t.day)};
}

std::string problem_of(AbsoluteTime const& t) {
    if (t.year < 2000 || t.year > 2099 || t.month < 1 || t.day < 1 || !date_of(t).ok()) {
        return fmt::format("no day {}-{}-{}", t.year, t.month, t.day);
    }
    if (t.hour < 0 || t.hour > 23 || t.minute < 0 || t.minute > 59 || t.second < 0 ||
        t.second > 59 || t.tenth < 0 || t.tenth > 9) {
        return fmt::format("no time of day {}:{}:{}.{}", t.hour, t.minute, t.second, t.tenth);
    }
    if (t.quarter_hours < -48 || t.quarter_hours > 48) {
        return fmt::format("{} quarters of an hour from UTC, at most 48 can be", t.quarter_hours);
    }
    return {};
}

} // namespace

ParsedTime parse_time(std::string_view text) {
    ParsedTime parsed;
    if (text.size() != kLength) {
        parsed.problem = fmt::format("{} characters, a time has {}", text.size(), kLength);
        return parsed;
    }
    auto const digits = text.substr(0, kLength - 1);
    auto const stray = digits.find_first_not_of("0123456789");
    if (stray != std::string_view::npos) {
        parsed.problem = fmt::format("character {} of a time is no digit", stray);
        return parsed;
    }
    std::array<int, 6> two{};
    for (std::size_t i = 0; i < two.size(); ++i) {
        two[i] = (digits[2 * i] - '0') * 10 + (digits[2 * i + 1] - '0');
    }
    int const quarters = (digits[13] - '0') * 10 + (digits[14] - '0');
    switch (text.back()) {
    case 'R':
        parsed.value = RelativeTime{two[0], two[1], two[2], two[3], two[4], two[5]};
        break;
    case '+':
    case '-': {
        AbsoluteTime const t{
            2000 + two[0], two[1], two[2],           two[3],
            two[4],        two[5], digits[12] - '0', text.back() == '+' ? quarters : -quarters};
        parsed.problem = problem_of(t);
        parsed.value = t;
        break;
    }
    default:
        parsed.problem = "a time ends with +, - or R";
    }
    return parsed;
}

std::string format_time(AbsoluteTime const& t) {
    if (auto const problem = problem_of(t); !problem.empty()) {
        throw SimulationError("SMPP: " + problem);
    }
    return fmt::format("{:02}{:02}{:02}{:02}{:02}{:02}{}{:02}{}", t.year - 2000, t.month, t.day,
                       t.hour, t.minute, t.second, t.tenth, std::abs(t.quarter_hours),
                       t.quarter_hours < 0 ? '-' : '+');
}

std::string format_time(RelativeTime const& t) {
    for (int const part : {t.years, t.months, t.days, t.hours, t.minutes, t.seconds}) {
        if (part < 0 || part > 99) {
            throw SimulationError(fmt::format("SMPP: {} does not fit a relative time", part));
        }
    }
    return fmt::format("{:02}{:02}{:02}{:02}{:02}{:02}000R", t.years, t.months, t.days, t.hours,
                       t.minutes, t.seconds);
}

UtcTime to_utc(AbsoluteTime const& t) {
    return sys_days{date_of(t)} + hours{t.hour} + minutes{t.minute} + seconds{t.second} +
           milliseconds{100 * t.tenth} - minutes{15 * t.quarter_hours};
}

AbsoluteTime from_utc(UtcTime time, int quarter_hours) {
    auto const local = time + minutes{15 * quarter_hours};
    auto const midnight = floor<days>(local);
    year_month_day const date{midnight};
    hh_mm_ss const clock{local - midnight};
    AbsoluteTime const t{.year = int{date.year()},
                         .month = static_cast<int>(unsigned{date.month()}),
                         .day = static_cast<int>(unsigned{date.day()}),
                         .hour = static_cast<int>(clock.hours().count()),
                         .minute = static_cast<int>(clock.minutes().count()),
                         .second = static_cast<int>(clock.seconds().count()),
                         .tenth = static_cast<int>(clock.subseconds().count() / 100),
                         .quarter_hours = quarter_hours};
    if (auto const problem = problem_of(t); !problem.empty()) {
        throw SimulationError("SMPP: " + problem);
    }
    return t;
}

UtcTime after(UtcTime now, RelativeTime const& t) {
    auto const midnight = floor<days>(now);
    auto date = year_month_day{midnight} + years{t.years} + months{t.months};
    if (!date.ok()) {
        date = date.year() / date.month() / last;
    }
    return sys_days{date} + (now - midnight) + days{t.days} + hours{t.hours} + minutes{t.minutes} +
           seconds{t.seconds};
}

std::optional<milliseconds> remaining(std::string_view text, UtcTime now) {
    auto const parsed = parse_time(text);
    if (!parsed.ok()) {
        return std::nullopt;
    }
    auto const* const relative = std::get_if<RelativeTime>(&parsed.value);
    auto const end =
        relative != nullptr ? after(now, *relative) : to_utc(std::get<AbsoluteTime>(parsed.value));
    return std::max(milliseconds{0}, end - now);
}

minutes tp_vp_duration(std::uint8_t v) {
    if (v <= 143) {
        return minutes{5} * (v + 1);
    }
    if (v <= 167) {
        return hours{12} + minutes{30} * (v - 143);
    }
    return v <= 196 ? minutes{days{v - 166}} : minutes{weeks{v - 192}};
}

std::uint8_t tp_vp(seconds duration) {
    unsigned code = 0;
    while (code < 255 && tp_vp_duration(static_cast<std::uint8_t>(code)) < duration) {
        ++code;
    }
    return static_cast<std::uint8_t>(code);
}

} // namespace gridtwin::wire::smpp
