#include "models/cis/ledger.hpp"

#include "models/headend/ports/held_bits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace gridtwin::cis {

using headend::IntervalSpan;
using headend::Reading;

DatabaseLedger::DatabaseLedger(Session& session, std::size_t meters, std::uint32_t intervals,
                               DatabaseLedgerConfig config)
    : session_(session), meters_(meters), intervals_(intervals), config_(config),
      held_((static_cast<std::size_t>(intervals) + kSlots - 1) / kSlots) {
    expect_right(session, Right::operate, {"open ledger", fmt::format("{} meters", meters), ""});
    load_held();
}

DatabaseLedger::~DatabaseLedger() {
    try {
        write();
    } catch (std::exception const&) {
        // nobody is left to tell
    }
}

void DatabaseLedger::load_held() {
    for (std::uint32_t day = 0; day < held_.size(); ++day) {
        auto rows = session_.database.query(
            "SELECT meter, held_a, held_b FROM reading_days WHERE day = ?1", day);
        while (rows.next()) {
            auto const meter = static_cast<std::size_t>(rows.integer(0));
            if (meter >= meters_) {
                throw SimulationError(
                    fmt::format("ledger of {} meters: database '{}' has readings of meter {}",
                                meters_, session_.database.place(), meter));
            }
            held_[day].resize(meters_);
            held_[day][meter] = to_words({rows.integer(1), rows.integer(2)});
            for (std::uint32_t const bits : held_[day][meter]) {
                size_ += static_cast<std::uint64_t>(std::popcount(bits));
            }
        }
    }
}

bool DatabaseLedger::store(Reading const& reading) {
    if (index(reading.meter) >= meters_ || reading.interval == 0 || reading.interval > intervals_) {
        throw SimulationError(fmt::format(
            "ledger of {} meters and {} intervals: reading of meter {}, interval {} at {}", meters_,
            intervals_, index(reading.meter), reading.interval, format_time(reading.received)));
    }
    if (has(reading.meter, reading.interval)) {
        return false;
    }
    std::uint32_t const day = (reading.interval - 1) / kSlots;
    if (held_[day].empty()) {
        held_[day].resize(meters_);
    }
    HeldWords& held = held_[day][index(reading.meter)];
    auto [found, is_new] = rows_.try_emplace(key(reading.meter, day));
    Row& row = found->second;
    if (is_new) {
        row.day.meter = reading.meter;
        row.day.day = day;
        if (held != HeldWords{}) { // written and forgotten
            try {
                row.day = read_day(session_.database, reading.meter, day).value();
            } catch (...) {
                rows_.erase(found);
                throw;
            }
        }
    }
    row.day.keep(reading);
    held = row.day.held;
    ++size_;
    ++waiting_;
    if (!row.waits) {
        row.waits = true;
        dirty_.push_back(found->first);
    }
    if (waiting_ >= config_.write_after) {
        write();
    }
    return true;
}

void DatabaseLedger::write() {
    if (dirty_.empty()) {
        return;
    }
    std::sort(dirty_.begin(), dirty_.end());
    operate(session_, Right::operate, {"store readings", fmt::format("{} readings", waiting_), ""},
            [&] {
                constexpr std::size_t kRows = 1024; // copied at a time
                std::vector<MeterDay> days;
                for (std::size_t at = 0; at < dirty_.size(); at += kRows) {
                    days.clear();
                    auto const end = std::min(dirty_.size(), at + kRows);
                    for (std::size_t i = at; i < end; ++i) {
                        days.push_back(rows_.at(dirty_[i]).day);
                    }
                    write_days(session_.database, days);
                }
                return true;
            });
    for (std::uint64_t const key : dirty_) {
        rows_.at(key).waits = false;
    }
    dirty_.clear();
    waiting_ = 0;
    if (rows_.size() > config_.keep_rows) { // the earliest days are asked for least
        std::vector<std::uint64_t> keys;
        keys.reserve(rows_.size());
        for (auto const& [key, row] : rows_) {
            keys.push_back(key);
        }
        auto const surplus = static_cast<std::ptrdiff_t>(rows_.size() - config_.keep_rows);
        std::nth_element(keys.begin(), keys.begin() + surplus, keys.end());
        for (auto key = keys.begin(); key != keys.begin() + surplus; ++key) {
            rows_.erase(*key);
        }
    }
}

std::uint32_t DatabaseLedger::word(MeterId meter, std::uint32_t word) const {
    constexpr std::uint32_t kWords = kSlots / headend::kHeldBits;
    std::size_t const day = word / kWords;
    if (day >= held_.size() || held_[day].empty() || index(meter) >= meters_) {
        return 0;
    }
    return held_[day][index(meter)][word % kWords];
}

bool DatabaseLedger::has(MeterId meter, std::uint32_t interval) const {
    return headend::is_held([&](std::uint32_t w) { return word(meter, w); }, interval);
}

std::uint32_t DatabaseLedger::held(MeterId meter, std::uint32_t first, std::uint32_t last) const {
    return headend::count_held([&](std::uint32_t w) { return word(meter, w); }, std::max(first, 1U),
                               std::min(last, intervals_));
}

IntervalSpan DatabaseLedger::first_gap(MeterId meter, std::uint32_t first,
                                       std::uint32_t last) const {
    return headend::first_gap([&](std::uint32_t w) { return word(meter, w); }, first, last);
}

MeterDay const* DatabaseLedger::row(MeterId meter, std::uint32_t day,
                                    std::optional<MeterDay>& fetched) const {
    auto const found = rows_.find(key(meter, day));
    if (found != rows_.end()) {
        return &found->second.day;
    }
    if (!fetched || fetched->day != day) {
        fetched = read_day(session_.database, meter, day);
    }
    if (!fetched) {
        throw DatabaseError(fmt::format("database '{}': day {} of meter {} is no longer there",
                                        session_.database.place(), day, index(meter)));
    }
    return &*fetched;
}

std::int64_t DatabaseLedger::import_mwh(MeterId meter, std::uint32_t first,
                                        std::uint32_t last) const {
    std::int64_t sum = 0;
    last = std::min(last, intervals_);
    std::optional<MeterDay> fetched;
    for (std::uint32_t i = std::max(first, 1U); i <= last; ++i) {
        if (has(meter, i)) {
            sum += row(meter, (i - 1) / kSlots, fetched)->import_mwh[(i - 1) % kSlots];
        }
    }
    return sum;
}

std::optional<Reading> DatabaseLedger::find(MeterId meter, std::uint32_t interval) const {
    if (!has(meter, interval)) {
        return std::nullopt;
    }
    std::optional<MeterDay> fetched;
    return row(meter, (interval - 1) / kSlots, fetched)->at((interval - 1) % kSlots);
}

} // namespace gridtwin::cis
