#include "models/headend/vee/store.hpp"

namespace gridtwin::headend::vee {

Store::Store(std::size_t meters, std::uint32_t per_day, std::uint32_t days)
    : meters_(meters), per_day_(per_day), days_(days) {}

std::size_t Store::bytes() const {
    std::size_t octets = 0;
    for (Day const& one : days_) {
        octets += one.value_mwh.size() * sizeof(std::int32_t) + one.grade.size() +
                  one.flags.size() * sizeof(Flags) + one.stale.size();
    }
    return octets;
}

void Store::touch(std::uint32_t day) {
    Day& one = days_[day];
    if (one.grade.empty()) {
        std::size_t const cells = meters_ * per_day_;
        one.value_mwh.assign(cells, 0);
        one.grade.assign(cells, pack({}));
        one.flags.assign(cells, 0);
        one.stale.assign(meters_, 1);
    }
}

DayView Store::day(std::size_t meter, std::uint32_t day) {
    Day& one = days_[day];
    std::size_t const first = meter * per_day_;
    return {.value_mwh = {one.value_mwh.data() + first, per_day_},
            .grade = {one.grade.data() + first, per_day_},
            .flags = {one.flags.data() + first, per_day_}};
}

DayValues Store::day(std::size_t meter, std::uint32_t day) const {
    Day const& one = days_[day];
    std::size_t const first = meter * per_day_;
    return {.value_mwh = {one.value_mwh.data() + first, per_day_},
            .grade = {one.grade.data() + first, per_day_},
            .flags = {one.flags.data() + first, per_day_}};
}

void Store::save(StateWriter& out) const {
    for (Day const& one : days_) {
        out.column(one.value_mwh);
        out.column(one.grade);
        out.column(one.flags);
        out.column(one.stale);
    }
}

void Store::restore(StateReader& in) {
    std::size_t const cells = meters_ * per_day_;
    for (Day& one : days_) {
        in.list(one.value_mwh);
        in.list(one.grade);
        in.list(one.flags);
        in.list(one.stale);
        bool const empty = one.grade.empty();
        in.check(one.value_mwh.size() == (empty ? 0 : cells) &&
                 one.grade.size() == (empty ? 0 : cells) &&
                 one.flags.size() == (empty ? 0 : cells) &&
                 one.stale.size() == (empty ? 0 : meters_));
        for (std::uint8_t const packed : one.grade) {
            in.check((packed & 7U) < kQualities && (packed >> 3U) < kSources);
        }
    }
}

} // namespace gridtwin::headend::vee
