#pragma once
// A billing office: readings come in, time passes, invoices go out.
#include "models/headend/billing/billing.hpp"
#include "tests/models/headend/billing/cases.hpp"

#include <map>
#include <set>
#include <utility>

namespace gridtwin::headend::billing {

constexpr MeterId meter(std::uint32_t row) {
    return static_cast<MeterId>(row);
}
constexpr SimTime day(int days) {
    return kStart + days * 24h;
}

struct FakeClock final : Clock {
    [[nodiscard]] SimTime now() const override { return time; }
    void set_timer(SimTime at, std::uint64_t id) override { timers.insert({at, id}); }
    SimTime time = kStart;
    std::set<std::pair<SimTime, std::uint64_t>> timers;
};

struct FakeSource final : EnergySource {
    [[nodiscard]] bool intervals(MeterId m, std::uint32_t first, std::span<std::int32_t> energy,
                                 std::span<std::uint8_t> quality) const override {
        auto const at = profiles.find(m);
        bool any = false;
        for (std::size_t i = 0; i < energy.size(); ++i) {
            std::size_t const k = first - 1 + i;
            bool const there = at != profiles.end() && k < at->second.quality.size();
            energy[i] = there ? at->second.energy_mwh[k] : 0;
            quality[i] = there ? at->second.quality[k] : kMissing;
            any = any || quality[i] != kMissing;
        }
        return any;
    }
    [[nodiscard]] std::vector<RegisterReading> registers(MeterId m) const override {
        auto const at = readings.find(m);
        return at == readings.end() ? std::vector<RegisterReading>{} : at->second;
    }
    std::map<MeterId, Profile> profiles;
    std::map<MeterId, std::vector<RegisterReading>> readings;
};

/// From 1 January 2026 in Berlin, quarter hours; the clock stands at `now`.
struct Office {
    static constexpr std::uint64_t kTimers = std::uint64_t{7} << 48;

    explicit Office(BillingConfig const& config, bool started = true, ThreadPool* pool = nullptr)
        : billing(config, CivilClock("2026-01-01T00:00:00", "Europe/Berlin"), kQuarter, clock,
                  source, kTimers, pool) {
        if (started) {
            billing.start();
        }
    }
    void run_to(SimTime to) {
        while (!clock.timers.empty() && clock.timers.begin()->first <= to) {
            auto const [at, id] = *clock.timers.begin();
            clock.timers.erase(clock.timers.begin());
            clock.time = std::max(clock.time, at);
            EXPECT_EQ(id >> 48, 7U);
            billing.on_timer(id & ((std::uint64_t{1} << 48) - 1));
        }
        clock.time = std::max(clock.time, to);
    }
    /// Whose meter reads the same in each of the first `days`.
    AccountId customer(std::uint32_t m, std::int32_t energy, std::uint32_t days = 365) {
        source.profiles.insert_or_assign(meter(m), Profile(days * 96, energy));
        return billing.move_in({.customer = CustomerId{m + 100}, .meter = meter(m)}, kStart);
    }
    [[nodiscard]] Invoice const& invoice(std::size_t row) const { return billing.invoices()[row]; }
    [[nodiscard]] std::vector<std::string> story() const {
        std::vector<std::string> lines;
        for (Invoice const& i : billing.invoices()) {
            lines.push_back(billing.number_text(i) + " " + std::string(name(i.head.state)) + " " +
                            std::to_string(i.head.total.cents));
        }
        return lines;
    }

    FakeClock clock;
    FakeSource source;
    Billing billing;
};

inline BillingConfig office_config(Tariff tariff) {
    BillingConfig config;
    config.tariffs = {std::move(tariff)};
    return config;
}

} // namespace gridtwin::headend::billing
