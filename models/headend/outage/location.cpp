#include "models/headend/outage/location.hpp"

#include "models/headend/outage/contest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace gridtwin::headend {

namespace {

struct Loss {
    SimTime at{};
    MeterId meter{};
    bool explained = false;
};

/// The loss among the record's that is in [first, last]; kUnheard: none.
SimTime loss_in(MeterRecord const& record, SimTime first, SimTime last) {
    for (SimTime const at : record.lost) {
        if (at >= first && at <= last) {
            return at;
        }
    }
    return kUnheard;
}

/// The k-th earliest, k = clear_meters or all of them if they are fewer.
SimTime cleared(LocationConfig const& config, std::vector<SimTime>& returns) {
    if (returns.empty()) {
        return kNever;
    }
    auto const k = std::min<std::size_t>(config.clear_meters, returns.size()) - 1;
    std::nth_element(returns.begin(), returns.begin() + static_cast<std::ptrdiff_t>(k),
                     returns.end());
    return returns[k];
}

/// What an event looks like whose first loss is at `first`.
LocatedEvent weigh(LocationConfig const& config, Evidence const& evidence, DeviceId head,
                   SimTime now, SimTime first, std::span<LocatedEvent const> before) {
    SimTime const last = first + config.window;
    Place const top{.device = head};
    SimTime const restored = restored_at(config, evidence, top, first, last);
    double const since = to_s(now - first) / std::max(to_s(config.delay), 1e-9);
    double const silent = 1.0 - (1.0 - config.gasp_loss_frac) * (1.0 - std::exp(-since));
    double const log_report = std::log((1.0 - config.gasp_loss_frac) / config.own_loss_frac);
    double const log_silent = std::log(silent);
    double const log_pinged = -std::log(config.ping_loss_frac);
    double const log_sign = std::log(config.false_sign_frac);

    auto const transformers = evidence.tree.transformers(head);
    Sums sums(transformers.size());
    for (LvNetworkId const t : transformers) {
        bool const covered = std::any_of(before.begin(), before.end(), [&](auto const& event) {
            return event.first <= last && event.restored > first &&
                   evidence.tree.is_below(t, event.place);
        });
        auto const explained = [&](SimTime lost) {
            return std::any_of(before.begin(), before.end(), [&](auto const& event) {
                return lost >= event.first && lost <= event.last &&
                       evidence.tree.is_below(t, event.place);
            });
        };
        double quiet = 0.0;
        double told = 0.0;
        double pinged = 0.0;
        std::uint32_t reports = 0;
        std::uint32_t signs = 0;
        for (MeterId const m : evidence.members.of(t)) {
            MeterRecord const& record = evidence.records[index(m)];
            if (SimTime const lost = loss_in(record, first, last); lost != kUnheard) {
                // too old to be a candidate is too old to speak for one
                bool const old = lost <= now - config.horizon &&
                                 !(lost == record.lost.front() && is_out(record));
                bool const counts = !old && !explained(lost);
                reports += counts ? 1 : 0;
                told += counts ? log_report : 0.0;
            } else if (record.shown > last + config.clock_skew &&
                       (restored == kNever || record.shown < restored - config.clock_skew)) {
                ++signs;
                told += log_sign;
            } else if (!covered && !was_out_at(record, first)) {
                quiet += log_silent;
                pinged += record.unanswered > last ? log_pinged : 0.0;
            }
        }
        if (reports == 0 && signs == 0) {
            double const cut = config.transformer_silent_frac;
            quiet = std::log(cut + (1.0 - cut) * std::exp(quiet));
        }
        sums.add(told + quiet + pinged, reports);
    }
    Contest contest(evidence, sums, evidence.tree.position(head), config.min_reports,
                    {std::log(config.device_prior_frac), std::log(config.transformer_prior_frac)});
    LocatedEvent event = contest.best(top);
    event.first = first;
    event.last = last;
    return event;
}

std::vector<Loss> losses_below(LocationConfig const& config, Evidence const& evidence,
                               DeviceId head, SimTime now) {
    std::vector<Loss> losses;
    for_meters(evidence, {.device = head}, [&](MeterId m, MeterRecord const& record) {
        for (std::size_t i = 0; i < record.lost.size(); ++i) {
            SimTime const at = record.lost[i];
            if (at != kUnheard && (at > now - config.horizon || (i == 0 && is_out(record)))) {
                losses.push_back({at, m});
            }
        }
    });
    std::sort(losses.begin(), losses.end(), [](Loss const& a, Loss const& b) {
        return std::tie(a.at, a.meter) < std::tie(b.at, b.meter);
    });
    return losses;
}

} // namespace

