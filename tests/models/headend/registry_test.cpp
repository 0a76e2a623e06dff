// Meters that move from one concentrator to another, as the head-end hears of it.
#include "sim/core/diagnostics.hpp"
#include "sim/core/random.hpp"
#include "tests/models/headend/fake_ports.hpp"

#include <map>
#include <set>

namespace gridtwin::headend {
namespace {

constexpr ConcentratorId kFirst{0};
constexpr ConcentratorId kSecond{1};

ConcentratorId of(Desk const& desk, std::uint32_t m) {
    return desk.head.fleet().concentrator[m];
}

TEST(RegistryTest, AMeterMovesToWhoeverRegisteredItAndTheFormerOneIsToldToLetItGo) {
    Desk desk(make_fleet(2, 4));
    desk.run_to(1h);
    desk.readings(2, 1, 3);
    desk.registration(2, 1, 1);
    EXPECT_EQ(of(desk, 2), kSecond);
    EXPECT_EQ(of(desk, 1), kFirst) << "nobody else does";
    ASSERT_EQ(desk.commands.assigned.size(), 2U);
    EXPECT_EQ(desk.commands.assigned[0],
              (Assignment{.concentrator = kFirst, .meter = meter(2), .number = 1, .first = 0}));
    EXPECT_EQ(desk.commands.assigned[1],
              (Assignment{.concentrator = kSecond, .meter = meter(2), .number = 1, .first = 4}));
    auto const journal = desk.journal.of(EventKind::meter_registered);
    ASSERT_EQ(journal.size(), 1U);
    EXPECT_EQ(journal[0].row, 2U);
    EXPECT_EQ(journal[0].value, 1);
    EXPECT_EQ(desk.head.registry().counts().moved, 1U);
}

TEST(RegistryTest, ThePlannedConcentratorHearsWhatIsLackedAndNobodyIsReleased) {
    Desk desk(make_fleet(2, 4));
    desk.registration(2, 0, 1);
    ASSERT_EQ(desk.commands.assigned.size(), 1U);
    EXPECT_EQ(desk.commands.assigned[0].concentrator, kFirst);
    EXPECT_EQ(desk.commands.assigned[0].first, 1U) << "from the interval that is open";
    EXPECT_EQ(desk.head.registry().counts().moved, 0U);
}

TEST(RegistryTest, WhatIsWrittenOffIsNotLackedAnyMore) {
    HeadEndConfig config;
    config.collection.plc_most = 8;
    config.collection.silent_after = 0;
    Desk desk(make_fleet(2, 4), config);
    desk.run_to(24h + 31min);
    Command const asked = desk.last();
    ASSERT_EQ(asked.kind, CommandKind::read_profile);
    auto const m = static_cast<std::uint32_t>(index(asked.meter));
    EXPECT_EQ(asked.first_interval, 1U);
    desk.acknowledge(asked, 0, 24h); // "none of those is in me"
    desk.registration(m, m < 4 ? 1 : 0, 1);
    EXPECT_EQ(desk.commands.assigned.back().first, 9U);
}

TEST(RegistryTest, OldDoubledAndOvertakenWordChangesNothing) {
    Desk desk(make_fleet(3, 2));
    desk.registration(0, 2, 5);
    std::size_t const said = desk.commands.assigned.size();
    desk.registration(0, 2, 5);        // doubled
    desk.registration(0, 1, 4);        // older, and late
    desk.registration(0, 1, 4, false); // likewise
    EXPECT_EQ(of(desk, 0), ConcentratorId{2});
    EXPECT_FALSE(desk.head.registry().given_up(meter(0)));
    EXPECT_EQ(desk.commands.assigned.size(), said);
    EXPECT_EQ(desk.head.registry().counts().outdated, 3U);
}

TEST(RegistryTest, AMeterGivenUpStaysWhereItWasUntilItIsRegistered) {
    Desk desk(make_fleet(2, 2));
    desk.registration(0, 0, 0, false); // as built it had no number
    EXPECT_TRUE(desk.head.registry().given_up(meter(0)));
    EXPECT_EQ(of(desk, 0), kFirst);
    EXPECT_EQ(desk.journal.of(EventKind::meter_given_up).size(), 1U);
    EXPECT_TRUE(desk.commands.assigned.empty());
    desk.registration(0, 1, 1, false); // given up before its registration was heard of
    desk.registration(0, 1, 1);
    EXPECT_TRUE(desk.head.registry().given_up(meter(0)));
    desk.registration(0, 0, 2);
    EXPECT_FALSE(desk.head.registry().given_up(meter(0)));
    EXPECT_EQ(of(desk, 0), kFirst);
}

TEST(RegistryTest, OrdersUnderWayFollowTheMeterUnderTheirNumbers) {
    Desk desk(make_fleet(2, 2));
    CommandId const relay = desk.head.orders().switch_relay(meter(0), false, at(0h));
    CommandId const parameter = desk.head.orders().order(
        {.kind = CommandKind::set_parameter, .parameter = 3, .meter = meter(0)}, at(0h));
    desk.head.orders().order({.kind = CommandKind::read_registers, .meter = meter(1)}, at(0h));
    desk.run_to(4h + 31min);                                       // and a gap read of either meter
    desk.acknowledge({.id = parameter, .meter = meter(0)}, 1, 1h); // too late to count
    desk.head.orders().switch_relay(meter(0), true, at(4h + 31min));
    CommandId const read = [&] {
        for (auto const& one : desk.sent()) {
            if (one.command.kind == CommandKind::read_profile && one.command.meter == meter(0)) {
                return one.command.id;
            }
        }
        return CommandId{};
    }();
    ASSERT_NE(read, CommandId{});
    std::size_t const before = desk.sent().size();
    auto const reads = desk.head.collection().counts().issued;
    desk.registration(0, 1, 1);
    std::map<CommandId, CommandKind> again;
    for (std::size_t k = before; k < desk.sent().size(); ++k) {
        EXPECT_EQ(desk.sent()[k].command.meter, meter(0));
        EXPECT_TRUE(again.emplace(desk.sent()[k].command.id, desk.sent()[k].command.kind).second);
    }
    EXPECT_EQ(again.size(), 2U) << "the pending relay order and the read; those that ended do not";
    EXPECT_EQ(again.at(read), CommandKind::read_profile);
    EXPECT_FALSE(again.contains(relay)) << "it was given up hours ago";
    EXPECT_EQ(desk.head.collection().counts().issued, reads) << "no command of its own";
}

TEST(RegistryTest, WhoeverGoesOnReadingAMeterThatIsNotItsOwnIsToldAgainButNotAtOnce) {
    Desk desk(make_fleet(3, 2));
    desk.head.on_read_by(meter(0), kSecond); // nobody has said anything
    EXPECT_TRUE(desk.commands.assigned.empty());
    desk.registration(0, 1, 1);
    desk.commands.assigned.clear();
    desk.head.on_read_by(meter(0), kFirst); // what it had stored
    desk.head.on_read_by(meter(0), kSecond);
    EXPECT_TRUE(desk.commands.assigned.empty());
    desk.run_to(1h);
    desk.head.on_read_by(meter(0), kFirst);
    desk.head.on_read_by(meter(0), kFirst);
    ASSERT_EQ(desk.commands.assigned.size(), 1U);
    EXPECT_EQ(desk.commands.assigned[0],
              (Assignment{.concentrator = kFirst, .meter = meter(0), .number = 1, .first = 0}));
}

TEST(RegistryTest, WhoIsNotKnownIsCountedAndNothingElse) {
    Desk desk(make_fleet(2, 4, 4));
    desk.registration(99, 0, 1);
    desk.registration(0, 9, 1);
    desk.registration(3, 0, 1); // read by SMS
    desk.head.on_read_by(meter(3), kFirst);
    EXPECT_EQ(desk.head.counts().unknown_meters, 4U);
    EXPECT_TRUE(desk.commands.assigned.empty());
    HeadEndConfig config;
    config.registry.release_again = -1s;
    EXPECT_THROW(Desk(make_fleet(1, 1), config), SimulationError);
}

/// One meter among three concentrators, by messages that are late, doubled and out of order; words
/// down are lost, too. What is registered is told in the end.
class AnyMoves : public testing::TestWithParam<std::uint64_t> {
  protected:
    double draw() {
        return draw01(Seed{5}, EntityKey(EntityKind::world, GetParam()), Purpose::test, n_++);
    }

