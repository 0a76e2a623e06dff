#include "models/wire/dlms/date_time.hpp"

#include "models/wire/octets.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace gridtwin::wire::dlms {
namespace {

constexpr std::int16_t kMostDeviation = 840; ///< UTC+14; older books say 720

/// 31 where the year leaves it open.
unsigned days_of(std::uint16_t year, std::uint8_t month) {
    using namespace std::chrono;
    if (month > 12) {
        return 31;
    }
    // A year that may be any may be a leap year.
    auto const y = std::chrono::year(year == kAnyYear ? 2000 : static_cast<int>(year) % 400 + 2000);
    return static_cast<unsigned>((y / std::chrono::month(month) / last).day());
}

bool in(std::uint8_t value, unsigned least, unsigned most) {
    return value == kUnspecified || (value >= least && value <= most);
}

/// Empty when nothing is wrong.
std::string problem(Date const& date) {
    if (!in(date.month, 1, 12) && date.month < kDaylightSavingEnds) {
        return fmt::format("month {}", date.month);
    }
    if (!in(date.day, 1, days_of(date.year, date.month)) && date.day < kSecondLastDay) {
        return fmt::format("day {} of month {}", date.day, date.month);
    }
    return in(date.weekday, 1, 7) ? "" : fmt::format("day {} of the week", date.weekday);
}

std::string problem(Time const& time) {
    if (!in(time.hour, 0, 23)) {
        return fmt::format("hour {}", time.hour);
    }
    if (!in(time.minute, 0, 59)) {
        return fmt::format("minute {}", time.minute);
    }
    if (!in(time.second, 0, 59)) {
        return fmt::format("second {}", time.second);
    }
    return in(time.hundredths, 0, 99) ? "" : fmt::format("{} hundredths", time.hundredths);
}

std::string problem(DateTime const& when) {
    if (when.deviation_min != kNoDeviation && std::abs(when.deviation_min) > kMostDeviation) {
        return fmt::format("deviation of {} min", when.deviation_min);
    }
    return {};
}

template <typename Part>
void check(Part const& part) {
    if (auto const what = problem(part); !what.empty()) {
        throw SimulationError("COSEM time: " + what + " has no encoding");
    }
}

template <typename Part>
Part checked(OctetReader& cursor, std::size_t begin, Part part) {
    if (auto const what = problem(part); cursor.ok() && !what.empty()) {
        cursor.fail_at(begin, "there is no " + what);
    }
    return part;
}

Date read_date(OctetReader& cursor) {
    Date date;
    std::size_t const begin = cursor.at();
    date.year = cursor.uint16("the year");
    date.month = cursor.octet("the month");
    date.day = cursor.octet("the day");
    date.weekday = cursor.octet("the day of the week");
    return checked(cursor, begin, date);
}

Time read_time(OctetReader& cursor) {
    Time time;
    std::size_t const begin = cursor.at();
    time.hour = cursor.octet("the hour");
    time.minute = cursor.octet("the minute");
    time.second = cursor.octet("the second");
    time.hundredths = cursor.octet("the hundredths");
    return checked(cursor, begin, time);
}

DateTime read_date_time(OctetReader& cursor) {
    DateTime when;
    when.date = read_date(cursor);
    when.time = read_time(cursor);
    std::size_t const begin = cursor.at();
    when.deviation_min = static_cast<std::int16_t>(cursor.uint16("the deviation"));
    when.clock_status = cursor.octet("the clock status");
    return checked(cursor, begin, when);
}

template <typename Part>
Parsed<Part> parsed(std::span<std::byte const> octets, Part (*read)(OctetReader&)) {
    OctetReader cursor(octets);
    Parsed<Part> part;
    part.value = read(cursor);
    cursor.expect_end();
    part.problem = cursor.problem();
    return part;
}

} // namespace

void encode(Date const& date, std::vector<std::byte>& out) {
    check(date);
    put_uint16(date.year, out);
    put_octet(date.month, out);
    put_octet(date.day, out);
    put_octet(date.weekday, out);
}

void encode(Time const& time, std::vector<std::byte>& out) {
    check(time);
    put_octet(time.hour, out);
    put_octet(time.minute, out);
    put_octet(time.second, out);
    put_octet(time.hundredths, out);
}

void encode(DateTime const& when, std::vector<std::byte>& out) {
    check(when);
    encode(when.date, out);
    encode(when.time, out);
    put_uint16(static_cast<std::uint16_t>(when.deviation_min), out);
    put_octet(when.clock_status, out);
}

void write(DateTime const& when, Writer& writer) {
    std::vector<std::byte> octets;
    octets.reserve(12);
    encode(when, octets);
    writer.octet_string(octets);
}

Parsed<Date> decode_date(std::span<std::byte const> octets) {
    return parsed(octets, read_date);
}
Parsed<Time> decode_time(std::span<std::byte const> octets) {
    return parsed(octets, read_time);
}
Parsed<DateTime> decode_date_time(std::span<std::byte const> octets) {
    return parsed(octets, read_date_time);
}

std::optional<CivilTime> civil(DateTime const& when) {
    Date const& date = when.date;
    Time const& time = when.time;
    if (date.year == kAnyYear || date.month > 12 || date.day > 31 || time.hour > 23 ||
        time.minute > 59) {
        return std::nullopt;
    }
    using namespace std::chrono;
    weekday const day(sys_days(year(date.year) / date.month / date.day));
    auto const or_zero = [](std::uint8_t field) { return field == kUnspecified ? 0 : int{field}; };
    int const seconds = (time.hour * 60 + time.minute) * 60 + or_zero(time.second);
    return CivilTime{.year = date.year,
                     .month = date.month,
                     .day = date.day,
                     .weekday = static_cast<int>(day.iso_encoding()) - 1,
                     .second_of_day = seconds + or_zero(time.hundredths) / 100.0};
}

DateTime date_time(CivilTime const& civil, std::int16_t deviation_min, std::uint8_t clock_status) {
    constexpr int kDay = 24 * 60 * 60 * 100;
    // A millionth of a hundredth against 0.29 * 100 being below 29.
    int const hundredths =
        std::clamp(static_cast<int>(std::floor(civil.second_of_day * 100 + 1e-6)), 0, kDay - 1);
    auto const octet = [](int value) { return static_cast<std::uint8_t>(value); };
    return {.date = {.year = static_cast<std::uint16_t>(civil.year),
                     .month = octet(civil.month),
                     .day = octet(civil.day),
                     .weekday = octet(civil.weekday + 1)},
            .time = {.hour = octet(hundredths / 360'000),
                     .minute = octet(hundredths / 6'000 % 60),
                     .second = octet(hundredths / 100 % 60),
                     .hundredths = octet(hundredths % 100)},
            .deviation_min = deviation_min,
            .clock_status = clock_status};
}

} // namespace gridtwin::wire::dlms
