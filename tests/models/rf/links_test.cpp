#include "models/rf/links.hpp"
#include "tests/models/rf/rf_fixtures.hpp"

#include <map>
#include <optional>

namespace gridtwin::rf {
namespace {

using namespace testing;

std::map<std::pair<std::size_t, std::size_t>, double> all_of(Links const& links) {
    std::map<std::pair<std::size_t, std::size_t>, double> found;
    for (std::size_t i = 0; i < links.size(); ++i) {
        std::optional<std::size_t> last;
        links.for_each_neighbour(i, [&](std::size_t j, std::uint8_t code) {
            EXPECT_NE(j, i);
            EXPECT_TRUE(!last || j > *last) << "neighbours of " << i << " are in order";
            last = j;
            EXPECT_EQ(links.attenuation_db(i, j), links.decibel(code));
            EXPECT_EQ(links.attenuation_db(j, i), links.decibel(code));
            found[{i, j}] = links.decibel(code);
        });
    }
    return found;
}

TEST(RadioLinks, AreThoseOfAllPairsAboveTheFloor) {
    // given a wide town without shadowing, so that distance says it all
    PropagationSpec const spec = open_field(3.5);
    RadioSpec const radio;
    auto const places = town_of(400, 6000.0, Seed{4});
    Links const links(radio, spec, places, Seed{4}, kArea);
    auto const found = all_of(links);
    std::size_t pairs = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
        for (std::size_t j = 0; j < places.size(); ++j) {
            double const d =
                std::hypot(places[i].x_m - places[j].x_m, places[i].y_m - places[j].y_m);
            double const loss = path_loss_db(radio, spec, d);
            bool const kept = i != j && loss <= 120.0 + spec.floor_below_sensitivity_db;
            pairs += kept && i < j ? 1 : 0;
            ASSERT_EQ(found.contains({i, j}), kept) << i << " " << j;
            if (kept) {
                EXPECT_NEAR(found.at({i, j}), loss, 0.25 + 1e-9);
            } else if (i != j) {
                EXPECT_EQ(links.attenuation_db(i, j), Links::kNone);
            }
        }
    }
    EXPECT_EQ(links.count(), pairs);
}

TEST(RadioLinks, AreTheSameInRowsAndInATriangle) {
    // given the same nodes with and without a far-away crowd that makes rows the smaller form
    PropagationSpec spec;
    auto places = town_of(60, 400.0, Seed{9});
    Links const triangle(RadioSpec{}, spec, places, Seed{9}, kArea);
    for (int k = 0; k < 400; ++k) {
        places.push_back({1e6 + 3000.0 * k, 0.0});
    }
    Links const rows(RadioSpec{}, spec, places, Seed{9}, kArea);
    auto const one = all_of(triangle);
    auto const other = all_of(rows);
    ASSERT_GT(one.size(), 1000U);
    ASSERT_EQ(one.size(), other.size());
    for (auto const& [pair, db] : one) {
        EXPECT_NEAR(other.at(pair), db, 1e-9);
    }
    EXPECT_LT(triangle.bytes(), 60U * 60U);
}

TEST(RadioLinks, TakeFewOctetsAMeterWithTwentyNeighbours) {
    PropagationSpec const spec;
    Links const links(RadioSpec{}, spec, town_of(3000, 18'400.0, Seed{2}), Seed{2}, kArea);
    double const neighbours = 2.0 * static_cast<double>(links.count()) / 3000.0;
    EXPECT_NEAR(neighbours, 20.0, 1.0);
    EXPECT_NEAR(static_cast<double>(links.bytes()) / 3000.0, 69.0, 3.0);
}

TEST(RadioLinks, OfOldNodesStayWhenNodesAreAdded) {
    // given a town of which most pairs hear each other
    auto places = town_of(50, 500.0, Seed{3});
    PropagationSpec const spec;
    Links const old(RadioSpec{}, spec, places, Seed{3}, kArea);
    auto const before = all_of(old);
    ASSERT_GT(before.size(), 1000U);
    // when one more comes
    places.push_back({100.0, 100.0});
    Links const links(RadioSpec{}, spec, places, Seed{3}, kArea);
    auto after = all_of(links);
    // then it has links of its own, and all others are what they were
    EXPECT_EQ(std::erase_if(after,
                            [](auto const& link) {
                                return link.first.first == 50 || link.first.second == 50;
                            }) > 20,
              true);
    EXPECT_EQ(after, before);
    for (std::size_t node = 0; node < 50; ++node) {
        EXPECT_EQ(links.offset_db(node), old.offset_db(node));
    }
}

} // namespace
} // namespace gridtwin::rf
