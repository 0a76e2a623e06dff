#include "models/headend/outage/location.hpp"
#include "tests/models/headend/outage/town.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::headend {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// A town with what is known of its meters. Far later than the losses no message is on its way.
struct Case {
    explicit Case(Town const& the_town)
        : town(the_town), tree(town.tree, town.fleet.lv_networks()), members(town.fleet),
          records(town.fleet.meters()) {}
    void lose(LvNetworkId transformer, std::size_t meters, SimDuration when) {
        for (MeterId const m : members.of(transformer).first(meters)) {
            note(records[index(m)].lost, at(when));
        }
    }
    void show(LvNetworkId transformer, std::size_t from, std::size_t to, SimDuration when) {
        for (MeterId const m : members.of(transformer).subspan(from, to - from)) {
            records[index(m)].shown = at(when);
        }
    }
    [[nodiscard]] Evidence evidence() const {
        return {tree, members, town.fleet.lv_network, records};
    }
    [[nodiscard]] std::vector<LocatedEvent> locate(std::uint32_t head = 0,
                                                   SimDuration now = 10h) const {
        return headend::locate(config, evidence(), device(head), at(now));
    }

    LocationConfig config;
    Town town;
    TreeOrder tree;
    NetworkMembers members;
    std::vector<MeterRecord> records;
};

Place place(std::uint32_t d) {
    return {.device = device(d)};
}
Place transformer(std::uint32_t d, std::uint32_t t) {
    return {.device = device(d), .transformer = network(t)};
}

TEST(LocationTest, TheScoreIsTheSumOfTheReportsAndThePrior) {
    Case c(small_town(6));
    for (std::uint32_t t = 0; t < 3; ++t) {
        c.lose(network(t), 6, 9h);
    }
    auto const events = c.locate();
    ASSERT_THAT(events, SizeIs(1));
    EXPECT_EQ(events[0].place, place(2));
    EXPECT_EQ(events[0].reports, 18U);
    EXPECT_EQ(events[0].first, at(9h));
    EXPECT_NEAR(events[0].score, 18 * std::log(0.8 / 1e-4) + std::log(1e-4), 1e-9);
    EXPECT_GT(events[0].confidence_frac, 0.999);
    EXPECT_THAT(c.locate(5), IsEmpty());
}

TEST(LocationTest, ASilentMeterBesideReportsAndASilentTransformerCostWhatTheyAreSaidTo) {
    Case c(small_town(6));
    c.lose(network(0), 6, 9h);
    c.lose(network(1), 4, 9h); // and two say nothing, nor does any of transformer 2
    auto const events = c.locate();
    ASSERT_THAT(events, SizeIs(1));
    EXPECT_EQ(events[0].place, place(2));
    EXPECT_NEAR(events[0].score,
                10 * std::log(0.8 / 1e-4) + 2 * std::log(0.2) +
                    std::log(0.02 + 0.98 * std::pow(0.2, 6)) + std::log(1e-4),
                1e-9);
}

TEST(LocationTest, ReportsBelowTwoFusesAreTheReclosersAboveThem) {
    Case c(small_town(6));
    c.lose(network(0), 3, 9h);
    c.lose(network(3), 3, 9h);
    ASSERT_THAT(c.locate(), SizeIs(1));
    EXPECT_EQ(c.locate()[0].place, place(1));
}

TEST(LocationTest, SignsOfSupplyConfineTheEvent) {
    Case c(small_town(6));
    c.lose(network(0), 3, 9h);
    c.lose(network(3), 3, 9h);
    for (std::uint32_t const t : {1U, 2U, 4U, 5U}) {
        c.show(network(t), 0, 2, 9h + 15min);
    }
    auto const events = c.locate();
    ASSERT_THAT(events, SizeIs(2));
    EXPECT_EQ(events[0].place, transformer(2, 0));
    EXPECT_EQ(events[1].place, transformer(3, 3));
}

TEST(LocationTest, SignsAfterTheReturnDoNotSpeakAgainstTheEvent) {
    Case c(small_town(6));
    c.lose(network(0), 3, 9h);
    c.lose(network(3), 3, 9h);
    for (std::uint32_t const t : {1U, 2U, 4U, 5U}) {
        c.show(network(t), 0, 2, 9h + 31min);
    }
    c.show(network(0), 0, 2, 9h + 31min); // two of those who told of the loss
    auto const events = c.locate();
    ASSERT_THAT(events, SizeIs(1));
    EXPECT_EQ(events[0].place, place(1));
    EXPECT_EQ(events[0].restored, at(9h + 31min));
}

