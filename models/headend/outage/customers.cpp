// Outage management towards its customers: whom to ask, whom to tell, what they suffered.
#include "models/headend/outage/management.hpp"

#include <algorithm>

namespace gridtwin::headend {

namespace {

/// A meter of the transformer to ask: the first by its row that has not been asked in vain since
/// `since`, such as `first_choice` says before others; kNone when one of them has shown supply
/// since (there is nothing to ask), or all were asked.
template <typename Choice>
MeterId whom_to_ask(std::span<MeterId const> meters, std::span<MeterRecord const> records,
                    SimTime since, Choice first_choice) {
    MeterId chosen = kNone<MeterId>;
    bool preferred = false;
    for (MeterId const m : meters) {
        MeterRecord const& record = records[index(m)];
        if (first_sign_after(record, since) != kNever) {
            return kNone<MeterId>;
        }
        if (record.unanswered > since) {
            continue;
        }
        bool const choice = first_choice(record);
        if (chosen == kNone<MeterId> || (choice && !preferred)) {
            chosen = m;
            preferred = choice;
        }
    }
    return chosen;
}

} // namespace

/// Beside the named place, whose sign would confine it; below it where nobody told, whose sign
/// would speak against it. One meter of a transformer, in turns.
void OutageManagement::ping_to_locate(DeviceOutage& outage) {
    if (outage.confidence_ppm >= static_cast<std::uint32_t>(config_.sure_frac * 1e6)) {
        return;
    }
    SimTime const since = outage.last + config_.location.clock_skew;
    std::array<std::vector<MeterId>, 2> sides; // beside, below
    DeviceId const around = outage.place().is_device() ? tree_.above(outage.device) : outage.device;
    DeviceId const top = around == kNone<DeviceId> ? outage.device : around;
    for (LvNetworkId const t : tree_.transformers(top)) {
        auto const meters = members_.of(t);
        bool const told = std::any_of(meters.begin(), meters.end(), [&](MeterId m) {
            auto const& lost = records_[index(m)].lost;
            return std::any_of(lost.begin(), lost.end(),
                               [&](SimTime at) { return at >= outage.began && at <= outage.last; });
        });
        if (told) {
            continue;
        }
        MeterId const m =
            whom_to_ask(meters, records_, since, [](MeterRecord const&) { return true; });
        if (m != kNone<MeterId>) {
            sides[tree_.is_below(t, outage.place()) ? 1 : 0].push_back(m);
        }
    }
    for (std::size_t i = 0; i < std::max(sides[0].size(), sides[1].size()); ++i) {
        for (auto const& side : sides) {
            if (i < side.size() && outage.pings < config_.pings.locating &&
                pings_.ask(number(outage), side[i])) {
                ++outage.pings;
            }
        }
    }
}

/// Transformers of which nothing was heard since supply came back, those who told of the loss
/// first.
void OutageManagement::ping_to_verify(DeviceOutage& outage) {
    std::vector<MeterId> told;
    std::vector<MeterId> silent;
    for (LvNetworkId const t : tree_.transformers(outage.place())) {
        MeterId const m =
            whom_to_ask(members_.of(t), records_, outage.restored - config_.location.clock_skew,
                        [](MeterRecord const& record) { return is_out(record); });
        if (m != kNone<MeterId>) {
            (is_out(records_[index(m)]) ? told : silent).push_back(m);
        }
    }
    told.insert(told.end(), silent.begin(), silent.end());
    for (MeterId const m : told) {
        if (outage.pings < config_.pings.verifying && pings_.ask(number(outage), m)) {
            ++outage.pings;
        }
    }
}

void OutageManagement::tell_outage(DeviceOutage const& outage) {
    std::uint8_t const cause = outage.place().is_device()
                                   ? static_cast<std::uint8_t>(tree_.kind(outage.device))
                                   : kTransformerCause;
    for (LvNetworkId const t : tree_.transformers(outage.place())) {
        for (MeterId const m : members_.of(t)) {
            if (first_sign_after(records_[index(m)], outage.last + config_.location.clock_skew) ==
                kNever) {
                notices_.tell_outage(number(outage), m, cause, outage.named);
            }
        }
    }
}

/// To who is below `place` and has shown supply since; who is not out and no longer below the
/// outage's place has it as well.
void OutageManagement::tell_restored(DeviceOutage const& outage, Place const& place) {
    bool const over = outage.state != OutageState::open;
    SimTime const since =
        outage.restored == kNever ? outage.last : outage.restored - config_.location.clock_skew;
    for (LvNetworkId const t : tree_.transformers(place)) {
        if (!over && tree_.is_below(t, outage.place())) {
            continue;
        }
        for (MeterId const m : members_.of(t)) {
            MeterRecord const& record = records_[index(m)];
            bool const back = outage.restored == kNever ? !is_out(record)
                                                        : first_sign_after(record, since) != kNever;
            if (back) {
                notices_.tell_restored(number(outage), m);
            }
        }
    }
}

std::vector<Interruption> OutageManagement::interruptions() const {
    std::vector<Interruption> result = interruptions_;
    for (DeviceOutage const& outage : outages_) {
        if (outage.state != OutageState::open && outage.state != OutageState::verifying) {
            continue;
        }
        for (LvNetworkId const t : tree_.transformers(outage.place())) {
            for (MeterId const m : members_.of(t)) {
                result.push_back(suffered(outage, m));
            }
        }
    }
    return result;
}

/// From its own loss, or the outage's; to its own return, or the outage's unless it stayed out.
Interruption OutageManagement::suffered(DeviceOutage const& outage, MeterId meter) const {
    MeterRecord const& record = records_[index(meter)];
    Interruption result{.meter = meter, .from = outage.began};
    bool told = false;
    for (SimTime const at : record.lost) {
        if (at >= outage.began && at <= outage.last) {
            result.from = at;
            told = true;
        }
    }
    if (outage.restored == kNever) {
        result.to = kNever;
    } else if (told) {
        result.to = first_sign_after(record, result.from);
    } else {
        result.to = std::max(outage.restored, result.from);
    }
    return result;
}

/// It lasts until a sign of the meter's.
void OutageManagement::stays_out(DeviceOutage const& outage, MeterId meter) {
    std::uint32_t& row = alone_[index(meter)];
    if (row == 0 || interruptions_[row - 1].to != kNever) {
        interruptions_.push_back(suffered(outage, meter));
        row = static_cast<std::uint32_t>(interruptions_.size());
    }
}

/// Later words may tell of an earlier return.
void OutageManagement::follow_alone(MeterId meter) {
    if (std::uint32_t const row = alone_[index(meter)]; row != 0) {
        Interruption& alone = interruptions_[row - 1];
        alone.to = std::min(alone.to, first_sign_after(records_[index(meter)], alone.from));
    }
}

} // namespace gridtwin::headend
