#include "models/rf/links.hpp"
#include "tests/models/rf/rf_fixtures.hpp"

#include <chrono>
#include <map>

namespace gridtwin::rf {
namespace {

using namespace testing;

std::map<std::pair<std::size_t, std::size_t>, double> all_of(Links const& links) {
    std::map<std::pair<std::size_t, std::size_t>, double> found;
    for (std::size_t i = 0; i < links.size(); ++i) {
        std::size_t last = 0;
        links.for_each_neighbour(i, [&](std::size_t j, std::uint8_t code) {
            EXPECT_TRUE(found.empty() || j == 0 || j > last || last == 0);
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
    Links const links(RadioSpec{}, spec, town_of(3000, 26'000.0, Seed{2}), Seed{2}, kArea);
    double const neighbours = 2.0 * static_cast<double>(links.count()) / 3000.0;
    EXPECT_GT(neighbours, 10.0);
    EXPECT_LT(neighbours, 30.0);
    EXPECT_LT(static_cast<double>(links.bytes()) / 3000.0, 3.0 * neighbours + 9.0);
}

TEST(RadioLinks, OfOldNodesStayWhenNodesAreAdded) {
    auto places = town_of(50, 500.0, Seed{3});
    PropagationSpec const spec;
    auto const before = all_of(Links(RadioSpec{}, spec, places, Seed{3}, kArea));
    places.push_back({100.0, 100.0});
    auto const after = all_of(Links(RadioSpec{}, spec, places, Seed{3}, kArea));
    for (auto const& [pair, db] : before) {
        EXPECT_NEAR(after.at(pair), db, 0.51); // the step may have become a half
    }
}

} // namespace
} // namespace gridtwin::rf