  private:
    std::uint64_t n_ = 0;
};

TEST_P(AnyMoves, EndWithOneConcentratorThatHasItAndOrdersDoneOnce) {
    constexpr std::size_t kConcentrators = 3;
    struct Holder {
        bool has = false;
        std::uint32_t number = 0;
        std::set<CommandId> orders; ///< handed to it while it had the meter
    };
    std::array<Holder, kConcentrators> holder{};
    holder[0].has = true;
    std::uint32_t number = 0;
    std::size_t owner = 0;
    bool calm = false;
    Desk desk(make_fleet(kConcentrators, 1));
    std::map<std::pair<SimTime, int>, std::function<void()>> air;
    int sequence = 0;
    std::map<CommandId, int> executed;
    auto const carry = [&](double loss, std::function<void()> const& what) {
        for (int copy = draw() < 0.3 ? 2 : 1; copy > 0; --copy) {
            bool const lost = draw() < loss && !calm;
            SimDuration const way = duration_from_s(1.0 + (draw() < 0.3 ? 7200.0 : 10.0) * draw());
            if (!lost) {
                air.emplace(std::pair(desk.clock.now() + way, sequence++), what);
            }
        }
    };
    desk.commands.on_assign = [&](Assignment const& word) {
        carry(0.4, [&, word] {
            Holder& one = holder[index(word.concentrator)];
            if (one.has && word.first == 0 && word.number > one.number) {
                one = {};
            }
        });
    };
    desk.commands.on_send = [&](Command const& command) {
        auto const to = index(desk.head.fleet().concentrator[0]);
        if (command.kind == CommandKind::close_relay && command.meter == meter(0)) {
            carry(0.4, [&, to, command] {
                if (holder[to].has && executed.try_emplace(command.id, 0).second) {
                    ++executed[command.id]; // the meter knows its number from then on
                }
            });
        }
    };
    auto const run_to = [&](SimTime end) {
        while (!air.empty() && air.begin()->first.first <= end) {
            auto const [due, what] = *air.begin();
            air.erase(air.begin());
            desk.clock.advance(desk.head, due.first);
            what();
        }
        desk.clock.advance(desk.head, end);
    };
    for (int hour = 1; hour <= 60; ++hour) {
        calm = hour > 48;
        run_to(at(hour * 1h));
        if (!calm && draw() < 0.5) { // registered, perhaps by whoever has it already, or given up
            auto const by = static_cast<std::uint32_t>(kConcentrators * draw());
            bool const in = draw() < 0.8 || !holder[by].has;
            if (in) {
                holder[by].has = true;
                holder[by].number = ++number;
                owner = by;
            } else {
                holder[by].has = false;
            }
            carry(0.0, [&desk, by, in, n = holder[by].number] { desk.registration(0, by, n, in); });
        }
        if (draw() < 0.2) {
            desk.head.orders().switch_relay(meter(0), true, desk.clock.now());
        }
        for (std::uint32_t c = 0; c < kConcentrators; ++c) {
            if (holder[c].has) {
                desk.head.on_read_by(meter(0), static_cast<ConcentratorId>(c));
            }
        }
    }
    std::size_t const held_by = index(of(desk, 0));
    // A meter given up before its registration was heard of is left with the one before.
    EXPECT_TRUE(held_by == owner || !holder[owner].has);
    for (std::size_t c = 0; c < kConcentrators; ++c) {
        EXPECT_TRUE(!holder[c].has || c == held_by) << "concentrator " << c;
    }
    for (auto const& [command, times] : executed) {
        EXPECT_EQ(times, 1);
    }
    // Saved and restored, it knows the same.
    std::vector<std::byte> state;
    desk.head.save(state);
    Desk other(make_fleet(kConcentrators, 1), {}, false);
    other.head.restore(state);
    EXPECT_EQ(other.head.fleet().concentrator, desk.head.fleet().concentrator);
    std::vector<std::byte> again;
    other.head.save(again);
    EXPECT_EQ(again, state);
}

INSTANTIATE_TEST_SUITE_P(Patterns, AnyMoves, testing::Range<std::uint64_t>(0, 60));

} // namespace
} // namespace gridtwin::headend
