// Customers who pay in advance, in a whole town: when their supply goes, and who else may hold it.
#include "sim/twin/prepaid_meters.hpp"
#include "tests/sim/twin/day.hpp"

#include <algorithm>

namespace gridtwin::twin::test {
namespace {

using namespace std::chrono_literals;
using results::Reader;

/// Two dozen homes by power line and six farms by SMS, clocks that show the truth, and a second
/// profile by the minute, which is the grid's step: within one, power stays as it is.
std::string town(std::string const& meter_keys, std::string const& events = "",
                 std::string const& duration = "6 h") {
    auto text = first_light(
        {{"duration: 24 h", "duration: " + duration},
         {"customers_per_transformer: 60", "customers_per_transformer: 12"},
         {"count: 240", "count: 24"},
         {"concentrators: 4",
          "concentrators: 2\n  concentrator: { collect: { profiles: { every: 1 h } } }"},
         {"count: 20,", "count: 6,"},
         {"every: 4 h", "every: 1 h"},
         {"level: meters", "level: profiles"},
         {"operator: {",
          "meter: { clock_error: 0 s, clock_drift_ppm: 0, " + meter_keys + " }\noperator: {"}});
    auto const begin = text.find("events:");
    text.replace(begin, text.find("record:") - begin,
                 events.empty() ? "" : "events:\n" + events + "\n");
    text.erase(text.find("expect:"));
    return text;
}

std::string const kTwentyCents = "credit: [{ customers: homes, prices: [0.20], ";

struct Happened {
    SimTime at{};
    EventKind kind{};
    friend bool operator==(Happened const&, Happened const&) = default;
};
constexpr auto kCredit = [](EventKind kind) {
    return (kind >= EventKind::credit_low && kind <= EventKind::credit_restored) ||
           kind == EventKind::relay_opened || kind == EventKind::relay_closed;
};

/// What came of a meter's credit and contact, in order.
std::vector<Happened> seen(fs::path const& file, std::uint32_t meter) {
    std::vector<Happened> out;
    for (auto const& event : Reader(file).events()) {
        if (event.entity == EventEntity::meter && event.row == meter && kCredit(event.kind)) {
            out.push_back({event.at, event.kind});
        }
    }
    return out;
}

std::uint32_t row_of(fs::path const& file, std::string const& customer) {
    auto const names = Reader(file).read_strings("/entities/meters/name");
    auto const found = std::find_if(names.begin(), names.end(),
                                    [&](auto const& name) { return name.ends_with(customer); });
    EXPECT_NE(found, names.end()) << customer;
    return static_cast<std::uint32_t>(found - names.begin());
}

/// Energy by the minute.
std::vector<std::int64_t> minutes(fs::path const& file, std::uint32_t meter) {
    std::vector<std::int64_t> mwh;
    for (auto const& row : Reader(file).profiles()) {
        if (row.meter == static_cast<MeterId>(meter) && row.interval > 0) {
            mwh.resize(std::max<std::size_t>(mwh.size(), row.interval), -1);
            mwh[row.interval - 1] = row.value[0];
        }
    }
    return mwh;
}

/// When so much had been used, by minutes of steady power.
double used_at_s(std::vector<std::int64_t> const& mwh, std::int64_t amount_mwh) {
    std::int64_t sum = 0;
    for (std::size_t k = 0; k < mwh.size(); ++k) {
        if (sum + mwh[k] >= amount_mwh) {
            return 60.0 * (static_cast<double>(k) +
                           static_cast<double>(amount_mwh - sum) / static_cast<double>(mwh[k]));
        }
        sum += mwh[k];
    }
    ADD_FAILURE() << "never used";
    return 0.0;
}

TEST(PrepaidTown, TheSupplyGoesAtTheSecondThatTheEnergyComesTo) {
    // given what customers use who need not pay
    Scratch scratch;
    auto const keys = std::string("profiles: [{ customers: homes, interval: 1 min, channels: "
                                  "[energy], rows: 6000 }]");
    auto const free = run_day(scratch, town(keys), "free");
    // when they have 15 cents: 750 Wh
    auto const paid =
        run_day(scratch, town(keys + ", " + kTwentyCents + "balance: 0.15, low: 0.05 }]"), "paid");
    // then warning, exhaustion and disconnection come when that is used
    constexpr std::int64_t kWarned = 500'000;
    constexpr std::int64_t kAll = 750'000;
    std::size_t compared = 0;
    for (auto const* name : {"homes/1", "homes/7", "homes/24"}) {
        auto const meter = row_of(free.file, name);
        auto const used = minutes(free.file, meter);
        ASSERT_GT(used.size(), 200U) << name;
        auto const happened = seen(paid.file, meter);
        ASSERT_EQ(happened.size(), 3U) << name;
        EXPECT_EQ(happened[0].kind, EventKind::credit_low);
        EXPECT_NEAR(to_s(happened[0].at - kStart), used_at_s(used, kWarned), 0.05) << name;
        EXPECT_EQ(happened[1].kind, EventKind::credit_exhausted);
        EXPECT_NEAR(to_s(happened[1].at - kStart), used_at_s(used, kAll), 0.05) << name;
        EXPECT_EQ(happened[2], (Happened{happened[1].at + 50ms, EventKind::relay_opened}));
        ++compared;
    }
    EXPECT_EQ(compared, 3U);
    // and the books close, with nobody's supply taken who pays afterwards
    EXPECT_TRUE(paid.report.books_close);
    EXPECT_EQ(paid.kpi("credit.accounts"), 24.0);
    EXPECT_EQ(paid.kpi("credit.off"), paid.kpi("credit.exhausted"));
    EXPECT_GT(paid.kpi("credit.off"), 20.0);
    EXPECT_EQ(paid.kpi("credit.low"), 24.0);
    EXPECT_TRUE(seen(paid.file, row_of(paid.file, "farms/1")).empty());
    EXPECT_EQ(paid.kpi("messages.balanced"), 1.0);
}

TEST(PrepaidTown, NobodyIsDisconnectedInFriendlyHours) {
    // given hours in which all use up what they have
    Scratch scratch;
    auto const day =
        run_day(scratch, town(kTwentyCents + "balance: 0.15, friendly: [{ from: 22:00, to: 5:00 "
                                             "}] }]"));
    // then they are told at once, and disconnected all as those hours end
    std::size_t told = 0;
    std::size_t opened = 0;
    for (auto const& event : Reader(day.file).events()) {
        told += event.kind == EventKind::credit_exhausted && event.at < kStart + 5h ? 1U : 0U;
        if (event.kind == EventKind::relay_opened) {
            EXPECT_GE(event.at, kStart + 5h);
            opened += event.at < kStart + 5h + 1s ? 1U : 0U;
        }
    }
    EXPECT_GT(told, 20U);
    EXPECT_EQ(opened, told);
}

/// When a contact closed for the first time after `from`; kNever if it did not.
SimTime closed_after(std::vector<Happened> const& all, SimTime from) {
    auto const found = std::ranges::find_if(
        all, [&](auto const& one) { return one.kind == EventKind::relay_closed && one.at > from; });
    return found == all.end() ? kNever : found->at;
}

TEST(PrepaidTown, WhoeverElseHoldsTheContactOpenKeepsItOpen) {
    // given all credit used up by 3:00, when friendly hours end; limits of power at two homes, for
    // two hours, from before that on; and the head-end's orders at two others
    Scratch scratch;
    auto const day = run_day(
        scratch,
        town("limiters: [{ customers: homes, limit: 20 kW, window: 5 min, warning: 1 min, hold: 2 "
             "h }], " +
                 kTwentyCents +
                 "balance: 0.05, emergency: 9.00, friendly: [{ from: 22:00, to: 3:00 }] }]",
             "  - { at: 3:30, reconnect: homes/1 }\n"
             "  - { at: 4:00, take_emergency: homes/1 }\n"
             "  - { at: 3:30, disconnect: homes/2 }\n"
             "  - { at: 4:00, take_emergency: homes/2 }\n"
             "  - { at: 5:00, reconnect: homes/2 }\n"
             "  - { at: 2:30, set: homes/3, limit: 10 W }\n"
             "  - { at: 3:30, take_emergency: homes/3 }\n"
             "  - { at: 2:30, set: homes/4, limit: 10 W }\n"
             "  - { at: 5:30, take_emergency: homes/4 }\n"));
    auto const of = [&](char const* name) { return seen(day.file, row_of(day.file, name)); };
    auto const restored = [&](auto const& all) {
        auto const found = std::ranges::find(all, EventKind::credit_restored, &Happened::kind);
        return found == all.end() ? kNever : found->at;
    };
    // then an order to close does nothing while there is no credit, which then does
    auto const first = of("homes/1");
    EXPECT_EQ(restored(first), kStart + 4h);
    EXPECT_EQ(closed_after(first, kStart), kStart + 4h + 50ms);
    // credit alone does not close what the head-end has opened meanwhile
    auto const second = of("homes/2");
    EXPECT_EQ(restored(second), kStart + 4h);
    EXPECT_GT(closed_after(second, kStart), kStart + 5h);
    EXPECT_LT(closed_after(second, kStart), kStart + 5h + 10min);
    // nor what the limiter has, until that restores the supply
    auto const third = of("homes/3");
    auto const limited = row_of(day.file, "homes/3");
    auto const events = Reader(day.file).events();
    auto const released = std::ranges::find_if(events, [limited](auto const& event) {
        return event.kind == EventKind::supply_restored && event.row == limited;
    });
    ASSERT_NE(released, events.end());
    EXPECT_GT(released->at, kStart + 4h + 30min);
    EXPECT_EQ(restored(third), kStart + 3h + 30min);
    EXPECT_EQ(closed_after(third, kStart), released->at + 50ms);
    // and what the limiter has long let go, credit keeps
    auto const fourth = of("homes/4");
    EXPECT_EQ(restored(fourth), kStart + 5h + 30min);
    EXPECT_EQ(closed_after(fourth, kStart), kStart + 5h + 30min + 50ms);
    EXPECT_TRUE(day.report.books_close);
}

TEST(PrepaidTown, MetersTellTheHeadEndOfTheirCreditOnEveryChannel) {
    Scratch scratch;
    auto const day = run_day(scratch, town("credit: [{ customers: homes, prices: [0.20], balance: "
                                           "0.10, low: 0.05 }, { customers: farms, prices: "
                                           "[0.20], balance: 0.10, low: 0.05 }]"));
    auto const events = Reader(day.file).events();
    for (auto const kind : {AlarmKind::credit_low, AlarmKind::credit_exhausted}) {
        for (auto const* name : {"homes/5", "farms/2"}) {
            auto const meter = row_of(day.file, name);
            EXPECT_TRUE(std::ranges::any_of(
                events,
                [&](auto const& event) {
                    return event.kind == EventKind::alarm_received && event.row == meter &&
                           static_cast<AlarmKind>(static_cast<int>(event.value)) == kind;
                }))
                << name << " " << gridtwin::name(kind);
        }
    }
}

TEST(PrepaidTown, WhatAccountsBeginWithIsDrawnByTheMeter) {
    Scratch scratch;
    auto const file = scratch.path() / "town.yaml";
    std::ofstream(file) << town("credit: [{ customers: homes, prices: [0.20], balance: -5.00, "
                                "balance_up_to: 5.00, debt: 1.00 }, { customers: farms, prices: "
                                "[0.12345], balance: 20.00, debt_up_to: 0.01 }]");
    auto const loaded = load(file);
    auto const homes = credit_openings(loaded.scenario, loaded.world, 0);
    auto const farms = credit_openings(loaded.scenario, loaded.world, 1);
    ASSERT_EQ(homes.size(), 24U);
    ASSERT_EQ(farms.size(), 6U);
    auto const [least, most] =
        std::ranges::minmax(homes, {}, [](auto const& one) { return one.balance.cents; });
    EXPECT_GE(least.balance.cents, -500);
    EXPECT_LT(least.balance.cents, -300);
    EXPECT_LE(most.balance.cents, 500);
    EXPECT_GT(most.balance.cents, 300);
    EXPECT_TRUE(std::ranges::all_of(homes, [](auto const& one) { return one.debt == Money{100}; }));
    for (auto const& one : farms) {
        EXPECT_EQ(one.balance, Money{2000});
        EXPECT_LE(one.debt.cents, 1);
    }
    EXPECT_EQ(credit_spec(loaded.scenario, 1).terms.price_milli[7], 12'345);
    EXPECT_EQ(credit_spec(loaded.scenario, 1).terms.week_at_start, 72h) << "a Thursday";
}

TEST(PrepaidTown, IsTheSameToTheBitOnAnyNumberOfThreads) {
    expect_same_bits_on_any_threads(
        town("credit: [{ customers: homes, prices: [0.20], balance: 0.05, balance_up_to: 0.40, "
             "emergency: 0.10, emergency_by_itself: true }, { customers: farms, prices: [0.30], "
             "balance: 0.10, friendly: [{ from: 2:00, to: 3:00 }] }]"));
}

} // namespace
} // namespace gridtwin::twin::test
