#include "models/headend/outage/contest.hpp"
#include "models/headend/outage/location.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::headend {

bool stayed_out(LocationConfig const& config, MeterRecord const& record, SimTime first,
                SimTime restored) {
    return is_out(record) && record.lost.front() >= first &&
           record.lost.front() <= restored + config.clock_skew;
}

std::vector<LocatedEvent> locate_nested(LocationConfig const& config, Evidence const& evidence,
                                        Place const& place, SimTime first, SimTime restored) {
    double const log_dark = -std::log(config.gasp_loss_frac);
    double const log_pinged = -std::log(config.ping_loss_frac);
    double const log_sign = std::log(config.false_sign_frac);
    double const most = -std::log(config.transformer_silent_frac);
    auto const transformers = evidence.tree.transformers(place);
    std::vector<LocatedEvent> events;
    while (true) {
        Sums sums(transformers.size());
        for (LvNetworkId const t : transformers) {
            bool const taken = std::any_of(events.begin(), events.end(), [&](auto const& event) {
                return evidence.tree.is_below(t, event.place);
            });
            double dark = 0.0;
            double lit = 0.0;
            std::uint32_t reports = 0;
            for (MeterId const m : evidence.members.of(t)) {
                MeterRecord const& record = evidence.records[index(m)];
                if (taken) {
                    break;
                }
                if (stayed_out(config, record, first, restored)) {
                    ++reports;
                    dark += log_dark;
                } else if (first_sign_after(record, restored - config.clock_skew) != kNever) {
                    lit += log_sign;
                    continue;
                }
                dark += record.unanswered > restored ? log_pinged : 0.0;
            }
            sums.add(std::min(dark, most) + lit, reports);
        }
        Contest contest(evidence, sums,
                        transformers.empty() ? 0 : evidence.tree.position(transformers.front()),
                        config.min_reports,
                        {std::log(config.nested_prior_frac), std::log(config.nested_prior_frac)});
        LocatedEvent event = contest.best(place);
        if (event.reports == 0 || event.score <= 0.0) {
            return events;
        }
        event.first = kNever;
        event.last = kUnheard;
        for_meters(evidence, event.place, [&](MeterId, MeterRecord const& record) {
            if (stayed_out(config, record, first, restored)) {
                event.first = std::min(event.first, record.lost.front());
                event.last = std::max(event.last, record.lost.front());
            }
        });
        events.push_back(event);
    }
}

} // namespace gridtwin::headend
