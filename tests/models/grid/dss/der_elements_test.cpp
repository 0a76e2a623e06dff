// Generators, PV systems and storage as a script states them: what follows from what, in which
// order.
#include "tests/models/grid/dss/scripts.hpp"

namespace gridtwin::grid {
namespace {

using test::circuit_of;

Storage storage_of(std::string const& words) {
    auto const circuit = circuit_of("New Storage.s bus1=a kv=12.47 " + words);
    return circuit.storages.empty() ? Storage{} : circuit.storages[0];
}

TEST(DssStorage, AnInverterWithoutKvaIsAsLargeAsTheBattery) {
    auto const alone = storage_of("kWrated=50");
    EXPECT_EQ(alone.inverter.s_va, 50e3);
    EXPECT_EQ(alone.inverter.q_max_var, 25e3) << "the limits of Q stay";
    EXPECT_EQ(alone.inverter.q_max_absorb_var, 25e3);
    EXPECT_EQ(storage_of("kVA=60 kWrated=50").inverter.s_va, 60e3);
    EXPECT_EQ(storage_of("kWrated=50 kVA=60").inverter.s_va, 60e3);
    EXPECT_EQ(storage_of("").inverter.s_va, 25e3);
}

TEST(DssStorage, StatesMayBeVerbs) {
    EXPECT_EQ(storage_of("state=discharge").mode, StorageMode::discharging);
    EXPECT_EQ(storage_of("state=Charge").mode, StorageMode::charging);
    EXPECT_EQ(storage_of("state=c").mode, StorageMode::charging);
    EXPECT_EQ(storage_of("state=discharge state=idle").mode, StorageMode::idling);
}

TEST(DssStorage, KwhRatedFillsTheBatteryAnew) {
    EXPECT_EQ(storage_of("kWhrated=500 %stored=50").stored_wh, 250e3);
    EXPECT_EQ(storage_of("%stored=50 kWhrated=500").stored_wh, 500e3);
    EXPECT_EQ(storage_of("kWhstored=40 kWhrated=500").stored_wh, 500e3);
    EXPECT_EQ(storage_of("kWhrated=500 %stored=50\n~ kWhrated=400").stored_wh, 400e3);
}

TEST(DssInverter, AbsorptionFollowsKvarMaxInAnyOrder) {
    struct Case {
        char const* words;
        double produce_var;
        double absorb_var;
    };
    for (Case const& c : {Case{"kVA=100", 100e3, 100e3}, Case{"kVA=100 kvarMax=40", 40e3, 40e3},
                          Case{"kvarMax=40 kVA=100", 40e3, 40e3},
                          Case{"kvarMax=40 kvarMaxAbs=30 kVA=100", 40e3, 30e3},
                          Case{"kvarMaxAbs=30 kVA=100 kvarMax=40", 40e3, 30e3},
                          Case{"kvarMaxAbs=30 kVA=100", 100e3, 30e3}}) {
        auto const circuit = circuit_of("New PVSystem.p bus1=a kv=12.47 " + std::string(c.words) +
                                        "\nNew Storage.s bus1=a kv=12.47 " + c.words);
        ASSERT_EQ(circuit.pv_systems.size(), 1U);
        ASSERT_EQ(circuit.storages.size(), 1U);
        for (auto const& inverter :
             {circuit.pv_systems[0].inverter, circuit.storages[0].inverter}) {
            EXPECT_EQ(inverter.q_max_var, c.produce_var) << c.words;
            EXPECT_EQ(inverter.q_max_absorb_var, c.absorb_var) << c.words;
        }
    }
}

TEST(DssGenerator, AShapeOfActualValuesStatesThePeakForASnapshot) {
    std::string const shapes = "New LoadShape.pq useactual=yes mult=(100 -300 200) qmult=(1 2 3)\n"
                               "New LoadShape.p useactual=yes mult=(100 400)\n"
                               "New LoadShape.pu mult=(1 2)\n";
    auto const of = [&](std::string const& words) {
        auto const c = circuit_of(shapes + "New Generator.g bus1=a kv=12.47 kW=10 kvar=5 " + words);
        return c.generators.empty() ? Complex{}
                                    : Complex(c.generators[0].p_w, c.generators[0].q_var);
    };
    for (std::string const mode : {"yearly=", "daily=", "duty="}) {
        EXPECT_EQ(of(mode + "pq"), Complex(-300e3, 2e3)) << mode << "the greatest |P|, with its Q";
        EXPECT_EQ(of(mode + "p"), Complex(400e3, 0.0)) << mode;
        EXPECT_EQ(of(mode + "pu"), Complex(10e3, 5e3)) << mode;
        EXPECT_EQ(of(mode + "p kW=70 kvar=7"), Complex(70e3, 7e3)) << mode << "stated after it";
    }
}

} // namespace
} // namespace gridtwin::grid
