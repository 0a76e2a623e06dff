// The coupled blocks against one circuit that holds everything: feeder, service transformers and
// low-voltage lines, solved at once.
#include "models/grid/distribution.hpp"
#include "tests/models/grid/ieee13.hpp"
#include "tests/models/grid/lv_street.hpp"

#include <numbers>

namespace gridtwin::grid {
namespace {

/// Writes one low-voltage network into the circuit; returns the rows of its customers' loads.
std::vector<std::size_t> write_into(Circuit& c, std::string const& tag, std::string const& mv_bus,
                                    double v_mv_ll_v, test::Street const& s,
                                    LvTransformerSpec const& spec, LvSpec const& lv) {
    std::vector<int> phases;
    for (int phase = 0; phase < 3; ++phase) {
        if ((s.network.phases >> phase & 1) != 0) {
            phases.push_back(phase + 1);
        }
    }
    auto const n = static_cast<int>(phases.size());
    double const low_v = spec.v_lv_ll_v / std::numbers::sqrt3;
    for (int const phase : phases) { // one single-phase unit to each; MV last, so its core is there
        Transformer t;
        t.name = tag + std::to_string(phase);
        t.phases = 1;
        t.x_pu = {spec.x_pu};
        t.no_load_loss_frac = spec.no_load_loss_frac;
        t.magnetising_frac = spec.magnetising_frac;
        t.ppm_antifloat = 0.0;
        t.windings.resize(2);
        t.windings[0].bus = {tag + "0", {phase, 0}};
        t.windings[0].v_v = low_v;
        t.windings[0].tap_pu = spec.tap_pu;
        t.windings[1].bus = {mv_bus, {phase, 0}};
        t.windings[1].v_v = v_mv_ll_v / std::numbers::sqrt3;
        for (Winding& w : t.windings) {
            w.s_va = spec.s_va / n;
            w.r_pu = 0.5 * spec.r_pu;
        }
        c.transformers.push_back(t);
    }
    c.buses[tag + "0"].v_ln_v = low_v;
    for (std::size_t k = 1; k < s.network.size(); ++k) {
        Line line;
        line.name = tag + std::to_string(k);
        line.phases = n;
        line.bus1 = {tag + std::to_string(s.network.parent[k]), phases};
        line.bus2 = {line.name, phases};
        LvCable const& cable = lv.cables[s.network.cable[k]];
        double const length_m = s.network.length_m[k];
        for (int a = 0; a < n; ++a) {
            for (int b = 0; b < n; ++b) {
                line.z_ohm.push_back(
                    length_m * (a == b
                                    ? Complex(cable.r_self_ohm_per_m, cable.x_self_ohm_per_m)
                                    : Complex(cable.r_mutual_ohm_per_m, cable.x_mutual_ohm_per_m)));
            }
        }
        c.lines.push_back(line);
        c.buses[line.name].v_ln_v = low_v;
    }
    std::vector<std::size_t> rows;
    for (topology::LvService const& service : s.services) {
        Load l;
        l.name = tag + "load" + std::to_string(rows.size());
        l.phases = 1;
        l.bus = {tag + std::to_string(service.node), {service.phase + 1, 0}};
        l.v_v = low_v;
        l.vmin_pu = lv.vmin_pu;
        l.vmax_pu = lv.vmax_pu;
        rows.push_back(c.loads.size());
        c.loads.push_back(l);
    }
    return rows;
}

TEST(DistributionTruth, CoupledBlocksEqualOneCircuitThatHoldsEverything) {
    // given: five low-voltage networks, one with two phases, one with a single phase, two on one
    // bus
    struct Place {
        std::string bus;
        test::Street street;
        double v_mv_ll_v;
    };
    std::vector<Place> places;
    places.push_back({"671", test::street(12, 0), 4160.0});
    places.push_back({"671", test::street(9, 1), 4160.0});
    places.push_back({"684", test::street(8, 2, 0b101), 4160.0});
    places.push_back({"652", test::street(5, 3, 0b001), 4160.0});
    places.push_back({"634", test::street(10, 4), 480.0});
    LvSpec const lv{.tolerance_pu = 1e-11};
    std::vector<LvAttachment> attachments;
    Circuit whole = test::ieee13();
    std::vector<std::vector<std::size_t>> rows;
    for (std::size_t k = 0; k < places.size(); ++k) {
        Place const& p = places[k];
        attachments.push_back({.mv_bus = p.bus,
                               .network = &p.street.network,
                               .services = p.street.services,
                               .transformer = {},
                               .where = {}});
        rows.push_back(write_into(whole, "lv" + std::string(1, static_cast<char>('a' + k)), p.bus,
                                  p.v_mv_ll_v, p.street, {}, lv));
    }
    Distribution coupled(test::ieee13(), attachments, lv);
    whole.solution.tolerance_pu = 1e-12;
    FeederSolver monolith(whole);
    // when: every customer draws, and both are solved
    double service_p_w = 0.0;
    for (std::size_t lv_row = 0; lv_row < places.size(); ++lv_row) {
        for (std::size_t k = 0; k < rows[lv_row].size(); ++k) {
            double const p_w =
                4000.0 * draw01(Seed{3}, EntityKey(EntityKind::meter, k), Purpose::test, lv_row);
            coupled.service_p_w(lv_row)[k] = p_w;
            coupled.service_q_var(lv_row)[k] = 0.25 * p_w;
            monolith.set_load_power(rows[lv_row][k], p_w, 0.25 * p_w);
            service_p_w += p_w;
        }
    }
    ASSERT_TRUE(coupled.solve().converged);
    ASSERT_TRUE(monolith.solve().converged);
    // then: the same voltages and powers everywhere
    for (std::size_t node = 0; node < coupled.feeder().node_count(); ++node) {
        NodeInfo const& info = coupled.feeder().nodes()[node];
        std::string const& bus = coupled.feeder().bus_names()[info.bus];
        auto const same = monolith.find_node(bus, info.phase);
        ASSERT_TRUE(same.has_value());
        EXPECT_LT(std::abs(coupled.feeder().u_v()[node] - monolith.u_v()[*same]) / info.base_v,
                  1e-9)
            << bus << "." << info.phase;
    }
    for (std::size_t lv_row = 0; lv_row < places.size(); ++lv_row) {
        for (std::size_t k = 0; k < rows[lv_row].size(); ++k) {
            double const truth_v =
                monolith.load_u_pu(rows[lv_row][k]) * coupled.lv(lv_row).base_v();
            EXPECT_NEAR(coupled.service_u_v(lv_row)[k], truth_v, 1e-6);
        }
    }
    PowerBalance const b = coupled.balance();
    EXPECT_NEAR(b.source_p_w, monolith.source_power(0).real(), 0.01);
    EXPECT_NEAR(b.source_q_var, monolith.source_power(0).imag(), 0.01);
    EXPECT_NEAR(b.service_p_w, service_p_w, 1e-3);
    double lines_w = 0.0;
    for (std::size_t k = 0; k < whole.lines.size(); ++k) {
        lines_w += monolith.absorbed(ElementKind::line, k).real();
    }
    EXPECT_NEAR(b.line_loss_w + b.lv_line_loss_w, lines_w, 0.01);
    double transformers_w = 0.0;
    for (std::size_t k = 0; k < whole.transformers.size(); ++k) {
        transformers_w += monolith.absorbed(ElementKind::transformer, k).real();
    }
    EXPECT_NEAR(b.transformer_loss_w + b.service_transformer_loss_w, transformers_w, 0.01);
}

} // namespace
} // namespace gridtwin::grid