TEST(LocationTest, OfDevicesThatExplainTheSameTheLowestIsNamedAndNoSurerThanTheirNumber) {
    Town town = small_town(6);
    town.tree.upstream[2] = device(6); // a switch between recloser and fuse, with nothing else
    town.tree.kind.push_back(DeviceKind::load_switch);
    town.tree.upstream.push_back(device(1));
    Case c(town);
    for (std::uint32_t t = 0; t < 3; ++t) {
        c.lose(network(t), 6, 9h);
    }
    ASSERT_THAT(c.locate(), SizeIs(1));
    EXPECT_EQ(c.locate()[0].place, place(2));
    EXPECT_NEAR(c.locate()[0].confidence_frac, 0.5, 1e-4);
}

TEST(LocationTest, SilenceMeansLittleWhileMessagesMayBeOnTheirWay) {
    Case c(small_town(6));
    c.lose(network(0), 4, 9h);
    c.lose(network(1), 4, 9h);
    EXPECT_THAT(c.locate(0, 9h + 2min), IsEmpty()); // younger than `settle`
    double before = 1e9;
    for (SimDuration const wait : {3min, 4min, 5min, 8min}) {
        auto const events = c.locate(0, 9h + wait);
        ASSERT_THAT(events, SizeIs(1));
        EXPECT_LT(events[0].score, before);
        before = events[0].score;
    }
}

TEST(LocationTest, TwoCustomersOfTenAreNotTheirTransformer) {
    Case c(small_town(10));
    c.lose(network(0), 2, 9h);
    EXPECT_THAT(c.locate(), IsEmpty());
    c.lose(network(4), 1, 9h);
    EXPECT_THAT(c.locate(), IsEmpty());
}

TEST(LocationTest, WhoHadBeenOutBeforeIsNotAskedWhyItIsSilent) {
    Case c(small_town(6));
    for (std::uint32_t t = 3; t < 6; ++t) {
        c.lose(network(t), 5, 8h + 30min); // fuse 3, and later the breaker above
    }
    for (std::uint32_t const t : {0U, 1U, 2U, 6U, 7U, 8U}) {
        c.lose(network(t), 6, 9h);
    }
    auto const events = c.locate();
    ASSERT_THAT(events, SizeIs(2));
    EXPECT_EQ(events[0].place, place(0));
    EXPECT_EQ(events[0].first, at(9h));
    EXPECT_EQ(events[1].place, place(3));
    EXPECT_EQ(events[1].first, at(8h + 30min));
}

TEST(LocationTest, APingInVainIsWeakEvidenceOfAnOutage) {
    Case c(small_town(1));
    c.lose(network(0), 1, 9h);
    c.lose(network(1), 1, 9h);
    auto const before = c.locate();
    ASSERT_THAT(before, SizeIs(1));
    EXPECT_EQ(before[0].place, place(2));
    c.records[2].unanswered = at(9h + 5min); // of the fuse's third
    EXPECT_GT(c.locate()[0].score, before[0].score);
    EXPECT_GT(c.locate()[0].confidence_frac, before[0].confidence_frac - 1e-3);
    for (std::uint32_t m = 3; m < 6; ++m) {
        c.records[m].unanswered = at(9h + 5min); // of the other fuse's
    }
    EXPECT_EQ(c.locate()[0].place, place(2)); // does not outweigh that nobody told of a loss
    EXPECT_LT(c.locate()[0].confidence_frac, before[0].confidence_frac);
}

TEST(LocationTest, SupplyIsBackWhenTheSecondOfThoseWhoToldOfTheLossShowsIt) {
    Case c(small_town(6));
    c.lose(network(0), 6, 9h);
    EXPECT_EQ(restored_at(c.config, c.evidence(), place(2), at(9h), at(9h)), kNever);
    c.show(network(0), 2, 3, 9h + 40min);
    c.show(network(1), 0, 6, 9h + 20min); // who told nothing shows nothing about a return
    EXPECT_EQ(restored_at(c.config, c.evidence(), place(2), at(9h), at(9h)), kNever);
    note(c.records[0].back, at(9h + 50min));
    note(c.records[1].lost, at(9h + 60min)); // so it had supply
    EXPECT_EQ(restored_at(c.config, c.evidence(), place(2), at(9h), at(9h)), at(9h + 50min));
}

