// What must hold whatever the currents: random relays, reclosers and fuses under random histories.
#include "models/grid/element_currents.hpp"
#include "models/grid/protection/curve.hpp"
#include "models/grid/protection/fuse.hpp"
#include "tests/models/grid/protection/lateral.hpp"
#include "tests/models/grid/protection/script.hpp"

#include <limits>
#include <random>

namespace gridtwin::grid::protection {
namespace {

using test::Script;

constexpr int kCases = 2000;

struct Piece {
    double duration_s;
    double i_a;
};

class Random {
  public:
    explicit Random(unsigned seed) : bits_(seed) {}
    double within(double least, double most) {
        double const unit = static_cast<double>(bits_() >> 11) * 0x1p-53;
        return least + unit * (most - least);
    }
    /// Evenly over orders of magnitude.
    double scale(double least, double most) {
        return std::exp(within(std::log(least), std::log(most)));
    }
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(bits_() % n); }

    /// Any curve of currents: inverse tables and formulas, not the definite or voltage ones.
    std::int32_t curve() {
        char const* const names[] = {"a",
                                     "d",
                                     "tlink",
                                     "klink",
                                     "mod_inv",
                                     "very_inv",
                                     "ext_inv",
                                     "ieee_mod_inv",
                                     "ieee_ext_inv",
                                     "iec_std_inv",
                                     "iec_very_inv",
                                     "iec_ext_inv"};
        return test::standard_row(names[below(12)]);
    }
    SwitchSettings settings() {
        SwitchSettings s;
        s.fast_operations = static_cast<int>(below(3));
        s.phase_fast = {curve(), scale(10.0, 500.0), scale(0.1, 10.0), 0.0};
        s.phase = {curve(), s.phase_fast.pickup_a, scale(0.1, 10.0), 0.0};
        s.opening_s = within(0.0, 0.1);
        s.reset_s = scale(1.0, 100.0);
        s.shots = 1 + static_cast<int>(below(4));
        s.reclose_s = {within(0.2, 2.0), within(1.0, 5.0), within(1.0, 30.0)};
        return s;
    }
    std::vector<Piece> history(double least_a, double most_a) {
        std::vector<Piece> out(1 + below(20));
        for (Piece& p : out) {
            p = {scale(0.01, 100.0), scale(least_a, most_a)};
        }
        return out;
    }

