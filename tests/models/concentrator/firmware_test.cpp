#include "models/concentrator/firmware.hpp"
#include "models/meter/block_set.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/random.hpp"

#include <set>

namespace gridtwin::concentrator {
namespace {

SimTime at_s(double seconds) {
    return kStart + duration_from_s(seconds);
}

/// Meters that hear some of what is sent, and a concentrator that does what the campaign wants.
struct Field {
    FirmwareSpec spec;
    wire::FirmwareImage order{.version = 2, .octets = 5600, .activate_at = at_s(7 * 86'400.0)};
    std::size_t meters = 20;
    Seed seed{1};
    double lost_to_all = 0.0; ///< chance that a meter misses a block to everybody
    double lost_to_one = 0.0; ///< that a question, or its answer, is lost
    std::set<std::size_t> silent{};

    std::vector<meter::BlockSet> held{};
    std::vector<std::uint32_t> sent_to_all{}; ///< [block] times
    std::uint64_t steps = 0;
    SimTime ended{};

    FirmwareCampaign run() {
        std::uint64_t draws = 0;
        auto const happens = [&](double chance) {
            return draw01(seed, EntityKey(EntityKind::world, 1), Purpose::test, draws++) < chance;
        };
        FirmwareCampaign campaign(spec, order, meters, kStart);
        held.assign(meters, meter::BlockSet(campaign.image().blocks()));
        sent_to_all.assign(campaign.image().blocks(), 0);
        for (SimTime now = kStart; campaign.next_event() != kNever; ++steps) {
            now = std::max(now, campaign.next_event());
            auto const step = campaign.next(now);
            ended = now;
            if (step.kind == FirmwareCampaign::Step::Kind::none) {
                continue;
            }
            if (step.kind == FirmwareCampaign::Step::Kind::block_to_all) {
                ++sent_to_all[step.block];
                for (std::size_t m = 0; m < meters; ++m) {
                    if (silent.count(m) == 0 && !happens(lost_to_all)) {
                        held[m].insert(step.block);
                    }
                }
                continue;
            }
            EXPECT_EQ(campaign.next_event(), kNever) << "it waits for the answer";
            now += duration_from_s(1.0);
            bool const arrives = silent.count(step.meter) == 0 && !happens(lost_to_one);
            if (arrives && step.kind == FirmwareCampaign::Step::Kind::block_to_one) {
                EXPECT_FALSE(held[step.meter].contains(step.block)) << "only gaps are filled";
                held[step.meter].insert(step.block);
            }
            if (arrives && !happens(lost_to_one)) {
                std::uint32_t const from =
                    step.kind == FirmwareCampaign::Step::Kind::ask ? step.block : 0;
                campaign.on_gaps(step.meter, {2, from, held[step.meter].gaps(spec.most_runs, from)},
                                 now);
            } else {
                campaign.on_silence(step.meter, now);
            }
        }
        return campaign;
    }
};

TEST(Firmware, OverACleanMediumEachBlockGoesOnceAndEachMeterIsAskedOnce) {
    Field field;
    auto const campaign = field.run();
    EXPECT_EQ(campaign.image().blocks(), 100U); // 5600 / 56
    EXPECT_TRUE(campaign.over());
    EXPECT_EQ(campaign.counts().to_all, 100U);
    EXPECT_EQ(campaign.counts().asked, 20U);
    EXPECT_EQ(campaign.counts().to_one, 0U);
    EXPECT_EQ(campaign.counts().done, 20U);
    // by hand: 100 gaps of 20 s, then 20 answers of 1 s
    EXPECT_EQ(field.ended, at_s(100 * 20.0 + 19.0));
}

TEST(Firmware, EveryMeterThatAnswersEndsWithTheWholeImage) {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        Field field;
        field.seed = Seed{seed};
        field.lost_to_all = 0.6 * static_cast<double>(seed % 7) / 6.0;
        field.lost_to_one = 0.3 * static_cast<double>(seed % 5) / 4.0;
        field.silent = seed % 3 == 0 ? std::set<std::size_t>{0, 7, 19} : std::set<std::size_t>{};
        auto const campaign = field.run();
        for (std::size_t m = 0; m < field.meters; ++m) {
            bool const silent = field.silent.count(m) != 0;
            ASSERT_EQ(campaign.done(m), !silent) << "seed " << seed << ", meter " << m;
            ASSERT_EQ(field.held[m].full(), !silent);
        }
        ASSERT_EQ(campaign.counts().done, field.meters - field.silent.size());
        ASSERT_TRUE(campaign.over());
        ASSERT_TRUE(field.silent.empty() || field.ended >= field.order.activate_at)
            << "it goes on asking the silent until then";
        for (auto const times : field.sent_to_all) {
            ASSERT_LE(times, field.spec.rounds);
        }
    }
}

TEST(Firmware, LaterRoundsSendToAllOnlyWhatManyLack) {
    // given a third of the blocks lost at each meter, independently
    Field field;
    field.meters = 100;
    field.spec.rounds = 2;
    field.spec.most_runs = 8; // asked for again and again
    field.lost_to_all = 1.0 / 3.0;
    auto const campaign = field.run();
    for (auto const times : field.sent_to_all) {
        EXPECT_EQ(times, 2U) << "each is lacked by about 33 of the 100, far above 10";
    }
    // then 1/9 of all meters' blocks are filled singly: 1111 of 10,000, four standard errors
    EXPECT_NEAR(static_cast<double>(campaign.counts().to_one), 1111.1, 126.0);

    Field few;
    few.meters = 100;
    few.spec.most_runs = 50; // 100 blocks have no more
    few.lost_to_all = 0.01;  // lacked by about one of the 100
    auto const one_round = few.run();
    EXPECT_LT(one_round.counts().to_all, 103U) << "hardly any block is worth a second wave";
    EXPECT_GT(one_round.counts().to_one, 50U);
}

TEST(Firmware, LateAndUnaskedAnswersDoNoHarm) {
    FirmwareCampaign campaign({}, {.version = 2, .octets = 56, .activate_at = at_s(1e6)}, 2,
                              kStart);
    campaign.on_silence(0, kStart);
    EXPECT_EQ(campaign.next(kStart).kind, FirmwareCampaign::Step::Kind::block_to_all);
    campaign.on_gaps(1, {}, at_s(1.0));         // of its own accord
    campaign.on_gaps(0, {2, 5, {}}, at_s(1.0)); // none behind the fifth
    EXPECT_TRUE(campaign.done(1));
    auto const step = campaign.next(campaign.next_event());
    EXPECT_EQ(step.kind, FirmwareCampaign::Step::Kind::ask);
    EXPECT_EQ(step.meter, 0U);
    wire::FirmwareGaps const beyond{2, 0, {{7, 4'000'000'000U}}};
    campaign.on_gaps(0, beyond, at_s(7.0)); // of another image
    EXPECT_FALSE(campaign.done(0));
    EXPECT_FALSE(campaign.over());
}

TEST(Firmware, RefusesWhatCannotWork) {
    wire::FirmwareImage const order{.version = 2, .octets = 100, .activate_at = at_s(1.0)};
    EXPECT_THROW(FirmwareCampaign({.block_octets = 0}, order, 1, kStart), SimulationError);
    EXPECT_THROW(FirmwareCampaign({.tries = 0}, order, 1, kStart), SimulationError);
    EXPECT_THROW(FirmwareCampaign({}, {.version = 2}, 1, kStart), SimulationError);
}

} // namespace
} // namespace gridtwin::concentrator