std::string problem(LocationConfig const& config) {
    std::string text;
    auto const fault = [&text](std::string const& line) {
        text += (text.empty() ? "" : "\n") + line;
    };
    auto const probability = [&](char const* key, double value) {
        if (!(value > 0.0 && value < 1.0)) {
            fault(fmt::format("outage location: {} is {}, expected between 0 and 1, neither of "
                              "them",
                              key, value));
        }
    };
    probability("gasp_loss_frac", config.gasp_loss_frac);
    probability("transformer_silent_frac", config.transformer_silent_frac);
    probability("own_loss_frac", config.own_loss_frac);
    probability("false_sign_frac", config.false_sign_frac);
    probability("ping_loss_frac", config.ping_loss_frac);
    probability("device_prior_frac", config.device_prior_frac);
    probability("transformer_prior_frac", config.transformer_prior_frac);
    probability("nested_prior_frac", config.nested_prior_frac);
    if (!(config.own_loss_frac < 1.0 - config.gasp_loss_frac)) {
        fault("outage location: own_loss_frac must be less than 1 - gasp_loss_frac, or a report "
              "speaks against an outage");
    }
    if (config.window <= SimDuration::zero() || config.horizon <= config.window) {
        fault("outage location: window must be positive, horizon longer");
    }
    if (config.clock_skew < SimDuration::zero() || config.delay < SimDuration::zero() ||
        config.settle < SimDuration::zero()) {
        fault("outage location: a duration is negative");
    }
    if (config.min_reports < 2 || config.clear_meters < 1) {
        fault("outage location: min_reports must be at least 2, clear_meters at least 1");
    }
    return text;
}

SimTime restored_at(LocationConfig const& config, Evidence const& evidence, Place const& place,
                    SimTime first, SimTime last) {
    std::vector<SimTime> returns;
    for_meters(evidence, place, [&](MeterId, MeterRecord const& record) {
        if (SimTime const lost = loss_in(record, first, last); lost != kUnheard) {
            returns.push_back(first_sign_after(record, lost));
        }
    });
    return cleared(config, returns);
}

std::vector<LocatedEvent> locate(LocationConfig const& config, Evidence const& evidence,
                                 DeviceId head, SimTime now) {
    std::vector<LocatedEvent> events;
    auto losses = losses_below(config, evidence, head, now);
    while (true) {
        LocatedEvent best;
        SimTime tried = kUnheard;
        for (auto loss = losses.begin(); loss != losses.end() && loss->at + config.settle <= now;
             ++loss) {
            if (loss->explained || (tried != kUnheard && loss->at - tried < config.clock_skew)) {
                continue; // the window from `tried` on holds it
            }
            tried = loss->at;
            std::uint32_t in_window = 0;
            for (auto other = loss; other != losses.end() && in_window < config.min_reports &&
                                    other->at <= tried + config.window;
                 ++other) {
                in_window += other->explained ? 0 : 1;
            }
            if (in_window < config.min_reports) {
                continue;
            }
            LocatedEvent const event = weigh(config, evidence, head, now, tried, events);
            if (event.reports > 0 && event.score > best.score) {
                best = event;
            }
        }
        if (best.reports == 0) {
            return events;
        }
        SimTime first = kNever;
        SimTime last = kUnheard;
        for (Loss& loss : losses) {
            if (!loss.explained && loss.at >= best.first && loss.at <= best.last &&
                evidence.tree.is_below(evidence.network[index(loss.meter)], best.place)) {
                loss.explained = true;
                first = std::min(first, loss.at);
                last = std::max(last, loss.at);
            }
        }
        if (first == kNever) {
            return events; // it explains nothing that is not explained
        }
        best.first = first;
        best.last = last;
        best.restored = restored_at(config, evidence, best.place, first, last);
        events.push_back(best);
    }
}

} // namespace gridtwin::headend
