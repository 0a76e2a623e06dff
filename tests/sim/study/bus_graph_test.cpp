// Distances, phases and places of buses.
#include "sim/study/bus_graph.hpp"
#include "sim/study/bus_places.hpp"
#include "tests/sim/study/script.hpp"

#include <cmath>

namespace gridtwin::study {
namespace {

class StudyGraph : public ScriptTest {
  protected:
    static std::size_t row(Study const& study, std::string const& bus) {
        auto const names = study.solver->bus_names();
        return static_cast<std::size_t>(std::find(names.begin(), names.end(), bus) - names.begin());
    }
};

TEST_F(StudyGraph, DistanceFollowsTheShortestClosedWay) {
    auto const study = solve(text(kTwoBuses) + R"(
New Line.bc bus1=b bus2=c phases=3 r1=1 x1=0 r0=1 x0=0 length=2 units=km
New Line.ac bus1=a bus2=c phases=3 r1=1 x1=0 r0=1 x0=0 length=2500 units=m
New Line.ad bus1=a bus2=d phases=3 r1=1 x1=0 r0=1 x0=0 length=7 units=km
New Line.cd bus1=c bus2=d phases=3 r1=1 x1=0 r0=1 x0=0 length=1 units=km
Open Line.cd
Solve
)");
    auto const graph = make_bus_graph(*study.solver);
    auto const metres = source_distances(graph, true);
    EXPECT_DOUBLE_EQ(metres[row(study, "a")], 0.0);
    EXPECT_DOUBLE_EQ(metres[row(study, "b")], 1000.0);
    EXPECT_DOUBLE_EQ(metres[row(study, "c")], 2500.0) << "not the 3 km over b";
    EXPECT_DOUBLE_EQ(metres[row(study, "d")], 7000.0) << "not over the open line";
    EXPECT_DOUBLE_EQ(source_distances(graph, false)[row(study, "c")], 1.0);
}

TEST_F(StudyGraph, LegsOfACentreTappedSecondaryBelongToTheirPrimarysPhase) {
    auto const study = solve(R"(
New Circuit.c bus1=a basekv=12.47 pu=1.0 R1=0 X1=1e-6 R0=0 X0=1e-6
New Transformer.t phases=1 windings=3 buses=(a.3 s.1.0 s.0.2) kVs=(7.2 0.12 0.12) kVAs=(25 25 25) %Rs=(0.6 1.2 1.2) XHL=2 XHT=2 XLT=1.3
New Line.drop bus1=s.1.2 bus2=h.1.2 phases=2 r1=0.01 x1=0.01 r0=0.01 x0=0.01 length=30 units=m
New Load.l bus1=h.1.2 phases=1 conn=delta kV=0.24 kW=5 kvar=0
Set VoltageBases=[12.47 0.208]
CalcVoltageBases
Solve
)");
    auto const phase = fed_phases(*study.solver, make_bus_graph(*study.solver));
    for (auto const* bus : {"s", "h"}) {
        for (int leg : {1, 2}) {
            EXPECT_EQ(phase[study.solver->find_node(bus, leg).value()], 3) << bus << "." << leg;
        }
    }
}

TEST_F(StudyGraph, AnOpenConductorHandsOnNoPhaseAndALineOfOpenOnesNoDistance) {
    auto const study = solve(text(kTwoBuses) + R"(
New Line.bc bus1=b bus2=c phases=3 r1=1 x1=0 r0=1 x0=0 length=1 units=km
New Line.cd bus1=c bus2=d phases=1 r1=1 x1=0 r0=1 x0=0 length=1 units=km
New Load.c bus1=c phases=3 kV=4.16 kW=30 kvar=0
New Load.d bus1=d.1 phases=1 kV=2.4 kW=3 kvar=0
Open Line.bc 1 2
New Fuse.f MonitoredObj=Line.cd FuseCurve=none State=open
Solve
)");
    auto const graph = make_bus_graph(*study.solver);
    auto const phase = fed_phases(*study.solver, graph);
    EXPECT_EQ(phase[study.solver->find_node("c", 1).value()], 1);
    EXPECT_EQ(phase[study.solver->find_node("c", 2).value()], 0) << "conductor 2 is open";
    EXPECT_EQ(phase[study.solver->find_node("c", 3).value()], 3);
    EXPECT_TRUE(std::isinf(source_distances(graph, true)[row(study, "d")]));
    EXPECT_EQ(study.summary.dead.buses, 1U) << "d alone";
}

TEST_F(StudyGraph, BusesWithoutCoordinatesStandBesideANeighbour) {
    static_cast<void>(write("xy.csv", "a, 0, 0\nb, 100, 0\n"));
    auto const study = solve(text(kTwoBuses) + R"(
New Line.bc bus1=b bus2=c phases=3 r1=1 x1=0 r0=1 x0=0
New Line.cd bus1=c bus2=d phases=3 r1=1 x1=0 r0=1 x0=0
Solve
BusCoords xy.csv
)");
    auto const graph = make_bus_graph(*study.solver);
    auto const places = place_buses(*study.solver, graph, study.circuit.buses);
    EXPECT_FALSE(places.tree);
    auto const& b = places.at[row(study, "b")];
    auto const& c = places.at[row(study, "c")];
    EXPECT_DOUBLE_EQ(b.x, 100.0) << "coordinates may come after Solve";
    EXPECT_EQ(places.kind[row(study, "c")], PlaceKind::beside_neighbour);
    EXPECT_NEAR(std::hypot(c.x - b.x, c.y - b.y), 60.0, 1e-9);
    EXPECT_GT(c.x, 99.0) << "away from a";
    EXPECT_EQ(places.kind[row(study, "d")], PlaceKind::beside_neighbour);
}

TEST_F(StudyGraph, WithoutCoordinatesATreeIsDrawnInWhichNoTwoBusesMeet) {
    auto const study = solve(text(kTwoBuses) + R"(
New Line.bc bus1=b bus2=c phases=3 r1=1 x1=0 r0=1 x0=0
New Line.bd bus1=b bus2=d phases=3 r1=1 x1=0 r0=1 x0=0
New Line.de bus1=d bus2=e phases=3 r1=1 x1=0 r0=1 x0=0
New Line.bf bus1=b bus2=f phases=3 r1=1 x1=0 r0=1 x0=0
New Line.ae bus1=a bus2=e phases=3 r1=1 x1=0 r0=1 x0=0
Open Line.ae
Solve
)");
    auto const places =
        place_buses(*study.solver, make_bus_graph(*study.solver), study.circuit.buses);
    EXPECT_TRUE(places.tree);
    std::set<std::pair<double, double>> taken;
    for (auto const& p : places.at) {
        EXPECT_TRUE(taken.insert({p.x, p.y}).second);
    }
    EXPECT_EQ(places.at[row(study, "a")].x, 0.0);
    EXPECT_EQ(places.at[row(study, "e")].x, 3.0) << "depth, not over the open line";
    EXPECT_EQ(places.at[row(study, "e")].y, places.at[row(study, "a")].y)
        << "the longest way is straight";
}

} // namespace
} // namespace gridtwin::study
