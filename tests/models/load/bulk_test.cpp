#include "models/load/bulk.hpp"

namespace gridtwin::load {
namespace {

TEST(BulkTest, MeetsThePublishedLoadExactlyThroughTheEveningPlateau) {
    BulkSpec const spec;
    for (int s = 18 * 3600 + 1800; s <= 20 * 3600 + 1800; ++s) {
        ASSERT_EQ(bulk_day_factor(spec, s), 1.0) << s;
    }
    EXPECT_LT(bulk_day_factor(spec, 18 * 3600 + 1799), 1.0);
    EXPECT_LT(bulk_day_factor(spec, 20 * 3600 + 1801), 1.0);
}

TEST(BulkTest, KeepsItsNightAndItsDay) {
    BulkSpec const spec{.night_frac = 0.4, .day_frac = 0.7};
    EXPECT_EQ(bulk_day_factor(spec, 3 * 3600.0), 0.4);
    EXPECT_EQ(bulk_day_factor(spec, 12 * 3600.0), 0.7);
    EXPECT_NEAR(bulk_day_factor(spec, 6.75 * 3600.0), 0.55, 1e-12); // midway up
}

TEST(BulkTest, IsSmoothOverMidnightAndStaysBetweenItsBounds) {
    BulkSpec const spec;
    double before = bulk_day_factor(spec, 86399.0);
    for (int s = 0; s < 86400; ++s) {
        double const now = bulk_day_factor(spec, s);
        ASSERT_GE(now, spec.night_frac);
        ASSERT_LE(now, 1.0);
        ASSERT_NEAR(now, before, 1e-4) << s;
        before = now;
    }
}

} // namespace
} // namespace gridtwin::load
