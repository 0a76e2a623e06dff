// Accounts through time: periods, moves, exchanges, credit, states.
#include "sim/core/diagnostics.hpp"
#include "tests/models/headend/billing/office.hpp"

namespace gridtwin::headend::billing {
namespace {

using enum LineKind;
using Lines = std::vector<Line>;
using Story = std::vector<std::string>;

Tariff plain(Price price = 10'000) {
    Tariff t = flat_tariff("plain", price);
    t.per_day = 20'000;
    return t;
}

TEST(Billing, BillsEachMonthADayAfterItsEnd) {
    Office office(office_config(plain()));
    AccountId const a = office.customer(3, 100'000); // 9.6 kWh a day
    office.run_to(day(32) - 1ns);
    EXPECT_TRUE(office.billing.invoices().empty());
    office.run_to(day(32));
    ASSERT_EQ(office.billing.invoices().size(), 1U);
    Invoice const& january = office.invoice(0);
    // 31 x 9.6 = 297.6 kWh x 10 = 2976; 31 x 20 = 620
    EXPECT_EQ(january.lines, (Lines{line(energy, 0, 297'600'000, 10'000, 2976),
                                    line(standing, 0, 31, 20'000, 620)}));
    EXPECT_EQ(january.head.total.cents, 3596);
    EXPECT_EQ(january.head.customer, CustomerId{103});
    EXPECT_EQ(january.head.issued, day(32));
    EXPECT_EQ(january.head.estimated_per_mille, 0U);
    EXPECT_EQ(january.head.range, (IntervalRange{1, 31 * 96 + 1}));
    EXPECT_EQ(january.meters, (std::vector<MeterId>{meter(3)}));
    office.run_to(day(365));
    // March loses an hour: 31 x 9.6 - 0.4 = 297.2 -> 2972 + 620
    EXPECT_EQ(office.story()[0], "A-000001 issued 3596");
    EXPECT_EQ(office.story()[1], "A-000002 issued 3248"); // 28 days
    EXPECT_EQ(office.story()[2], "A-000003 issued 3592");
    EXPECT_EQ(office.story()[9], "A-000010 issued 3600"); // October gains one
    EXPECT_EQ(office.billing.invoices().size(), 11U);
    EXPECT_EQ(office.billing.counts().bills, 11U);
    EXPECT_EQ(office.billing.billed(a), office.billing.counts().billed);
}

TEST(Billing, CyclesBeginOnTheirDayOrAfterTheirLength) {
    BillingConfig config = office_config(plain());
    config.cycles = {{.day_of_month = 15}, {.length_days = 10}};
    Office office(config);
    office.source.profiles.emplace(meter(0), Profile(365 * 96, 100'000));
    office.source.profiles.emplace(meter(1), Profile(365 * 96, 100'000));
    (void)office.billing.move_in({.customer = {}, .meter = meter(0), .cycle = 0}, kStart);
    (void)office.billing.move_in({.customer = {}, .meter = meter(1), .cycle = 1}, kStart);
    office.run_to(day(46));
    std::vector<std::pair<std::uint32_t, std::uint32_t>> days;
    for (Invoice const& i : office.billing.invoices()) {
        days.emplace_back(index(i.head.account), i.head.days);
    }
    EXPECT_EQ(days, (std::vector<std::pair<std::uint32_t, std::uint32_t>>{
                        {1, 10}, {0, 14}, {1, 10}, {1, 10}, {1, 10}, {0, 31}}));
}

TEST(Billing, WhoMovesGetsShortBillsWithTheirShareOfDays) {
    Tariff t = plain();
    t.minimum = {6200};
    Office office(office_config(t));
    office.source.profiles.emplace(meter(0), Profile(365 * 96, 100'000));
    AccountId const first = office.billing.move_in({.customer = CustomerId{1}, .meter = meter(0)},
                                                   kStart + 9h); // counts from that midnight
    office.run_to(day(10) + 15h);
    office.billing.move_out(first, day(10) + 15h);
    AccountId const second =
        office.billing.move_in({.customer = CustomerId{2}, .meter = meter(0)}, day(10) + 16h);
    office.run_to(day(40));
    ASSERT_EQ(office.billing.invoices().size(), 2U);
    // 96 kWh x 10 = 960; 10 x 20 = 200; minimum 6200 x 10/31 = 2000: 840 more
    EXPECT_EQ(office.invoice(0).lines,
              (Lines{line(energy, 0, 96 * kKwh, 10'000, 960), line(standing, 0, 10, 20'000, 200),
                     line(minimum, 0, 840, 0, 840)}));
    EXPECT_EQ(office.invoice(0).head.issued, day(10) + 15h);
    // 21 days: 201.6 kWh, 420; minimum 4200: 1764 more
    EXPECT_EQ(office.invoice(1).lines,
              (Lines{line(energy, 0, 201'600'000, 10'000, 2016), line(standing, 0, 21, 20'000, 420),
                     line(minimum, 0, 1764, 0, 1764)}));
    EXPECT_EQ(office.invoice(1).head.account, second);
    office.run_to(day(70));
    EXPECT_EQ(office.billing.invoices().size(), 3U); // who left is not billed again
}

TEST(Billing, AMeterExchangedWithinAnIntervalCountsWithBothOfItsParts) {
    Office office(office_config(plain()));
    AccountId const a = office.customer(0, 100'000, 10);
    office.source.profiles.emplace(meter(5), Profile(365 * 96, 200'000));
    auto& old_meter = office.source.profiles.at(meter(0));
    auto& new_meter = office.source.profiles.at(meter(5));
    old_meter.energy_mwh.resize(9 * 96 + 40); // until it was taken away at 09:55
    old_meter.quality.resize(9 * 96 + 40);
    old_meter.set(9 * 96 + 40, 60'000);
    new_meter.set(9 * 96 + 40, 30'000);
    office.billing.exchange_meter(a, meter(5), day(9) + 9h + 55min);
    office.run_to(day(33));
    // 9 x 96 + 39 = 903 x 0.1 = 90.3; 0.09 in the interval; 31 x 96 - 904 = 2072 x 0.2 = 414.4
    EXPECT_EQ(office.invoice(0).lines[0], line(energy, 0, 504'790'000, 10'000, 5048));
    EXPECT_EQ(office.invoice(0).head.estimated_per_mille, 0U);
    EXPECT_EQ(office.invoice(0).meters, (std::vector<MeterId>{meter(0), meter(5)}));
    // the first part was never read: what is there is an estimate of the interval
    old_meter.set(9 * 96 + 40, 0, kMissing);
    office.billing.on_energy_changed(meter(0), {9 * 96 + 40, 9 * 96 + 41});
    office.run_to(day(40));
    EXPECT_EQ(office.invoice(1).lines, (Lines{line(energy, 0, -60'000, 10'000, -1)}));
    EXPECT_EQ(office.invoice(1).head.original, InvoiceId{0});
}

TEST(Billing, AnExchangeOfWhichOnePartIsLackingIsAnEstimate) {
    for (std::uint32_t const lacking : {0U, 1U}) {
        Office office(office_config(plain()));
        AccountId const a = office.customer(0, 0, 2);
        office.source.profiles.emplace(meter(1), Profile(2 * 96, 0));
        office.source.profiles.at(meter(lacking)).set(49, 0, kMissing);
        office.source.profiles.at(meter(1 - lacking)).set(49, 1'000'000);
        office.billing.exchange_meter(a, meter(1), kStart + 12h + 5min);
        office.run_to(day(1));
        office.billing.bill_off_cycle(a, day(1));
        EXPECT_EQ(office.invoice(0).lines[0], line(energy, 0, kKwh, 10'000, 10));
        EXPECT_EQ(office.invoice(0).head.estimated_per_mille, 1000U) << lacking;
    }
}

TEST(Billing, RegistersOfTwoMetersFollowEachOther) {
    Office office(office_config(plain()));
    auto const read = [](MeterId m, SimTime at, std::int64_t kwh) {
        RegisterReading r{.meter = m, .read = at};
        r.value[0] = kwh * kKwh;
        return r;
    };
    SimTime const exchanged = day(12) + 10h + 7min;
    office.source.readings[meter(0)] = {read(meter(0), kStart, 1000),
                                        read(meter(0), exchanged, 1120)};
    office.source.readings[meter(1)] = {read(meter(1), exchanged, 3), read(meter(1), day(31), 203)};
    AccountId const a = office.billing.move_in({.customer = {}, .meter = meter(0)}, kStart);
    office.billing.exchange_meter(a, meter(1), exchanged);
    office.run_to(day(33));
    EXPECT_EQ(office.invoice(0).lines[0], line(energy, 0, 320 * kKwh, 10'000, 3200));
    EXPECT_EQ(office.invoice(0).head.estimated_per_mille, 0U);
}

TEST(Billing, FromRegistersToIntervalsWithinAPeriod) {
    Office office(office_config(plain()));
    RegisterReading r{.meter = meter(0), .read = kStart};
    office.source.readings[meter(0)].push_back(r);
    r.read = day(10);
    r.value[0] = 50 * kKwh;
    office.source.readings[meter(0)].push_back(r);
    office.source.profiles.emplace(meter(1), Profile(365 * 96, 100'000));
    AccountId const a = office.billing.move_in({.customer = {}, .meter = meter(0)}, kStart);
    office.billing.exchange_meter(a, meter(1), day(10));
    office.run_to(day(33));
    // 50 + 21 x 9.6 = 251.6
    EXPECT_EQ(office.invoice(0).lines[0], line(energy, 0, 251'600'000, 10'000, 2516));
}

TEST(Billing, AnExchangeBetweenRegistersAndIntervalsKeepsTheEnergyOfItsInterval) {
    SimTime const exchanged = day(10) + 10h + 7min;
    std::uint32_t const k = 10 * 96 + 41;      // 10:00 to 10:15
    for (SimDuration const slack : {1h, 0h}) { // a reading counts for its neighbourhood, or not
        for (bool const registers_first : {true, false}) {
            BillingConfig config = office_config(plain());
            config.register_slack = slack;
            Office office(config);
            MeterId const by_registers = meter(registers_first ? 0 : 1);
            MeterId const by_intervals = meter(registers_first ? 1 : 0);
            RegisterReading r{.meter = by_registers, .read = registers_first ? kStart : exchanged};
            office.source.readings[by_registers].push_back(r);
            r.read = registers_first ? exchanged : day(31);
            r.value[0] = 100 * kKwh;
            office.source.readings[by_registers].push_back(r);
            Profile profile(31 * 96, 0);
            std::size_t const first = registers_first ? k - 1 : 0;
            std::size_t const end = registers_first ? 31 * 96 : k;
            for (std::size_t i = 0; i < 31 * 96; ++i) {
                bool const there = i >= first && i < end;
                profile.set(static_cast<std::uint32_t>(i) + 1, there ? 100'000 : 0,
                            there ? kActual : kMissing);
            }
            profile.set(k, 5 * kKwh); // its part of the interval
            office.source.profiles.emplace(by_intervals, profile);
            AccountId const a = office.billing.move_in(
                {.customer = {}, .meter = meter(0), .assumed_mwh_day = 1000 * kKwh}, kStart);
            office.billing.exchange_meter(a, meter(1), exchanged);
            office.run_to(day(33));
            std::int64_t const energy_mwh =
                100 * kKwh + 5 * kKwh + static_cast<std::int64_t>(end - first - 1) * 100'000;
            EXPECT_EQ(office.invoice(0).lines[0].quantity, energy_mwh)
                << registers_first << ' ' << slack.count();
        }
    }
}

TEST(Billing, WhatNobodyReadIsBilledAsAssumed) {
    Office office(office_config(plain()));
    (void)office.billing.move_in({.customer = {}, .meter = meter(9), .assumed_mwh_day = 2 * kKwh},
                                 kStart);
    office.run_to(day(33));
    EXPECT_EQ(office.invoice(0).lines[0], line(energy, 0, 62 * kKwh, 10'000, 620));
    EXPECT_EQ(office.invoice(0).head.estimated_per_mille, 1000U);
    EXPECT_EQ(office.billing.counts().estimated_mwh, 62 * kKwh);
}

TEST(Billing, ANewTariffBeginsWhereTheOldOneIsBilled) {
    BillingConfig config = office_config(plain());
    config.tariffs.push_back(flat_tariff("other", 30'000));
    Office office(config);
    AccountId const a = office.customer(0, 100'000);
    office.run_to(day(20));
    office.billing.change_tariff(a, 1, day(20));
    office.run_to(day(33));
    // 192 x 10 + 400; 11 x 9.6 = 105.6 x 30
    EXPECT_EQ(office.story(), (Story{"A-000001 issued 2320", "A-000002 issued 3168"}));
}

TEST(Billing, OffCycleBillsCutThePeriodAndTheRestFollows) {
    Office office(office_config(plain()));
    AccountId const a = office.customer(0, 100'000);
    office.run_to(day(5) + 3h);
    office.billing.bill_off_cycle(a, day(5));
    office.billing.bill_off_cycle(a, day(5)); // nothing more
    office.run_to(day(33));
    EXPECT_EQ(office.story(), (Story{"A-000001 issued 580", "A-000002 issued 3016"}));
    EXPECT_EQ(office.billing.counts().off_cycle, 1U);
    EXPECT_THROW(office.billing.bill_off_cycle(a, day(3)), SimulationError);
    EXPECT_THROW(office.billing.bill_off_cycle(a, day(34)), SimulationError);
}

TEST(Billing, UnbilledIsWhatBillsUpToAnInstantWouldBe) {
    Office office(office_config(plain()));
    AccountId const a = office.customer(0, 100'000);
    (void)office.customer(1, 200'000);
    office.run_to(day(10) + 12h);
    // 10.5 days, 11 begun: 100.8 and 201.6 kWh; 2 x 220
    EXPECT_EQ(office.billing.unbilled(day(10) + 12h).cents, 1008 + 2016 + 440);
    EXPECT_EQ(office.billing.unbilled(kStart).cents, 0);
    office.billing.bill_off_cycle(a, day(10));
    // 4.8 kWh and a day; the other as before
    EXPECT_EQ(office.billing.unbilled(day(10) + 12h).cents, 48 + 20 + 2016 + 220);
    EXPECT_EQ(office.billing.invoices().size(), 1U);
    // over the end of a period that is not billed yet
    office.run_to(day(31) + 12h);
    EXPECT_EQ(office.billing.unbilled(day(31) + 12h).cents,
              (2016 + 420 + 48 + 20) + (5952 + 620 + 96 + 20));
}

TEST(Billing, CreditIsCarriedFromBillToBillAndPaidOutAtTheEnd) {
    Tariff t = flat_tariff("net", 10'000);
    t.rates[0].feed_in = 4'000;
    t.exported = Export::netted;
    Office office(office_config(t));
    AccountId const a = office.customer(0, -10'000); // 0.96 kWh a day out
    auto& p = office.source.profiles.at(meter(0));
    p.set({31 * 96 + 1, 59 * 96 + 1}, 5'000); // February: 28 x 0.48 = 13.44 kWh in
    office.run_to(day(62));
    // January 29.76 over; February 13.44 of it used
    EXPECT_EQ(office.story(), (Story{"A-000001 issued 0", "A-000002 issued 0"}));
    office.billing.move_out(a, day(59));
    // 16.32 kWh x 4 = 65.28
    EXPECT_EQ(office.story()[2], "A-000003 issued -65");
}

TEST(Billing, ATariffThatIsOverBillsNothingUntilAnotherIsAgreed) {
    BillingConfig config = office_config(plain());
    config.tariffs.push_back(plain(50'000));
    config.tariffs[1].name = "next";
    config.tariffs[0].valid_to = day(31);
    Office office(config);
    AccountId const a = office.customer(0, 100'000);
    office.run_to(day(62));
    EXPECT_EQ(office.billing.invoices().size(), 1U);
    EXPECT_EQ(office.billing.counts().unbillable, 1U);
    EXPECT_THROW(office.billing.bill_off_cycle(a, day(40)), SimulationError);
    office.billing.change_tariff(a, 1, day(31));
    office.run_to(day(91));
    EXPECT_EQ(office.billing.invoices().size(), 3U); // February and March
}

TEST(Billing, AnswersDoNotDependOnThreads) {
    Office alone(office_config(day_night(31'250, 18'990)));
    ThreadPool pool(3);
    Office together(office_config(day_night(31'250, 18'990)), true, &pool);
    for (std::uint32_t m = 0; m < 700; ++m) {
        (void)alone.customer(m, static_cast<std::int32_t>(m) * 1000, 40);
        (void)together.customer(m, static_cast<std::int32_t>(m) * 1000, 40);
    }
    alone.run_to(day(33));
    together.run_to(day(33));
    EXPECT_EQ(alone.billing.invoices().size(), 700U);
    EXPECT_TRUE(std::equal(alone.billing.invoices().begin(), alone.billing.invoices().end(),
                           together.billing.invoices().begin(), together.billing.invoices().end()));
    EXPECT_EQ(alone.billing.unbilled(day(35)), together.billing.unbilled(day(35)));
}

TEST(Billing, RefusesWhatCannotBeAndChangesNothing) {
    Office office(office_config(plain()));
    AccountId const a = office.customer(0, 100'000);
    auto const refused = [&](auto const& call) {
        try {
            call();
        } catch (SimulationError const& e) {
            return std::string(e.what());
        }
        return std::string{};
    };
    EXPECT_EQ(
        refused([&] { (void)office.billing.move_in({.customer = {}, .meter = meter(0)}, day(3)); }),
        "billing: meter 0 is account 0's still");
    EXPECT_EQ(refused([&] {
                  (void)office.billing.move_in({.customer = {}, .meter = meter(1), .tariff = 1},
                                               kStart);
              }),
              "billing: there is no tariff 1 of 1");
    EXPECT_EQ(refused([&] {
                  (void)office.billing.move_in({.customer = {}, .meter = meter(1), .cycle = 1},
                                               kStart);
              }),
              "billing: there is no cycle 1 of 1");
    EXPECT_EQ(refused([&] { office.billing.move_out(AccountId{4}, day(3)); }),
              "billing: there is no account 4 of 1");
    EXPECT_EQ(refused([&] { office.billing.move_out(a, day(3)); }),
              "billing: 3d 00:00:00 is in the future");
    office.run_to(day(33));
    EXPECT_EQ(refused([&] { office.billing.move_out(a, day(3)); }),
              "billing: 3d 00:00:00 is billed already");
    EXPECT_EQ(refused([&] { office.billing.issue(InvoiceId{0}); }),
              "billing: an invoice that is issued cannot become issued");
    EXPECT_EQ(refused([&] { office.billing.pay(InvoiceId{7}); }),
              "billing: there is no invoice 7 of 1");
    EXPECT_EQ(refused([&] {
                  office.billing.call_rebate(0, {day(40), day(39), 1});
              }),
              "tariff 'plain'.rebates[0]: ends before it begins");
    office.billing.move_out(a, day(33));
    EXPECT_EQ(refused([&] { office.billing.exchange_meter(a, meter(2), day(34)); }),
              "billing: 34d 00:00:00 is not in the time of the meter that is exchanged");
    EXPECT_EQ(office.billing.accounts(), 1U);
}

TEST(BillingConfig, SaysAllItsMistakes) {
    BillingConfig config;
    config.tariffs = {flat_tariff("a", -1), flat_tariff("a", 1)};
    config.cycles = {{.day_of_month = 0}, {.day_of_month = 29}, {.length_days = 367}};
    config.wait = -1s;
    config.series = {"A", "A"};
    EXPECT_EQ(
        problems(config, kQuarter),
        (Story{"tariffs[0].rates[0].price: -1 is negative", "tariffs[1].name: 'a' is there twice",
               "cycles[0].day_of_month: 0 is not in 1 to 28",
               "cycles[1].day_of_month: 29 is not in 1 to 28",
               "cycles[2].length_days: 367 is above 366", "wait: is negative",
               "series: 'A' is there twice"}));
    EXPECT_THROW(Office{config}, SimulationError);
    config = {};
    config.cycles.clear();
    EXPECT_EQ(problems(config, kQuarter),
              (Story{"tariffs: there is none", "cycles: there is none"}));
}

} // namespace
} // namespace gridtwin::headend::billing
