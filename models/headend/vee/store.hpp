#pragma once
// Where values live: a block a day, in it a column a property, meter after meter. 7 octets an
// interval: value 4, grade 1, flags 2; and one for each meter-day.
#include "models/headend/ports/state_io.hpp"
#include "models/headend/vee/rules.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gridtwin::headend::vee {

struct Value {
    std::int32_t mwh = 0;
    Grade grade;
    friend bool operator==(Value const&, Value const&) = default;
};

class Store {
  public:
    /// @param per_day intervals of a day
    Store(std::size_t meters, std::uint32_t per_day, std::uint32_t days);

    [[nodiscard]] std::uint32_t per_day() const { return per_day_; }
    [[nodiscard]] std::size_t meters() const { return meters_; }
    /// Days it may hold; a day takes memory from its first touch on.
    [[nodiscard]] std::uint32_t days() const { return static_cast<std::uint32_t>(days_.size()); }
    [[nodiscard]] std::size_t bytes() const;
    [[nodiscard]] std::uint32_t day_of(std::uint32_t interval) const {
        return (interval - 1) / per_day_;
    }

    void touch(std::uint32_t day);
    [[nodiscard]] bool held(std::uint32_t day) const { return !days_[day].grade.empty(); }

    /// The meter's row of a day that is held.
    [[nodiscard]] DayView day(std::size_t meter, std::uint32_t day);
    [[nodiscard]] DayValues day(std::size_t meter, std::uint32_t day) const;
    /// Whether the meter's day has changed since it was validated. Of a day that is held.
    [[nodiscard]] bool stale(std::size_t meter, std::uint32_t day) const {
        return days_[day].stale[meter] != 0;
    }
    void set_stale(std::size_t meter, std::uint32_t day, bool stale) {
        days_[day].stale[meter] = stale ? 1 : 0;
    }

    void save(StateWriter& out) const;
    void restore(StateReader& in);

  private:
    friend class Series;
    struct Day {
        std::vector<std::int32_t> value_mwh; ///< [meter][interval of the day]
        std::vector<std::uint8_t> grade;
        std::vector<Flags> flags;
        std::vector<std::uint8_t> stale; ///< [meter]
    };
    std::size_t meters_;
    std::uint32_t per_day_;
    std::vector<Day> days_; ///< columns empty: untouched
};

/// One meter's intervals by their numbers, over all days. What is not held is missing.
class Series {
  public:
    Series(Store& store, std::size_t meter) : store_(&store), meter_(meter) {}

    [[nodiscard]] bool held(std::uint32_t interval) const {
        return interval != 0 && store_->day_of(interval) < store_->days() &&
               store_->held(store_->day_of(interval));
    }
    [[nodiscard]] std::int32_t mwh(std::uint32_t k) const {
        return held(k) ? day(k).value_mwh[at(k)] : 0;
    }
    [[nodiscard]] std::uint8_t packed(std::uint32_t k) const {
        return held(k) ? day(k).grade[at(k)] : std::uint8_t{0};
    }
    [[nodiscard]] Quality quality(std::uint32_t k) const { return quality_of(packed(k)); }
    [[nodiscard]] Flags flags(std::uint32_t k) const { return held(k) ? day(k).flags[at(k)] : 0; }
    [[nodiscard]] Value value(std::uint32_t k) const { return {mwh(k), unpack(packed(k))}; }
    struct Cell {
        std::int32_t mwh = 0;
        std::uint8_t grade = 0; ///< packed
        Flags flags = 0;
    };
    /// All of an interval at once.
    [[nodiscard]] Cell cell(std::uint32_t k) const {
        if (!held(k)) {
            return {};
        }
        Store::Day const& d = day(k);
        std::size_t const i = at(k);
        return {d.value_mwh[i], d.grade[i], d.flags[i]};
    }

    /// Of an interval that is held.
    void set(std::uint32_t k, Value const& value) {
        day(k).value_mwh[at(k)] = value.mwh;
        day(k).grade[at(k)] = pack(value.grade);
    }
    void add_flags(std::uint32_t k, Flags flags) { day(k).flags[at(k)] |= flags; }
    void clear_flags(std::uint32_t k, Flags flags) {
        day(k).flags[at(k)] &= static_cast<Flags>(~flags);
    }
    [[nodiscard]] std::uint32_t per_day() const { return store_->per_day(); }
    [[nodiscard]] std::size_t meter() const { return meter_; }

  private:
    [[nodiscard]] std::size_t at(std::uint32_t k) const {
        return meter_ * store_->per_day() + (k - 1) % store_->per_day();
    }
    [[nodiscard]] Store::Day& day(std::uint32_t k) const {
        return store_->days_[store_->day_of(k)];
    }
    Store* store_;
    std::size_t meter_;
};

} // namespace gridtwin::headend::vee
