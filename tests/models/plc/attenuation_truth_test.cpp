#include "models/plc/channel.hpp"

namespace gridtwin::plc {
namespace {

using topology::LvNetwork;

constexpr double kHalfStep = 1.0 / 128.0; // of the stored 1/64 dB

std::size_t pick(std::uint64_t draw, std::size_t count) {
    return static_cast<std::size_t>(
        draw01(Seed{5}, EntityKey(EntityKind::world, 0), Purpose::test, draw) *
        static_cast<double>(count));
}

LvNetwork random_tree(std::size_t nodes, std::uint64_t& draw) {
    LvNetwork net;
    for (std::size_t k = 0; k < nodes; ++k) {
        // half of the time a chain goes on, so that trees are deep as well as bushy
        std::size_t const parent = k == 0 || pick(draw++, 2) == 0 ? k : 1 + pick(draw++, k);
        net.parent.push_back(static_cast<std::int32_t>(parent) - 1);
        net.length_m.push_back(k == 0 ? 0.0F : static_cast<float>(1 + pick(draw++, 200)));
        net.cable.push_back(static_cast<std::uint8_t>(pick(draw++, 2)));
    }
    return net;
}

// A search over the plain graph, which knows nothing of parents, sweeps or busbars.
struct Graph {
    struct Line {
        std::size_t to;
        double db;
    };
    std::vector<std::vector<Line>> lines;

    bool path_db(std::size_t from, std::size_t to, std::size_t came, double tap_db, double& db,
                 bool passed) const {
        if (from == to) {
            return true;
        }
        for (auto const& line : lines[from]) {
            if (line.to != came && path_db(line.to, to, from, tap_db, db, true)) {
                db += line.db + (passed && lines[from].size() >= 3 ? tap_db : 0.0);
                return true;
            }
        }
        return false;
    }
};

TEST(AttenuationTruth, EqualsAPathSearchOverRandomTreesJoinedByTransformers) {
    ChannelSpec spec;
    spec.shadowing_sigma_db = 0.0;
    std::uint64_t draw = 0;
    for (int round = 0; round < 20; ++round) {
        // given three random networks whose busbars meet behind a transformer each
        std::vector<LvNetwork> nets;
        Graph graph;
        std::vector<std::size_t> first;
        for (int n = 0; n < 3; ++n) {
            nets.push_back(random_tree(2 + pick(draw++, 30), draw));
            first.push_back(graph.lines.size());
            graph.lines.resize(graph.lines.size() + nets.back().size());
        }
        std::size_t const medium_voltage = graph.lines.size();
        graph.lines.resize(medium_voltage + 1);
        auto const join = [&graph](std::size_t a, std::size_t b, double db) {
            graph.lines[a].push_back({b, db});
            graph.lines[b].push_back({a, db});
        };
        for (std::size_t n = 0; n < nets.size(); ++n) {
            join(first[n], medium_voltage, spec.transformer_crossing_db);
            for (std::size_t k = 1; k < nets[n].size(); ++k) {
                join(first[n] + k, first[n] + static_cast<std::size_t>(nets[n].parent[k]),
                     static_cast<double>(nets[n].length_m[k]) *
                         spec.cable_db_per_m[nets[n].cable[k]]);
            }
        }
        // what joins the transformers on the medium-voltage side costs nothing
        Graph const& joined = graph;

        // when modems sit anywhere
        std::vector<Modem> modems{{0, 0, 0}};
        for (int m = 0; m < 25; ++m) {
            auto const net = static_cast<std::uint32_t>(pick(draw++, 3));
            modems.push_back({net, static_cast<std::uint32_t>(pick(draw++, nets[net].size())),
                              static_cast<std::uint8_t>(pick(draw++, 3))});
        }
        LvNetwork const* const networks[] = {&nets[0], &nets[1], &nets[2]};
        Channel const channel(spec, ModemSpec{}.carrier_hz, networks, modems, Seed{1},
                              ConcentratorId{0});

        // then every pair loses what the path between them loses
        for (std::size_t i = 0; i < modems.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                double db = 0.0;
                std::size_t const a = first[modems[i].network] + modems[i].node;
                std::size_t const b = first[modems[j].network] + modems[j].node;
                ASSERT_TRUE(joined.path_db(a, b, a, spec.tap_db, db, false));
                bool const crosses_mv = modems[i].network != modems[j].network;
                db -= crosses_mv ? spec.tap_db : 0.0;
                db += j != 0 && modems[i].phase != modems[j].phase ? spec.phase_crossing_db : 0.0;
                ASSERT_NEAR(channel.attenuation_db(i, j), db, kHalfStep) << i << " to " << j;
                ASSERT_EQ(channel.attenuation_db(i, j), channel.attenuation_db(j, i));
            }
        }
    }
}

// Street of three poles, two services each: by hand.
TEST(AttenuationTruth, OfAStreetIsWhatOneAddsUpByHand) {
    // given  0 --40m-- 1 --20m-- 2 , services of 10 m: 3 and 4 on pole 1, 5 and 6 on pole 2
    LvNetwork net;
    net.parent = {-1, 0, 1, 1, 1, 2, 2};
    net.length_m = {0, 40, 20, 10, 10, 10, 10};
    net.cable = {0, 0, 0, 1, 1, 1, 1};
    ChannelSpec spec{.cable_db_per_m = {0.03, 0.05}, .tap_db = 4.0, .phase_crossing_db = 15.0};
    spec.shadowing_sigma_db = 0.0;
    std::vector<Modem> const modems{{0, 0, 0}, {0, 3, 1}, {0, 4, 2}, {0, 5, 1}, {0, 2, 1}};
    LvNetwork const* const networks[] = {&net};
    Channel const channel(spec, ModemSpec{}.carrier_hz, networks, modems, Seed{1},
                          ConcentratorId{0});
    EXPECT_NEAR(channel.attenuation_db(0, 1), 1.2 + 4.0 + 0.5, kHalfStep);
    EXPECT_NEAR(channel.attenuation_db(1, 2), 0.5 + 4.0 + 0.5 + 15.0, kHalfStep);
    EXPECT_NEAR(channel.attenuation_db(0, 3), 1.2 + 4.0 + 0.6 + 4.0 + 0.5, kHalfStep);
    EXPECT_NEAR(channel.attenuation_db(1, 3), 0.5 + 4.0 + 0.6 + 4.0 + 0.5, kHalfStep);
    EXPECT_NEAR(channel.attenuation_db(3, 4), 0.5, kHalfStep); // ends at the pole: not passed
}

} // namespace
} // namespace gridtwin::plc
