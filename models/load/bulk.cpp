#include "models/load/bulk.hpp"

#include <array>
#include <cstddef>

namespace gridtwin::load {

double bulk_day_factor(BulkSpec const& spec, double second_of_day) {
    struct Knee {
        double at_s;
        double factor;
    };
    constexpr double kHour_s = 3600.0;
    std::array<Knee, 8> const knees{{{1.0 * kHour_s, spec.night_frac},
                                     {4.5 * kHour_s, spec.night_frac},
                                     {9.0 * kHour_s, spec.day_frac},
                                     {16.0 * kHour_s, spec.day_frac},
                                     {18.5 * kHour_s, 1.0},
                                     {20.5 * kHour_s, 1.0},
                                     {25.0 * kHour_s, spec.night_frac},
                                     {28.5 * kHour_s, spec.night_frac}}};
    double const s =
        second_of_day < knees.front().at_s ? second_of_day + 24 * kHour_s : second_of_day;
    std::size_t k = 1;
    while (k + 1 < knees.size() && s > knees[k].at_s) {
        ++k;
    }
    Knee const& from = knees[k - 1];
    Knee const& to = knees[k];
    if (from.factor == to.factor) {
        return to.factor; // plateaus exactly
    }
    return from.factor + (to.factor - from.factor) * (s - from.at_s) / (to.at_s - from.at_s);
}

} // namespace gridtwin::load
