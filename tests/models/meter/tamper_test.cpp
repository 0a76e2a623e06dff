#include "models/meter/tamper.hpp"
#include "tests/models/meter/some_meters.hpp"

namespace gridtwin::meter {
namespace {

using namespace std::chrono_literals;

constexpr MeterId kMeter{0};

struct TamperTest : testing::Test {
    MeterSpec spec;
    MeterTable table = exact_meters(spec, 1);
    std::vector<EventRecord> events;
    SimTime now = kStart;

    TamperTest() { table.tampering = make_tampering({}, 1); }
    void run(SimDuration dt, double p_w, double q_var = 0.0) {
        table.p_w[0] = p_w;
        table.q_var[0] = q_var;
        advance(table, spec, now, now + dt, events);
        now += dt;
    }
    void set(TamperInput input, bool on = true) {
        set_tamper(table.tampering, 0, input, on, table.energised[0] != 0, now, events);
    }
    [[nodiscard]] std::vector<std::pair<EventKind, TamperInput>> seen() const {
        std::vector<std::pair<EventKind, TamperInput>> out;
        for (auto const& event : events) {
            if (event.kind == EventKind::tamper_began || event.kind == EventKind::tamper_ended ||
                event.kind == EventKind::tamper_detected) {
                out.emplace_back(event.kind,
                                 static_cast<TamperInput>(static_cast<int>(event.value)));
            }
        }
        return out;
    }
    using Seen = std::vector<std::pair<EventKind, TamperInput>>;
};

TEST_F(TamperTest, OpenCoversAreNoticedAtOnceEvenWithoutVoltageAndMeasureOn) {
    table.energised[0] = 0;
    set(TamperInput::cover);
    set(TamperInput::terminal_box);
    set(TamperInput::cover); // it stands so already
    EXPECT_EQ(seen(), (Seen{{EventKind::tamper_began, TamperInput::cover},
                            {EventKind::tamper_detected, TamperInput::cover},
                            {EventKind::tamper_began, TamperInput::terminal_box},
                            {EventKind::tamper_detected, TamperInput::terminal_box}}));
    table.energised[0] = 1;
    run(1h, 1000.0);
    EXPECT_EQ(table.import_mwh[0], 1'000'000);
    EXPECT_EQ(table.tampering.unmetered_mwh[0], 0);
}

TEST_F(TamperTest, AMagnetTakesItsShareAndIsNoticedOnceThereIsVoltage) {
    table.energised[0] = 0;
    set(TamperInput::magnet);
    EXPECT_EQ(seen().size(), 1U);
    table.energised[0] = 1;
    run(1h, 1000.0, 400.0);
    EXPECT_EQ(seen().back(), (std::pair{EventKind::tamper_detected, TamperInput::magnet}));
    EXPECT_EQ(table.import_mwh[0], 500'000);
    EXPECT_EQ(table.tampering.unmetered_mwh[0], 500'000);
    EXPECT_EQ(table.import_mvarh[0], 200'000);
    EXPECT_EQ(table.tampering.unmetered_mvarh[0], 200'000);
    set(TamperInput::magnet, false);
    run(1h, 1000.0);
    EXPECT_EQ(table.import_mwh[0], 1'500'000);
    EXPECT_EQ(find_row(table, kMeter, 1)->import_mwh, 125'000); // rows show what was measured
}

TEST_F(TamperTest, ABypassIsNoticedByNobody) {
    set(TamperInput::bypass);
    run(10h, 1000.0);
    EXPECT_EQ(seen().size(), 1U);
    EXPECT_NEAR(static_cast<double>(table.import_mwh[0]), 2e6, 1.0);
    EXPECT_NEAR(static_cast<double>(table.tampering.unmetered_mwh[0]), 8e6, 1.0);
}

TEST_F(TamperTest, AReversedPhaseCountsBackwardsAndShowsOnceItLasts) {
    set(TamperInput::reversed_phase);
    run(30s, 1000.0);
    run(30s, 20.0); // too little to have a sign
    run(59s, 1000.0);
    EXPECT_EQ(seen().size(), 1U);
    run(1s, 1000.0);
    EXPECT_EQ(events.back().at, now);
    EXPECT_EQ(seen().back(), (std::pair{EventKind::tamper_detected, TamperInput::reversed_phase}));
    EXPECT_LT(table.import_mwh[0], 0);
    run(1h, 1000.0);
    EXPECT_EQ(seen().size(), 2U); // said once
}

TEST_F(TamperTest, WhoMayExportShowsNoWrongSign) {
    table.tampering.spec.export_allowed = true;
    run(1h, -1000.0);
    EXPECT_TRUE(seen().empty());
    table.tampering.spec.export_allowed = false;
    run(1h, -1000.0); // a sign is all a meter sees
    EXPECT_EQ(seen().back(), (std::pair{EventKind::tamper_detected, TamperInput::reversed_phase}));
}

TEST_F(TamperTest, LoadThroughTheNeutralNeedsCurrentToShow) {
    set(TamperInput::neutral_return);
    run(1h, 10.0);
    EXPECT_EQ(seen().size(), 1U);
    run(2min, 1000.0);
    EXPECT_EQ(seen().back(), (std::pair{EventKind::tamper_detected, TamperInput::neutral_return}));
    EXPECT_EQ(events.back().at, kStart + 61min);
}

TEST_F(TamperTest, WhatIsMeasuredAndWhatIsNotAreTheTruthWhateverIsDone) {
    std::uint64_t draws = 0;
    auto const draw = [&draws] {
        return draw01(Seed{4}, EntityKey(EntityKind::world, 3), Purpose::test, draws++);
    };
    spec.registers.kept = true;
    table = exact_meters(spec, 1);
    table.tampering = make_tampering({}, 1);
    long double true_mwh = 0.0L;
    for (int k = 0; k < 2000; ++k) {
        set(static_cast<TamperInput>(static_cast<int>(6.0 * draw())), draw() < 0.5);
        double const p_w = 5000.0 * (draw() - 0.3);
        SimDuration const dt = duration_from_s(120.0 * draw());
        run(dt, p_w);
        true_mwh += static_cast<long double>(p_w) * static_cast<long double>(dt.count()) / 3.6e9L;
    }
    EXPECT_NEAR(static_cast<double>(table.import_mwh[0] + table.tampering.unmetered_mwh[0]) +
                    table.rest_mwh[0] + table.tampering.rest_mwh[0],
                static_cast<double>(true_mwh), 1e-4);
    EXPECT_EQ(table.registers.total[0][0] - table.registers.total[0][1], table.import_mwh[0]);
}

} // namespace
} // namespace gridtwin::meter
