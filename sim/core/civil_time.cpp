#include "sim/core/civil_time.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <cctype>
#include <sstream>
#include <stdexcept>

namespace gridtwin {

struct CivilClock::Impl {
    date::time_zone const* zone = nullptr;
    date::sys_seconds start;

    [[nodiscard]] auto local(SimTime t) const {
        auto const utc = date::sys_time<SimDuration>(start) + t.time_since_epoch();
        return date::make_zoned(zone, utc);
    }
};

CivilClock::CivilClock(std::string_view start, std::string_view zone)
    : impl_(std::make_unique<Impl>()) {
    try {
        impl_->zone = date::locate_zone(std::string(zone));
    } catch (std::runtime_error const&) {
        throw std::invalid_argument(fmt::format("'{}' is not a known IANA time zone", zone));
    }
    std::string text(start);
    if (text.size() > 10 && text[10] == ' ') {
        text[10] = 'T';
    }
    std::istringstream in(text);
    date::local_seconds local;
    in >> date::parse("%Y-%m-%dT%H:%M:%S", local);
    if (in.fail() || in.peek() != std::istringstream::traits_type::eof()) {
        throw std::invalid_argument(
            fmt::format("'{}' is not a date and time like 2026-01-15T00:00:00", start));
    }
    date::year const year = date::year_month_day{date::floor<date::days>(local)}.year();
    if (year < date::year{1900} || year > date::year{2200}) {
        throw std::invalid_argument(
            fmt::format("'{}' is not between the years 1900 and 2200", start));
    }
    try {
        impl_->start = impl_->zone->to_sys(local, date::choose::earliest);
    } catch (std::runtime_error const&) {
        throw std::invalid_argument(fmt::format("'{}' is out of range", start));
    }
    if (impl_->zone->to_local(impl_->start) != local) {
        throw std::invalid_argument(
            fmt::format("'{}' does not exist in {}: daylight saving skips it", start, zone));
    }
}

CivilClock::~CivilClock() = default;
CivilClock::CivilClock(CivilClock&&) noexcept = default;
CivilClock& CivilClock::operator=(CivilClock&&) noexcept = default;
CivilClock::CivilClock(CivilClock const& other) : impl_(std::make_unique<Impl>(*other.impl_)) {}
CivilClock& CivilClock::operator=(CivilClock const& other) {
    *impl_ = *other.impl_;
    return *this;
}

CivilTime CivilClock::at(SimTime t) const {
    auto const local = impl_->local(t).get_local_time();
    auto const day = date::floor<date::days>(local);
    date::year_month_day const ymd{day};
    date::weekday const weekday{day};
    return {.year = int{ymd.year()},
            .month = static_cast<int>(unsigned{ymd.month()}),
            .day = static_cast<int>(unsigned{ymd.day()}),
            .weekday = static_cast<int>(weekday.iso_encoding()) - 1,
            .second_of_day = std::chrono::duration<double>(local - day).count()};
}

std::string CivilClock::iso(SimTime t) const {
    auto const utc = date::floor<std::chrono::seconds>(date::sys_time<SimDuration>(impl_->start) +
                                                       t.time_since_epoch());
    return date::format("%FT%T%Ez", date::make_zoned(impl_->zone, utc));
}

std::int64_t CivilClock::start_unix_s() const {
    return impl_->start.time_since_epoch().count();
}

SimTime CivilClock::next(SimTime after, int second_of_day) const {
    auto const local = impl_->local(after).get_local_time();
    auto day = date::floor<date::days>(local);
    for (int tries = 0; tries < 4; ++tries, day += date::days{1}) {
        auto const wanted = date::local_seconds{day} + std::chrono::seconds{second_of_day};
        auto const utc = impl_->zone->to_sys(wanted, date::choose::earliest);
        SimTime const t{SimDuration{utc - impl_->start}};
        if (t >= after && impl_->zone->to_local(utc) == wanted) {
            return t;
        }
    }
    return kNever;
}

std::optional<int> parse_time_of_day(std::string_view text) {
    int part[3] = {0, 0, 0};
    int count = 0;
    std::size_t i = 0;
    while (count < 3) {
        std::size_t const first = i;
        while (i < text.size() && std::isdigit(static_cast<unsigned char>(text[i])) != 0) {
            part[count] = part[count] * 10 + (text[i] - '0');
            ++i;
        }
        if (i == first || i - first > 2) {
            return std::nullopt;
        }
        ++count;
        if (i == text.size()) {
            break;
        }
        if (text[i] != ':') {
            return std::nullopt;
        }
        ++i;
    }
    if (i != text.size() || count < 2 || part[0] > 23 || part[1] > 59 || part[2] > 59) {
        return std::nullopt;
    }
    return part[0] * 3600 + part[1] * 60 + part[2];
}

} // namespace gridtwin
