// What a head-end was told and what it said, kept in a file and told again to another one.
#include "models/headend/recording/deliveries.hpp"
#include "models/headend/recording/recorder.hpp"
#include "models/headend/recording/replay.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/headend/fake_ports.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

namespace gridtwin::headend::recording {
namespace {

class Recording : public ::testing::Test {
  protected:
    Recording() {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
    }
    ~Recording() override { std::filesystem::remove_all(folder); }

    std::filesystem::path folder =
        std::filesystem::path(::testing::TempDir()) /
        ("recording_" +
         std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::path file = folder / "head-end.rec";
};

Setup town() {
    Setup setup;
    setup.config.alarms.emplace();
    setup.config.losses.emplace();
    setup.config.outage_management.emplace();
    setup.config.vee.emplace();
    setup.fleet = make_fleet(3, 8, 8);
    setup.fleet.busbar.assign(3, ConcentratorId{1});
    setup.tree.kind = {DeviceKind::breaker, DeviceKind::fuse};
    setup.tree.upstream = {kNone<DeviceId>, DeviceId{0}};
    setup.tree.device = {DeviceId{0}, DeviceId{1}, DeviceId{1}};
    setup.start = "2026-01-15T00:00:00";
    setup.zone = "Asia/Baku";
    setup.intervals = 4 * 96;
    AccountClass in_advance;
    in_advance.terms.price_milli.fill(10'000);
    setup.config.prepayment.emplace().classes = {in_advance};
    setup.accounts = {{.meter = meter(2), .balance = {500}}, {.meter = meter(9), .balance = {20}}};
    billing::Tariff flat;
    flat.name = "flat";
    flat.rates = {{.name = "all", .price = 12'345'000, .feed_in = 0}};
    flat.plans = {{.season = "", .day_type = "", .periods = {{.rate = "all"}}}};
    auto& bills = setup.config.bills.emplace().billing;
    bills.tariffs = {flat};
    bills.cycles = {{.day_of_month = 1, .length_days = 1}};
    setup.agreements = {{.customer = {}, .meter = meter(1)}, {.customer = {}, .meter = meter(4)}};
    return setup;
}

struct Silent final : NotifyPort, CreditNotifyPort {
    void notify(Notice const&) override {}
    void notify(CreditNotice const&) override {}
};

/// A head-end that is recorded for two days in which all that can be told is told: late, doubled,
/// out of order.
struct Recorded {
    explicit Recorded(std::filesystem::path const& file, std::uint64_t seed = 1)
        : setup(town()), ledger(setup.fleet.meters(), setup.intervals),
          civil(setup.start, setup.zone), records{.tree = setup.tree,
                                                  .notices = notices,
                                                  .civil = civil,
                                                  .intervals = setup.intervals,
                                                  .accounts = setup.accounts,
                                                  .credit_notices = &notices,
                                                  .agreements = setup.agreements},
          recorder(file, setup, clock, commands),
          head(setup.config, setup.fleet, {clock, recorder, ledger, journal, beliefs, suspicions},
               &records),
          random_(seed) {
        recorder.attach(head);
        recorder.start();
        recorder.on_order({.kind = CommandKind::open_relay, .meter = meter(3)}, at(7h));
        recorder.on_order({.kind = CommandKind::set_parameter,
                           .parameter = 2,
                           .concentrator = ConcentratorId{1},
                           .value_milli = 7'000},
                          at(9h));
        recorder.on_order({.kind = CommandKind::start_firmware,
                           .concentrator = ConcentratorId{2},
                           .first_interval = 3,
                           .count = 64'000},
                          at(11h));
        for (SimTime t = at(1min); t < at(48h); t += 1min) {
            clock.advance(recorder, t);
            tell(t);
        }
        recorder.close();
    }

    std::uint64_t draw(std::uint64_t below) { return random_() % below; }
    void tell(SimTime t) {
        auto const m = meter(static_cast<std::uint32_t>(draw(setup.fleet.meters())));
        auto const c = static_cast<ConcentratorId>(draw(3));
        auto const k = static_cast<std::uint32_t>(
            1 + draw(1 + static_cast<std::uint64_t>((t - kStart) / 15min)));
        switch (draw(14)) {
        case 0:
            recorder.on_alarm({m, AlarmKind::power_lost, Channel::plc, t - 1min, t});
            break;
        case 1:
            recorder.on_alarm({m, AlarmKind::power_restored, Channel::plc, t - 1min, t});
            break;
        case 2:
            if (!commands.sent.empty()) {
                auto const& command = commands.sent[draw(commands.sent.size())].command;
                recorder.on_acknowledgement({.command = command.id,
                                             .meter = command.meter,
                                             .value = 1,
                                             .executed = t,
                                             .received = t});
            }
            break;
        case 3:
            recorder.on_registers(
                {.meter = m, .value = {5, 0, 1, 0, 0, 0}, .read = t, .received = t});
            break;
        case 4:
            recorder.on_meter_event({.meter = m, .number = k, .value = 0.1F, .occurred = t});
            break;
        case 5:
            recorder.on_load({.meter = m, .interval = k, .channels = 1, .received = t});
            break;
        case 6:
            recorder.on_balance({.concentrator = c,
                                 .interval = k,
                                 .meters = 7,
                                 .busbar_mwh = 2'000'000,
                                 .meters_mwh = 1'500'000,
                                 .received = t});
            break;
        case 7:
            recorder.on_firmware({.concentrator = c, .version = 3, .done = 1, .meters = 7});
            break;
        case 8:
            recorder.on_concentrator_alarm({c, AlarmKind::imbalance, 100, t, t});
            break;
        case 9:
            recorder.on_registration(
                {.meter = m, .concentrator = c, .number = k, .in = 1, .received = t});
            recorder.on_read_by(m, c);
            break;
        case 10:
            recorder.on_payment(
                {.number = k, .meter = meter(2), .amount = {100 + k}, .received = t});
            break;
        case 11:
            if (!commands.sent.empty()) {
                auto const& command = commands.sent.back().command;
                recorder.on_credit({.meter = command.meter,
                                    .number = command.first_interval,
                                    .command = command.id,
                                    .read = t,
                                    .received = t});
            }
            break;
        case 12:
            recorder.on_heard(c, Channel::wan);
            break;
        default:
            for (std::uint32_t i = 0; i < 8; ++i) {
                recorder.on_reading({.meter = m,
                                     .interval = k + i,
                                     .import_mwh = 250'000,
                                     .voltage_dv = 2300,
                                     .received = t});
            }
        }
    }

    FakeClock clock;
    FakeCommands commands{clock};
    FakeJournal journal;
    FakeBeliefs beliefs;
    FakeSuspicions suspicions;
    Silent notices;
    Setup setup;
    MemoryLedger ledger;
    CivilClock civil;
    UtilityRecords records;
    Recorder recorder;
    HeadEnd head;

  private:
    std::mt19937_64 random_;
};

/// Copies a recording; `change` may alter a command, or say that an entry is left out.
void copy(std::filesystem::path const& from, std::filesystem::path const& to,
          std::function<bool(Entry, std::uint64_t, Command&)> const& change) {
    FileReader in(from);
    FileWriter out(to);
    for (std::uint64_t i = 0; in.next(); ++i) {
        Command command;
        if (in.entry() == Entry::command) {
            command = in.as<Command>();
        }
        if (!change(in.entry(), i, command)) {
            continue;
        }
        if (in.entry() == Entry::command) {
            out.put(in.entry(), in.at(), command);
        } else {
            out.put_octets(in.entry(), in.at(), in.content());
        }
    }
    out.close(kStart);
}

TEST_F(Recording, ReplayedWithoutWhoeverToldItTheHeadEndOrdersTheSame) {
    for (std::uint64_t const seed : {1, 2, 3}) {
        Recorded const day(file, seed);
        auto const report = replay(file);
        EXPECT_FALSE(report.difference)
            << report.difference->recorded << " against " << report.difference->replayed;
        EXPECT_EQ(report.commands, day.commands.sent.size());
        EXPECT_GT(report.commands, 100U);
        EXPECT_EQ(report.assignments, day.commands.assigned.size());
        EXPECT_GT(report.assignments, 0U);
    }
}

TEST_F(Recording, TheSameCallsMakeTheSameFile) {
    auto const octets = [this](char const* name) {
        Recorded const day(folder / name);
        std::ifstream in(folder / name, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(in), {});
    };
    EXPECT_EQ(octets("one"), octets("two"));
}

TEST_F(Recording, ACommandThatWasAnotherOneIsTheFirstDifference) {
    Recorded const day(file);
    std::uint64_t changed = 0;
    copy(file, folder / "changed", [&](Entry entry, std::uint64_t i, Command& command) {
        if (entry == Entry::command && changed == 0 && i > 500) {
            command.count += 1;
            changed = i;
        }
        return true;
    });
    ASSERT_GT(changed, 0U);
    auto const report = replay(folder / "changed");
    ASSERT_TRUE(report.difference);
    EXPECT_NE(report.difference->recorded, report.difference->replayed);
}

TEST_F(Recording, ACommandTooManyOrTooFewIsADifference) {
    Recorded const day(file);
    bool left_out = false;
    copy(file, folder / "fewer", [&](Entry entry, std::uint64_t, Command&) {
        bool const leave = entry == Entry::command && !left_out;
        left_out = left_out || leave;
        return !leave;
    });
    ASSERT_TRUE(left_out);
    EXPECT_TRUE(replay(folder / "fewer").difference);
    bool doubled = false;
    FileReader in(file);
    FileWriter out(folder / "more");
    while (in.next()) {
        out.put_octets(in.entry(), in.at(), in.content());
        if (in.entry() == Entry::command && !doubled) {
            out.put_octets(in.entry(), in.at(), in.content());
            doubled = true;
        }
    }
    out.close(kStart);
    EXPECT_TRUE(replay(folder / "more").difference);
}

TEST_F(Recording, ATimerThatDidNotRingIsADifference) {
    Recorded const day(file);
    int timers = 0;
    copy(file, folder / "deaf", [&](Entry entry, std::uint64_t, Command&) {
        return entry != Entry::timer || ++timers != 5;
    });
    EXPECT_TRUE(replay(folder / "deaf").difference);
}

TEST_F(Recording, WithoutWhatItWasToldTheHeadEndOrdersSomethingElse) {
    Recorded const day(file);
    copy(file, folder / "told less", [&](Entry entry, std::uint64_t i, Command&) {
        return entry != Entry::reading || i % 2 == 0;
    });
    EXPECT_TRUE(replay(folder / "told less").difference);
}

TEST_F(Recording, WhatIsNoWholeRecordingIsRefused) {
    { Recorded const day(file); }
    auto const size = std::filesystem::file_size(file);
    for (std::uintmax_t const at_octet : {std::uintmax_t{0}, size / 3, size / 2, size - 1}) {
        auto const damaged = folder / "damaged";
        std::filesystem::copy_file(file, damaged,
                                   std::filesystem::copy_options::overwrite_existing);
        std::fstream io(damaged, std::ios::binary | std::ios::in | std::ios::out);
        io.seekg(static_cast<std::streamoff>(at_octet));
        char const octet = static_cast<char>(io.get() ^ 0x10);
        io.seekp(static_cast<std::streamoff>(at_octet));
        io.put(octet);
        io.close();
        EXPECT_THROW((void)replay(damaged), InputError) << "octet " << at_octet;
        std::filesystem::copy_file(file, damaged,
                                   std::filesystem::copy_options::overwrite_existing);
        std::filesystem::resize_file(damaged, at_octet);
        EXPECT_THROW((void)replay(damaged), InputError) << "cut at " << at_octet;
    }
    EXPECT_THROW((void)replay(folder / "nowhere"), InputError);
    std::ofstream(folder / "longer", std::ios::binary)
        << std::ifstream(file, std::ios::binary).rdbuf() << "x";
    EXPECT_THROW((void)replay(folder / "longer"), InputError);
}

TEST_F(Recording, ItBeginsWithTheStart) {
    Recorded day(file);
    EXPECT_THROW(day.recorder.restore({}), SimulationError);
}

TEST(RecordedSetup, ComesBackWithAllThatItHolds) {
    auto setup = town();
    setup.config.alarms->desk.flood_limit = 11;
    setup.config.losses->theft.windows = {5, 6};
    setup.config.vee->estimation.order = {vee::Source::linear};
    setup.fleet.most_w = {1, 2, 3};
    setup.fleet.lines = {{0.25, 1e-9}};
    auto const octets = to_octets(setup);
    auto const back = to_setup(octets);
    EXPECT_EQ(to_octets(back), octets);
    EXPECT_EQ(back.config.alarms->desk.flood_limit, 11U);
    EXPECT_EQ(back.config.losses->theft.windows, (std::vector<std::uint32_t>{5, 6}));
    EXPECT_EQ(back.config.vee->estimation.order, std::vector{vee::Source::linear});
    EXPECT_EQ(back.fleet.lines.at(0).per_mwh, 1e-9);
    EXPECT_EQ(back.zone, "Asia/Baku");
    EXPECT_EQ(back.config.bills->billing.tariffs.at(0).rates.at(0).price, 12'345'000);
    EXPECT_EQ(back.accounts.at(1).balance, Money{20});
    EXPECT_EQ(back.agreements.at(1).meter, meter(4));
    auto other = setup;
    other.config.outage_management.reset();
    EXPECT_NE(to_octets(other), octets);
    EXPECT_FALSE(to_setup(to_octets(other)).config.outage_management);
}

} // namespace
} // namespace gridtwin::headend::recording
