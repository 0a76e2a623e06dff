#include "models/meter/adder.hpp"
#include "models/meter/step.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/meter/some_meters.hpp"

namespace gridtwin::meter {
namespace {

using namespace std::chrono_literals;

struct AdderTest : testing::Test {
    MeterSpec spec;
    MeterTable table = exact_meters(spec, 4);
    Adders adders;
    std::vector<EventRecord> events;
    std::vector<EventRecord> of_meters;
    SimTime now = kStart;

    void add(AdderSpec const& what = {}) {
        add_adder(adders, table, what,
                  std::vector<AdderMember>{{MeterId{0}, 0}, {MeterId{1}, 1}, {MeterId{3}, 2}});
    }
    void run(SimDuration dt) {
        advance(table, spec, now, now + dt, of_meters);
        now += dt;
        advance_adders(adders, table, spec, now, events);
    }
    void supply(std::size_t meter, bool on) {
        table.energised[meter] = on ? 1 : 0;
        table.u_v[meter] = on ? 230.0 : 0.0;
        table.p_w[meter] = on ? table.p_w[meter] : 0.0;
    }
    [[nodiscard]] std::vector<EventKind> kinds() const {
        std::vector<EventKind> out;
        for (auto const& event : events) {
            EXPECT_EQ(event.entity, EventEntity::adder);
            out.push_back(event.kind);
        }
        return out;
    }
};

TEST_F(AdderTest, ASumIsThatOfItsMembersAlone) {
    add();
    table.p_w = {100.0, 200.0, 4000.0, 800.0};
    table.q_var = {10.0, 0.0, 0.0, -5.0};
    run(15min);
    AdderRow const* row = find_row(adders, table, 0, 1);
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->mwh, 25'000 + 50'000 + 200'000);
    EXPECT_EQ(row->contributions, 3U);
    EXPECT_FALSE(row->judged);
    run(30s);
    EXPECT_TRUE(row->judged);
    EXPECT_TRUE(events.empty());
    EXPECT_EQ(find_row(adders, table, 0, 3), nullptr);
}

TEST_F(AdderTest, AnOverloadIsToldOncePerInterval) {
    add({.limit_w = 1000.0});
    table.p_w = {400.0, 400.0, 0.0, 400.0};
    run(16min);
    table.p_w = {100.0, 100.0, 0.0, 100.0};
    run(30min);
    EXPECT_EQ(kinds(), std::vector{EventKind::adder_overload});
    EXPECT_EQ(events[0].at, kStart + 15min + 30s);
    EXPECT_NEAR(events[0].value, 1200.0, 0.01);
}

TEST_F(AdderTest, AMemberWithoutVoltageIsMissingAndMadeUpForLater) {
    add();
    table.p_w = {100.0, 200.0, 0.0, 800.0};
    run(10min);
    supply(1, false);
    run(30min);
    EXPECT_EQ(kinds(), (std::vector{EventKind::adder_incomplete, EventKind::adder_incomplete}));
    EXPECT_EQ(events[0].value, 1.0);
    EXPECT_EQ(find_row(adders, table, 0, 1)->contributions, 2U);
    supply(1, true);
    run(1min);
    EXPECT_EQ(kinds(), (std::vector{EventKind::adder_incomplete, EventKind::adder_incomplete,
                                    EventKind::adder_completed, EventKind::adder_completed}));
    EXPECT_EQ(events[2].value, 1.0);
    // what it had drawn before it lost its voltage is there
    EXPECT_NEAR(static_cast<double>(find_row(adders, table, 0, 1)->mwh),
                225'000.0 + 200.0 * 1000.0 / 6.0, 1.0);
}

TEST_F(AdderTest, ALateContributionMayShowAnOverload) {
    add({.limit_w = 1000.0});
    table.p_w = {400.0, 3000.0, 0.0, 400.0};
    run(14min);
    supply(1, false);
    run(5min);
    EXPECT_EQ(kinds(), std::vector{EventKind::adder_incomplete});
    supply(1, true);
    run(1min);
    EXPECT_EQ(kinds(), (std::vector{EventKind::adder_incomplete, EventKind::adder_overload,
                                    EventKind::adder_completed}));
}

TEST_F(AdderTest, PhasesThatDifferAreAnUnbalance) {
    add({.unbalance_frac = 0.02});
    table.u_v = {230.0, 230.0, 230.0, 215.0}; // mean 225, the third 4.4 % below
    run(16min);
    EXPECT_EQ(kinds(), std::vector{EventKind::adder_unbalance_began});
    EXPECT_NEAR(events[0].value, 10.0 / 225.0, 1e-9);
    run(15min);
    EXPECT_EQ(events.size(), 1U);
    table.u_v[3] = 230.0;
    run(30min);
    EXPECT_EQ(kinds(),
              (std::vector{EventKind::adder_unbalance_began, EventKind::adder_unbalance_ended}));
}

TEST_F(AdderTest, ALongStepIsAsManyShortOnes) {
    add({.limit_w = 1000.0});
    MeterTable const before = table;
    table.p_w = {400.0, 400.0, 0.0, 400.0};
    run(5h);
    auto const rows = adders.rows;
    auto const told = events;
    table = before;
    adders = {};
    events.clear();
    now = kStart;
    add({.limit_w = 1000.0});
    table.p_w = {400.0, 400.0, 0.0, 400.0};
    for (int k = 0; k < 300; ++k) {
        run(1min);
    }
    EXPECT_EQ(adders.rows, rows);
    EXPECT_EQ(events, told);
}

TEST_F(AdderTest, WhatIsGoneIsCounted) {
    add();
    run(15min);
    supply(0, false);
    for (int hour = 0; hour < 26; ++hour) {
        run(1h); // 104 intervals in all, of which meters hold 96
    }
    supply(0, true);
    run(1min);
    EXPECT_EQ(adders.gone[0], 8U);
    EXPECT_EQ(find_row(adders, table, 0, 2), nullptr);
}

TEST_F(AdderTest, WhoCannotBeSummedIsRefused) {
    auto const give = [&](std::vector<AdderMember> const& members, AdderSpec const& what = {}) {
        add_adder(adders, table, what, members);
    };
    EXPECT_THROW(give({}), SimulationError);
    EXPECT_THROW(give({{MeterId{1}}, {MeterId{1}}}), SimulationError);
    EXPECT_THROW(give({{MeterId{4}}}), SimulationError);
    EXPECT_THROW(give({{MeterId{1}}}, {.limit_w = -1.0}), SimulationError);
    EXPECT_THROW(give({{MeterId{1}}}, {.grace = 1min}), SimulationError);
}

TEST(AdderConservationTest, SumsAreTheirMembersRegistersWhateverIsMissingOnTheWay) {
    constexpr std::size_t kCount = 30;
    MeterSpec const spec;
    MeterTable table = make_meters(spec, Seed{8}, std::vector<double>(kCount, 230.0));
    Adders adders;
    std::vector<AdderMember> all;
    for (std::uint32_t i = 0; i < kCount; ++i) {
        all.push_back({MeterId{i}, static_cast<std::uint8_t>(i % 3)});
    }
    add_adder(adders, table, {.limit_w = 1.0}, all);
    add_adder(adders, table, {}, std::span(all).first(7));
    std::vector<EventRecord> events;
    std::uint64_t draws = 0;
    auto const draw = [&draws] {
        return draw01(Seed{6}, EntityKey(EntityKind::world, 4), Purpose::test, draws++);
    };
    SimTime t = kStart;
    while (t < kStart + 72h) {
        for (std::size_t i = 0; i < kCount; ++i) {
            bool const on = draw() < 0.97;
            table.energised[i] = on ? 1 : 0;
            table.u_v[i] = on ? 225.0 + 10.0 * draw() : 0.0;
            table.p_w[i] = on ? 8000.0 * (draw() - 0.2) : 0.0;
        }
        SimTime const end = t + duration_from_s(3000.0 * draw());
        advance(table, spec, t, end, events);
        t = end;
        advance_adders(adders, table, spec, t, events);
    }
    std::fill(table.energised.begin(), table.energised.end(), std::uint8_t{1});
    std::fill(table.p_w.begin(), table.p_w.end(), 0.0);
    SimTime const end = kStart + ((t - kStart) / 15min + 1) * SimDuration{15min} + 1min;
    advance(table, spec, t, end, events);
    advance_adders(adders, table, spec, end, events);
    for (std::size_t adder = 0; adder < 2; ++adder) {
        std::int64_t members_mwh = 0;
        for (std::size_t m = adders.first_member[adder]; m < adders.first_member[adder + 1]; ++m) {
            members_mwh += table.opened_mwh[index(adders.member[m].meter)];
        }
        EXPECT_EQ(adders.total_mwh[adder], members_mwh);
        EXPECT_EQ(adders.gone[adder], 0U);
        std::int64_t held_mwh = 0;
        std::int64_t rows_mwh = 0;
        std::uint32_t const last = adders.judged[adder];
        for (std::uint32_t k = last - 50; k <= last; ++k) {
            AdderRow const* row = find_row(adders, table, adder, k);
            ASSERT_NE(row, nullptr);
            held_mwh += row->mwh;
            EXPECT_EQ(row->contributions, adder == 0 ? kCount : 7U);
            for (std::size_t m = 0; m < (adder == 0 ? kCount : 7U); ++m) {
                rows_mwh += find_row(table, MeterId{static_cast<std::uint32_t>(m)}, k)->import_mwh;
            }
        }
        EXPECT_EQ(held_mwh, rows_mwh);
    }
}

} // namespace
} // namespace gridtwin::meter
