// Bills by hand: each kind of price alone, with its arithmetic.
#include "sim/core/diagnostics.hpp"
#include "tests/models/headend/billing/cases.hpp"

namespace gridtwin::headend::billing {
namespace {

using enum LineKind;
using Lines = std::vector<Line>;

TEST(BillByHand, TimeOfUseOverAWeek) {
    // Thursday 1 January, a holiday, to Wednesday the 7th: working days are Fri, Mon, Tue, Wed.
    Tariff t = day_night(31'250, 18'990); // 0.3125 and 0.1899 a kWh
    t.holidays = {Date{std::chrono::year{2026} / 1 / 1}};
    Desk const desk(t);
    // 0.25 kWh a quarter hour. Day: 4 days x 60 x 0.25 = 60 kWh x 31.25 = 1875 cents.
    // Night: 7 x 96 x 0.25 - 60 = 108 kWh x 18.99 = 2050.92 -> 2051.
    Bill const bill = desk.bill(Profile(7 * 96, 250'000), desk.first_days(7), 31);
    EXPECT_EQ(bill.lines, (Lines{line(energy, 0, 60 * kKwh, 31'250, 1875),
                                 line(energy, 1, 108 * kKwh, 18'990, 2051)}));
    EXPECT_EQ(bill.total.cents, 3926);
}

TEST(BillByHand, TiersOfAFullPeriodToTheMilliwattHour) {
    Tariff t = flat_tariff("t", 0);
    t.tiers = {{100 * kKwh, 10'000}, {300 * kKwh, 20'000}, {Tier::kNoLimit, 40'000}};
    Desk const desk(t);
    auto const of = [&](std::int64_t mwh) {
        Usage u;
        u.rows = {{mwh, 0}};
        Lines tiers;
        for (Line const& l : make_bill(t, u, {31, 31}, kQuarter).lines) {
            if (l.kind == tier) {
                tiers.push_back(l);
            }
        }
        return tiers;
    };
    EXPECT_EQ(of(100 * kKwh), (Lines{line(tier, 0, 100 * kKwh, 10'000, 1000)}));
    EXPECT_EQ(of(100 * kKwh + 1),
              (Lines{line(tier, 0, 100 * kKwh, 10'000, 1000), line(tier, 1, 1, 20'000, 0)}));
    // 350 kWh: 100 x 10 + 200 x 20 + 50 x 40 = 1000 + 4000 + 2000
    EXPECT_EQ(of(350 * kKwh), (Lines{line(tier, 0, 100 * kKwh, 10'000, 1000),
                                     line(tier, 1, 200 * kKwh, 20'000, 4000),
                                     line(tier, 2, 50 * kKwh, 40'000, 2000)}));
    EXPECT_TRUE(of(0).empty());
    // declining ones are as good
    t.tiers = {{100 * kKwh, 20'000}, {Tier::kNoLimit, 10'000}};
    EXPECT_EQ(of(150 * kKwh), (Lines{line(tier, 0, 100 * kKwh, 20'000, 2000),
                                     line(tier, 1, 50 * kKwh, 10'000, 500)}));
}

TEST(BillByHand, AMoveCutsTiersByDays) {
    Tariff t = flat_tariff("t", 0);
    t.tiers = {{100 * kKwh, 10'000}, {Tier::kNoLimit, 20'000}};
    Usage u;
    u.rows = {{50 * kKwh, 0}};
    // 10 of 31 days: 100 kWh x 10/31 = 32.258064516... kWh -> 32,258,065 mWh
    // x 10 = 322.58 -> 323; the rest, 17,741,935 mWh x 20 = 354.8 -> 355
    auto const bill = make_bill(t, u, {10, 31}, kQuarter);
    EXPECT_EQ(bill.lines,
              (Lines{line(energy, 0, 50 * kKwh, 0, 0), line(tier, 0, 32'258'065, 10'000, 323),
                     line(tier, 1, 17'741'935, 20'000, 355)}));
}

TEST(BillByHand, ACriticalPeakTakesThePlaceOfTheRate) {
    Tariff t = day_night(30'000, 20'000);
    t.critical_peaks = {{kStart + 24h + 21h, kStart + 24h + 23h, 100'000}}; // Friday, day and night
    Desk const desk(t);
    Bill const bill = desk.bill(Profile(96 * 2, 1'000'000), {97, 193}, 31);
    // 96 kWh on Friday: 8 in the event; day 60 - 4 = 56, night 36 - 4 = 32.
    EXPECT_EQ(bill.lines, (Lines{line(energy, 0, 56 * kKwh, 30'000, 1680),
                                 line(energy, 1, 32 * kKwh, 20'000, 640),
                                 line(critical_peak, 0, 8 * kKwh, 100'000, 800)}));
    EXPECT_EQ(bill.total.cents, 3120);
}

Profile sunny(std::uint32_t days) {
    Profile p(days * 96, 500'000); // 0.5 kWh a quarter hour
    for (std::uint32_t d = 0; d < days; ++d) {
        p.set({d * 96 + 41, d * 96 + 57}, -1'250'000); // 10:00 to 14:00: 20 kWh out
    }
    return p;
}

TEST(BillByHand, ExportAtRetailAtFeedInOrForNothing) {
    Tariff t = day_night(30'000, 20'000);
    t.rates[0].feed_in = 8'000;
    t.exported = Export::retail;
    // Friday: day import (60 - 16) x 0.5 = 22 kWh, export 20 kWh; night 36 x 0.5 = 18 kWh.
    auto const bill = [&] { return Desk(t).bill(sunny(2), {97, 193}, 31); };
    EXPECT_EQ(bill().lines, (Lines{line(energy, 0, 22 * kKwh, 30'000, 660),
                                   line(energy, 1, 18 * kKwh, 20'000, 360),
                                   line(export_credit, 0, -20 * kKwh, 30'000, -600)}));
    EXPECT_EQ(bill().total.cents, 420);
    t.exported = Export::feed_in;
    EXPECT_EQ(bill().lines[2], line(export_credit, 0, -20 * kKwh, 8'000, -160));
    EXPECT_EQ(bill().total.cents, 860);
    t.exported = Export::unpaid;
    EXPECT_EQ(bill().total.cents, 1020);
    // in a critical peak export is worth that price at retail, the rate's at feed-in
    t.critical_peaks = {{kStart + 34h, kStart + 38h, 90'000}}; // 10:00 to 14:00
    t.exported = Export::retail;
    EXPECT_EQ(bill().lines[2], line(peak_export, 0, -20 * kKwh, 90'000, -1800));
    t.exported = Export::feed_in;
    EXPECT_EQ(bill().lines[2], line(export_credit, 0, -20 * kKwh, 8'000, -160));
}

TEST(BillByHand, NettedOverThePeriodAndCarriedOver) {
    Tariff t = day_night(30'000, 20'000);
    t.rates[0].feed_in = 5'000;
    t.exported = Export::netted;
    t.per_day = 10'000;
    auto const use = [](std::int64_t in, std::int64_t out, std::int64_t night) {
        Usage u;
        u.rows = {{in * kKwh, out * kKwh}, {night * kKwh, 0}};
        return u;
    };
    // July: 100 in, 160 out by day: nothing to pay, 60 kWh over. Night 50 x 20 = 1000. 31 x 10.
    Bill const july = make_bill(t, use(100, 160, 50), {31, 31}, kQuarter);
    EXPECT_EQ(july.lines, (Lines{line(energy, 1, 50 * kKwh, 20'000, 1000),
                                 line(standing, 0, 31, 10'000, 310)}));
    EXPECT_EQ(july.carry_mwh, (std::vector<std::int64_t>{60 * kKwh, 0}));
    // August: 150 in, 100 out: 50 net, all of it from July's 60; 10 left.
    Bill const august = make_bill(t, use(150, 100, 0), {31, 31}, kQuarter, july.carry_mwh);
    EXPECT_EQ(august.lines, (Lines{line(standing, 0, 31, 10'000, 310)}));
    EXPECT_EQ(august.carry_mwh, (std::vector<std::int64_t>{10 * kKwh, 0}));
    // September: 150 in, 100 out: 50 - 10 = 40 x 30 = 1200. 30 x 10.
    Bill const september = make_bill(t, use(150, 100, 0), {30, 30}, kQuarter, august.carry_mwh);
    EXPECT_EQ(september.lines, (Lines{line(energy, 0, 40 * kKwh, 30'000, 1200),
                                      line(standing, 0, 30, 10'000, 300)}));
    EXPECT_EQ(september.carry_mwh, (std::vector<std::int64_t>{0, 0}));
    // who leaves in August is paid 10 kWh x 5 = 50 cents
    Bill const left = make_bill(t, use(150, 100, 0), {31, 31}, kQuarter, july.carry_mwh, true);
    EXPECT_EQ(left.lines, (Lines{line(carry_payout, 0, -10 * kKwh, 5'000, -50),
                                 line(standing, 0, 31, 10'000, 310)}));
    EXPECT_TRUE(left.carry_mwh.empty());
}

TEST(BillByHand, NettedTiersCountWhatIsChargedAndPeaksGiveTheirRestToTheRate) {
    Tariff t = flat_tariff("t", 10'000);
    t.exported = Export::netted;
    t.tiers = {{20 * kKwh, 1'000}, {Tier::kNoLimit, 2'000}};
    t.critical_peaks = {{kStart, kStart + 1h, 100'000}};
    Usage u;
    u.rows = {{50 * kKwh, 10 * kKwh}, {2 * kKwh, 7 * kKwh}}; // 40 net, and 5 more out in the peak
    Bill const bill = make_bill(t, u, {31, 31}, kQuarter);
    // 35 x 10 = 350; tiers 20 x 1 = 20, 15 x 2 = 30
    EXPECT_EQ(bill.lines,
              (Lines{line(energy, 0, 35 * kKwh, 10'000, 350), line(tier, 0, 20 * kKwh, 1'000, 20),
                     line(tier, 1, 15 * kKwh, 2'000, 30)}));
}

TEST(BillByHand, DemandIsTheHighestMeanOfSoManyIntervalsInARow) {
    Tariff t = flat_tariff("t", 0);
    t.demand = {.per_kw = 500'000, .intervals = 2}; // 5.00 a kW, half hours
    Desk const desk(t);
    Profile p(31 * 96, 100'000);
    p.set(500, 2'000'000); // 8 kW alone: a mean of (2 + 0.1) / 0.5 h = 4.2 kW
    p.set(900, 1'500'000);
    p.set(901, 1'300'001); // (1.5 + 1.300001) / 0.5 h = 5.600002 kW
    Bill const bill = desk.bill(p, desk.first_days(31), 31);
    ASSERT_EQ(bill.lines.size(), 2U);
    EXPECT_EQ(bill.lines[1], line(demand, 0, 5'600'002, 500'000, 2800)); // 2800.001
    // half the month pays half of it
    EXPECT_EQ(make_bill(t, desk.usage(p, desk.first_days(31)), {31, 62}, kQuarter).lines[1],
              line(demand, 0, 5'600'002, 500'000, 1400));
    // the window does not look before the period
    EXPECT_EQ(desk.usage(p, {901, 1000}).peak_mwh, 1'400'001);
    // export in between does not make a peak of the first half alone
    Profile out(96, -1'000'000);
    out.set(1, 900'000);
    EXPECT_EQ(desk.usage(out, {1, 97}).peak_mwh, 0);
}

TEST(BillByHand, AboveThePowerLimitCountsByEnergyAndByInterval) {
    Tariff t = flat_tariff("t", 0);
    t.limit = {.limit_w = 4'000, .per_kwh = 50'000, .per_interval = 25'500}; // 1 kWh a quarter hour
    Desk const desk(t);
    Profile p(96, 1'000'000); // at it: no penalty
    p.set(10, 1'000'001);
    p.set(20, 1'600'000);
    p.set(30, -3'000'000); // export is none
    Bill const bill = desk.bill(p, {1, 97}, 31);
    // 0.600001 kWh x 50 = 30.00005 cents; 2 x 25.5 = 51
    ASSERT_EQ(bill.lines.size(), 3U);
    EXPECT_EQ(bill.lines[1], line(excess_energy, 0, 600'001, 50'000, 30));
    EXPECT_EQ(bill.lines[2], line(excess_interval, 0, 2, 25'500, 51));
}

TEST(BillByHand, StandingMinimumAndTaxes) {
    Tariff t = flat_tariff("t", 20'000);
    t.per_day = 12'345; // 12.345 cents
    t.minimum = {1000};
    t.taxes = {{"VAT", 190}, {"levy", 5}};
    Usage u;
    u.rows = {{10 * kKwh, 0}};
    // 10 x 20 = 200; 31 x 12.345 = 382.695 -> 383; up to 1000: 417; VAT 190; levy 5
    Bill const full = make_bill(t, u, {31, 31}, kQuarter);
    EXPECT_EQ(full.lines, (Lines{line(energy, 0, 10 * kKwh, 20'000, 200),
                                 line(standing, 0, 31, 12'345, 383), line(minimum, 0, 417, 0, 417),
                                 line(tax, 0, 1000, 190, 190), line(tax, 1, 1000, 5, 5)}));
    EXPECT_EQ(full.total.cents, 1195);
    // 15 of 30 days: 15 x 12.345 = 185.175 -> 185; the minimum 500: 115; taxes 95 and 2.5 -> 2
    Bill const half = make_bill(t, u, {15, 30}, kQuarter);
    EXPECT_EQ(half.lines, (Lines{line(energy, 0, 10 * kKwh, 20'000, 200),
                                 line(standing, 0, 15, 12'345, 185), line(minimum, 0, 115, 0, 115),
                                 line(tax, 0, 500, 190, 95), line(tax, 1, 500, 5, 2)}));
    // enough used: no line
    u.rows = {{100 * kKwh, 0}};
    EXPECT_EQ(make_bill(t, u, {31, 31}, kQuarter).lines.size(), 4U);
}

TEST(BillByHand, WhoIsPaidMoreThanHeOwesPaysTheMinimumFirstAndNoTax) {
    Tariff t = flat_tariff("t", 10'000);
    t.rates[0].feed_in = 10'000;
    t.exported = Export::feed_in;
    t.minimum = {500};
    t.taxes = {{"VAT", 100}};
    Usage u;
    u.rows = {{10 * kKwh, 90 * kKwh}};
    // 100 charged, up to 500: 400; 900 paid: -400 in all
    Bill const bill = make_bill(t, u, {31, 31}, kQuarter);
    EXPECT_EQ(bill.total.cents, -400);
    EXPECT_EQ(bill.lines.back(), line(minimum, 0, 400, 0, 400));
}

TEST(BillByHand, EstimatesAndWhatIsMissingAreCountedAsSuch) {
    Desk const desk(flat_tariff("t", 10'000));
    Profile p(96, 100'000);
    p.set(1, 70'000, kEstimated);
    p.set(2, -30'000, 7); // another way of estimating
    p.set({11, 19}, 123'456'789, kMissing);
    // 8 quarter hours of 4.8 kWh a day: 0.4 kWh
    Usage const u = desk.usage(p, {1, 97}, 4'800'000);
    EXPECT_EQ(u.rows[0], (RowEnergy{86 * 100'000 + 70'000 + 400'000, 30'000}));
    EXPECT_EQ(u.estimated_intervals, 10U);
    EXPECT_EQ(u.estimated_mwh, 70'000 + 30'000 + 400'000);
    EXPECT_EQ(u.gross_mwh, 86 * 100'000 + 100'000 + 400'000);
    // a series that covers a part: the rest is missing
    std::vector<std::int32_t> const some(10, 1000);
    std::vector<std::uint8_t> const fine(10, kActual);
    RateCalendar const calendar(desk.tariff, desk.days);
    Usage const v = count_usage({desk.tariff, desk.days, calendar}, {41, some, fine}, {1, 97}, 0);
    EXPECT_EQ(v.rows[0].import_mwh, 10'000);
    EXPECT_EQ(v.estimated_intervals, 86U);
    Usage const w = count_usage({desk.tariff, desk.days, calendar}, {1, {}, {}}, {1, 97}, 5 * kKwh);
    EXPECT_EQ(w.rows[0].import_mwh, 5 * kKwh);
    EXPECT_EQ(w.estimated_mwh, w.gross_mwh);
}

TEST(BillByHand, LinesSayWhatTheyAre) {
    Tariff t = day_night(1, 2);
    t.taxes = {{"VAT", 1}};
    EXPECT_EQ(describe(line(energy, 1, 1, 1, 1), t), "energy night");
    EXPECT_EQ(describe(line(tier, 1, 1, 1, 1), t), "tier 2");
    EXPECT_EQ(describe(line(tax, 0, 1, 1, 1), t), "tax VAT");
    EXPECT_EQ(describe(line(standing, 0, 1, 1, 1), t), "standing charge");
}

TEST(BillByHand, WhatDoesNotBelongTogetherIsRefused) {
    Tariff const t = flat_tariff("t", 1);
    Usage u;
    u.rows.resize(2);
    EXPECT_THROW((void)make_bill(t, u, {1, 31}, kQuarter), SimulationError);
    u.rows.resize(1);
    EXPECT_THROW((void)make_bill(t, u, {32, 31}, kQuarter), SimulationError);
    EXPECT_THROW((void)make_bill(t, u, {1, 31}, kQuarter, std::vector<std::int64_t>(2)),
                 SimulationError);
    EXPECT_THROW((void)Desk(t).usage(Profile(96), {1, 100'000}), SimulationError);
}

} // namespace
} // namespace gridtwin::headend::billing
