#include "models/headend/registry.hpp"

#include "sim/core/diagnostics.hpp"

namespace gridtwin::headend {

std::string problem(RegistryConfig const& config) {
    return config.release_again < SimDuration::zero() ? "registry: release_again is negative" : "";
}

Registry::Registry(RegistryConfig const& config, Fleet& fleet, Ports const& ports)
    : config_(config), fleet_(fleet), ports_(ports), latest_(fleet.meters(), 0),
      released_(fleet.meters(), SimTime::min()) {
    if (auto const text = problem(config); !text.empty()) {
        throw SimulationError(text);
    }
}

bool Registry::on_registration(Registration const& registration) {
    std::size_t const m = index(registration.meter);
    bool const in = registration.in != 0;
    std::uint64_t const rank = 2 * std::uint64_t{registration.number} + (in ? 0 : 1);
    if (rank <= latest_[m]) {
        ++counts_.outdated;
        return false;
    }
    latest_[m] = rank;
    ++(in ? counts_.registered : counts_.given_up);
    ports_.journal.write({.at = ports_.clock.now(),
                          .kind = in ? EventKind::meter_registered : EventKind::meter_given_up,
                          .entity = EventEntity::meter,
                          .row = static_cast<std::uint32_t>(m),
                          .value = static_cast<std::int64_t>(index(registration.concentrator))});
    if (!in) {
        return false; // orders go on to whoever had it: it may come back
    }
    ConcentratorId const before = fleet_.concentrator[m];
    fleet_.concentrator[m] = registration.concentrator;
    if (before != registration.concentrator) {
        ++counts_.moved;
        release(registration.meter, before);
    }
    return true;
}

void Registry::on_read_by(MeterId meter, ConcentratorId concentrator) {
    std::size_t const m = index(meter);
    bool const stranger = fleet_.concentrator[m] != concentrator && latest_[m] > 0;
    if (stranger && ports_.clock.now() - config_.release_again >= released_[m]) {
        release(meter, concentrator); // for what it had stored, it has let the meter go already
    }
}

void Registry::release(MeterId meter, ConcentratorId concentrator) {
    released_[index(meter)] = ports_.clock.now();
    ++counts_.released;
    ports_.commands.assign({.concentrator = concentrator,
                            .meter = meter,
                            .number = static_cast<std::uint32_t>(latest_[index(meter)] / 2)});
}

void Registry::save(StateWriter& out) const {
    out.value(counts_);
    out.column(fleet_.concentrator);
    out.column(latest_);
    out.column(released_);
}

void Registry::restore(StateReader& in) {
    counts_ = in.value<RegistryCounts>();
    in.column(fleet_.concentrator);
    in.column(latest_);
    in.column(released_);
    auto const text = problem(fleet_);
    in.check(text.empty());
}

} // namespace gridtwin::headend
