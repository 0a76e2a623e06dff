#include "models/wire/apdu/told.hpp"

#include "models/wire/told_time.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <chrono>
#include <limits>

namespace gridtwin::wire::apdu {
namespace {

using Days = std::chrono::sys_days;
constexpr std::int64_t kDayHundredths = 8'640'000;
constexpr std::int64_t kFurthest = 4'000'000'000'000'000'000; // ns; what can be calculated with

} // namespace

dlms::DateTime told_date_time(SimTime t, Context const& context) {
    if (told(t) != t) {
        throw SimulationError(fmt::format("{} ns is finer than a time of DLMS tells", to_ns(t)));
    }
    std::int64_t const hundredths = t.time_since_epoch() / kToldStep + 100 * context.start_unix_s;
    std::int64_t day = hundredths / kDayHundredths;
    std::int64_t within = hundredths % kDayHundredths;
    if (within < 0) {
        within += kDayHundredths;
        --day;
    }
    std::chrono::sys_days const date{std::chrono::days{day}};
    std::chrono::year_month_day const civil{date};
    auto const octet = [](auto value) { return static_cast<std::uint8_t>(value); };
    return {.date = {.year = static_cast<std::uint16_t>(static_cast<int>(civil.year())),
                     .month = octet(static_cast<unsigned>(civil.month())),
                     .day = octet(static_cast<unsigned>(civil.day())),
                     .weekday = octet(std::chrono::weekday{date}.iso_encoding())},
            .time = {.hour = octet(within / 360'000),
                     .minute = octet(within / 6'000 % 60),
                     .second = octet(within / 100 % 60),
                     .hundredths = octet(within % 100)},
            .deviation_min = 0,
            .clock_status = 0};
}

std::optional<SimTime> time_of(dlms::DateTime const& told, Context const& context) {
    auto const& [date, time] = std::pair(told.date, told.time);
    std::chrono::year_month_day const civil{
        std::chrono::year{date.year}, std::chrono::month{date.month}, std::chrono::day{date.day}};
    if (date.year == dlms::kAnyYear || !civil.ok() || time.hour > 23 || time.minute > 59 ||
        time.second > 59 || time.hundredths > 99 || told.deviation_min != 0) {
        return std::nullopt;
    }
    std::int64_t const day = Days{civil}.time_since_epoch().count();
    std::int64_t const hundredths = day * kDayHundredths + time.hour * 360'000 +
                                    time.minute * 6'000 + time.second * 100 + time.hundredths -
                                    100 * context.start_unix_s;
    if (hundredths > kFurthest / kToldStep.count() || hundredths < -kFurthest / kToldStep.count()) {
        return std::nullopt;
    }
    return kStart + hundredths * kToldStep;
}

void write_time(SimTime t, Context const& context, dlms::Writer& writer) {
    dlms::write(told_date_time(t, context), writer);
}

SimTime read_time(dlms::Reader& reader, Context const& context, std::string_view what) {
    Octets const octets = reader.octet_string(what);
    if (!reader.ok()) {
        return kStart;
    }
    auto const decoded = dlms::decode_date_time(octets);
    auto const t = decoded.ok() ? time_of(decoded.value, context) : std::nullopt;
    if (!t) {
        reader.fail(
            fmt::format("{}: {}", what, decoded.ok() ? "no whole time in UTC" : decoded.problem));
    }
    return t.value_or(kStart);
}

SimTime end_of_interval(std::int64_t interval, SimDuration length) {
    if (length <= SimDuration::zero() || interval > kFurthest / length.count() || interval < -1) {
        throw SimulationError(fmt::format("interval {} has no end that can be told", interval));
    }
    return kStart + interval * length;
}

std::uint32_t interval_ended(SimTime end, SimDuration length, dlms::Reader& reader) {
    auto const since = end.time_since_epoch();
    bool const ends = length > SimDuration::zero() && since >= SimDuration::zero() &&
                      since % length == SimDuration::zero() &&
                      since / length <= std::numeric_limits<std::uint32_t>::max();
    if (!ends) {
        reader.fail("a time at which no interval ends");
        return 0;
    }
    return static_cast<std::uint32_t>(since / length);
}

std::uint64_t checked(std::int64_t value, unsigned bits, Message const& message) {
    if (value < 0 || value >> bits != 0) {
        throw SimulationError(fmt::format("a {} message with {} has no APDU: {} bits",
                                          name(message.kind), value, bits));
    }
    return static_cast<std::uint64_t>(value);
}

dlms::InvokeId invoke_of(Message const& message) {
    return {.id = static_cast<std::uint8_t>(static_cast<std::uint64_t>(message.command) & 0x0FU)};
}

std::uint64_t number_of(SystemTitle const& title) {
    std::uint64_t number = 0;
    for (std::byte const octet : title) {
        number = number << 8 | std::to_integer<std::uint64_t>(octet);
    }
    return number;
}

} // namespace gridtwin::wire::apdu
