// Which ratings a file states, and which are OpenDSS's defaults.
#include "tests/models/grid/dss/scripts.hpp"

namespace gridtwin::grid {
namespace {

using test::circuit_of;

bool line_states(std::string const& before, std::string const& words) {
    auto const c = circuit_of(before + "\nNew Line.l bus1=a bus2=b length=1 " + words);
    return !c.lines.empty() && c.lines[0].rating_stated;
}

TEST(DssStatedRatings, OfLinesTheirCodesAndTheirConductors) {
    EXPECT_FALSE(line_states("", "r1=1"));
    EXPECT_TRUE(line_states("", "r1=1 normamps=400"));
    EXPECT_FALSE(line_states("New LineCode.c r1=1", "linecode=c"));
    EXPECT_TRUE(line_states("New LineCode.c r1=1 normamps=400", "linecode=c"));
    EXPECT_FALSE(line_states("New LineCode.c r1=1", "normamps=300 linecode=c"))
        << "the code's default comes after";
    std::string const geometry = "New LineGeometry.g nconds=1 nphases=1 cond=1 wire=w x=0 h=8 "
                                 "units=m\n";
    std::string const wire = "New WireData.w rac=0.3 gmrac=0.4 diam=1 runits=km radunits=cm ";
    EXPECT_TRUE(line_states(wire + "normamps=400\n" + geometry, "geometry=g phases=1 units=km"));
}

TEST(DssStatedRatings, OfTransformersTheLastWordOnNormhkva) {
    auto const of = [](std::string const& words) {
        auto const c = circuit_of("New Transformer.t buses=[a b] " + words);
        return !c.transformers.empty() && c.transformers[0].rating_stated;
    };
    EXPECT_FALSE(of("kVAs=[500 500]"));
    EXPECT_TRUE(of("kVAs=[500 500] normhkVA=600"));
    EXPECT_FALSE(of("normhkVA=600 kVAs=[500 500]")) << "kVA says it anew";
    EXPECT_FALSE(of("normhkVA=600 wdg=1 kVA=500"));
    EXPECT_TRUE(of("normhkVA=600 wdg=2 kVA=500"));
}

} // namespace
} // namespace gridtwin::grid
