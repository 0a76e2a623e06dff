#pragma once
// Times of SMPP 3.4, 7.1: sixteen characters "YYMMDDhhmmsstnnp", absolute with the difference to
// UTC (p is + or -, nn quarters of an hour, t tenths of a second), or relative to the message
// centre's clock (p is R, t and nn without meaning).
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace gridtwin::wire::smpp {

using UtcTime = std::chrono::sys_time<std::chrono::milliseconds>;

struct AbsoluteTime {
    int year = 2000; ///< 2000..2099: the standard has two digits
    int month = 1;
    int day = 1;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int tenth = 0;
    int quarter_hours = 0; ///< local time minus UTC, -48..48

    friend bool operator==(AbsoluteTime const&, AbsoluteTime const&) = default;
};

/// Each 0..99: clients write 48 hours as well as 2 days.
struct RelativeTime {
    int years = 0;
    int months = 0;
    int days = 0;
    int hours = 0;
    int minutes = 0;
    int seconds = 0;

    friend bool operator==(RelativeTime const&, RelativeTime const&) = default;
};

struct ParsedTime {
    std::variant<AbsoluteTime, RelativeTime> value;
    std::string problem; ///< empty when it is a time
    [[nodiscard]] bool ok() const { return problem.empty(); }
};

[[nodiscard]] ParsedTime parse_time(std::string_view text);
/// @throws SimulationError for fields out of range
[[nodiscard]] std::string format_time(AbsoluteTime const& time);
[[nodiscard]] std::string format_time(RelativeTime const& time);

[[nodiscard]] UtcTime to_utc(AbsoluteTime const& time);
/// Cut to tenths. @throws SimulationError outside of 2000..2099
[[nodiscard]] AbsoluteTime from_utc(UtcTime time, int quarter_hours = 0);
/// Years and months by the calendar; the 31st of a month that has none is its last day.
[[nodiscard]] UtcTime after(UtcTime now, RelativeTime const& time);

/// How long from `now` a validity_period or schedule_delivery_time lasts; 0 when it is over.
/// nullopt for "" (the operator's own choice) and for what is no time.
[[nodiscard]] std::optional<std::chrono::milliseconds> remaining(std::string_view text,
                                                                 UtcTime now);

/// Relative validity period of a short message in one octet, 3GPP TS 23.040, 9.2.3.12.1:
/// v <= 143: (v + 1) * 5 min; <= 167: 12 h + (v - 143) * 30 min; <= 196: (v - 166) days; else
/// (v - 192) weeks.
[[nodiscard]] std::chrono::minutes tp_vp_duration(std::uint8_t code);
/// The shortest that lasts at least as long; 255 (63 weeks) for more.
[[nodiscard]] std::uint8_t tp_vp(std::chrono::seconds duration);

} // namespace gridtwin::wire::smpp
