// Conservation over random loads and switch states: power, Kirchhoff's current law, dead islands.
#include "models/grid/distribution.hpp"
#include "models/grid/element_currents.hpp"
#include "tests/models/grid/ieee13.hpp"
#include "tests/models/grid/lv_street.hpp"

namespace gridtwin::grid {
namespace {

double draw(std::uint64_t round, std::uint64_t n) {
    return draw01(Seed{11}, EntityKey(EntityKind::world, n), Purpose::test, round);
}

struct Town {
    std::vector<std::string> bus{"671", "675", "634", "684", "611"};
    std::vector<test::Street> street{test::street(12, 0), test::street(20, 1), test::street(7, 2),
                                     test::street(6, 3, 0b101), test::street(5, 4, 0b100)};
    Distribution grid;

    Town() : grid(test::ieee13({.regulator_controls = true}), attachments(), {}) {}
    [[nodiscard]] std::vector<LvAttachment> attachments() const {
        std::vector<LvAttachment> list;
        for (std::size_t k = 0; k < bus.size(); ++k) {
            list.push_back({.mv_bus = bus[k],
                            .network = &street[k].network,
                            .services = street[k].services,
                            .transformer = {},
                            .where = {}});
        }
        return list;
    }
    void randomise(std::uint64_t round) {
        Circuit const published = test::ieee13();
        for (std::size_t k = 0; k < published.loads.size(); ++k) {
            double const scale = 0.2 + 0.9 * draw(round, k);
            grid.set_load_power(k, published.loads[k].p_w * scale,
                                published.loads[k].q_var * scale * draw(round, 100 + k));
        }
        for (std::size_t line = 0; line < published.lines.size(); ++line) {
            grid.set_switch(line, draw(round, 200 + line) > 0.12);
        }
        for (std::size_t lv = 0; lv < bus.size(); ++lv) {
            for (std::size_t k = 0; k < street[lv].services.size(); ++k) {
                grid.service_p_w(lv)[k] = 5000.0 * draw(round, 1000 * (lv + 1) + k) - 500.0;
                grid.service_q_var(lv)[k] = 1000.0 * draw(round, 1000 * (lv + 1) + 500 + k);
            }
        }
    }
};

TEST(PowerBalanceConservation, ClosesToABillionthOfTheSourceInEveryState) {
    Town town;
    int with_dead_parts = 0;
    for (std::uint64_t round = 0; round < 200; ++round) {
        town.randomise(round);
        SolveStatus const status = town.grid.solve();
        ASSERT_TRUE(status.converged) << round << ": " << status.worst_bus;
        PowerBalance const b = town.grid.balance();
        // A dead feeder draws nothing: there the source's own 240 MA of Norton current, which a
        // difference must cancel, leaves rounding of tenths of a milliwatt.
        EXPECT_LE(std::abs(b.residual_w()), std::max(1e-9 * b.source_p_w, 1e-3)) << round;
        // the service transformers' inputs are the low-voltage side's own sum
        double input_w = 0.0;
        for (std::size_t lv = 0; lv < town.grid.lv_count(); ++lv) {
            input_w += town.grid.lv_input_p_w(lv);
        }
        EXPECT_NEAR(input_w, b.service_p_w + b.service_transformer_loss_w + b.lv_line_loss_w, 1e-6);
        with_dead_parts += town.grid.lv_energised(0, 0) ? 0 : 1;
    }
    EXPECT_GT(with_dead_parts, 10); // the switching did something
    EXPECT_LT(with_dead_parts, 190);
}

TEST(PowerBalanceConservation, ADeadFeederLeavesNoMoreThanRounding) {
    Town town;
    town.randomise(1);
    ASSERT_TRUE(town.grid.solve().converged);
    double const draws_w = town.grid.balance().source_p_w;
    auto const& lines = town.grid.feeder().circuit().lines;
    for (std::size_t line = 0; line < lines.size(); ++line) {
        town.grid.set_switch(line, false);
    }
    ASSERT_TRUE(town.grid.solve().converged);
    PowerBalance const b = town.grid.balance();
    double const allowed_w = rounding_w(town.grid.feeder());
    EXPECT_EQ(b.bulk_load_p_w + b.service_p_w, 0.0);
    EXPECT_LE(std::abs(b.residual_w()), allowed_w);
    EXPECT_LT(allowed_w, 1e-8 * draws_w); // and rounding is little
}

TEST(PowerBalanceConservation, NoCurrentVanishesAtAnyNode) {
    Town town;
    for (std::uint64_t round = 0; round < 100; ++round) {
        town.randomise(round);
        ASSERT_TRUE(town.grid.solve().converged);
        EXPECT_LT(kirchhoff_residual_pu(town.grid.feeder()), 1e-8) << round;
    }
}

TEST(PowerBalanceConservation, EveryTermCountsInTheResidual) {
    Town town;
    town.randomise(1);
    for (std::size_t line = 0; line < town.grid.feeder().circuit().lines.size(); ++line) {
        town.grid.set_switch(line, true);
    }
    ASSERT_TRUE(town.grid.solve().converged);
    PowerBalance const whole = town.grid.balance();
    for (double PowerBalance::*term :
         {&PowerBalance::source_p_w, &PowerBalance::bulk_load_p_w, &PowerBalance::service_p_w,
          &PowerBalance::line_loss_w, &PowerBalance::transformer_loss_w,
          &PowerBalance::service_transformer_loss_w, &PowerBalance::lv_line_loss_w}) {
        PowerBalance broken = whole;
        broken.*term *= 1.001;
        EXPECT_GT(std::abs(broken.residual_w()), 1e-9 * whole.source_p_w);
    }
}

TEST(PowerBalanceConservation, DeadIslandsHaveNoVoltageAndTakeNoPower) {
    Town town;
    for (std::uint64_t round = 0; round < 100; ++round) {
        town.randomise(round);
        ASSERT_TRUE(town.grid.solve().converged);
        FeederSolver const& f = town.grid.feeder();
        for (std::size_t node = 0; node < f.node_count(); ++node) {
            if (!f.energised(node)) {
                EXPECT_EQ(f.u_v()[node], Complex{}) << f.node_name(node);
            } else {
                EXPECT_GT(f.u_pu(node), 0.5) << f.node_name(node);
            }
        }
        for (std::size_t k = 0; k < f.circuit().loads.size(); ++k) {
            if (!f.load_energised(k)) {
                EXPECT_EQ(f.load_delivered(k), Complex{});
                EXPECT_EQ(f.load_u_pu(k), 0.0);
            }
        }
        for (std::size_t lv = 0; lv < town.grid.lv_count(); ++lv) {
            for (std::size_t k = 0; k < town.street[lv].services.size(); ++k) {
                bool const fed = town.grid.lv_energised(lv, town.street[lv].services[k].phase);
                EXPECT_EQ(town.grid.service_u_v(lv)[k] > 0.0, fed);
                if (!fed) {
                    EXPECT_EQ(town.grid.service_delivered_p_w(lv)[k], 0.0);
                }
            }
        }
    }
}

TEST(PowerBalanceConservation, AWarmStartFindsWhatAColdStartFinds) {
    Town warm;
    for (std::uint64_t round = 0; round < 30; ++round) {
        warm.randomise(round);
        ASSERT_TRUE(warm.grid.solve().converged);
        Town cold;
        cold.randomise(round);
        for (std::size_t t = 0; t < 3; ++t) { // the same taps; they remember the past
            double const tap_pu = warm.grid.feeder().circuit().transformers[t].windings[1].tap_pu;
            cold.grid.feeder().set_tap(t, 1, tap_pu);
        }
        cold.grid.feeder().set_controls(false);
        ASSERT_TRUE(cold.grid.solve().converged);
        for (std::size_t node = 0; node < warm.grid.feeder().node_count(); ++node) {
            EXPECT_NEAR(warm.grid.feeder().u_pu(node), cold.grid.feeder().u_pu(node), 5e-8);
        }
    }
}

TEST(PowerBalanceConservation, RenamedBusesAndShuffledElementsGiveTheSameVoltages) {
    Circuit const plain = test::ieee13();
    Circuit renamed = plain;
    auto const rename = [](Terminal& t) {
        if (!t.bus.empty()) {
            std::reverse(t.bus.begin(), t.bus.end());
        }
    };
    for (Vsource& e : renamed.sources) {
        rename(e.bus1);
    }
    for (Line& e : renamed.lines) {
        rename(e.bus1);
        rename(e.bus2);
        std::swap(e.bus1, e.bus2);
    }
    for (Transformer& e : renamed.transformers) {
        for (Winding& w : e.windings) {
            rename(w.bus);
        }
    }
    for (Load& e : renamed.loads) {
        rename(e.bus);
    }
    for (Capacitor& e : renamed.capacitors) {
        rename(e.bus1);
    }
    renamed.buses.clear();
    for (auto const& [name, info] : plain.buses) {
        renamed.buses[std::string(name.rbegin(), name.rend())] = info;
    }
    std::reverse(renamed.lines.begin(), renamed.lines.end());
    std::reverse(renamed.loads.begin(), renamed.loads.end());
    std::reverse(renamed.transformers.begin(), renamed.transformers.end());
    FeederSolver a(plain);
    FeederSolver b(renamed);
    ASSERT_TRUE(a.solve().converged);
    ASSERT_TRUE(b.solve().converged);
    for (std::size_t node = 0; node < a.node_count(); ++node) {
        std::string bus = a.bus_names()[a.nodes()[node].bus];
        std::reverse(bus.begin(), bus.end());
        auto const same = b.find_node(bus, a.nodes()[node].phase);
        ASSERT_TRUE(same.has_value());
        EXPECT_LT(std::abs(a.u_v()[node] - b.u_v()[*same]), 1e-8 * a.nodes()[node].base_v);
    }
}

} // namespace
} // namespace gridtwin::grid
