#include "sim/twin/concentrator_kpis.hpp"

#include "sim/results/statistics.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::twin {
namespace {

using results::Kpi;

void add_deviations(std::vector<Kpi>& kpis, std::string const& which, std::vector<double> sizes_s,
                    std::string const& text) {
    auto const summary = results::summarize(sizes_s);
    kpis.push_back({"clock." + which + "_mean", "s", summary.mean_s, text});
    kpis.push_back({"clock." + which + "_p95", "s", summary.p95_s, ""});
    kpis.push_back({"clock." + which + "_max", "s", summary.max_s, ""});
}

void add_clocks(std::vector<Kpi>& kpis, Federates const& federates, meter::MeterTable const& meters,
                SimTime end) {
    concentrator::ClockSyncCounts sum;
    std::vector<double> before_s;
    std::vector<double> after_s;
    for (std::size_t a = 0; a < federates.access.area_count(); ++a) {
        auto const& sync = federates.access.area(a).concentrator().clock_sync();
        sum.asked += sync.counts().asked;
        sum.sets += sync.counts().sets;
        sum.synced += sync.counts().synced;
        sum.failed += sync.counts().failed;
        before_s.insert(before_s.end(), sync.before_s().begin(), sync.before_s().end());
        after_s.insert(after_s.end(), sync.after_s().begin(), sync.after_s().end());
    }
    std::vector<double> error_s(meters.size());
    for (std::size_t i = 0; i < meters.size(); ++i) {
        error_s[i] = std::abs(to_s(meter::shown_time(meters, static_cast<MeterId>(i), end) - end));
    }
    kpis.push_back({"clock.asked", "", static_cast<double>(sum.asked), "requests for a time"});
    kpis.push_back({"clock.sets", "", static_cast<double>(sum.sets), "set messages"});
    kpis.push_back({"clock.synced", "", static_cast<double>(sum.synced),
                    "meters found, or left, within the limit"});
    kpis.push_back({"clock.failed", "", static_cast<double>(sum.failed),
                    "meters that a pass left as they were"});
    add_deviations(kpis, "before", std::move(before_s), "deviations as concentrators found them");
    add_deviations(kpis, "after", std::move(after_s), "of those that were set, measured again");
    add_deviations(kpis, "error", std::move(error_s), "true ones, all meters, at the end");
}

} // namespace

void add_concentrator_kpis(std::vector<Kpi>& kpis, Federates const& federates,
                           meter::MeterTable const& meters, SimTime end) {
    add_clocks(kpis, federates, meters, end);
}

std::vector<std::string> concentrator_kpi_names() {
    std::vector<std::string> names{"clock.asked", "clock.sets", "clock.synced", "clock.failed"};
    for (auto const* which : {"before", "after", "error"}) {
        for (auto const* figure : {"mean", "p95", "max"}) {
            names.push_back(std::string("clock.") + which + "_" + figure);
        }
    }
    return names;
}

} // namespace gridtwin::twin
