// Properties of the whole head-end over random storms: whatever the network does.
#include "tests/models/headend/storm.hpp"

namespace gridtwin::headend {
namespace {

constexpr SimTime kEvening = at(27h);

void over_seeds(std::function<void(std::uint64_t)> const& property) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        SCOPED_TRACE(fmt::format("seed {}", seed));
        property(seed);
    }
}

TEST(StormTest, TheLedgerHoldsEachReadingThatArrivedOnceAndTrue) {
    over_seeds([](std::uint64_t seed) {
        Storm storm({.seed = seed});
        storm.run_to(kEvening);
        EXPECT_EQ(storm.ledger.size(), storm.delivered.size());
        auto const& counts = storm.head().collection().counts();
        EXPECT_EQ(counts.stored, storm.delivered.size());
        EXPECT_GT(counts.repeated, 100U); // the network did double
        std::int64_t held = 0;
        std::int64_t truth = 0;
        for (auto const& [m, k] : storm.delivered) {
            truth += storm.row(m, k).import_mwh;
        }
        for (std::uint32_t m = 0; m < Storm::kMeters; ++m) {
            held += storm.ledger.import_mwh(meter(m), 1, 4 * 96);
        }
        EXPECT_EQ(held, truth);
    });
}

TEST(StormTest, EveryIssuedCommandEndsOnceOrIsPending) {
    over_seeds([](std::uint64_t seed) {
        Storm storm({.seed = seed});
        for (SimTime t = at(0h); t <= kEvening; t += 90min) {
            storm.run_to(t);
            std::map<std::int64_t, int> ends;
            for (auto const& entry : storm.journal.entries) {
                if (entry.kind == EventKind::command_issued) {
                    EXPECT_TRUE(ends.emplace(entry.value, 0).second) << "issued twice";
                } else if (entry.kind == EventKind::command_confirmed ||
                           entry.kind == EventKind::command_failed) {
                    ASSERT_TRUE(ends.contains(entry.value)) << "ended before it was issued";
                    EXPECT_EQ(++ends[entry.value], 1)
                        << "command " << entry.value << " ended twice";
                }
            }
            auto const open = static_cast<std::uint64_t>(std::count_if(
                ends.begin(), ends.end(), [](auto const& e) { return e.second == 0; }));
            auto const& head = storm.head();
            EXPECT_EQ(open, head.collection().pending() + head.orders().pending_relays());
            auto const& reads = head.collection().counts();
            auto const& orders = head.orders().relay_counts();
            EXPECT_EQ(reads.issued, reads.confirmed + reads.failed + head.collection().pending());
            EXPECT_EQ(orders.issued,
                      orders.confirmed + orders.failed + head.orders().pending_relays());
        }
        EXPECT_GT(storm.journal.of(EventKind::command_failed).size(), 0U);
    });
}

TEST(StormTest, ItAsksOnlyForWhatIsMissingAndOneThingAtATime) {
    over_seeds([](std::uint64_t seed) {
        Storm storm({.seed = seed});
        storm.run_to(kEvening);
        EXPECT_GT(storm.head().collection().counts().gaps, 50U);
        EXPECT_THAT(storm.broken, testing::IsEmpty());
    });
}

TEST(StormTest, AfterTheStormAllThatTheMetersHoldIsRead) {
    over_seeds([](std::uint64_t seed) {
        Storm storm({.seed = seed});
        storm.run_to(kEvening);
        std::uint32_t const due = storm.head().collection().due(kEvening);
        EXPECT_EQ(due, 96U);
        for (std::uint32_t m = 0; m < Storm::kMeters; ++m) {
            for (std::uint32_t k = 1; k <= due; ++k) {
                EXPECT_EQ(storm.ledger.has(meter(m), k), storm.holds(meter(m), k, kEvening))
                    << "meter " << m << " interval " << k;
            }
        }
    });
}

TEST(StormTest, RelaysStandAsTheLastConfirmedOrderSays) {
    over_seeds([](std::uint64_t seed) {
        Storm storm({.seed = seed});
        storm.run_to(kEvening);
        std::map<MeterId, Order> newest; // by when it was issued
        for (auto const& order : storm.head().orders().orders()) {
            ASSERT_NE(order.state, OrderState::planned);
            auto const [held, is_first] = newest.try_emplace(order.meter, order);
            if (!is_first && std::pair{order.sent, order.command} >
                                 std::pair{held->second.sent, held->second.command}) {
                held->second = order;
            }
        }
        for (auto const& [m, order] : newest) {
            if (order.state == OrderState::confirmed) {
                EXPECT_EQ(storm.closed(m), order.kind == CommandKind::close_relay)
                    << "meter " << index(m);
            }
        }
    });
}

