#include "models/headend/uploads.hpp"
#include "tests/models/headend/fake_ports.hpp"

namespace gridtwin::headend {
namespace {

Command limit(std::uint32_t m) {
    return {.kind = CommandKind::set_parameter,
            .parameter = 1,
            .meter = meter(m),
            .value_milli = 5'000'000};
}

TEST(Orders, AParameterIsSentUntilItIsAcknowledgedUnderOneNumber) {
    Desk desk(make_fleet(1, 4));
    auto const id = desk.head.orders().order(limit(2), at(1h));
    desk.run_to(59min);
    EXPECT_TRUE(desk.sent().empty());
    desk.run_to(1h + 1min);
    ASSERT_EQ(desk.sent().size(), 1U);
    EXPECT_EQ(desk.last().id, id);
    EXPECT_EQ(desk.last().kind, CommandKind::set_parameter);
    EXPECT_EQ(desk.last().value_milli, 5'000'000);
    desk.run_to(1h + 3min);
    ASSERT_EQ(desk.sent().size(), 2U);
    EXPECT_EQ(desk.last().id, id);
    desk.acknowledge(desk.last(), 1, 1h + 3min);
    desk.acknowledge(desk.last(), 1, 1h + 3min);
    desk.run_to(3h);
    EXPECT_EQ(desk.sent().size(), 2U);
    auto const& counts = desk.head.orders().counts();
    EXPECT_EQ(counts.confirmed, 1U);
    EXPECT_EQ(counts.late, 1U);
    EXPECT_EQ(desk.journal.of(EventKind::command_confirmed).size(), 1U);
}

TEST(Orders, RefusedAndUnansweredOnesFailForTheirReason) {
    Desk desk(make_fleet(1, 4));
    desk.head.orders().order(limit(0), at(0s));
    desk.acknowledge(desk.last(), 0, 1min);
    desk.head.orders().order(limit(1), at(0s));
    desk.run_to(12h);
    EXPECT_EQ(desk.head.orders().orders()[0].reason, Reason::refused);
    EXPECT_EQ(desk.head.orders().orders()[1].reason, Reason::given_up);
    EXPECT_EQ(desk.head.orders().counts().refused, 1U);
    EXPECT_EQ(desk.head.orders().counts().failed, 1U);
}

TEST(Orders, AnAnnouncementIsSentUntilTheConcentratorAcknowledgesIt) {
    Desk desk(make_fleet(1, 4));
    Command to_all = limit(0);
    to_all.concentrator = ConcentratorId{0};
    auto const id = desk.head.orders().announce(to_all, at(1h));
    desk.run_to(59min);
    EXPECT_TRUE(desk.sent().empty());
    desk.run_to(1h + 1min);
    ASSERT_EQ(desk.sent().size(), 1U);
    EXPECT_EQ(desk.last().id, id);
    EXPECT_EQ(desk.last().meter, kNone<MeterId>);
    EXPECT_EQ(desk.last().concentrator, ConcentratorId{0});
    desk.run_to(1h + 3min);
    ASSERT_EQ(desk.sent().size(), 2U) << "under the same number";
    EXPECT_EQ(desk.last().id, id);
    desk.acknowledge({.id = id}, 1, 1h + 3min); // of no meter
    desk.run_to(3h);
    EXPECT_EQ(desk.sent().size(), 2U);
    EXPECT_EQ(desk.head.orders().counts().announced, 1U);
    EXPECT_EQ(desk.head.orders().counts().confirmed, 1U);
    EXPECT_EQ(desk.head.counts().unknown_meters, 0U);
    for (auto const kind : {EventKind::command_issued, EventKind::command_confirmed}) {
        auto const entries = desk.journal.of(kind);
        ASSERT_EQ(entries.size(), 1U);
        EXPECT_EQ(entries[0].entity, EventEntity::concentrator);
        EXPECT_EQ(entries[0].row, 0U);
        EXPECT_EQ(entries[0].value, static_cast<std::int64_t>(id));
    }
    desk.acknowledge({.id = CommandId{77}}, 1, 3h);
    EXPECT_EQ(desk.head.counts().stray_acknowledgements, 1U);
}

TEST(Orders, AnAnnouncementThatNobodyAcknowledgesHasFailed) {
    Desk desk(make_fleet(1, 4));
    Command to_all = limit(0);
    to_all.concentrator = ConcentratorId{0};
    desk.head.orders().announce(to_all, at(1h));
    desk.run_to(1h + 61min);
    EXPECT_EQ(desk.sent().size(), 5U); // waits of 2, 4, 8, 16 and 32 minutes
    EXPECT_TRUE(desk.journal.of(EventKind::command_failed).empty());
    desk.run_to(4h);
    EXPECT_EQ(desk.sent().size(), 5U);
    auto const failed = desk.journal.of(EventKind::command_failed);
    ASSERT_EQ(failed.size(), 1U);
    EXPECT_EQ(failed[0].entity, EventEntity::concentrator);
    EXPECT_EQ(failed[0].reason, Reason::given_up);
    EXPECT_EQ(failed[0].at, at(1h + 62min));
}

TEST(Orders, AReadWhoseAnswerIsTooLongForTheWayThatIsLeftIsRefusedAtOnce) {
    Desk desk(make_fleet(1, 4));
    desk.head.orders().order({.kind = CommandKind::read_events, .meter = meter(1), .count = 99},
                             at(0s));
    desk.acknowledge(desk.last(), 0, 1min);
    desk.run_to(12h);
    EXPECT_EQ(desk.head.orders().orders()[0].reason, Reason::refused);
    desk.acknowledge({.id = desk.head.orders().orders()[0].command, .meter = meter(1)}, 1, 12h);
    EXPECT_EQ(desk.head.orders().counts().late, 1U) << "it came by data after all";
}

/// The orders that a registration of that meter sends.
std::vector<CommandId> sent_again(Desk& desk, std::uint32_t m, std::uint32_t number) {
    auto const before = desk.sent().size();
    desk.registration(m, number % 2, number);
    std::vector<CommandId> out;
    for (auto k = before; k < desk.sent().size(); ++k) {
        out.push_back(desk.sent()[k].command.id);
    }
    return out;
}

TEST(Orders, OfAMeterThatMovedThoseThatArePendingGoToItsNewConcentrator) {
    Desk desk(make_fleet(2, 4));
    auto& orders = desk.head.orders();
    auto const first = orders.order(limit(1), at(0s));
    auto const answered = orders.order(limit(1), at(0s));
    orders.order(limit(2), at(0s));
    Command to_all = limit(1);
    to_all.concentrator = ConcentratorId{0};
    orders.announce(to_all, at(0s));
    auto const later = orders.order(limit(1), at(1min));
    EXPECT_EQ(sent_again(desk, 1, 1), (std::vector{first, answered}));
    desk.acknowledge({.id = answered, .meter = meter(1)}, 1, 0s);
    desk.run_to(1min);
    EXPECT_EQ(sent_again(desk, 1, 2), (std::vector{first, later}));
    EXPECT_TRUE(sent_again(desk, 3, 1).empty());
    std::vector<std::byte> saved;
    desk.head.save(saved);
    Desk other(make_fleet(2, 4), {}, false);
    other.head.restore(saved);
    EXPECT_EQ(sent_again(other, 1, 3), (std::vector{first, later}));
    desk.run_to(12h);
    EXPECT_TRUE(sent_again(desk, 1, 3).empty()) << "given up";
}

/// Shortest of a few times of 1,000 registrations after that many announcements.
std::chrono::duration<double> time_of_registrations(int announcements) {
    using Watch = std::chrono::steady_clock;
    Desk desk(make_fleet(1, 1000));
    Command to_all = limit(0);
    to_all.concentrator = ConcentratorId{0};
    for (int k = 0; k < announcements; ++k) {
        desk.head.orders().announce(to_all, at(0s));
    }
    Watch::duration shortest = Watch::duration::max();
    for (std::uint32_t number = 1; number <= 5; ++number) {
        auto const begin = Watch::now();
        for (std::uint32_t m = 0; m < 1000; ++m) {
            desk.registration(m, 0, number);
        }
        shortest = std::min(shortest, Watch::now() - begin);
    }
    return shortest;
}

TEST(Orders, ARegistrationCostsTheSameHoweverManyOrdersWereGivenBefore) {
    EXPECT_LT(time_of_registrations(50'000), 20.0 * time_of_registrations(1));
}

Command firmware(std::uint32_t version) {
    return {.concentrator = ConcentratorId{0},
            .first_interval = version,
            .count = 100'000,
            .effective = at(30h)};
}

std::vector<FakeCommands::Sent> firmware_sent(Desk const& desk) {
    std::vector<FakeCommands::Sent> out;
    std::copy_if(desk.sent().begin(), desk.sent().end(), std::back_inserter(out),
                 [](auto const& one) { return one.command.kind == CommandKind::start_firmware; });
    return out;
}

TEST(Orders, AFirmwaresImageIsGivenTheTimeOfItsTransferBeforeItGoesAgain) {
    Desk desk(make_fleet(1, 4));
    auto image = firmware(2);
    image.count = 500'000; // 2000 s at 2000 bit/s, then two minutes
    desk.head.orders().start_firmware(image, at(1h));
    desk.run_to(1h + 2119s);
    EXPECT_EQ(firmware_sent(desk).size(), 1U);
    desk.run_to(1h + 2121s);
    EXPECT_EQ(firmware_sent(desk).size(), 2U);
}

TEST(Orders, AFirmwareIsOrderedUntilTheConcentratorReports) {
    Desk desk(make_fleet(1, 4));
    auto const id = desk.head.orders().start_firmware(firmware(2), at(1h));
    desk.run_to(12h);
    auto const sent = firmware_sent(desk);
    EXPECT_GE(sent.size(), 10U) << "the tries of other orders are long used up";
    EXPECT_EQ(sent.back().command.id, id);
    EXPECT_EQ(sent.back().command.concentrator, ConcentratorId{0});
    FirmwareProgress progress{
        .concentrator = ConcentratorId{0}, .version = 2, .command = id, .done = 0, .meters = 4};
    desk.head.on_firmware(progress);
    progress.done = 3;
    desk.head.on_firmware(progress);
    progress.done = 2; // overtaken on its way
    desk.head.on_firmware(progress);
    desk.run_to(48h);
    EXPECT_EQ(firmware_sent(desk), sent);
    EXPECT_EQ(desk.head.orders().counts().confirmed, 1U);
    EXPECT_EQ(desk.head.books().firmware().begin()->second.done, 3U);
    EXPECT_EQ(desk.head.counts().stray_acknowledgements, 0U);
    auto const confirmed = desk.journal.of(EventKind::command_confirmed);
    ASSERT_EQ(confirmed.size(), 1U);
    EXPECT_EQ(confirmed[0].entity, EventEntity::concentrator);
    EXPECT_EQ(confirmed[0].row, 0U);
}

TEST(Orders, AFirmwareOfAnotherVersionOrAfterItsTimeHasFailed) {
    Desk desk(make_fleet(1, 4));
    auto const old = desk.head.orders().start_firmware(firmware(2), at(0s));
    desk.head.on_firmware({.concentrator = ConcentratorId{0}, .version = 3, .command = old});
    EXPECT_EQ(desk.head.orders().orders()[0].reason, Reason::refused);
    auto const other_time = desk.head.orders().start_firmware(firmware(3), at(0s));
    desk.head.on_firmware({.concentrator = ConcentratorId{0}, .command = other_time, .over = 1});
    EXPECT_EQ(desk.head.orders().orders()[1].reason, Reason::refused) << "it has that by another";
    desk.head.orders().start_firmware(firmware(4), at(1h));
    desk.run_to(48h);
    EXPECT_EQ(desk.head.orders().orders()[2].reason, Reason::given_up);
    EXPECT_LT(firmware_sent(desk).back().at, at(30h));
    desk.head.on_firmware({.concentrator = ConcentratorId{7}, .version = 3, .command = old});
    EXPECT_EQ(desk.head.counts().unknown_meters, 1U);
    desk.head.on_firmware({.concentrator = ConcentratorId{0}, .version = 3, .command = {}});
    EXPECT_EQ(desk.head.counts().stray_acknowledgements, 1U);
}

TEST(Orders, AFirmwareThatWasTakenButCameToNothingHasFailed) {
    Desk desk(make_fleet(1, 4));
    auto const id = desk.head.orders().start_firmware(firmware(2), at(0s));
    FirmwareProgress progress{.concentrator = ConcentratorId{0}, .version = 2, .command = id};
    desk.head.on_firmware(progress);
    ASSERT_EQ(desk.head.orders().counts().confirmed, 1U);
    progress.version = 3; // the order doubled, when a newer one had taken its place
    desk.head.on_firmware(progress);
    EXPECT_EQ(desk.head.orders().counts().confirmed, 1U);
    progress.version = 1;
    progress.over = 1;
    desk.head.on_firmware(progress);
    EXPECT_EQ(desk.head.orders().counts().confirmed, 0U);
    EXPECT_EQ(desk.head.orders().counts().refused, 1U);
    EXPECT_EQ(desk.head.orders().orders()[0].state, OrderState::failed);
    EXPECT_EQ(desk.journal.of(EventKind::command_failed).size(), 1U);
}

TEST(Orders, StateComesBackWithWhatIsPendingAndWhatTheBooksHold) {
    Desk desk(make_fleet(1, 4));
    desk.head.orders().order(limit(1), at(1h));
    desk.head.on_registers({.meter = meter(1), .value = {7, 0, 0, 0, 0, 0}, .read = at(30min)});
    desk.head.on_meter_event({.meter = meter(1), .number = 3, .kind = EventKind::power_lost});
    desk.head.on_load({.meter = meter(2), .interval = 9, .value = {1, 2, 3, 4, 5}, .channels = 31});
    desk.head.on_balance({.concentrator = ConcentratorId{0}, .interval = 4, .meters = 4});
    desk.head.on_concentrator_alarm(
        {.concentrator = ConcentratorId{0}, .kind = AlarmKind::imbalance});
    desk.head.on_concentrator_alarm(
        {.concentrator = ConcentratorId{0}, .kind = AlarmKind::imbalance});
    EXPECT_EQ(desk.head.counts().repeated_alarms, 1U);
    desk.head.on_firmware({.concentrator = ConcentratorId{0}, .version = 2, .done = 3});
    std::vector<std::byte> saved;
    desk.head.save(saved);
    Desk other(make_fleet(1, 4), {}, false);
    other.head.restore(saved);
    std::vector<std::byte> again;
    other.head.save(again);
    EXPECT_EQ(saved, again);
    EXPECT_EQ(other.head.books().registers(), desk.head.books().registers());
    EXPECT_EQ(other.head.books().events(), desk.head.books().events());
    EXPECT_EQ(other.head.books().load(), desk.head.books().load());
    EXPECT_EQ(other.head.books().balances(), desk.head.books().balances());
    EXPECT_EQ(other.head.books().alarms(), desk.head.books().alarms());
    EXPECT_EQ(other.head.books().firmware(), desk.head.books().firmware());
    other.run_to(1h);
    ASSERT_EQ(other.sent().size(), 1U);
    EXPECT_EQ(other.last().meter, meter(1));
}

TEST(Books, KeepEachThingOnceAndTheFirstOfIt) {
    Desk desk(make_fleet(1, 4));
    for (std::int64_t const value : {7, 8}) {
        desk.head.on_registers(
            {.meter = meter(1), .value = {value, 0, 0, 0, 0, 0}, .read = at(30min)});
    }
    desk.head.on_registers({.meter = meter(1), .tariff = 1, .read = at(30min)});
    desk.head.on_registers({.meter = meter(99), .read = at(30min)});
    EXPECT_EQ(desk.head.books().counts().registers, 2U);
    EXPECT_EQ(desk.head.books().counts().repeated, 1U);
    EXPECT_EQ(desk.head.books().registers().begin()->second.value[0], 7);
    EXPECT_EQ(desk.head.counts().unknown_meters, 1U);
}

TEST(Uploads, TakeEachNumberOnceInWhateverOrderItComes) {
    Uploads uploads(2);
    for (std::uint32_t const number : {3U, 1U, 2U, 5U}) {
        EXPECT_TRUE(uploads.first(ConcentratorId{1}, number));
    }
    for (std::uint32_t const number : {3U, 1U, 2U, 5U}) {
        EXPECT_FALSE(uploads.first(ConcentratorId{1}, number));
    }
    EXPECT_TRUE(uploads.first(ConcentratorId{1}, 4));
    EXPECT_TRUE(uploads.first(ConcentratorId{0}, 3)) << "each concentrator counts for itself";
    EXPECT_EQ(uploads.repeated(), 4U);
}

} // namespace
} // namespace gridtwin::headend
