#include "sim/core/diagnostics.hpp"
#include "sim/core/random.hpp"

namespace gridtwin {
namespace {

/// Damerau-Levenshtein of lower-case words, by its recursive definition.
std::size_t edits(std::string_view a, std::string_view b) {
    if (a.empty() || b.empty()) {
        return a.size() + b.size();
    }
    auto const a1 = a.substr(1);
    auto const b1 = b.substr(1);
    auto best = std::min({edits(a1, b) + 1, edits(a, b1) + 1, edits(a1, b1) + (a[0] != b[0])});
    if (a.size() > 1 && b.size() > 1 && a[0] == b[1] && a[1] == b[0]) {
        best = std::min(best, edits(a.substr(2), b.substr(2)) + 1);
    }
    return best;
}

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

TEST(NearestNameTest, IsTheFirstOfTheLeastEditDistance) {
    std::uint64_t n = 0;
    auto const word = [&n] {
        std::string out;
        auto const letters =
            draw_bits(Seed{5}, EntityKey(EntityKind::world, 1), Purpose::test, n++);
        for (std::uint64_t i = 0; i < letters % 7; ++i) {
            out += "abcABC"[(letters >> (8 * i + 3)) % 6];
        }
        return out;
    };
    auto const lower = [](std::string text) {
        for (char& c : text) {
            c = c < 'a' ? static_cast<char>(c - 'A' + 'a') : c;
        }
        return text;
    };
    int found = 0;
    for (int trial = 0; trial < 500; ++trial) {
        std::vector<std::string> names;
        for (int i = 0; i < 6; ++i) {
            names.push_back(word());
        }
        auto const wanted = word();
        std::string expected;
        auto best = std::max<std::size_t>(1, wanted.size() / 3) + 1;
        for (auto const& name : names) {
            auto const distance = edits(lower(wanted), lower(name));
            if (distance < best) {
                best = distance;
                expected = name;
            }
        }
        EXPECT_EQ(nearest_name(wanted, names), expected) << wanted;
        found += expected.empty() ? 0 : 1;
    }
    EXPECT_GT(found, 100);
}

} // namespace
} // namespace gridtwin
