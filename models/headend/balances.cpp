#include "models/headend/balances.hpp"

#include "sim/core/diagnostics.hpp"

#include <algorithm>

namespace gridtwin::headend {

std::string problem(BalancesConfig const& config) {
    return config.wait <= SimDuration::zero() ? "balances: wait is not positive" : "";
}

Balances::Balances(BalancesConfig const& config, Fleet const& fleet, Ports const& ports,
                   Books& books)
    : wait_(config.wait), fleet_(fleet), ports_(ports), books_(books),
      meters_(fleet.concentrators) {
    if (auto const text = problem(config); !text.empty()) {
        throw SimulationError(text);
    }
    for (std::size_t m = 0; m < fleet.meters(); ++m) {
        auto const by = fleet.busbar_meter(static_cast<MeterId>(m));
        if (by != kNone<ConcentratorId>) {
            meters_[index(by)].push_back(static_cast<MeterId>(m));
        }
    }
}

void Balances::on_balance(BalanceReading const& reading) {
    auto const& meters = meters_[index(reading.concentrator)];
    bool const known = books_.balances().count({reading.concentrator, reading.interval}) != 0;
    if (known || reading.meters >= meters.size()) {
        books_.store(reading);
        return;
    }
    give_up();
    auto const missing = std::count_if(meters.begin(), meters.end(), [&](MeterId const meter) {
        return !ports_.ledger.has(meter, reading.interval);
    });
    auto const [at, fresh] = open_.try_emplace({reading.concentrator, reading.interval},
                                               Open{reading, static_cast<std::uint64_t>(missing)});
    counts_.left += fresh ? 1U : 0U;
    if (missing == 0) {
        open_.erase(at);
        close(reading);
    }
}

void Balances::on_reading(Reading const& reading) {
    auto const by = fleet_.busbar_meter(reading.meter);
    auto const at = open_.find({by, reading.interval});
    if (at == open_.end() || --at->second.missing != 0) {
        return;
    }
    BalanceReading const complete = at->second.reading;
    open_.erase(at);
    close(complete);
}

void Balances::close(BalanceReading reading) {
    auto const& meters = meters_[index(reading.concentrator)];
    reading.meters = static_cast<std::uint32_t>(meters.size());
    reading.completed = 1;
    reading.meters_mwh = 0;
    for (MeterId const meter : meters) {
        reading.meters_mwh += ports_.ledger.import_mwh(meter, reading.interval, reading.interval);
    }
    ++counts_.completed;
    counts_.busbar_mwh += reading.busbar_mwh;
    counts_.meters_mwh += reading.meters_mwh;
    books_.store(reading);
}

void Balances::give_up() {
    SimTime const now = ports_.clock.now();
    counts_.given_up += std::erase_if(open_, [&](auto const& one) {
        return kStart + std::int64_t{one.second.reading.interval} * fleet_.interval + wait_ <= now;
    });
}

void Balances::save(StateWriter& out) const {
    out.value(counts_);
    out.value(static_cast<std::uint64_t>(open_.size()));
    for (auto const& [key, one] : open_) {
        out.value(one);
    }
}

void Balances::restore(StateReader& in) {
    counts_ = in.value<BalancesCounts>();
    open_.clear();
    for (auto left = in.value<std::uint64_t>(); left != 0; --left) {
        auto const one = in.value<Open>();
        in.check(index(one.reading.concentrator) < meters_.size() && one.missing != 0);
        open_.emplace(Books::BalanceKey{one.reading.concentrator, one.reading.interval}, one);
    }
}

} // namespace gridtwin::headend
