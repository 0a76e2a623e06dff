#include "sim/core/diagnostics.hpp"

namespace gridtwin {
namespace {

TEST(DiagnosticsTest, SaysWhereWhatAndWhatNext) {
    Diagnostics d;
    d.error({"town.yaml", 41, 5}, "unknown key 'p_ratd' in battery 'B-07'", "p_rated, capacity",
            "p_rated");
    EXPECT_EQ(d.text(), "town.yaml:41:5: unknown key 'p_ratd' in battery 'B-07'; expected p_rated, "
                        "capacity; did you mean 'p_rated'?\n");
}

TEST(DiagnosticsTest, ListsEveryMistakeInTheOrderOfTheFile) {
    Diagnostics d;
    d.error({"a", 9, 1}, "second");
    d.error({"a", 2, 7}, "first");
    EXPECT_EQ(d.text(), "a:2:7: first\na:9:1: second\n");
}

TEST(NearestNameTest, FindsSlipsAndLeavesStrangersAlone) {
    std::vector<std::string> const names{"duration", "start", "time_zone"};
    EXPECT_EQ(nearest_name("durration", names), "duration");
    EXPECT_EQ(nearest_name("Duartion", names), "duration") << "swapped letters are one slip";
    EXPECT_EQ(nearest_name("feeder", names), "");
}

} // namespace
} // namespace gridtwin
