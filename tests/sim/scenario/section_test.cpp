#include "sim/scenario/section.hpp"

namespace gridtwin::scenario {
namespace {

TEST(SectionTest, BindsOnceToReadAndToDescribe) {
    struct Spec {
        SimDuration step = std::chrono::minutes{1};
        double length_m = 10.0;
    } spec;
    auto const bind = [&spec](Section& s) {
        s.time("step", spec.step, {1.0, 3600.0}, "between solves");
        s.section("line", "a line", [&spec](Section& line) {
            line.quantity("length", spec.length_m, Dimension::length, {0.0, 1e6}, "of it",
                          Need::required);
        });
    };

    auto const docs = Section::describe(bind);
    ASSERT_EQ(docs.size(), 3U);
    EXPECT_EQ(docs[0].default_text, "1 min");
    EXPECT_EQ(docs[2].path, "line.length");
    EXPECT_TRUE(docs[2].required);

    Diagnostics diagnostics;
    Section::read("f.yaml", "step: 30 s\nline: { length: 2 km }\n", diagnostics, bind);
    EXPECT_EQ(diagnostics.text(), "");
    EXPECT_EQ(spec.step, std::chrono::seconds{30});
    EXPECT_EQ(spec.length_m, 2000.0);
}

TEST(SectionTest, KeepsTheOldValueWhenTheNewOneIsWrong) {
    double length_m = 7.0;
    Diagnostics diagnostics;
    Section::read("f.yaml", "length: -1 m\n", diagnostics, [&](Section& s) {
        s.quantity("length", length_m, Dimension::length, {0.0, 1e6}, "of it");
    });
    EXPECT_EQ(length_m, 7.0);
    EXPECT_EQ(diagnostics.text(), "f.yaml:1:9: 'length' is -1 m; expected 0 m to 1000 km\n");
}

} // namespace
} // namespace gridtwin::scenario
