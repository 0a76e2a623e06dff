// Late readings, and what becomes of invoices.
#include "sim/core/diagnostics.hpp"
#include "tests/draws.hpp"
#include "tests/models/headend/billing/office.hpp"

#include <numeric>

namespace gridtwin::headend::billing {
namespace {

using enum LineKind;
using Lines = std::vector<Line>;
using Story = std::vector<std::string>;

Tariff taxed() {
    Tariff t = flat_tariff("plain", 10'000);
    t.taxes = {{"VAT", 200}};
    return t;
}

/// A customer of 0.1 kWh a quarter hour whose 5 January was estimated as half of that.
struct LateDay {
    explicit LateDay(BillingConfig const& config = office_config(taxed())) : office(config) {
        account = office.customer(0, 100'000);
        office.source.profiles.at(meter(0)).set(kDay, 50'000, kEstimated);
    }
    void arrives() {
        office.source.profiles.at(meter(0)).set(kDay, 100'000);
        office.billing.on_energy_changed(meter(0), kDay);
    }
    static constexpr IntervalRange kDay{4 * 96 + 1, 5 * 96 + 1};
    Office office;
    AccountId account{};
};

TEST(Correction, IsTheNewBillLessTheOldOneWhichStaysAsItWas) {
    LateDay late;
    Office& office = late.office;
    office.run_to(day(32));
    Invoice const before = office.invoice(0);
    // 30 x 9.6 + 4.8 = 292.8 kWh: 2928, tax 585.6 -> 586
    EXPECT_EQ(before.head.total.cents, 3514);
    EXPECT_EQ(before.head.estimated_per_mille, 16U); // 4.8 of 292.8
    office.run_to(day(34));
    late.arrives();
    office.run_to(day(35) - 1ns);
    EXPECT_EQ(office.billing.invoices().size(), 1U);
    office.run_to(day(35));
    ASSERT_EQ(office.billing.invoices().size(), 2U);
    // 297.6 kWh: 2976, tax 595.2 -> 595
    EXPECT_EQ(office.invoice(1).lines,
              (Lines{line(energy, 0, 4'800'000, 10'000, 48), line(tax, 0, 48, 200, 9)}));
    EXPECT_EQ(office.invoice(1).head.total.cents, 3571 - 3514);
    EXPECT_EQ(office.invoice(1).head.original, InvoiceId{0});
    EXPECT_EQ(office.invoice(1).head.estimated_per_mille, 0U);
    EXPECT_EQ(office.invoice(0).lines, before.lines);
    EXPECT_EQ(office.invoice(0).head.total, before.head.total);
    EXPECT_EQ(office.invoice(0).head.estimated_per_mille, 16U);
    EXPECT_EQ(office.story(), (Story{"A-000001 corrected 3514", "C-000001 issued 57"}));
    EXPECT_EQ(office.billing.billed(late.account).cents, 3571);
    EXPECT_EQ(office.billing.counts().billed.cents, 3571);
    EXPECT_EQ(office.billing.counts().corrected.cents, 57);
}

TEST(Correction, IsMadeOncePerChangeAndNotWithoutOne) {
    LateDay late;
    late.office.run_to(day(32));
    late.arrives();
    late.arrives(); // doubled
    late.office.run_to(day(40));
    late.arrives(); // nothing new
    late.office.run_to(day(50));
    EXPECT_EQ(late.office.billing.invoices().size(), 2U);
    EXPECT_EQ(late.office.billing.counts().unchanged, 1U);
    late.office.billing.on_energy_changed(meter(77), {1, 2});            // nobody's
    late.office.billing.on_energy_changed(meter(0), {40 * 96, 41 * 96}); // not billed yet
    EXPECT_EQ(late.office.billing.waiting_corrections(), 0U);
}

TEST(Correction, OfACorrectionIsTheDifferenceToBoth) {
    LateDay late;
    Office& office = late.office;
    office.run_to(day(32));
    late.arrives();
    office.run_to(day(40));
    office.billing.pay(InvoiceId{0});
    office.source.profiles.at(meter(0)).set(LateDay::kDay, 20'000);
    office.billing.on_energy_changed(meter(0), LateDay::kDay);
    office.run_to(day(45));
    // 30 x 9.6 + 1.92 = 289.92: 2899, tax 579.8 -> 580: 3479
    EXPECT_EQ(office.story(),
              (Story{"A-000001 corrected 3514", "C-000001 corrected 57", "C-000002 issued -92"}));
    EXPECT_EQ(office.billing.billed(late.account).cents, 3479);
    EXPECT_EQ(office.billing.owed(late.account).cents, 3479 - 3514);
}

TEST(Correction, ADraftTakesTheNewLinesInstead) {
    BillingConfig config = office_config(taxed());
    config.issue = false;
    LateDay late(config);
    Office& office = late.office;
    office.run_to(day(32));
    EXPECT_EQ(office.story(), (Story{" draft 3514"}));
    EXPECT_EQ(office.billing.billed(late.account).cents, 0);
    late.arrives();
    office.run_to(day(40));
    EXPECT_EQ(office.story(), (Story{" draft 3571"}));
    office.billing.issue(InvoiceId{0});
    office.source.profiles.at(meter(0)).set(LateDay::kDay, 50'000);
    office.billing.on_energy_changed(meter(0), LateDay::kDay);
    office.run_to(day(45));
    EXPECT_EQ(office.story(), (Story{"A-000001 issued 3571", " draft -57"}));
    late.arrives(); // and back: the draft has lost its reason
    office.run_to(day(50));
    EXPECT_EQ(office.story(), (Story{"A-000001 issued 3571", " cancelled 0"}));
}

TEST(Correction, ChangedCreditGoesThroughTheBillsThatFollow) {
    Tariff t = flat_tariff("net", 10'000);
    t.exported = Export::netted;
    Office office(office_config(t));
    AccountId const a = office.customer(0, 0);
    auto& p = office.source.profiles.at(meter(0));
    p.set({31 * 96 + 1, 31 * 96 + 101}, 100'000); // 10 kWh in February
    p.set({59 * 96 + 1, 59 * 96 + 101}, 100'000); // and in March
    office.run_to(day(92));
    EXPECT_EQ(office.billing.billed(a).cents, 200);
    p.set({1, 101}, -150'000); // 15 kWh out in January, told late
    office.billing.on_energy_changed(meter(0), {1, 101});
    office.run_to(day(95));
    // February is free, March pays 5
    EXPECT_EQ(office.billing.billed(a).cents, 50);
    EXPECT_EQ(office.story(),
              (Story{"A-000001 issued 0", "A-000002 corrected 100", "A-000003 corrected 100",
                     "C-000001 issued -100", "C-000002 issued -50"}));
    // and what is left of it waits for April
    p.set({1, 101}, -300'000);
    office.billing.on_energy_changed(meter(0), {1, 101});
    p.set({91 * 96 + 1, 91 * 96 + 101}, 150'000); // 15 kWh, of which 10 are left
    office.run_to(day(125));
    EXPECT_EQ(office.billing.billed(a).cents, 50); // April's 5 kWh
}

TEST(Correction, AnEventCalledLateCorrectsTheBillsItFallsInto) {
    Office office(office_config(flat_tariff("t", 10'000)));
    AccountId const a = office.customer(0, 100'000);
    office.run_to(day(32));
    office.billing.call_critical_peak(0, {day(20) + 18h, day(20) + 20h, 110'000}); // 0.8 kWh
    office.billing.call_critical_peak(0, {day(50) + 18h, day(50) + 20h, 110'000});
    EXPECT_EQ(office.billing.waiting_corrections(), 1U);
    office.run_to(day(62));
    EXPECT_EQ(office.invoice(1).lines, (Lines{line(energy, 0, -800'000, 10'000, -8),
                                              line(critical_peak, 0, 800'000, 110'000, 88)}));
    EXPECT_EQ(office.invoice(2).lines[1], line(critical_peak, 1, 800'000, 110'000, 88));
    // a rebate in an issued period, against days before it
    office.billing.call_rebate(0, {day(22) + 18h, day(22) + 20h, 500'000});
    office.source.profiles.at(meter(0)).set({22 * 96 + 73, 22 * 96 + 81}, 0);
    office.billing.on_energy_changed(meter(0), {22 * 96 + 73, 22 * 96 + 81});
    office.run_to(day(65));
    // baseline 0.8 kWh: -400; and 0.8 kWh less at 10
    EXPECT_EQ(office.invoice(3).lines, (Lines{line(energy, 0, -800'000, 10'000, -8),
                                              line(rebate, 0, -800'000, 500'000, -400)}));
    EXPECT_EQ(office.billing.billed(a).cents, 2976 + 2688 + 80 + 80 - 408);
}

TEST(Correction, AReadingOfABaselineDayCorrectsTheBillOfTheEventAsWell) {
    Tariff t = flat_tariff("t", 10'000);
    t.rebates = {{day(33) + 18h, day(33) + 20h, 500'000}}; // 3 February
    Office office(office_config(t));
    (void)office.customer(0, 100'000);
    auto& p = office.source.profiles.at(meter(0));
    p.set({33 * 96 + 73, 33 * 96 + 81}, 0);
    office.run_to(day(60));
    EXPECT_EQ(office.invoice(1).lines[1], line(rebate, 0, -800'000, 500'000, -400));
    // 31 January: 3.2 kWh in those hours, not 0.8: the mean is (3.2 + 0.8 + 0.8) / 3 = 1.6
    IntervalRange const evening{30 * 96 + 73, 30 * 96 + 81};
    p.set(evening, 400'000);
    office.billing.on_energy_changed(meter(0), evening);
    office.run_to(day(62));
    ASSERT_EQ(office.billing.invoices().size(), 4U);
    EXPECT_EQ(office.invoice(2).lines, (Lines{line(energy, 0, 2'400'000, 10'000, 24)}));
    EXPECT_EQ(office.invoice(3).lines, (Lines{line(rebate, 0, -800'000, 500'000, -400)}));
}

TEST(Correction, TheSumDoesNotDependOnTheOrderInWhichReadingsArrive) {
    constexpr std::uint32_t kDays = 31;
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        test::Draws draws(Seed{seed}, 4);
        Tariff t = day_night(31'257, 18'991);
        t.tiers = {{50 * kKwh, 1'001}, {Tier::kNoLimit, 2'003}};
        t.demand = {.per_kw = 99'999, .intervals = 4};
        t.taxes = {{"VAT", 187}};
        t.exported = seed % 2 == 0 ? Export::netted : Export::retail;
        Profile truth(kDays * 96);
        for (auto& e : truth.energy_mwh) {
            e = static_cast<std::int32_t>(draws.below(1'000'000)) - 200'000;
        }
        Office straight(office_config(t));
        AccountId const a = straight.customer(0, 0, kDays);
        straight.source.profiles.at(meter(0)) = truth;
        straight.run_to(day(32));

        Office late(office_config(t));
        AccountId const b = late.customer(0, 0, kDays);
        auto& held = late.source.profiles.at(meter(0));
        held = Profile(kDays * 96, 123'456, kMissing);
        std::vector<std::uint32_t> order(kDays * 8); // three hours at a time
        std::iota(order.begin(), order.end(), 0U);
        for (std::size_t i = order.size(); i > 1; --i) {
            std::swap(order[i - 1], order[draws.below(i)]);
        }
        for (std::size_t i = 0; i < order.size(); ++i) {
            IntervalRange const part{order[i] * 12 + 1, order[i] * 12 + 13};
            for (std::uint32_t k = part.first; k < part.end; ++k) {
                held.set(k, truth.energy_mwh[k - 1]);
            }
            late.billing.on_energy_changed(meter(0), part);
            late.run_to(late.clock.time + draws.below(12) * 1h); // many after the bill
        }
        late.run_to(std::max(late.clock.time, day(32)) + 48h);
        EXPECT_EQ(late.billing.billed(b), straight.billing.billed(a)) << "seed " << seed;
        EXPECT_GT(late.billing.counts().corrections, 1U);
        std::vector<Line> sum;
        for (Invoice const& i : late.billing.invoices()) {
            if (i.head.period == 0) {
                Lines minus = i.lines;
                for (Line& l : minus) {
                    l.quantity = -l.quantity;
                    l.amount.cents = -l.amount.cents;
                }
                sum = difference(sum, minus);
            }
        }
        EXPECT_EQ(sum, difference(straight.invoice(0).lines, {})) << "seed " << seed;
    }
}

TEST(InvoiceStates, OnlyTheDrawnArrowsLead) {
    using enum InvoiceState;
    std::set<std::pair<InvoiceState, InvoiceState>> const arrows = {
        {draft, issued},     {draft, cancelled}, {issued, paid},   {issued, corrected},
        {issued, cancelled}, {paid, corrected},  {corrected, paid}};
    for (InvoiceState const from : {draft, issued, corrected, cancelled, paid}) {
        for (InvoiceState const to : {draft, issued, corrected, cancelled, paid}) {
            EXPECT_EQ(may_become(from, to), arrows.contains({from, to}))
                << name(from) << " " << name(to);
        }
    }
}

TEST(InvoiceStates, ACancelledBillIsNotOwedAndBilledAgainUnderANewNumber) {
    LateDay late;
    Office& office = late.office;
    office.run_to(day(32));
    office.billing.cancel(InvoiceId{0});
    EXPECT_EQ(office.billing.billed(late.account).cents, 0);
    EXPECT_EQ(office.billing.counts().billed.cents, 0);
    office.billing.rebill(InvoiceId{0});
    EXPECT_EQ(office.story(), (Story{"A-000001 cancelled 3514", "A-000002 issued 3514"}));
    EXPECT_EQ(office.billing.counts().billed.cents, 3514);
    office.billing.pay(InvoiceId{1});
    EXPECT_EQ(office.billing.owed(late.account).cents, 0);
    EXPECT_THROW(office.billing.cancel(InvoiceId{1}), SimulationError);
    EXPECT_EQ(office.billing.counts().cancelled, 1U);
}

TEST(BillingState, SavedAndRestoredItGoesOnAsIfNothingHadHappened) {
    Tariff t = day_night(31'257, 18'991);
    t.exported = Export::netted;
    auto const change = [](Office& office) {
        office.source.profiles.at(meter(1)).set({100, 300}, 777'777);
        office.billing.on_energy_changed(meter(1), {100, 300});
    };
    auto const people = [](Office& office) {
        (void)office.customer(0, -30'000);
        (void)office.customer(1, 90'000);
        office.source.profiles.emplace(meter(2), Profile(365 * 96, 44'444));
    };
    Office whole(office_config(t));
    people(whole);
    whole.run_to(day(20));
    whole.billing.exchange_meter(AccountId{0}, meter(2), day(20) + 5h);
    whole.billing.call_critical_peak(0, {day(21), day(21) + 1h, 5});
    whole.run_to(day(32) + 2h);
    change(whole);
    std::vector<std::byte> saved;
    StateWriter writer(saved);
    whole.billing.save(writer);

    Office other(office_config(t), false);
    other.clock.time = whole.clock.time;
    for (std::uint32_t m = 0; m < 3; ++m) {
        other.source.profiles.insert_or_assign(meter(m), whole.source.profiles.at(meter(m)));
    }
    StateReader reader(saved);
    other.billing.restore(reader);
    reader.expect_end();
    EXPECT_EQ(other.clock.timers, whole.clock.timers);
    std::vector<std::byte> again;
    StateWriter rewriter(again);
    other.billing.save(rewriter);
    EXPECT_EQ(saved, again);
    whole.run_to(day(70));
    other.run_to(day(70));
    EXPECT_EQ(whole.story(), other.story());
    EXPECT_EQ(whole.billing.invoices().size(), 5U);
    EXPECT_TRUE(std::equal(whole.billing.invoices().begin(), whole.billing.invoices().end(),
                           other.billing.invoices().begin(), other.billing.invoices().end()));
    EXPECT_EQ(whole.billing.counts(), other.billing.counts());

    for (std::size_t cut : {saved.size() - 1, saved.size() / 2, std::size_t{3}}) {
        Office broken(office_config(t), false);
        std::span<std::byte const> const all = saved;
        StateReader part(all.first(cut));
        EXPECT_THROW(broken.billing.restore(part), SimulationError);
    }
}

} // namespace
} // namespace gridtwin::headend::billing
