#include "models/headend/outage/management.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/headend/outage/town.hpp"

#include <algorithm>

namespace gridtwin::headend {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAreArray;
using enum AlarmKind;

Place place(std::uint32_t d) {
    return {.device = device(d)};
}

std::vector<std::uint32_t> rows(std::vector<MeterId> const& meters) {
    std::vector<std::uint32_t> result;
    for (MeterId const m : meters) {
        result.push_back(static_cast<std::uint32_t>(index(m)));
    }
    return result;
}

JournalEntry entry(SimDuration when, EventKind kind, std::uint32_t d, SimDuration instant,
                   Reason reason = Reason::none) {
    return {.at = at(when),
            .kind = kind,
            .entity = EventEntity::device,
            .reason = reason,
            .row = d,
            .value = instant.count()};
}

TEST(OutageManagementTest, NamesTheFuseWhenItsCustomersHaveToldAndTheRestHadTimeTo) {
    OmsDesk desk(small_town());
    desk.run_to(1h);
    desk.lose(desk.meters(0, 2), 1h);
    desk.run_to(1h + 2min);
    EXPECT_THAT(desk.oms.outages(), IsEmpty());
    desk.run_to(1h + 4min);
    ASSERT_THAT(desk.open(), SizeIs(1));
    EXPECT_EQ(desk.open()[0].place(), place(2));
    EXPECT_EQ(desk.open()[0].began, at(1h));
    EXPECT_GT(desk.open()[0].confidence_ppm, 990'000U);
    EXPECT_THAT(desk.journal.entries,
                ElementsAre(entry(1h + 3min + 10s, EventKind::outage_inferred, 2, 1h)));
    EXPECT_THAT(desk.commands.sent, IsEmpty()); // sure without
}

TEST(OutageManagementTest, LateMessagesReviseTheNameUpwards) {
    OmsDesk desk(small_town());
    desk.run_to(1h);
    desk.lose(desk.meters(0, 2), 1h);
    desk.run_to(1h + 10min);
    desk.lose(desk.meters(3, 8), 1h);
    desk.run_to(1h + 11min);
    ASSERT_THAT(desk.open(), SizeIs(1));
    EXPECT_EQ(desk.open()[0].place(), place(0));
    EXPECT_EQ(desk.open()[0].revisions, 1U);
    EXPECT_EQ(desk.open()[0].began, at(1h));
    EXPECT_EQ(desk.oms.counts().named, 1U);
    EXPECT_EQ(desk.journal.entries[1],
              entry(1h + 10min + 10s, EventKind::outage_cleared, 2, 1h, Reason::revised));
    EXPECT_EQ(desk.journal.entries[2], entry(1h + 10min + 10s, EventKind::outage_inferred, 0, 1h));
}

TEST(OutageManagementTest, SignsOfSupplyWithdrawWhatWasNoOutage) {
    OmsDesk desk(small_town());
    desk.run_to(1h);
    desk.lose({0, 1, 2}, 1h); // half of a transformer's customers
    desk.run_to(1h + 10min);
    ASSERT_THAT(desk.open(), SizeIs(1));
    EXPECT_FALSE(desk.open()[0].place().is_device());
    EXPECT_THAT(desk.journal.of(EventKind::outage_inferred), IsEmpty()); // Outage tells of it
    desk.run_to(2h);
    for (std::uint32_t m = 3; m < 6; ++m) {
        desk.oms.on_reading({.meter = meter(m), .interval = 7, .voltage_dv = 2300}); // 1:30
    }
    desk.run_to(2h + 1min);
    EXPECT_THAT(desk.open(), IsEmpty());
    EXPECT_EQ(desk.oms.outages()[0].state, OutageState::withdrawn);
    EXPECT_EQ(desk.oms.counts().withdrawn, 1U);
}

TEST(OutageManagementTest, OutagesOfTwoFeedersAtTheSameTimeAreTwo) {
    OmsDesk desk(small_town());
    desk.run_to(1h);
    desk.lose(desk.meters(6, 11), 1h);
    desk.run_to(1h + 5min);
    ASSERT_THAT(desk.open(), SizeIs(2));
    EXPECT_EQ(desk.open()[0].place(), place(4));
    EXPECT_EQ(desk.open()[1].place(), place(5));
}

TEST(OutageManagementTest, PingsAFewBesideAndBelowWhenItIsNotSureAndTheirAnswersConfineIt) {
    OutageManagementConfig config;
    config.pings.locating = 3;
    config.pings.most = 2;
    OmsDesk desk(small_town(1), config);
    desk.run_to(1h);
    desk.lose({0, 1}, 1h); // fuse 2 or more; one customer a transformer
    desk.run_to(1h + 4min);
    ASSERT_THAT(desk.open(), SizeIs(1));
    EXPECT_EQ(desk.open()[0].place(), place(2));
    std::uint32_t const before = desk.open()[0].confidence_ppm;
    EXPECT_EQ(desk.oms.pings().outstanding(), 2U);
    ASSERT_THAT(desk.commands.sent, SizeIs(2));
    EXPECT_EQ(desk.commands.sent[0].command.meter, meter(3)); // beside: below the other fuse
    EXPECT_EQ(desk.commands.sent[1].command.meter, meter(2)); // below, silent
    EXPECT_EQ(desk.commands.sent[1].at - desk.commands.sent[0].at, config.pings.spacing);
    desk.answer(desk.commands.sent[0].command);
    desk.run_to(2h);
    EXPECT_THAT(desk.commands.sent, SizeIs(3)); // and no more
    EXPECT_EQ(desk.open()[0].place(), place(2));
    EXPECT_GT(desk.open()[0].confidence_ppm, before);
}

TEST(OutageManagementTest, ReturnsClearAndWhoStaysBehindIsANestedOutageAfterTheWait) {
    OmsDesk desk(small_town());
    desk.run_to(1h);
    desk.lose(desk.meters(0, 8), 1h);
    desk.run_to(1h + 30min);
    desk.restore(desk.meters(0, 2), 1h + 30min);
    desk.run_to(1h + 31min);
    ASSERT_THAT(desk.oms.outages(), SizeIs(1));
    EXPECT_EQ(desk.oms.outages()[0].state, OutageState::verifying);
    EXPECT_EQ(desk.oms.outages()[0].restored, at(1h + 30min));
    desk.restore(desk.meters(6, 8), 1h + 30min);
    desk.run_to(1h + 46min);
    ASSERT_THAT(desk.oms.outages(), SizeIs(2));
    DeviceOutage const nested = desk.oms.outages()[1];
    EXPECT_EQ(desk.oms.outages()[0].state, OutageState::closed);
    EXPECT_EQ(nested.place(), place(3));
    EXPECT_EQ(nested.parent, 1U);
    EXPECT_EQ(nested.began, at(1h));
    EXPECT_EQ(nested.state, OutageState::open);
    EXPECT_EQ(desk.oms.counts().nested, 1U);

    desk.run_to(3h);
    desk.restore(desk.meters(3, 5), 3h);
    desk.run_to(4h);
    EXPECT_THAT(desk.open(), IsEmpty());
    EXPECT_EQ(desk.oms.outages()[1].state, OutageState::closed);
    EXPECT_EQ(desk.oms.outages()[1].restored, at(3h));
    EXPECT_THAT(desk.oms.outages(), SizeIs(2));
}

TEST(OutageManagementTest, VerifiesByPingsWhoIsBackAndNamesNoNestedOutageOfThoseWhoAnswer) {
    OmsDesk desk(small_town());
    desk.run_to(1h);
    desk.lose(desk.meters(0, 5), 1h);
    desk.run_to(1h + 30min);
    desk.restore(desk.meters(0, 2), 1h + 30min); // of fuse 3's customers all words are lost
    desk.commands.on_send = [&](Command const& command) {
        desk.arrive(desk.clock.now() + 20s, [&, command] { desk.answer(command); });
    };
    desk.run_to(3h);
    EXPECT_EQ(desk.oms.pings().counts().answered, 3U); // one a transformer
    EXPECT_EQ(desk.oms.outages()[0].restored, at(1h + 30min));
    EXPECT_THAT(desk.open(), IsEmpty());
    EXPECT_EQ(desk.oms.counts().nested, 0U);
}

TEST(OutageManagementTest, ANestedOutageWhoseCustomersCameBackWithTheRestIsWithdrawn) {
    OmsDesk desk(small_town());
    desk.run_to(1h);
    desk.lose(desk.meters(0, 5), 1h);
    desk.run_to(1h + 30min);
    desk.restore(desk.meters(0, 2), 1h + 30min);
    desk.run_to(2h);
    ASSERT_EQ(desk.oms.counts().nested, 1U);
    desk.restore(desk.meters(3, 5), 1h + 30min); // after all
    desk.run_to(3h);
    EXPECT_EQ(desk.oms.outages()[1].state, OutageState::withdrawn);
    auto const indices = reliability_indices(desk.oms.interruptions(), 72, at(0h), at(24h));
    EXPECT_EQ(indices.sustained, 36U);
    EXPECT_DOUBLE_EQ(indices.caidi_min, 30.0);
}

TEST(OutageManagementTest, WhoStaysOutAloneIsInterruptedUntilItsOwnReturn) {
    OmsDesk desk(small_town());
    desk.run_to(1h);
    desk.lose(desk.meters(0, 2), 1h);
    desk.run_to(1h + 30min);
    auto others = desk.meters(0, 2);
    others.erase(others.begin()); // meter 0 has a fault of its own
    desk.restore(others, 1h + 30min);
    auto const indices = [&] {
        return reliability_indices(desk.oms.interruptions(), 72, at(0h), at(24h));
    };
    desk.run_to(3h);
    EXPECT_THAT(desk.open(), IsEmpty());
    EXPECT_EQ(desk.oms.counts().nested, 0U);
    EXPECT_EQ(indices().sustained, 18U);
    EXPECT_DOUBLE_EQ(indices().saidi_min, (17 * 30 + 23 * 60) / 72.0); // it lasts
    std::vector<std::byte> state;
    StateWriter writer(state);
    desk.oms.save(writer);
    OmsDesk restored(small_town());
    StateReader reader(state);
    restored.oms.restore(reader);
    for (OmsDesk* const one : {&desk, &restored}) {
        one->oms.on_reading({.meter = meter(0), .interval = 19, .voltage_dv = 2300}); // 4:30
        one->restore({0}, 4h + 20min);                                                // late
        one->lose({0}, 6h);
        auto const now = reliability_indices(one->oms.interruptions(), 72, at(0h), at(24h));
        EXPECT_EQ(now.sustained, 18U);
        EXPECT_DOUBLE_EQ(now.saidi_min, (17 * 30 + 200) / 72.0);
    }
}

TEST(OutageManagementTest, ARowOfAPartlyDarkIntervalDoesNotTellWhenSupplyWasBack) {
    OmsDesk desk(small_town());
    desk.run_to(1h);
    desk.lose(desk.meters(0, 2), 1h);
    desk.run_to(2h);
    for (std::uint32_t const m : desk.meters(0, 2)) { // back at 1:55, words of it lost
        desk.oms.on_reading(
            {.meter = meter(m), .interval = 8, .voltage_dv = 2300, .status = status::kPowerFailed});
    }
    desk.run_to(2h + 15min);
    ASSERT_THAT(desk.open(), SizeIs(1));
    for (std::uint32_t const m : desk.meters(0, 2)) {
        desk.oms.on_reading({.meter = meter(m), .interval = 9, .voltage_dv = 2300});
    }
    desk.run_to(3h);
    EXPECT_THAT(desk.open(), IsEmpty());
    EXPECT_EQ(desk.oms.outages()[0].restored, at(2h));
}

TEST(OutageManagementTest, APingInVainIsFollowedByOneToANeighbour) {
    OmsDesk desk(small_town());
    desk.run_to(1h);
    desk.lose(desk.meters(0, 5), 1h);
    desk.run_to(1h + 30min);
    desk.restore(desk.meters(0, 2), 1h + 30min); // of fuse 3's customers all words are lost
    std::vector<std::uint32_t> asked;
    desk.commands.on_send = [&](Command const& command) {
        auto const m = static_cast<std::uint32_t>(index(command.meter));
        asked.push_back(m);
        if (m % 6 != 0) { // the first of each transformer does not hear
            desk.arrive(desk.clock.now() + 20s, [&, command] { desk.answer(command); });
        }
    };
    desk.run_to(3h);
    EXPECT_THAT(asked, testing::UnorderedElementsAre(18, 24, 30, 19, 25, 31));
    EXPECT_EQ(desk.oms.counts().nested, 0U);
}

TEST(OutageManagementTest, ALossAfterSignsOfSupplyIsANewOutage) {
    OmsDesk desk(small_town());
    desk.run_to(1h);
    desk.lose(desk.meters(0, 8), 1h);
    desk.run_to(1h + 30min);
    desk.restore(desk.meters(0, 8), 1h + 30min);
    desk.run_to(1h + 35min);
    desk.lose(desk.meters(3, 5), 1h + 35min);
    desk.run_to(1h + 40min);
    ASSERT_THAT(desk.open(), SizeIs(1));
    EXPECT_EQ(desk.open()[0].place(), place(3));
    EXPECT_EQ(desk.open()[0].began, at(1h + 35min));
    EXPECT_EQ(desk.open()[0].parent, 0U);
    desk.run_to(3h);
    EXPECT_EQ(desk.oms.counts().nested, 0U);
}

TEST(OutageManagementTest, WhatIsHeardOfOnlyWhenItIsOverIsNamedAndClearedAndNobodyIsTold) {
    OmsDesk desk(small_town());
    desk.run_to(3h);
    desk.restore(desk.meters(0, 2), 1h + 1min);
    desk.lose(desk.meters(0, 2), 1h);
    desk.run_to(4h);
    ASSERT_THAT(desk.oms.outages(), SizeIs(1));
    EXPECT_EQ(desk.oms.outages()[0].place(), place(2));
    EXPECT_EQ(desk.oms.outages()[0].state, OutageState::closed);
    EXPECT_THAT(desk.notify.notices, IsEmpty());
    auto const indices = reliability_indices(desk.oms.interruptions(), 72, at(0h), at(24h));
    EXPECT_EQ(indices.momentary, 18U);
    EXPECT_EQ(indices.sustained, 0U);
}

TEST(OutageManagementTest, CustomersAreToldOnceThatItIsKnownItsCauseItsEndAndTheReturn) {
    OmsDesk desk(small_town());
    desk.run_to(1h);
    desk.lose(desk.meters(0, 2), 1h);
    desk.lose(desk.meters(0, 2), 1h); // doubled
    desk.run_to(1h + 30min);
    for (NoticeKind const kind :
         {NoticeKind::outage_known, NoticeKind::cause, NoticeKind::estimate}) {
        EXPECT_THAT(rows(desk.notify.of(kind)), UnorderedElementsAreArray(desk.meters(0, 2)));
    }
    EXPECT_THAT(desk.notify.of(NoticeKind::restored), IsEmpty());
    EXPECT_EQ(desk.notify.notices[1].cause, static_cast<std::uint8_t>(DeviceKind::fuse));
    EXPECT_EQ(desk.notify.notices[2].expected, at(1h + 3min + 10s + 90min));
    desk.run_to(2h);
    desk.restore(desk.meters(0, 0), 2h);
    desk.run_to(2h + 1min);
    EXPECT_THAT(rows(desk.notify.of(NoticeKind::restored)),
                UnorderedElementsAreArray(desk.meters(0, 0)));
    desk.restore(desk.meters(1, 2), 2h);
    desk.run_to(3h);
    EXPECT_THAT(rows(desk.notify.of(NoticeKind::restored)),
                UnorderedElementsAreArray(desk.meters(0, 2)));
}

TEST(OutageManagementTest, BelievesTheMinutesThatCustomersWereOutWhenNothingIsLost) {
    OmsDesk desk(small_town());
    Storm storm(desk, {.lost_frac = 0, .cut_frac = 0, .delay = 5s, .clocks = 0s}, 1);
    storm.open(device(1), 1h); // 36 customers, of whom 18 get it back
    storm.open(device(3), 2h); // while it is out anyway
    storm.close(device(1), 3h);
    storm.close(device(3), 5h);
    desk.run_to(8h);
    auto const indices = reliability_indices(desk.oms.interruptions(), 72, at(0h), at(24h));
    EXPECT_DOUBLE_EQ(indices.saidi_min, (18 * 120 + 18 * 240) / 72.0);
    EXPECT_DOUBLE_EQ(indices.saifi, 36 / 72.0);
    EXPECT_EQ(desk.oms.counts().nested, 1U);
}

/// Messages of a nested storm with losses, as a list that may be delivered in any order.
struct Told {
    std::uint32_t meter;
    AlarmKind kind;
    SimDuration occurred;
    SimTime arrives;
};
std::vector<Told> storm_words(Town const& town, Dice& dice, bool comes_back) {
    std::vector<Told> result;
    TreeOrder const tree(town.tree, town.fleet.lv_networks());
    DeviceId const d = device(dice.below(30));
    for (std::uint32_t m = 0; m < town.meters(); ++m) {
        if (tree.is_below(town.fleet.lv_network[m], {.device = d}) && dice() < 0.8) {
            result.push_back({m, power_lost, 1h, at(1h + dice.exponential(1min))});
            if (comes_back && dice() < 0.8) {
                result.push_back({m, power_restored, 1h + 8min, at(1h + 9min)});
            }
        } else if (dice() < 0.01) {
            result.push_back({m, power_lost, 1h + 30s, at(1h + 1min)});
        }
    }
    return result;
}

TEST(OutageManagementTest, WhatIsBelievedInTheEndDependsOnTheMessagesNotOnTheirOrder) {
    OutageManagementConfig config;
    config.pings.locating = 0;
    config.nested_wait = 10h;
    std::size_t named = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        Dice dice{.seed = seed};
        Town const town = random_town(seed);
        auto const words = storm_words(town, dice, seed % 2 == 0);
        auto const believed = [&](bool shuffled) {
            OmsDesk desk(town, config);
            for (Told const& word : words) {
                SimTime const when =
                    shuffled ? at(1h + duration_from_s(600.0 * dice())) : word.arrives;
                for (int copy = 0; copy < (shuffled ? 2 : 1); ++copy) {
                    desk.arrive(when + copy * 30s,
                                [&, word] { desk.alarm(word.meter, word.kind, word.occurred); });
                }
            }
            desk.run_to(1h + 15min);
            desk.lose({0}, 1h + 15min); // the same last look
            desk.run_to(1h + 16min);
            std::vector<DeviceOutage> result;
            for (DeviceOutage const& o : desk.oms.outages()) {
                if (o.state != OutageState::withdrawn) {
                    result.push_back({.began = o.began,
                                      .last = o.last,
                                      .restored = o.restored,
                                      .device = o.device,
                                      .transformer = o.transformer,
                                      .reports = o.reports});
                }
            }
            std::sort(result.begin(), result.end(),
                      [](auto const& a, auto const& b) { return a.device < b.device; });
            return result;
        };
        auto const first = believed(false);
        EXPECT_EQ(first, believed(true)) << "seed " << seed;
        named += first.size();
    }
    EXPECT_GE(named, 10U);
}

TEST(OutageManagementTest, SavedAndRestoredItBelievesAndDoesTheSame) {
    OutageManagementConfig config;
    config.sure_frac = 1.0; // so that it pings
    for (bool const keep_timers : {true, false}) {
        for (SimDuration const stop : {65min, 95min, 102min, 115min}) {
            auto const script = [&](OmsDesk& desk, SimDuration from, SimDuration to) {
                auto const say = [&](SimDuration when, auto what) {
                    if (when > from && when <= to) {
                        desk.run_to(when);
                        what();
                    }
                };
                say(60min, [&] { desk.lose(desk.meters(0, 4), 60min); });
                say(62min, [&] { desk.lose(desk.meters(9, 10), 62min); });
                say(90min, [&] { desk.restore(desk.meters(0, 2), 90min); });
                say(100min, [&] { desk.restore(desk.meters(9, 9), 99min); });
                say(110min, [&] { desk.restore(desk.meters(3, 3), 109min); });
                desk.run_to(to);
            };
            OmsDesk whole(small_town(3), config);
            script(whole, 0h, 5h);

            OmsDesk first(small_town(3), config);
            script(first, 0h, stop);
            std::vector<std::byte> state;
            StateWriter writer(state);
            first.oms.save(writer);
            OmsDesk second(small_town(3), config);
            second.clock = first.clock;
            if (!keep_timers) {
                second.clock.forget_timers();
            }
            second.numbers.restore(first.numbers.last());
            StateReader reader(state);
            second.oms.restore(reader);
            reader.expect_end();
            script(second, stop, 5h);

            EXPECT_EQ(second.oms.outages(), whole.oms.outages());
            auto notices = first.notify.notices;
            notices.insert(notices.end(), second.notify.notices.begin(),
                           second.notify.notices.end());
            EXPECT_EQ(notices, whole.notify.notices);
            auto sent = first.commands.sent;
            sent.insert(sent.end(), second.commands.sent.begin(), second.commands.sent.end());
            EXPECT_EQ(sent, whole.commands.sent);
            EXPECT_FALSE(sent.empty());
            std::vector<std::byte> end_whole;
            std::vector<std::byte> end_second;
            StateWriter writer_whole(end_whole);
            StateWriter writer_second(end_second);
            whole.oms.save(writer_whole);
            second.oms.save(writer_second);
            EXPECT_EQ(end_whole, end_second);
        }
    }
}

TEST(OutageManagementTest, AStateOfAnotherTownAndATreeOfAnotherFleetAreErrors) {
    OmsDesk desk(small_town());
    std::vector<std::byte> state;
    StateWriter writer(state);
    desk.oms.save(writer);
    OmsDesk other(small_town(2));
    StateReader reader(state);
    EXPECT_THROW(other.oms.restore(reader), SimulationError);
    Town town = small_town();
    town.tree.device.pop_back();
    EXPECT_THROW(OmsDesk{town}, SimulationError);
    OutageManagementConfig config;
    config.recheck = 0s;
    EXPECT_THROW(OmsDesk(small_town(), config), SimulationError);
}

} // namespace
} // namespace gridtwin::headend
