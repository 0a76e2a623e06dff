#pragma once
// The times of COSEM (IEC 62056-6-2, 4.1.6.1): 12 octets, mostly carried in an octet-string.
//   date       year 16 bits, month, day of month, day of week (1 Monday .. 7 Sunday)
//   time       hour, minute, second, hundredths
//   and        deviation 16 bits, signed: minutes from local time to UTC (UTC+2 is -120);
//              clock status
#include "models/wire/dlms/data_writer.hpp"
#include "models/wire/octets.hpp"
#include "sim/core/civil_time.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace gridtwin::wire::dlms {

inline constexpr std::uint16_t kAnyYear = 0xFFFF;
inline constexpr std::uint8_t kUnspecified = 0xFF;          ///< of each field of one octet
inline constexpr std::uint8_t kDaylightSavingEnds = 0xFD;   ///< as a month
inline constexpr std::uint8_t kDaylightSavingBegins = 0xFE; ///< as a month
inline constexpr std::uint8_t kSecondLastDay = 0xFD;        ///< of month
inline constexpr std::uint8_t kLastDay = 0xFE;              ///< of month
inline constexpr std::int16_t kNoDeviation = INT16_MIN;

/// Bits of DateTime::clock_status.
inline constexpr std::uint8_t kClockInvalidValue = 1;
inline constexpr std::uint8_t kClockDoubtful = 2;
inline constexpr std::uint8_t kClockOtherBase = 4;
inline constexpr std::uint8_t kClockInvalidStatus = 8;
inline constexpr std::uint8_t kClockDaylightSaving = 128;

struct Date {
    std::uint16_t year = kAnyYear;
    std::uint8_t month = kUnspecified;
    std::uint8_t day = kUnspecified; ///< of month
    std::uint8_t weekday = kUnspecified;

    friend bool operator==(Date const&, Date const&) = default;
};

struct Time {
    std::uint8_t hour = kUnspecified;
    std::uint8_t minute = kUnspecified;
    std::uint8_t second = kUnspecified;
    std::uint8_t hundredths = kUnspecified;

    friend bool operator==(Time const&, Time const&) = default;
};

struct DateTime {
    Date date;
    Time time;
    std::int16_t deviation_min = kNoDeviation; ///< -840 .. 840
    std::uint8_t clock_status = kUnspecified;

    friend bool operator==(DateTime const&, DateTime const&) = default;
};

/// 5, 4 and 12 octets, without tag or length. @throws SimulationError for what has no meaning, as
/// the decoders refuse it
void encode(Date const& date, std::vector<std::byte>& out);
void encode(Time const& time, std::vector<std::byte>& out);
void encode(DateTime const& when, std::vector<std::byte>& out);

/// As attributes mostly carry it: an octet-string of 12.
void write(DateTime const& when, Writer& writer);

/// Exactly so many octets. Refused are fields out of their range, and days that their month does
/// not have; a day of the week may contradict the date, as meters are seen to do.
[[nodiscard]] Parsed<Date> decode_date(std::span<std::byte const> octets);
[[nodiscard]] Parsed<Time> decode_time(std::span<std::byte const> octets);
[[nodiscard]] Parsed<DateTime> decode_date_time(std::span<std::byte const> octets);

/// As wall clocks show it; nothing if year, month, day, hour or minute are not specified. Second
/// and hundredths that are not are 0; the weekday is the date's.
[[nodiscard]] std::optional<CivilTime> civil(DateTime const& when);
/// With its weekday, to the hundredth below.
[[nodiscard]] DateTime date_time(CivilTime const& civil, std::int16_t deviation_min = kNoDeviation,
                                 std::uint8_t clock_status = 0);

} // namespace gridtwin::wire::dlms
