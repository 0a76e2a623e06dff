// What holds for any customer.
#include "tests/draws.hpp"
#include "tests/models/headend/billing/cases.hpp"

#include <map>

namespace gridtwin::headend::billing {
namespace {

using test::Draws;

Profile random_profile(Draws& draws, std::uint32_t intervals) {
    Profile p(intervals);
    for (std::uint32_t k = 1; k <= intervals; ++k) {
        auto const e = static_cast<std::int32_t>(draws.below(3'000'001)) - 900'000;
        auto const q = draws.below(20);
        p.set(k, e, q == 0 ? kMissing : q == 1 ? kEstimated : kActual);
    }
    return p;
}

Tariff random_tariff(Draws& draws) {
    auto const price = [&] { return static_cast<Price>(draws.below(60'000)); };
    Tariff t = day_night(price(), price());
    t.rates[0].feed_in = price();
    t.rates[1].feed_in = price();
    t.exported = static_cast<Export>(draws.below(4));
    t.per_day = price();
    t.limit = {static_cast<std::int64_t>(draws.below(9000)), price(), price()};
    if (draws.below(2) == 0) {
        t.critical_peaks = {{kStart + 30h, kStart + 34h, 3 * price()}};
    }
    return t;
}

TEST(BillProperties, LinesSumUpToTheTotalAndEachIsRoundedOnce) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        Draws draws(Seed{seed}, 1);
        Tariff t = random_tariff(draws);
        t.tiers = {{static_cast<std::int64_t>(1 + draws.below(500'000'000)), 777},
                   {Tier::kNoLimit, 1'999}};
        t.demand = {.per_kw = 123'457, .intervals = 1 + static_cast<std::uint32_t>(draws.below(4))};
        t.minimum = {static_cast<std::int64_t>(draws.below(50'000))};
        t.taxes = {{"a", 187}, {"b", 13}};
        t.rebates = {{kStart + 9 * 24h + 18h, kStart + 9 * 24h + 20h, 75'123}};
        Desk const desk(t);
        Profile const p = random_profile(draws, 31 * 96);
        IntervalRange const range = desk.first_days(1 + draws.below(31));
        Bill const bill = desk.bill(p, range, 31);
        std::int64_t sum = 0;
        for (Line const& l : bill.lines) {
            sum += l.amount.cents;
            EXPECT_NE(l.quantity, 0);
            bool const energy = l.kind == LineKind::energy || l.kind == LineKind::tier ||
                                l.kind == LineKind::critical_peak ||
                                l.kind == LineKind::export_credit ||
                                l.kind == LineKind::excess_energy;
            if (energy) { // |exact - rounded| <= half a cent
                Int128 const off = Int128{l.quantity} * l.price -
                                   Int128{l.amount.cents} * kMwhPerKwh * kPricePerCent;
                EXPECT_LE(off < 0 ? -off : off, Int128{500'000'000}) << "seed " << seed;
            }
        }
        EXPECT_EQ(sum, bill.total.cents) << "seed " << seed;
    }
}

TEST(BillProperties, PartsOfAPeriodMakeTheWholeWithinACentALine) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        Draws draws(Seed{seed}, 2);
        Tariff t = random_tariff(draws);
        t.exported = static_cast<Export>(draws.below(3)); // netting looks at a whole period
        Desk const desk(t);
        Profile p = random_profile(draws, 31 * 96);
        for (auto& q : p.quality) { // what is assumed is rounded by part
            q = q == kMissing ? kEstimated : q;
        }
        std::size_t const cut = 1 + draws.below(30);
        IntervalRange const whole = desk.first_days(31);
        IntervalRange const first = desk.first_days(cut);
        std::map<std::pair<LineKind, std::uint32_t>, std::pair<std::int64_t, std::int64_t>> sum;
        auto const add = [&](IntervalRange range, std::int64_t sign) {
            for (Line const& l : desk.bill(p, range, 31).lines) {
                sum[{l.kind, l.item}].first += sign * l.quantity;
                sum[{l.kind, l.item}].second += sign * l.amount.cents;
            }
        };
        add(whole, -1);
        add(first, 1);
        add({first.end, whole.end}, 1);
        EXPECT_GE(sum.size(), 3U);
        for (auto const& [key, off] : sum) {
            EXPECT_EQ(off.first, 0) << "seed " << seed;
            EXPECT_LE(std::abs(off.second), 1) << "seed " << seed;
        }
    }
}

TEST(BillProperties, ADifferenceAddedToTheOldLinesMakesTheNewOnes) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        Draws draws(Seed{seed}, 3);
        Tariff t = random_tariff(draws);
        t.taxes = {{"a", 187}};
        Desk const desk(t);
        IntervalRange const range = desk.first_days(10);
        Bill const before = desk.bill(random_profile(draws, 960), range, 31);
        Bill const now = desk.bill(random_profile(draws, 960), range, 31);
        auto const change = difference(now.lines, before.lines);
        EXPECT_EQ(total_of(change), now.total - before.total);
        EXPECT_TRUE(difference(now.lines, now.lines).empty());
        EXPECT_EQ(difference(difference(now.lines, {}), change), difference(before.lines, {}));
    }
}

} // namespace
} // namespace gridtwin::headend::billing
