// Meters that keep no intervals.
#include "tests/models/headend/billing/cases.hpp"

#include <algorithm>

namespace gridtwin::headend::billing {
namespace {

RegisterReading reading(std::uint32_t tariff, SimDuration at, std::int64_t in,
                        std::int64_t out = 0) {
    RegisterReading r{.tariff = tariff, .read = kStart + at};
    r.value[0] = in;
    r.value[1] = out;
    return r;
}

struct Registers {
    explicit Registers(Tariff t) : desk(std::move(t)), calendar(desk.tariff, desk.days) {}
    [[nodiscard]] Usage count(std::vector<RegisterReading> const& readings, IntervalRange range,
                              std::int64_t assumed = 0) const {
        return count_registers({desk.tariff, desk.days, calendar}, readings, range, range, 1h,
                               assumed);
    }
    Desk desk;
    RateCalendar calendar;
};

constexpr IntervalRange kTenDays{1, 961};

TEST(RegisterUsage, IsTheDifferenceOfTheTotalBetweenItsEnds) {
    Registers const r(flat_tariff("t", 1));
    Usage const u =
        r.count({reading(0, 240h, 300 * kKwh, 7), reading(0, 30min, 100 * kKwh, 2)}, kTenDays);
    EXPECT_EQ(u.rows[0], (RowEnergy{200 * kKwh, 5}));
    EXPECT_EQ(u.estimated_mwh, 0);
    EXPECT_EQ(u.gross_mwh, 200 * kKwh + 5);
}

TEST(RegisterUsage, RegistersOfTariffsGoToTheirRates) {
    Registers const r(day_night(2, 1));
    Usage const u = r.count({reading(0, 0h, 0), reading(1, 0h, 10), reading(2, 0h, 20),
                             reading(0, 240h, 999), reading(1, 240h, 510), reading(2, 240h, 120)},
                            kTenDays);
    EXPECT_EQ(u.rows[0].import_mwh, 500);
    EXPECT_EQ(u.rows[1].import_mwh, 100);
    EXPECT_EQ(u.estimated_mwh, 0);
}

TEST(RegisterUsage, ATotalOverSeveralRatesIsSharedByTimeAndAnEstimate) {
    Registers const r(day_night(2, 1));
    // Friday: 60 quarter hours day, 36 night
    Usage const u = r.count({reading(0, 24h, 0), reading(0, 48h, 1'000'001)}, {97, 193});
    EXPECT_EQ(u.rows[0].import_mwh, 625'001); // 625,000.6
    EXPECT_EQ(u.rows[1].import_mwh, 375'000); // and the rest, nothing lost
    EXPECT_EQ(u.estimated_mwh, 1'000'001);
}

TEST(RegisterUsage, IsInterpolatedAtAnEndThatNoReadingIsNear) {
    Registers const r(flat_tariff("t", 1));
    // 0 at -, read at 5 d (50), 15 d (250): at 10 d 150; the 5 days from 50 to 150 are estimated
    Usage const u =
        r.count({reading(0, 0h, 0), reading(0, 120h, 50), reading(0, 360h, 250)}, kTenDays);
    EXPECT_EQ(u.rows[0].import_mwh, 150);
    EXPECT_EQ(u.estimated_mwh, 100);
    // within one gap all is
    Usage const within = r.count({reading(0, 0h, 0), reading(0, 480h, 2000)}, {97, 193});
    EXPECT_EQ(within.rows[0].import_mwh, 100);
    EXPECT_EQ(within.estimated_mwh, 100);
}

TEST(RegisterUsage, WhereNoReadingsEncloseTheTimeTheAssumedEnergyCounts) {
    Registers const r(flat_tariff("t", 1));
    // read on day 4 and at the end; 4 days of 2 kWh before
    Usage const u =
        r.count({reading(0, 96h, 100 * kKwh), reading(0, 240h, 130 * kKwh)}, kTenDays, 2 * kKwh);
    EXPECT_EQ(u.rows[0].import_mwh, 38 * kKwh);
    EXPECT_EQ(u.estimated_mwh, 8 * kKwh);
    EXPECT_EQ(u.estimated_intervals, 384U);
    // once only, or never
    EXPECT_EQ(r.count({reading(0, 96h, 100)}, kTenDays, 2 * kKwh).rows[0].import_mwh, 20 * kKwh);
    EXPECT_EQ(r.count({}, kTenDays, 2 * kKwh).rows[0].import_mwh, 20 * kKwh);
}

TEST(RegisterUsage, ARegisterThatRunsBackwardsIsNotBelieved) {
    Registers const r(flat_tariff("t", 1));
    Usage const u =
        r.count({reading(0, 0h, 500 * kKwh), reading(0, 240h, 3 * kKwh)}, kTenDays, 2 * kKwh);
    EXPECT_EQ(u.rows[0].import_mwh, 20 * kKwh);
    EXPECT_EQ(u.estimated_mwh, u.gross_mwh);
}

TEST(RegisterUsage, DoesNotDependOnTheOrderOfReadings) {
    Registers const r(flat_tariff("t", 1));
    std::vector<RegisterReading> readings = {reading(0, 0h, 0), reading(0, 100h, 70),
                                             reading(0, 200h, 140), reading(0, 300h, 230)};
    Usage const straight = r.count(readings, kTenDays);
    std::reverse(readings.begin(), readings.end());
    EXPECT_EQ(r.count(readings, kTenDays), straight);
    EXPECT_EQ(straight.rows[0].import_mwh, 176); // 140 + 90 x 40/100
}

} // namespace
} // namespace gridtwin::headend::billing
