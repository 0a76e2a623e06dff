// Meters among concentrators: found hop by hop, lost and found again, and adopted by whoever hears
// them better, with nothing lost on the way.
#include "tests/models/concentrator/mesh_field.hpp"

namespace gridtwin::concentrator {
namespace {

using namespace std::chrono_literals;

/// Every interval up to `end` is at the head-end.
void expect_all_read(MeshField const& field, std::size_t meters, SimTime end,
                     std::uint32_t from = 1) {
    auto const last = static_cast<std::uint32_t>(end.time_since_epoch() / 15min);
    for (std::size_t m = 0; m < meters; ++m) {
        EXPECT_EQ(field.ledger().held(static_cast<MeterId>(m), from, last), last - from + 1)
            << "meter " << m;
    }
}

TEST(Adoption, AChainOfEightThatIsHeardOnlyHopByHopIsFoundWhole) {
    MeshField field({.meters = 8});
    field.link(0, field.node_of_meter(0), 1.2);
    for (std::size_t m = 1; m < 8; ++m) {
        field.link(field.node_of_meter(m - 1), field.node_of_meter(m), 1.2);
    }
    field.run_to(kStart + 10min);
    EXPECT_EQ(field.concentrator(0).members(), 8U);
    EXPECT_EQ(field.path(0, 7).size(), 9U) << "eight hops";
    auto const counts = field.concentrator(0).discovery_counts();
    EXPECT_EQ(counts.registered, 8U) << "each once";
    EXPECT_EQ(counts.failed, 0U);
    EXPECT_EQ(field.head().registry().counts().registered, 8U);
    field.run_to(kStart + 8h + 30min);
    expect_all_read(field, 8, kStart + 8h);
    EXPECT_EQ(field.repeated_readings, 0U);
}

TEST(Adoption, InALossyFieldEverybodyIsFoundWithinADayAndNobodyTwice) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        constexpr std::size_t kMeters = 30;
        MeshField field({.meters = kMeters, .loss = 0.05, .seed = seed});
        EntityKey const who(EntityKind::world, 50 + seed);
        for (std::size_t m = 0; m < kMeters; ++m) { // each hears one of those before it, and some
            for (std::size_t b = 0; b <= m; ++b) {
                double const x = draw01(Seed{seed}, who, Purpose::test, 100 * m + b);
                std::size_t const to = b == 0 ? 0 : field.node_of_meter(b - 1);
                if (x < 0.1 || (b == m && x < 0.7) || (b == m / 2)) {
                    field.link(to, field.node_of_meter(m), 1.0 + x);
                }
            }
        }
        field.run_to(kStart + 30h);
        EXPECT_EQ(field.concentrator(0).members(), kMeters) << "seed " << seed;
        field.run_to(kStart + 54h);
        expect_all_read(field, kMeters, kStart + 48h);
    }
}

TEST(Adoption, AMeterGivenUpComesBackWithTheNextSearchOrItsNextAlarm) {
    for (bool const by_alarm : {false, true}) {
        MeshSpec spec{.meters = 2, .commissioned = true};
        MeshField field(spec);
        field.link(0, field.node_of_meter(0), 1.0);
        field.link(field.node_of_meter(0), field.node_of_meter(1), 1.0);
        field.commission();
        field.run_to(kStart + 10h);
        field.dead[field.node_of_meter(1)] = 1;
        field.run_to(kStart + 96h + 2h);
        EXPECT_FALSE(field.has(0, 1)) << "silent for more than three days";
        EXPECT_TRUE(field.head().registry().given_up(MeterId{1}));
        field.dead[field.node_of_meter(1)] = 0;
        if (by_alarm) {
            EXPECT_EQ(field.belongs_to(1), kNone<ConcentratorId>) << "nobody has asked it";
            field.alarm(1, AlarmKind::power_restored);
        }
        field.run_to(kStart + 96h + (by_alarm ? 2h + 1min : 25h + 30min));
        EXPECT_TRUE(field.has(0, 1));
        EXPECT_FALSE(field.head().registry().given_up(MeterId{1}));
        field.run_to(kStart + 124h + 30min);
        expect_all_read(field, 2, kStart + 124h);
    }
}

/// Meter 0 hangs on the first concentrator's network by way of meters 1 and 2, and hears the second
/// one directly.
MeshSpec between_two() {
    return {.concentrators = 2, .meters = 4, .commissioned = true, .own = {0, 0, 0, 1}};
}
void link_between_two(MeshField& field) {
    field.link(0, field.node_of_meter(2), 1.1);
    field.link(field.node_of_meter(2), field.node_of_meter(1), 1.1);
    field.link(field.node_of_meter(1), field.node_of_meter(0), 1.1);
    field.link(1, field.node_of_meter(0), 1.2);
    field.link(1, field.node_of_meter(3), 1.0);
    field.commission();
}

TEST(Adoption, WhoHearsAMeterBetterTakesItOverAndEveryIntervalIsReadOnce) {
    MeshField field(between_two());
    link_between_two(field);
    field.run_to(kStart + 25h);
    EXPECT_EQ(field.holders(0), std::vector<std::size_t>{0});
    field.run_to(kStart + 25h + 30min); // the searches
    EXPECT_EQ(field.holders(0), std::vector<std::size_t>{1});
    EXPECT_EQ(field.belongs_to(0), ConcentratorId{1});
    EXPECT_EQ(field.concentrator(0).counts().let_go, 1U);
    for (std::size_t m = 1; m < 4; ++m) {
        EXPECT_EQ(field.holders(m).size(), 1U) << "the others stay";
    }
    EXPECT_EQ(field.head().registry().counts().moved, 1U);
    field.run_to(kStart + 72h + 30min);
    expect_all_read(field, 4, kStart + 72h);
    EXPECT_EQ(field.repeated_readings, 0U);
    EXPECT_EQ(field.holders(0), std::vector<std::size_t>{1}) << "and there it stays";
    EXPECT_EQ(field.head().registry().counts().moved, 1U);
}

