// What there is to look at, and what is saved.
#include "models/headend/vee/vee.hpp"

#include <algorithm>

namespace gridtwin::headend::vee {

Value Vee::value(MeterId meter, std::uint32_t interval) const {
    if (!kept(meter, interval) || !held(store_.day_of(interval))) {
        return {};
    }
    std::size_t const i = (interval - 1) % store_.per_day();
    DayValues const values = day(meter, store_.day_of(interval));
    return {values.value_mwh[i], unpack(values.grade[i])};
}

Flags Vee::flags(MeterId meter, std::uint32_t interval) const {
    if (!kept(meter, interval) || !held(store_.day_of(interval))) {
        return 0;
    }
    return day(meter, store_.day_of(interval)).flags[(interval - 1) % store_.per_day()];
}

DaySummary Vee::summary(MeterId meter, std::uint32_t day_number) const {
    DaySummary none;
    none.of_quality[0] = static_cast<std::uint16_t>(store_.per_day());
    return held(day_number) ? summarise_day(day(meter, day_number)) : none;
}

Totals Vee::totals(std::uint32_t first_day, std::uint32_t last_day) const {
    Totals totals;
    for (std::uint32_t d = first_day; d <= last_day; ++d) {
        for (std::size_t m = 0; m < fleet_.meters(); ++m) {
            auto const id = static_cast<MeterId>(m);
            DaySummary const sum = summary(id, d);
            for (std::size_t q = 0; q < kQualities; ++q) {
                totals.of_quality[q] += sum.of_quality[q];
            }
            for (std::size_t r = 0; r < kRules; ++r) {
                totals.of_rule[r] += sum.of_rule[r];
            }
            totals.energy_mwh += sum.energy_mwh;
            totals.estimated_mwh += sum.estimated_mwh;
            if (!held(d)) {
                totals.of_source[0] += store_.per_day();
                continue;
            }
            for (std::uint8_t const grade : day(id, d).grade) {
                ++totals.of_source[static_cast<std::size_t>(unpack(grade).source)];
            }
        }
    }
    return totals;
}

std::size_t Vee::bytes() const {
    std::size_t octets = store_.bytes() + trail_.bytes();
    for (auto const& points : registers_) {
        octets += sizeof(points) + points.capacity() * sizeof(RegisterPoint);
    }
    return octets;
}

void Vee::save(StateWriter& out) const {
    store_.save(out);
    out.column(most_w_);
    out.column(exports_);
    for (auto const& points : registers_) {
        out.column(points);
    }
    trail_.save(out);
    out.value(counts_);
}

void Vee::restore(StateReader& in) {
    store_.restore(in);
    in.column(most_w_);
    in.column(exports_);
    for (auto& points : registers_) {
        in.list(points);
        in.check(std::is_sorted(points.begin(), points.end(),
                                [](auto const& a, auto const& b) { return a.read < b.read; }));
    }
    trail_.restore(in);
    for (Change const& change : trail_.since(0)) {
        in.check(kept(change.meter, change.interval));
    }
    counts_ = in.value<VeeCounts>();
}

} // namespace gridtwin::headend::vee
