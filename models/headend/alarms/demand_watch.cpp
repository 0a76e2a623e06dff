#include "models/headend/alarms/demand_watch.hpp"

#include "sim/core/diagnostics.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::headend {

std::string problem(DemandWatchConfig const& config) {
    if (!(config.peak_w >= 0.0)) {
        return "alarms: the peak is negative";
    }
    if (!(config.collection_frac >= 0.0 && config.collection_frac <= 1.0)) {
        return "alarms: the collection rate must lie in [0, 1]";
    }
    if (config.every <= SimDuration::zero() || config.wait < SimDuration::zero() ||
        config.intervals == 0) {
        return "alarms: looks at readings need some time between them, and intervals to look at";
    }
    return {};
}

DemandWatch::DemandWatch(DemandWatchConfig const& config, Fleet const& fleet, Ports const& ports,
                         AlarmDesk& desk, std::uint64_t timer_base)
    : config_(config), fleet_(fleet), ports_(ports), desk_(desk), timer_base_(timer_base),
      peak_(fleet.concentrators, 0), collection_(fleet.concentrators, 0) {
    if (auto const text = problem(config); !text.empty()) {
        throw SimulationError(text);
    }
}

void DemandWatch::start() {
    next_ = kStart + config_.every;
    ports_.clock.set_timer(next_, timer_base_);
}

void DemandWatch::on_timer(std::uint64_t) {
    SimTime const now = ports_.clock.now();
    if (now < next_) {
        return;
    }
    auto const due = now - config_.wait - kStart;
    auto const last =
        due < fleet_.interval ? 0U : static_cast<std::uint32_t>(due / fleet_.interval);
    if (last > watched_) {
        // who reads a meter may change: as it is now
        std::vector<std::vector<MeterId>> meters(fleet_.concentrators);
        for (std::size_t m = 0; m < fleet_.meters(); ++m) {
            if (auto const reader = fleet_.concentrator[m]; reader != kNone<ConcentratorId>) {
                meters[index(reader)].push_back(static_cast<MeterId>(m));
            }
        }
        for (std::size_t c = 0; c < meters.size(); ++c) {
            if (!meters[c].empty()) {
                watch_peak(static_cast<ConcentratorId>(c), meters[c], watched_ + 1, last);
                watch_collection(static_cast<ConcentratorId>(c), meters[c], last);
            }
        }
        watched_ = last;
    }
    next_ += config_.every;
    ports_.clock.set_timer(next_, timer_base_);
}

/// Stands from the first interval beyond the limit to the first one that is not. Rows that are
/// missing count as nothing, so what is found is certain where nobody feeds in.
void DemandWatch::watch_peak(ConcentratorId concentrator, std::vector<MeterId> const& meters,
                             std::uint32_t first, std::uint32_t last) {
    if (config_.peak_w == 0.0) {
        return;
    }
    double const limit_mwh = config_.peak_w * to_s(fleet_.interval) / 3.6;
    for (std::uint32_t k = first; k <= last; ++k) {
        std::int64_t sum = 0;
        for (auto const meter : meters) {
            sum += ports_.ledger.import_mwh(meter, k, k);
        }
        bool const beyond = static_cast<double>(sum) > limit_mwh;
        if (beyond != (peak_[index(concentrator)] != 0)) {
            peak_[index(concentrator)] = beyond ? 1 : 0;
            double const mean_w = static_cast<double>(sum) * 3.6 / to_s(fleet_.interval);
            set(Signal::coincident_peak, concentrator, beyond, kStart + (k - 1) * fleet_.interval,
                std::llround(mean_w));
        }
    }
}

void DemandWatch::watch_collection(ConcentratorId concentrator, std::vector<MeterId> const& meters,
                                   std::uint32_t last) {
    std::uint32_t const first = last - std::min(last, config_.intervals) + 1;
    std::uint64_t held = 0;
    for (auto const meter : meters) {
        held += ports_.ledger.held(meter, first, last);
    }
    double const rate = static_cast<double>(held) / (static_cast<double>(meters.size()) *
                                                     static_cast<double>(last - first + 1));
    bool const low = rate < config_.collection_frac;
    if (low != (collection_[index(concentrator)] != 0)) {
        collection_[index(concentrator)] = low ? 1 : 0;
        set(Signal::low_collection, concentrator, low, ports_.clock.now(),
            std::llround(1000.0 * rate));
    }
}

void DemandWatch::set(Signal signal, ConcentratorId concentrator, bool stands, SimTime began,
                      std::int64_t value) {
    AlarmPlace const about{EventEntity::concentrator,
                           static_cast<std::uint32_t>(index(concentrator))};
    if (stands) {
        desk_.raise(signal, about, {EventEntity::world, 0}, began, value);
    } else {
        desk_.end(signal, about);
    }
}

void DemandWatch::save(StateWriter& out) const {
    out.value(next_);
    out.value(static_cast<std::uint64_t>(watched_));
    out.column(peak_);
    out.column(collection_);
}

void DemandWatch::restore(StateReader& in) {
    next_ = in.value<SimTime>();
    watched_ = static_cast<std::uint32_t>(in.value<std::uint64_t>());
    in.column(peak_);
    in.column(collection_);
    ports_.clock.set_timer(next_, timer_base_);
}

} // namespace gridtwin::headend