TEST(Adoption, WithTheWideAreaDownAtThatMomentNothingIsLost) {
    for (std::vector<std::size_t> const& down : {std::vector<std::size_t>{0}, {1}, {0, 1}}) {
        MeshField field(between_two());
        link_between_two(field);
        field.run_to(kStart + 21h);
        for (auto const c : down) {
            field.wan_up[c] = 0;
        }
        field.run_to(kStart + 25h + 30min);
        EXPECT_EQ(field.belongs_to(0), ConcentratorId{1});
        EXPECT_EQ(field.holders(0).size(), 2U) << "the former one has not heard of it";
        field.run_to(kStart + 31h);
        for (auto const c : down) {
            field.wan_up[c] = 1;
        }
        field.run_to(kStart + 60h + 30min);
        EXPECT_EQ(field.holders(0), std::vector<std::size_t>{1});
        expect_all_read(field, 4, kStart + 60h);
    }
}

TEST(Adoption, AnOrderUnderWayReachesTheMeterOverItsNewConcentrator) {
    MeshField field(between_two());
    link_between_two(field);
    field.run_to(kStart + 25h + 10min);
    field.link(field.node_of_meter(1), field.node_of_meter(0), 0.0); // the former way is gone
    field.order_relay(0, false);
    field.run_to(kStart + 25h + 15min); // the second concentrator searches at 25:11
    auto const& orders = field.head().orders().orders();
    ASSERT_EQ(orders.size(), 1U);
    EXPECT_EQ(orders[0].state, headend::OrderState::confirmed);
    EXPECT_EQ(field.reached[orders[0].command], 1);
    EXPECT_LT(orders[0].tries, 3) << "not by waiting for the next try";
}

TEST(Adoption, ADeadConcentratorsMetersAreTakenOverByTheNeighbourThatHearsThem) {
    MeshField field({.concentrators = 2, .meters = 3, .commissioned = true, .own = {0, 0, 1}});
    field.link(0, field.node_of_meter(0), 1.0);
    field.link(field.node_of_meter(0), field.node_of_meter(1), 1.0);
    field.link(1, field.node_of_meter(0), 3.0); // further, and so not before
    field.link(1, field.node_of_meter(2), 1.0);
    field.commission();
    field.run_to(kStart + 30h);
    EXPECT_EQ(field.holders(0), std::vector<std::size_t>{0});
    field.dead[0] = 1;
    field.run_to(kStart + 3 * 24h + 4h);
    EXPECT_EQ(field.holders(0), std::vector<std::size_t>{1});
    EXPECT_EQ(field.holders(1), std::vector<std::size_t>{1}) << "by way of the other";
    field.run_to(kStart + 4 * 24h + 30min);
    expect_all_read(field, 3, kStart + 4 * 24h);
}

class AnyMesh : public testing::TestWithParam<std::uint64_t> {
  protected:
    double draw() {
        return draw01(Seed{6}, EntityKey(EntityKind::world, GetParam()), Purpose::test, n_++);
    }

  private:
    std::uint64_t n_ = 0;
};

TEST_P(AnyMesh, EveryMeterEndsWithOneConcentratorAndEveryIntervalAtTheHeadEnd) {
    MeshSpec spec{.concentrators = 2, .meters = 12, .commissioned = draw() < 0.5};
    spec.loss = 0.12 * draw(); // of a message on a hop, for good: there are no retransmissions here
    spec.seed = GetParam();
    for (std::size_t m = 0; m < spec.meters; ++m) {
        spec.own.push_back(m < spec.meters / 2 ? 0 : 1);
    }
    MeshField field(spec);
    for (std::size_t m = 0; m < spec.meters; ++m) {
        std::size_t const own = spec.own[m];
        std::size_t const before = own == 0 ? m : m - spec.meters / 2;
        std::size_t const to =
            before == 0 || draw() < 0.4
                ? own
                : field.node_of_meter(
                      m - 1 -
                      static_cast<std::size_t>(draw() * static_cast<double>(before)) % before);
        field.link(to, field.node_of_meter(m), 1.0 + draw());
        if (draw() < 0.4) {
            field.link(1 - own, field.node_of_meter(m), 1.0 + 2.0 * draw());
        }
    }
    if (spec.commissioned) {
        field.commission();
    }
    for (int hour = 1; hour <= 72; ++hour) {
        field.run_to(kStart + hour * 1h);
        for (std::size_t c = 0; c < 2; ++c) {
            if (draw() < 0.1) {
                field.wan_up[c] = field.wan_up[c] != 0 ? 0 : 1;
            }
        }
        if (draw() < 0.2) {
            field.order_relay(static_cast<std::size_t>(draw() * 12.0), draw() < 0.5);
        }
    }
    field.wan_up.assign(2, 1);
    field.run_to(kStart + 6 * 24h + 8h); // and two rounds more for what the last one lost
    for (std::size_t m = 0; m < spec.meters; ++m) {
        auto const holders = field.holders(m);
        ASSERT_EQ(holders.size(), 1U) << "meter " << m;
        EXPECT_EQ(field.belongs_to(m), static_cast<ConcentratorId>(holders[0]));
        EXPECT_EQ(field.head().fleet().concentrator[m], static_cast<ConcentratorId>(holders[0]));
    }
    expect_all_read(field, spec.meters, kStart + 6 * 24h);
}

INSTANTIATE_TEST_SUITE_P(Patterns, AnyMesh, testing::Range<std::uint64_t>(0, 40));

} // namespace
} // namespace gridtwin::concentrator
