// Edits, and the trail that they leave.
#include "sim/core/diagnostics.hpp"
#include "tests/models/headend/vee/vee_desk.hpp"

#include <map>

namespace gridtwin::headend::vee {
namespace {

constexpr Grade kEdited{Quality::edited, Source::editor};

TEST(VeeEdit, KeepsWhoWhenWhyBeforeAndAfter) {
    Desk desk;
    desk.day(0, 0, [](std::uint32_t) { return 1000; });
    desk.vee.run(0);
    desk.clock.time = kStart + 30h;
    auto const [number, problem] = desk.vee.edit(meter(0), 7, 1500, 42, Why::meter_fault);
    EXPECT_EQ(problem, "");
    Change expected;
    expected.at = kStart + 30h;
    expected.meter = meter(0);
    expected.interval = 7;
    expected.before_mwh = 1000;
    expected.after_mwh = 1500;
    expected.who = 42;
    expected.before = pack({Quality::validated, Source::plc});
    expected.after = pack(kEdited);
    expected.why = Why::meter_fault;
    EXPECT_EQ(desk.vee.trail().at(number), expected);
    EXPECT_EQ(desk.vee.value(meter(0), 7), (Value{1500, kEdited}));
    desk.vee.run(0);
    EXPECT_EQ(desk.vee.value(meter(0), 7), (Value{1500, kEdited})) << "no rule changes it";
}

TEST(VeeEdit, IsUndoneByAnotherEditTheLatestFirst) {
    Desk desk;
    desk.day(0, 0, [](std::uint32_t) { return 1000; });
    desk.vee.run(0);
    auto const first = desk.vee.edit(meter(0), 7, 1500, 42, Why::meter_fault).number;
    auto const second = desk.vee.edit(meter(0), 7, 1600, 43, Why::dispute).number;
    EXPECT_EQ(desk.vee.undo(first, 44).problem,
              "undo: change 2 came after edit 1: undo that one first");
    auto const third = desk.vee.undo(second, 44).number;
    EXPECT_EQ(desk.vee.value(meter(0), 7), (Value{1500, kEdited}));
    EXPECT_EQ(desk.vee.trail().at(third).undoes, second);
    EXPECT_EQ(desk.vee.trail().at(third).who, 44U);
    auto const fourth = desk.vee.undo(third, 44).number; // the undoing undone
    EXPECT_EQ(desk.vee.value(meter(0), 7), (Value{1600, kEdited}));
    EXPECT_EQ(desk.vee.trail().size(), fourth);
    EXPECT_EQ(desk.vee.counts().edits, 4U);
}

TEST(VeeEdit, UndoingLeavesTheReadingAsItWas) {
    Desk desk;
    desk.day(0, 0, [](std::uint32_t) { return 1000; });
    desk.vee.run(0);
    auto const before = desk.vee.value(meter(0), 7);
    auto const number = desk.vee.edit(meter(0), 7, 1500, 42, Why::other).number;
    desk.vee.undo(number, 42);
    EXPECT_EQ(desk.vee.value(meter(0), 7), before);
}

TEST(VeeEdit, AReadingThatComesAfterAnEditWaitsUntilItIsUndone) {
    Desk desk;
    auto const number = desk.vee.edit(meter(0), 7, 1500, 42, Why::field_visit).number;
    desk.reading(0, 7, 1234);
    EXPECT_EQ(desk.vee.value(meter(0), 7), (Value{1500, kEdited}));
    desk.vee.undo(number, 42);
    EXPECT_EQ(desk.vee.value(meter(0), 7), (Value{1234, {Quality::actual, Source::plc}}));
    desk.vee.run(0);
    EXPECT_EQ(desk.quality(0, 7), Quality::validated);
}

TEST(VeeEdit, AReadingInThePlaceOfAnUndoneEditIsNewsToBilling) {
    Desk desk;
    auto const number = desk.vee.edit(meter(0), 7, 1500, 42, Why::field_visit).number;
    desk.vee.undo(number, 42);
    EXPECT_EQ(desk.quality(0, 7), Quality::missing);
    auto const billed = desk.vee.trail().size();
    desk.reading(0, 7, 1234);
    auto const news = desk.vee.trail().since(billed);
    ASSERT_EQ(news.size(), 1U);
    EXPECT_EQ(news[0].why, Why::late_reading);
    EXPECT_EQ(news[0].after_mwh, 1234);
}

TEST(VeeEdit, MistakesAreSaidAndChangeNothing) {
    Desk desk(2, 1);
    auto const problem_of = [&](std::uint32_t m, std::uint32_t k, std::int32_t mwh,
                                std::uint32_t who, Why why) {
        return desk.vee.edit(meter(m), k, mwh, who, why).problem;
    };
    EXPECT_EQ(problem_of(2, 97, 1, 1, Why::other),
              "edit of meter 2, interval 97: expected one of 2 meters and of intervals 1 to 96");
    EXPECT_EQ(problem_of(0, 0, 1, 1, Why::other),
              "edit of meter 0, interval 0: expected one of 2 meters and of intervals 1 to 96");
    EXPECT_EQ(problem_of(0, 1, 1, 0, Why::other), "edit: expected an editor's number, not 0");
    EXPECT_EQ(problem_of(0, 1, 1, 1, Why::undone), "edit: undone is no editor's reason");
    EXPECT_EQ(problem_of(0, 1, 1, 1, Why::estimated), "edit: estimated is no editor's reason");
    EXPECT_EQ(problem_of(0, 1, -1, 1, Why::other), "edit: -1 mWh of a meter that does not export");
    EXPECT_EQ(desk.vee.undo(1, 1).problem, "undo: change 1 is no edit");
    EXPECT_EQ(desk.vee.trail().size(), 0U);
    desk.reading(0, 1, 5);
    desk.reading(0, 3, 5);
    desk.vee.run(0);
    ASSERT_EQ(desk.vee.trail().size(), 1U);
    EXPECT_EQ(desk.vee.undo(1, 1).problem, "undo: change 1 is no edit");
    auto const number = desk.vee.edit(meter(0), 1, 6, 1, Why::other).number;
    EXPECT_EQ(desk.vee.undo(number, 0).problem, "undo: expected an editor's number, not 0");
}

/// Things happen to some meters, at random: readings come in any order, some twice and some
/// otherwise, some never; registers, outages, edits, undoing; days are run in between.
void live(Desk& desk, std::uint64_t seed, std::uint32_t meters, std::uint32_t days,
          ThreadPool* pool) {
    std::uint64_t n = 0;
    auto const draw = [&] {
        return draw01(Seed{seed}, EntityKey(EntityKind::world, 4), Purpose::test, n++);
    };
    auto const below = [&](std::uint32_t count) {
        return static_cast<std::uint32_t>(draw() * count);
    };
    for (int step = 0; step < 6000; ++step) {
        desk.clock.time += 1min;
        std::uint32_t const m = below(meters);
        std::uint32_t const k = 1 + below(days * kDay);
        double const what = draw();
        if (what < 0.9) {
            desk.reading(m, k, static_cast<std::int32_t>(draw() * 300'000) - 3000);
        } else if (what < 0.93) {
            desk.registers(m, end_of(k) - std::chrono::seconds(below(900)), 100'000 * k);
        } else if (what < 0.94) {
            desk.vee.on_outage(meter(m), end_of(k), end_of(k) + 3h);
        } else if (what < 0.97) {
            desk.vee.edit(meter(m), k, static_cast<std::int32_t>(draw() * 300'000), 1 + below(5),
                          Why::wrong_reading);
        } else if (what < 0.99) {
            desk.vee.undo(below(desk.vee.trail().size() + 2), 9);
        } else {
            desk.vee.run(below(days), pool);
        }
    }
    desk.vee.run(days - 1, pool);
}

TEST(VeeTrail, PropertyItReproducesThePresentFromTheOriginalReadings) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        constexpr std::uint32_t kMeters = 6;
        constexpr std::uint32_t kDays = 5;
        Desk desk(kMeters, kDays);
        live(desk, seed, kMeters, kDays, nullptr);
        EXPECT_GT(desk.vee.counts().late, 0U);
        EXPECT_GT(desk.vee.counts().otherwise, 0U);
        std::map<std::pair<MeterId, std::uint32_t>, Value> now; // as the trail says
        for (Change const& change : desk.vee.trail().since(0)) {
            auto const [at, first] =
                now.try_emplace({change.meter, change.interval}, change.value_before());
            if (first) { // the original: the ledger's reading, or none
                auto const held = desk.ledger.find(change.meter, change.interval);
                if (at->second.grade.quality != Quality::missing) {
                    ASSERT_TRUE(held);
                    EXPECT_EQ(at->second.mwh, held->import_mwh);
                    EXPECT_TRUE(is_reading(at->second.grade.quality));
                }
            } else {
                EXPECT_EQ(at->second.mwh, change.before_mwh);
            }
            at->second = change.value_after();
        }
        for (std::uint32_t m = 0; m < kMeters; ++m) {
            for (std::uint32_t k = 1; k <= kDays * kDay; ++k) {
                Value const value = desk.vee.value(meter(m), k);
                auto const trailed = now.find({meter(m), k});
                auto const held = desk.ledger.find(meter(m), k);
                if (trailed != now.end()) {
                    EXPECT_EQ(value.mwh, trailed->second.mwh);
                    EXPECT_EQ(is_reading(value.grade.quality),
                              is_reading(trailed->second.grade.quality));
                } else if (held) {
                    EXPECT_EQ(value.mwh, held->import_mwh);
                    EXPECT_TRUE(is_reading(value.grade.quality));
                } else {
                    EXPECT_EQ(value, Value{});
                }
                // no value that is not the meter's passes for one
                if (is_reading(value.grade.quality)) {
                    ASSERT_TRUE(held);
                    EXPECT_EQ(value.mwh, held->import_mwh);
                    EXPECT_EQ(value.grade.source, Source::plc);
                } else if (value.grade.quality == Quality::estimated) {
                    EXPECT_GE(value.grade.source, Source::zero);
                    EXPECT_LE(value.grade.source, Source::history);
                } else if (value.grade.quality == Quality::edited) {
                    EXPECT_EQ(value.grade.source, Source::editor);
                }
            }
        }
    }
}

TEST(VeeTrail, PropertyItIsOnlyAppendedTo) {
    Desk desk(3, 3);
    std::vector<Change> seen;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        live(desk, seed, 3, 3, nullptr);
        auto const now = desk.vee.trail().since(0);
        ASSERT_GE(now.size(), seen.size());
        EXPECT_TRUE(std::equal(seen.begin(), seen.end(), now.begin()));
        seen.assign(now.begin(), now.end());
        EXPECT_EQ(desk.vee.trail().since(desk.vee.trail().size()).size(), 0U);
    }
}

TEST(VeeState, IsTheSameWhateverTheNumberOfThreadsAndSavedAndRestored) {
    constexpr std::uint32_t kMeters = 600; // three chunks
    std::vector<std::vector<std::byte>> saved;
    for (unsigned const threads : {0U, 1U, 4U}) {
        Desk desk(kMeters, 3);
        auto const pool = threads == 0 ? nullptr : std::make_unique<ThreadPool>(threads);
        live(desk, 5, kMeters, 3, pool.get());
        StateWriter out(saved.emplace_back());
        desk.vee.save(out);
    }
    EXPECT_EQ(saved[0], saved[1]);
    EXPECT_EQ(saved[0], saved[2]);

    Desk other(kMeters, 3);
    StateReader in(saved[0]);
    other.vee.restore(in);
    in.expect_end();
    std::vector<std::byte> again;
    StateWriter out(again);
    other.vee.save(out);
    EXPECT_EQ(saved[0], again);

    Desk small(kMeters - 1, 3);
    StateReader wrong(saved[0]);
    EXPECT_THROW(small.vee.restore(wrong), SimulationError);
}

} // namespace
} // namespace gridtwin::headend::vee