  private:
    std::mt19937_64 bits_;
};

Script played(SwitchSettings const& settings, std::vector<Piece> const& history,
              double factor = 1.0) {
    Script script(settings);
    for (Piece const& p : history) {
        script.hold(p.duration_s, factor * p.i_a);
    }
    return script;
}

double first_trip_s(Script const& script) {
    auto const trips_s = script.times_s(Step::tripped);
    return trips_s.empty() ? std::numeric_limits<double>::infinity() : trips_s.front();
}

TEST(ProtectionProperty, NothingEverTripsBelowPickup) {
    Random random(1);
    for (int k = 0; k < kCases; ++k) {
        SwitchSettings const s = random.settings();
        double const most_a = 0.999999 * s.phase.pickup_a;
        ASSERT_TRUE(played(s, random.history(0.01 * most_a, most_a)).steps.empty());
    }
}

TEST(ProtectionProperty, MoreCurrentNeverTripsLater) {
    Random random(2);
    int tripped = 0;
    for (int k = 0; k < kCases; ++k) {
        SwitchSettings const s = random.settings();
        auto const history = random.history(0.3 * s.phase.pickup_a, 30.0 * s.phase.pickup_a);
        double const slow_s = first_trip_s(played(s, history));
        double const fast_s = first_trip_s(played(s, history, random.within(1.0, 3.0)));
        ASSERT_LE(fast_s, slow_s + 1e-8);
        tripped += slow_s < std::numeric_limits<double>::infinity() ? 1 : 0;
    }
    EXPECT_GT(tripped, kCases / 4); // else nothing was tested
}

TEST(ProtectionProperty, TheFirstTripComesWhenTheIntegralOfTheCurveReachesOne) {
    Random random(3);
    int tripped = 0;
    for (int k = 0; k < kCases; ++k) {
        SwitchSettings s = random.settings();
        TimeOvercurrent const& e = s.fast_operations > 0 ? s.phase_fast : s.phase;
        auto const history = random.history(0.3 * e.pickup_a, 30.0 * e.pickup_a);
        // by hand, piece by piece; the current's dropping out forgets
        double travel = 0.0;
        double at_s = 0.0;
        double expected_s = std::numeric_limits<double>::infinity();
        for (Piece const& p : history) {
            double const t_s =
                e.time_dial * operating_time_s(standard_curves()[static_cast<std::size_t>(e.curve)],
                                               p.i_a / e.pickup_a);
            if (!(t_s < kNoOperation_s)) {
                travel = 0.0;
            } else if (travel + p.duration_s / t_s >= 1.0) {
                expected_s = at_s + (1.0 - travel) * t_s;
                break;
            } else {
                travel += p.duration_s / t_s;
            }
            at_s += p.duration_s;
        }
        double const trip_s = first_trip_s(played(s, history));
        if (expected_s < std::numeric_limits<double>::infinity()) {
            ASSERT_NEAR(trip_s, expected_s, 1e-7 + 1e-8 * expected_s);
            ++tripped;
        } else {
            ASSERT_EQ(trip_s, expected_s);
        }
    }
    EXPECT_GT(tripped, kCases / 4);
}

TEST(ProtectionProperty, LockOutComesAfterExactlyTheShotsAndIsFinalUntilClosedByHand) {
    Random random(4);
    int locked = 0;
    for (int k = 0; k < kCases; ++k) {
        SwitchSettings const s = random.settings();
        Script script = played(s, random.history(0.3 * s.phase.pickup_a, 30.0 * s.phase.pickup_a));
        int trips = 0;
        for (Script::Happened const& h : script.steps) {
            trips += h.step.step == Step::tripped ? 1 : 0;
            trips = h.step.step == Step::sequence_reset ? 0 : trips;
            ASSERT_LE(trips, s.shots);
            if (h.step.step == Step::locked_out) {
                ASSERT_EQ(trips, s.shots);
                ASSERT_EQ(&h, &script.steps.back());
            }
        }
        if (script.state.contact == Contact::locked_out) {
            ++locked;
            std::size_t const before = script.steps.size();
            script.hold(1e7, 100.0 * s.phase.pickup_a);
            ASSERT_EQ(script.steps.size(), before);
            close_by_hand(script.state);
            script.hold(1e5, 100.0 * s.phase.pickup_a);
            ASSERT_EQ(script.state.contact, Contact::locked_out);
            ASSERT_GT(script.steps.size(), before);
        }
    }
    EXPECT_GT(locked, kCases / 20);
}

TEST(ProtectionProperty, StepsFollowOneAnotherInTimeAndInOrder) {
    Random random(5);
    for (int k = 0; k < kCases; ++k) {
        SwitchSettings const s = random.settings();
        Script const script =
            played(s, random.history(0.3 * s.phase.pickup_a, 30.0 * s.phase.pickup_a));
        Step last = Step::reclosed;
        SimTime at = kStart;
        for (Script::Happened const& h : script.steps) {
            ASSERT_GE(h.at, at);
            at = h.at;
            Step const now = h.step.step;
            bool const was_closed = last == Step::reclosed || last == Step::sequence_reset;
            ASSERT_EQ(now == Step::tripped || now == Step::sequence_reset, was_closed);
            ASSERT_EQ(now == Step::opened || now == Step::locked_out, last == Step::tripped);
            ASSERT_EQ(now == Step::reclosed, last == Step::opened);
            last = now;
        }
    }
}

TEST(ProtectionProperty, AFuseLetsThroughBetweenItsMeltingAndItsClearingEnergy) {
    Random random(6);
    std::vector<TccCurve> const curves(standard_curves().begin(), standard_curves().end());
    for (int k = 0; k < kCases; ++k) {
        FuseSettings s;
        s.melting_curve = test::standard_row(k % 2 == 0 ? "klink" : "tlink");
        s.rated_a = random.scale(5.0, 200.0);
        s.arc_s = random.within(0.0, 0.05);
        LinkState link;
        double const i_a = s.rated_a * random.scale(2.01, 100.0);
        double const melt_s =
            operating_time_s(curves[static_cast<std::size_t>(s.melting_curve)], i_a / s.rated_a);
        SimTime now = kStart;
        while (link.link != Link::open) {
            see(link, s, curves, i_a, now);
            SimTime const next = next_event(link, now);
            advance(link, s, next - now);
            now = next;
            static_cast<void>(act(link, now));
        }
        double const least = i_a * i_a * melt_s;
        double const most = i_a * i_a * (melt_s + s.arc_s);
        ASSERT_GE(link.let_through_a2s, least * (1.0 - 1e-8));
        ASSERT_NEAR(link.let_through_a2s, most, most * 1e-6);
    }
}

TEST(ProtectionProperty, AFuseHasSeenItsWholeMeltingIntegralBeforeItMelts) {
    Random random(7);
    std::vector<TccCurve> const curves(standard_curves().begin(), standard_curves().end());
    int melted = 0;
    for (int k = 0; k < kCases; ++k) {
        FuseSettings s;
        s.melting_curve = test::standard_row("klink");
        s.rated_a = 100.0;
        LinkState link;
        SimTime now = kStart;
        double integral = 0.0; // without cooling: an upper bound
        for (Piece const& p : random.history(50.0, 3000.0)) {
            see(link, s, curves, p.i_a, now);
            SimTime const until = now + duration_from_s(p.duration_s);
            SimTime const next = std::min(next_event(link, now), until);
            double const t_s =
                operating_time_s(curves[static_cast<std::size_t>(s.melting_curve)], p.i_a / 100.0);
            integral += t_s < kNoOperation_s ? to_s(next - now) / t_s : 0.0;
            advance(link, s, next - now);
            now = next;
            ASSERT_LE(link.melted, integral + 1e-9);
            if (act(link, now) == LinkStep::melted) {
                ASSERT_GE(integral, 1.0 - 2e-9);
                ++melted;
                break;
            }
        }
    }
    EXPECT_GT(melted, kCases / 4);
}

TEST(ProtectionProperty, RandomFaultsOnAFeederGiveALogInTimeOrderTwiceTheSame) {
    Random random(8);
    for (int k = 0; k < 50; ++k) {
        Circuit c = test::lateral_feeder(static_cast<int>(random.below(3)));
        c.faults[0].temporary = random.below(2) == 0;
        c.faults[1].temporary = random.below(2) == 0;
        ProtectionRun run;
        run.until = test::at_s(100.0);
        for (std::size_t n = random.below(8); n > 0; --n) {
            run.faults.push_back(
                {test::at_s(random.within(0.0, 100.0)), random.below(2), random.below(3) > 0});
        }
        std::vector<LogEntry> logs[2];
        for (auto& log : logs) {
            FeederSolver solver(c);
            Devices devices = make_devices(solver.circuit());
            log = simulate_protection(solver, devices, run);
            bool locked = false;
            for (std::size_t n = 0; n < log.size(); ++n) {
                ASSERT_TRUE(n == 0 || log[n - 1].at <= log[n].at);
                ASSERT_FALSE(locked && log[n].device == "recloser.r") << format(log[n]);
                locked = locked || log[n].what == "locks out";
            }
            ASSERT_LT(kirchhoff_residual_pu(solver), 1e-6);
        }
        ASSERT_EQ(logs[0], logs[1]);
    }
}

} // namespace
} // namespace gridtwin::grid::protection
