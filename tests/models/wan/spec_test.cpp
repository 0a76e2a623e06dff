#include "models/wan/spec.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/wan/wan_fixture.hpp"

namespace gridtwin::wan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(WanSpecTest, KnownCellsAreFoundByNameAndNothingElseIs) {
    for (auto const name : {"gprs", "edge", "lte-m", "nb-iot", "ethernet"}) {
        auto const cell = find_cell(name);
        ASSERT_TRUE(cell.has_value()) << name;
        EXPECT_GT(cell->uplink_bps, 0.0);
        EXPECT_GT(cell->downlink_bps, 0.0);
        EXPECT_GT(cell->latency_s, 0.0);
    }
    EXPECT_FALSE(find_cell("5g").has_value());
}

TEST(WanSpecTest, ATownIsAGoodSpec) {
    EXPECT_THAT(problems(Town(2, 3).spec), IsEmpty());
}

TEST(WanSpecTest, FindsEveryMistakeInOnePass) {
    Town town(1, 1);
    town.spec.cells[0].uplink_bps = 0.0;
    town.spec.cells[0].latency_s = -1.0;
    town.spec.backbone.bit_rate_bps = -5.0;
    town.spec.endpoints[0].cell = 7;
    town.spec.endpoints.push_back({.name = "second", .kind = EndpointKind::head_end, .line = {}});
    town.spec.servers[0].cores = 0;
    town.spec.servers[0].message_s = std::nan("");
    EXPECT_THAT(problems(town.spec),
                ElementsAre(HasSubstr("cell 0 'gprs': both bit rates"),
                            HasSubstr("cell 0 'gprs': the latency"), HasSubstr("backbone"),
                            HasSubstr("concentrator 0 'c0.0': cell 7 does not exist"),
                            HasSubstr("one head-end, not 2"), HasSubstr("needs a core"),
                            HasSubstr("time per message")));
}

TEST(WanSpecTest, AWayWithoutLatencyIsRefusedForItLeavesNoWindow) {
    Town town(0, 0);
    town.spec.endpoints.insert(
        town.spec.endpoints.begin(),
        {.name = "c", .kind = EndpointKind::concentrator, .line = {1e6, 0.0}});
    town.spec.backbone.latency_s = 0.0;
    EXPECT_THAT(problems(town.spec), ElementsAre(HasSubstr("the shortest way takes 0 s")));
}

TEST(WanSpecTest, ABadSpecBuildsNeitherNetwork) {
    Town town(1, 1);
    town.spec.cells[0].downlink_bps = 0.0;
    EXPECT_THROW((void)make(Model::builtin, town.spec), SimulationError);
    EXPECT_THROW((void)make(Model::simgrid, town.spec), SimulationError);
    town.spec.cells[0].downlink_bps = 1.0;
    EXPECT_NO_THROW((void)make(Model::simgrid, town.spec)) << "a refused spec has cost no engine";
}

} // namespace
} // namespace gridtwin::wan
