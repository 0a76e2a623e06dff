#include "models/grid/protection/fuse.hpp"
#include "tests/models/grid/protection/lateral.hpp"
#include "tests/models/grid/protection/script.hpp"

namespace gridtwin::grid::protection {
namespace {

using test::standard_row;

struct Bench {
    FuseSettings settings;
    std::vector<TccCurve> curves;
    LinkState link;
    SimTime now = kStart;
    double melted_s = -1.0;
    double cleared_s = -1.0;

    Bench() {
        curves.assign(standard_curves().begin(), standard_curves().end());
        settings.melting_curve = standard_row("klink");
        settings.rated_a = 100.0;
    }

    void hold(double duration_s, double i_a) {
        SimTime const until = now + duration_from_s(duration_s);
        see(link, settings, curves, i_a, now);
        for (SimTime next = next_event(link, now); next <= until; next = next_event(link, now)) {
            advance(link, settings, next - now);
            now = next;
            LinkStep const step = act(link, now);
            (step == LinkStep::melted ? melted_s : cleared_s) = to_s(now);
            see(link, settings, curves, link.link == Link::open ? 0.0 : i_a, now);
        }
        advance(link, settings, until - now);
        now = until;
    }
};

TEST(Fuse, MeltsAtItsCurvesTimeAndClearsAfterTheArc) {
    Bench b;
    b.settings.arc_s = 0.02;
    b.hold(10.0, 400.0);
    EXPECT_NEAR(b.melted_s, 1.3, 2e-9);
    EXPECT_NEAR(b.cleared_s, 1.32, 3e-9);
    EXPECT_EQ(b.link.link, Link::open);
    EXPECT_NEAR(b.link.let_through_a2s, 400.0 * 400.0 * 1.32, 1e-2);
}

TEST(Fuse, WithAClearingCurveArcsFromMeltingToTotalClearing) {
    Bench b;
    TccCurve clearing = *standard_curve("klink");
    for (double& t : clearing.time_s) {
        t = 1.1 * t + 0.008;
    }
    b.curves.push_back(clearing);
    b.settings.clearing_curve = static_cast<std::int32_t>(b.curves.size()) - 1;
    ASSERT_EQ(settings_problem(b.settings, b.curves), "");
    b.hold(10.0, 400.0);
    EXPECT_NEAR(b.cleared_s, 1.1 * 1.3 + 0.008, 3e-9);
}

TEST(Fuse, NeverMeltsBelowTheFirstPointOfItsCurve) {
    Bench b;
    b.hold(1e6, 199.9);
    EXPECT_EQ(b.link.melted, 0.0);
    EXPECT_EQ(b.link.link, Link::whole);
}

TEST(Fuse, RemembersWhatHasMeltedAndCoolsSlowly) {
    Bench b;
    b.hold(0.65, 400.0); // half
    EXPECT_NEAR(b.link.melted, 0.5, 1e-9);
    b.hold(30.0, 0.0);
    EXPECT_NEAR(b.link.melted, 0.5 * std::exp(-0.1), 1e-9);
    b.hold(30.0, 100.0); // rated current cools it no worse
    double const left = 0.5 * std::exp(-0.2);
    EXPECT_NEAR(b.link.melted, left, 1e-9);
    b.hold(5.0, 300.0);
    EXPECT_NEAR(b.melted_s, 60.65 + (1.0 - left) * 4.0, 1e-8);
}

TEST(Fuse, AddsUpDifferentCurrentsByTheirShareOfMelting) {
    Bench b;
    b.hold(0.325, 400.0); // a quarter of 1.3 s
    b.hold(0.205, 600.0); // half of 0.41 s
    b.hold(10.0, 300.0);  // a quarter of 4 s is left
    EXPECT_NEAR(b.melted_s, 0.325 + 0.205 + 1.0, 1e-8);
}

TEST(Fuse, StopsArcingWhenAnotherDeviceBreaksTheCurrent) {
    Bench b;
    b.settings.arc_s = 0.5;
    b.hold(1.31, 400.0);
    EXPECT_EQ(b.link.link, Link::arcing);
    b.hold(1.0, 0.0);
    EXPECT_NEAR(b.cleared_s, 1.31, 3e-9);
}

TEST(FuseSettings, RefuseAClearingCurveBelowTheMeltingCurve) {
    Bench b;
    b.settings.clearing_curve = standard_row("klink");
    EXPECT_EQ(settings_problem(b.settings, b.curves), ""); // no arc at all
    b.settings.melting_curve = standard_row("tlink");
    EXPECT_EQ(settings_problem(b.settings, b.curves), "a clearing curve below the melting curve");
    b.settings.clearing_curve = kNone;
    b.settings.rated_a = 0.0;
    EXPECT_EQ(settings_problem(b.settings, b.curves), "rated current 0 A, arc 0 s, cooling 300 s");
}

} // namespace
} // namespace gridtwin::grid::protection
