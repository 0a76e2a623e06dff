#pragma once
// A VEE at its desk: a clock that is set by hand, a ledger, short words for what happens.
#include "models/headend/ports/ledger.hpp"
#include "models/headend/vee/vee.hpp"
#include "sim/core/random.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace gridtwin::headend::vee {

using namespace std::chrono_literals;

constexpr std::uint32_t kDay = 96; ///< intervals

constexpr MeterId meter(std::uint32_t row) {
    return static_cast<MeterId>(row);
}
constexpr SimTime end_of(std::uint32_t interval) {
    return kStart + interval * SimDuration(15min);
}

struct HandClock final : headend::Clock {
    [[nodiscard]] SimTime now() const override { return time; }
    void set_timer(SimTime, std::uint64_t) override {}
    SimTime time = kStart;
};

inline Fleet town(std::uint32_t meters) {
    Fleet fleet;
    fleet.concentrators = 1;
    fleet.feeders = 1;
    fleet.feeder.push_back(FeederId{0});
    fleet.channel.assign(meters, Channel::plc);
    fleet.lv_network.assign(meters, LvNetworkId{0});
    fleet.concentrator.assign(meters, ConcentratorId{0});
    return fleet;
}

/// Starts on Thursday, 2026-01-15, at midnight.
struct Desk {
    explicit Desk(std::uint32_t meters = 1, std::uint32_t days = 14, VeeConfig const& config = {})
        : fleet(town(meters)), ledger(meters, days * kDay),
          vee(config, fleet, days * kDay, civil, clock, ledger) {}

    bool reading(std::uint32_t m, std::uint32_t interval, std::int32_t mwh, std::uint8_t status = 0,
                 std::uint16_t voltage_dv = 2300) {
        Reading const r{.meter = meter(m),
                        .interval = interval,
                        .import_mwh = mwh,
                        .voltage_dv = voltage_dv,
                        .status = status,
                        .received = clock.time};
        bool const first = ledger.store(r);
        vee.on_reading(r);
        return first;
    }
    /// A day (from 0) of readings, i from 0 in it.
    void day(
        std::uint32_t m, std::uint32_t day, std::function<std::int32_t(std::uint32_t)> const& mwh,
        std::function<bool(std::uint32_t)> const& comes = [](std::uint32_t) { return true; }) {
        for (std::uint32_t i = 0; i < kDay; ++i) {
            if (comes(i)) {
                reading(m, day * kDay + i + 1, mwh(i));
            }
        }
    }
    void registers(std::uint32_t m, SimTime read, std::int64_t import_mwh,
                   std::int64_t export_mwh = 0) {
        vee.on_registers({.meter = meter(m),
                          .value = {import_mwh, export_mwh},
                          .read = read,
                          .received = clock.time});
    }
    [[nodiscard]] Quality quality(std::uint32_t m, std::uint32_t k) const {
        return vee.value(meter(m), k).grade.quality;
    }
    [[nodiscard]] std::int64_t energy(std::uint32_t m, std::uint32_t first,
                                      std::uint32_t last) const {
        std::int64_t sum = 0;
        for (std::uint32_t k = first; k <= last; ++k) {
            sum += vee.value(meter(m), k).mwh;
        }
        return sum;
    }
    [[nodiscard]] bool flagged(std::uint32_t m, std::uint32_t k, Rule rule) const {
        return has(vee.flags(meter(m), k), rule);
    }

    Fleet fleet;
    CivilClock civil{"2026-01-15T00:00:00", "UTC"};
    HandClock clock;
    MemoryLedger ledger;
    Vee vee;
};

/// The rule alone, with this action.
inline RulesConfig only(Rule rule, Action action = Action::suspect) {
    RulesConfig config;
    config.action.fill(Action::off);
    config.of(rule) = action;
    config.sum_stamp = 0s;
    return config;
}

} // namespace gridtwin::headend::vee