TEST(LocationTest, WhatStaysOutBelowWhatCameBackIsTheNestedDevice) {
    Case c(small_town(6));
    for (std::uint32_t t = 0; t < 9; ++t) {
        c.lose(network(t), 5, 9h);
    }
    for (std::uint32_t const t : {0U, 1U, 2U, 6U, 7U, 8U}) {
        c.show(network(t), 0, 4, 9h + 30min);
    }
    auto const nested = locate_nested(c.config, c.evidence(), place(0), at(9h), at(9h + 30min));
    ASSERT_THAT(nested, SizeIs(1));
    EXPECT_EQ(nested[0].place, place(3));
    EXPECT_EQ(nested[0].reports, 15U);
    EXPECT_NEAR(nested[0].score, 3 * -std::log(0.02) + std::log(0.05), 1e-9); // each at its most
    c.show(network(4), 0, 1, 9h + 31min); // so it is two transformers
    EXPECT_THAT(locate_nested(c.config, c.evidence(), place(0), at(9h), at(9h + 30min)), SizeIs(2));
}

TEST(LocationTest, OneCustomerWhoseReturnWasLostIsNoNestedOutage) {
    Case c(small_town(6));
    c.lose(network(0), 6, 9h);
    c.show(network(0), 1, 6, 9h + 30min);
    EXPECT_THAT(locate_nested(c.config, c.evidence(), place(2), at(9h), at(9h + 30min)), IsEmpty());
}

TEST(LocationTest, OfAnEventPastTheHorizonOnlyWhoIsOutStillSpeaks) {
    Case c(small_town(6));
    c.lose(network(0), 6, 9h);
    c.show(network(0), 2, 6, 10h); // two are out still
    SimDuration const late = 9h + c.config.horizon + 1min;
    auto const events = c.locate(0, late);
    ASSERT_THAT(events, SizeIs(1)); // once, and it ends
    EXPECT_EQ(events[0].reports, 2U);
    EXPECT_EQ(events[0].first, at(9h));
    c.show(network(0), 0, 2, 10h);
    EXPECT_THAT(c.locate(0, late), IsEmpty());
    EXPECT_THAT(c.locate(0, late - 2min), SizeIs(1));
}

TEST(LocationTest, NeitherTheOrderOfTheMessagesNorCopiesChangeWhatIsKnown) {
    struct Word {
        std::uint32_t meter;
        bool loss;
        SimTime when;
    };
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        Dice dice{.seed = seed};
        std::vector<Word> words;
        for (int i = 0; i < 400; ++i) {
            words.push_back({dice.below(72), dice.below(3) != 0, at(1h + dice.below(200) * 20s)});
        }
        auto const known = [&](std::vector<Word> const& said) {
            Case c(small_town(6));
            for (Word const& word : said) {
                MeterRecord& record = c.records[word.meter];
                note(word.loss ? record.lost : record.back, word.when);
            }
            return c;
        };
        Case const first = known(words);
        for (std::size_t i = words.size(); i > 1; --i) {
            std::swap(words[i - 1], words[dice.below(static_cast<std::uint32_t>(i))]);
        }
        words.insert(words.end(), words.begin(), words.begin() + 100);
        Case const second = known(words);
        EXPECT_EQ(first.records, second.records);
        auto const a = first.locate();
        auto const b = second.locate();
        ASSERT_EQ(a.size(), b.size());
        for (std::size_t i = 0; i < a.size(); ++i) {
            EXPECT_EQ(a[i].place, b[i].place);
            EXPECT_EQ(a[i].score, b[i].score);
            EXPECT_EQ(a[i].restored, b[i].restored);
        }
    }
}

TEST(LocationTest, FaultsOfTheConfigurationAreNamedAtOnce) {
    LocationConfig config;
    EXPECT_EQ(problem(config), "");
    config.gasp_loss_frac = 0.0;
    config.ping_loss_frac = 1.0;
    config.min_reports = 1;
    EXPECT_THAT(problem(config), HasSubstr("gasp_loss_frac is 0"));
    EXPECT_THAT(problem(config), HasSubstr("ping_loss_frac is 1"));
    EXPECT_THAT(problem(config), HasSubstr("min_reports must be at least 2"));
    config = {.gasp_loss_frac = 0.5, .own_loss_frac = 0.6};
    EXPECT_THAT(problem(config), HasSubstr("speaks against an outage"));
}

} // namespace
} // namespace gridtwin::headend