/// Belief against truth, and what was told through the port against both.
void expect_true_beliefs(Storm const& storm, SimTime t) {
    auto const& outage = storm.head().outage();
    std::map<std::pair<EventEntity, std::uint32_t>, bool> told;
    for (auto const& belief : storm.beliefs.told) {
        auto const [held, is_first] = told.try_emplace({belief.entity, belief.row}, true);
        EXPECT_NE(held->second, belief.energised != 0) << "told the same twice";
        held->second = belief.energised != 0;
    }
    for (std::uint32_t m = 0; m < Storm::kMeters; ++m) {
        bool const truth = !storm.dark(meter(m), t);
        EXPECT_EQ(outage.belief(meter(m)).energised != 0, truth) << "meter " << m;
        auto const last = told.find({EventEntity::meter, m});
        EXPECT_EQ(last == told.end() || last->second, truth) << "meter " << m;
    }
    for (std::uint32_t n = 0; n < Storm::kNetworks; ++n) {
        bool const truth = !storm.network_dark(network(n), t);
        EXPECT_EQ(outage.belief(network(n)).energised != 0, truth) << "network " << n;
        auto const last = told.find({EventEntity::lv_network, n});
        EXPECT_EQ(last == told.end() || last->second, truth) << "network " << n;
    }
}

TEST(StormTest, BeliefIsTrueOnceAllAlarmsArrivedInWhateverOrder) {
    over_seeds([](std::uint64_t seed) {
        Storm storm({.seed = seed,
                     .loss_frac = 1.0, // not a single reading before evening
                     .alarm_loss_frac = 0.0,
                     .doubled_frac = 0.5,
                     .mean_delay = 50min,
                     .calm_from = 40h,
                     .ends_dark = true});
        storm.run_to(kEvening);
        ASSERT_EQ(storm.delivered.size(), 0U);
        EXPECT_GT(storm.head().counts().repeated_alarms, 10U);
        expect_true_beliefs(storm, kEvening);
    });
}

TEST(StormTest, BeliefIsTrueAfterTheStormThoughAlarmsWereLost) {
    over_seeds([](std::uint64_t seed) {
        Storm storm({.seed = seed, .alarm_loss_frac = 0.4});
        storm.run_to(kEvening);
        expect_true_beliefs(storm, kEvening);
        EXPECT_EQ(storm.head().outage().open_transformers(), 0U);
        EXPECT_EQ(storm.head().outage().open_customers(), 0U);
    });
}

TEST(StormTest, OutagesOfOneEntityAreInferredAndClearedInTurn) {
    over_seeds([](std::uint64_t seed) {
        Storm storm({.seed = seed, .ends_dark = true});
        storm.run_to(kEvening);
        std::map<std::pair<EventEntity, std::uint32_t>, bool> open;
        for (auto const& entry : storm.journal.entries) {
            if (entry.kind == EventKind::outage_inferred) {
                EXPECT_FALSE(std::exchange(open[{entry.entity, entry.row}], true));
            } else if (entry.kind == EventKind::outage_cleared) {
                EXPECT_TRUE(std::exchange(open[{entry.entity, entry.row}], false));
            }
        }
        EXPECT_GT(open.size(), 0U);
    });
}

TEST(StormTest, SavedInTheMiddleAndRestoredItDoesTheSame) {
    over_seeds([](std::uint64_t seed) {
        Storm straight({.seed = seed, .ends_dark = true});
        straight.run_to(kEvening);
        for (bool const clock_forgets_timers : {false, true}) {
            Storm replaced({.seed = seed, .ends_dark = true});
            for (SimDuration const t :
                 std::vector<SimDuration>{2h, 4h + 35min, 9h + 17min, 12h + 5min, 20h + 11min}) {
                replaced.run_to(at(t));
                replaced.replace_head_end(clock_forgets_timers);
            }
            replaced.run_to(kEvening);
            EXPECT_THAT(replaced.broken, testing::IsEmpty());
            EXPECT_EQ(replaced.commands.sent, straight.commands.sent);
            EXPECT_EQ(replaced.journal.entries, straight.journal.entries);
            EXPECT_EQ(replaced.beliefs.told, straight.beliefs.told);
        }
    });
}

TEST(StormTest, ReplayedFromItsInputsAloneItDoesTheSame) {
    over_seeds([](std::uint64_t seed) {
        Storm storm({.seed = seed});
        storm.run_to(kEvening);
        Desk desk(Storm::fleet(), Storm::config());
        for (auto const& [t, input] : storm.inputs) {
            desk.clock.advance(desk.head, t);
            Storm::apply(desk.head, input);
        }
        desk.clock.advance(desk.head, kEvening);
        EXPECT_EQ(desk.commands.sent, storm.commands.sent);
        EXPECT_EQ(desk.journal.entries, storm.journal.entries);
        EXPECT_EQ(desk.beliefs.told, storm.beliefs.told);
    });
}

} // namespace
} // namespace gridtwin::headend
