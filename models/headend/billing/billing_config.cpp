#include "models/headend/billing/billing.hpp"

#include <fmt/format.h>

namespace gridtwin::headend::billing {

std::vector<std::string> problems(BillingConfig const& config, SimDuration interval) {
    std::vector<std::string> found;
    if (config.tariffs.empty()) {
        found.push_back("tariffs: there is none");
    }
    for (std::size_t t = 0; t < config.tariffs.size(); ++t) {
        auto const more = problems(config.tariffs[t], fmt::format("tariffs[{}]", t), interval);
        found.insert(found.end(), more.begin(), more.end());
        for (std::size_t other = 0; other < t; ++other) {
            if (config.tariffs[other].name == config.tariffs[t].name) {
                found.push_back(fmt::format("tariffs[{}].name: '{}' is there twice", t,
                                            config.tariffs[t].name));
                break;
            }
        }
    }
    if (config.cycles.empty()) {
        found.push_back("cycles: there is none");
    }
    for (std::size_t c = 0; c < config.cycles.size(); ++c) {
        Cycle const& cycle = config.cycles[c];
        if (cycle.length_days == 0 && (cycle.day_of_month < 1 || cycle.day_of_month > 28)) {
            found.push_back(fmt::format("cycles[{}].day_of_month: {} is not in 1 to 28", c,
                                        cycle.day_of_month));
        }
        if (cycle.length_days > 366) {
            found.push_back(
                fmt::format("cycles[{}].length_days: {} is above 366", c, cycle.length_days));
        }
    }
    auto const duration = [&](char const* name, SimDuration value) {
        if (value < SimDuration::zero()) {
            found.push_back(fmt::format("{}: is negative", name));
        }
    };
    duration("wait", config.wait);
    duration("correct_after", config.correct_after);
    duration("register_slack", config.register_slack);
    if (config.series[0] == config.series[1]) {
        found.push_back(fmt::format("series: '{}' is there twice", config.series[0]));
    }
    if (interval <= SimDuration::zero()) {
        found.push_back("interval: is not positive");
    }
    return found;
}

} // namespace gridtwin::headend::billing
