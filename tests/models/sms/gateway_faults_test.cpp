// Random schedules of faults: whatever fails, and whenever, the books close at every instant,
// and states are legal. That a meter executes each command once is sms_faults_test.cpp's.
#include "models/sms/gateway.hpp"
#include "tests/models/sms/sms_fixture.hpp"

#include <set>

namespace gridtwin::sms {
namespace {

using namespace std::chrono_literals;

class Faults {
  public:
    explicit Faults(std::uint64_t seed) : seed_(seed) {}
    double draw() {
        return draw01(Seed{seed_}, EntityKey(EntityKind::world, 7), Purpose::test, n_++);
    }
    std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(draw() * n); }
    SimTime instant() { return kStart + duration_from_s(draw() * 86400.0); }
    bool chance(double p) { return draw() < p; }
    /// Half of them in four minutes of the day, so that faults meet messages under way.
    SimTime crowded() {
        return chance(0.5) ? instant()
                           : kStart + (1 + below(4)) * 5h + duration_from_s(60 * draw());
    }

  private:
    std::uint64_t seed_;
    std::uint64_t n_ = 0;
};

constexpr std::uint32_t kMeters = 40;
constexpr std::uint64_t kCommands = 1500;
constexpr std::uint64_t kAnswer = 1'000'000;

/// Meters that answer every copy, some commands by a refusal.
struct Town final : Journal {
    Gateways* gateways = nullptr;
    std::set<std::uint64_t> arrived;
    std::map<std::uint64_t, DeliveryFate> fate;
    std::set<std::uint64_t> answers_heard;
    std::uint64_t next_answer = kAnswer;
    std::uint64_t refuse_every = 0;                  ///< commands; 0: none
    std::map<std::uint64_t, std::uint64_t> asked_by; ///< [answer] command

    [[nodiscard]] bool refuses(std::uint64_t command) const {
        return refuse_every > 0 && command % refuse_every == 0;
    }
    void meter_gets(SmsMessage const& m, SimTime at) {
        arrived.insert(m.handle);
        asked_by[next_answer] = m.handle;
        gateways->submit({.handle = next_answer++,
                          .subscriber = m.subscriber,
                          .to_meter = false,
                          .octets = 60,
                          .gateway = m.gateway},
                         at + 3s);
    }
    void on_delivered(SmsMessage const& m, std::uint8_t tries, SimTime at) override {
        EXPECT_TRUE(m.handle >= kAnswer || !arrived.contains(m.handle)) << "delivered first twice";
        Journal::on_delivered(m, tries, at);
        if (m.to_meter) {
            meter_gets(m, at);
        } else {
            auto const command = asked_by.at(m.handle);
            if (refuses(command)) {
                gateways->mark_refused(command, at);
            } else {
                gateways->mark_processed(command, at);
            }
        }
    }
    void on_duplicate(SmsMessage const& m, SimTime at) override {
        Journal::on_duplicate(m, at);
        if (m.to_meter) {
            EXPECT_TRUE(arrived.contains(m.handle)) << "a copy before the message";
            meter_gets(m, at);
        }
    }
    void on_fate(std::uint64_t handle, DeliveryFate to, SimTime at) override {
        Journal::on_fate(handle, to, at);
        auto const was = fate.contains(handle) ? fate[handle] : DeliveryFate::pending;
        EXPECT_NE(to, DeliveryFate::pending);
        EXPECT_NE(was, DeliveryFate::done) << "what is done stays so";
        EXPECT_NE(was, DeliveryFate::refused) << "likewise";
        fate[handle] = to;
        if (handle < kAnswer && (to == DeliveryFate::done || to == DeliveryFate::refused)) {
            EXPECT_TRUE(arrived.contains(handle)) << "done is what a meter did";
            EXPECT_EQ(to == DeliveryFate::refused, refuses(handle)) << handle;
            EXPECT_EQ(states[handle].back(), std::pair(DeliveryState::processed, at)) << handle;
        }
    }
};

OperatorSpec network(Faults& faults) {
    OperatorSpec spec;
    spec.rate_hz = 0.5 + 5.0 * faults.draw();
    spec.queue_limit = 20 + faults.below(2000);
    spec.loss_frac = 0.05 * faults.draw();
    spec.duplicate_frac = 0.2 * faults.draw();
    spec.receipt_loss_frac = 0.3 * faults.draw();
    spec.receipt_p95_s = 1.0 + 600.0 * faults.draw();
    spec.out_of_coverage_frac = 0.1 * faults.draw();
    spec.submit_limit_hz = faults.chance(0.5) ? 1.0 + 4.0 * faults.draw() : 0.0;
    spec.keep_order = faults.chance(0.3);
    spec.validity_s = 3600.0 * (1.0 + 12.0 * faults.draw());
    spec.cells.assign(1 + faults.below(4), CellSpec{.rate_hz = 0.2 + faults.draw()});
    return spec;
}

/// Paced or not, with a narrow window or a wide one, one gateway or two.
GatewaySpec gateways_of(Faults& faults) {
    GatewaySpec spec;
    spec.pace_hz = faults.chance(0.5) ? 0.0 : 0.5 + 5.0 * faults.draw();
    spec.window = 1 + faults.below(200);
    spec.full_tries = 1 + faults.below(5);
    if (faults.chance(0.3)) {
        spec.second_number.clear();
    }
    return spec;
}

void plan(Gateways& gateways, Faults& faults, std::size_t cells) {
    for (int k = 0; k < 3; ++k) {
        SimTime const at = faults.crowded();
        gateways.set_working(false, at);
        gateways.set_working(true, at + duration_from_s(7200.0 * faults.draw()));
    }
    for (int k = 0; k < 6; ++k) {
        auto const gateway = static_cast<std::uint8_t>(faults.below(2));
        SimTime const at = faults.crowded();
        gateways.set_gateway(gateway, false, at);
        gateways.set_gateway(gateway, true, at + duration_from_s(10000.0 * faults.draw()));
        auto const cell = faults.below(static_cast<std::uint32_t>(cells));
        SimTime const then = faults.instant();
        gateways.set_cell(cell, false, then);
        gateways.set_cell(cell, true, then + duration_from_s(10000.0 * faults.draw()));
    }
    for (int k = 0; k < 60; ++k) {
        MeterId const meter{faults.below(kMeters)};
        gateways.set_covered(meter, faults.chance(0.5), faults.instant());
        gateways.set_reachable(meter, faults.chance(0.5), faults.instant());
    }
    // in the end all works
    SimTime const end = kStart + 30h;
    gateways.set_working(true, end);
    for (std::uint8_t g = 0; g < 2; ++g) {
        gateways.set_gateway(g, true, end);
    }
    for (std::uint32_t c = 0; c < cells; ++c) {
        gateways.set_cell(c, true, end);
    }
    for (std::uint32_t m = 0; m < kMeters; ++m) {
        gateways.set_covered(MeterId{m}, true, end);
        gateways.set_reachable(MeterId{m}, true, end);
    }
}

TEST(GatewayFaultsTest, BooksCloseAndStatesAreLegalAtEveryInstantOfRandomSchedules) {
    std::uint64_t resubmitted = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t refused = 0;
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
        SCOPED_TRACE(seed);
        Faults faults(seed);
        OperatorSpec const spec = network(faults);
        Gateways gateways(spec, gateways_of(faults), Seed{seed});
        Town town;
        town.gateways = &gateways;
        town.refuse_every = 7;
        plan(gateways, faults, spec.cells.size());
        for (std::uint64_t k = 0; k < kCommands; ++k) {
            gateways.submit({.handle = k,
                             .subscriber = MeterId{faults.below(kMeters)},
                             .to_meter = true,
                             .octets = 20 + faults.below(300)},
                            faults.crowded());
        }
        for (SimTime now = kStart; now < kStart + 30h; now += 613s) {
            gateways.run_until(now, town);
            auto const& books = gateways.traffic();
            ASSERT_EQ(books.sent, books.delivered + books.lost_total() + gateways.in_flight())
                << format_time(now);
            ASSERT_EQ(books.delivered, town.delivered.size());
            ASSERT_EQ(books.lost_total(), town.lost.size());
        }
        gateways.run_until(kStart + 30h + 48h * 3, town);
        EXPECT_EQ(gateways.in_flight(), 0U);
        EXPECT_EQ(gateways.backlog(), 0U) << "the backlog drains";
        std::set<std::uint64_t> lost;
        for (Loss const& l : town.lost) {
            lost.insert(l.message.handle);
        }
        for (std::uint64_t k = 0; k < kCommands; ++k) {
            EXPECT_NE(town.arrived.contains(k), lost.contains(k))
                << k << ": arrived, or lost with a reason, and not both";
        }
        for (auto const& [handle, fate] : town.fate) {
            refused += fate == DeliveryFate::refused ? 1 : 0;
        }
        resubmitted += gateways.counts().resubmitted;
        duplicates += town.duplicates.size();
    }
    EXPECT_GT(resubmitted, 0U) << "else the schedules try nothing";
    EXPECT_GT(duplicates, 0U);
    EXPECT_GT(refused, 0U);
}

/// A network that loses nothing, two hours without an operator: everything is done once.
TEST(GatewayFaultsTest, TwoHoursWithoutAnOperatorLoseNoCommand) {
    OperatorSpec spec;
    spec.loss_frac = 0.0;
    spec.duplicate_frac = 0.05;
    spec.receipt_loss_frac = 0.05;
    spec.validity_s = 10 * 86400.0; // none is held up for that long
    Gateways gateways(spec, {}, Seed{4});
    Town town;
    town.gateways = &gateways;
    gateways.set_working(false, kStart + 10h);
    gateways.set_working(true, kStart + 12h);
    for (std::uint64_t k = 0; k < 20'000; ++k) {
        gateways.submit({.handle = k,
                         .subscriber = MeterId{static_cast<std::uint32_t>(k % 5000)},
                         .to_meter = true,
                         .octets = 80},
                        kStart + k * 4s);
    }
    gateways.run_until(kStart + 12h, town);
    EXPECT_GE(gateways.backlog(), 1790U) << "two hours of a message every 4 s";
    gateways.run_until(kStart + 13h, town);
    EXPECT_LT(gateways.backlog(), 10U);
    gateways.run_until(kStart + 96h, town);
    EXPECT_EQ(town.arrived.size(), 20'000U);
    EXPECT_EQ(town.lost.size(), 0U);
    for (std::uint64_t k = 0; k < 20'000; ++k) {
        ASSERT_EQ(town.fate.at(k), DeliveryFate::done) << k;
        ASSERT_EQ(town.states.at(k).size(), 4U);
    }
}

} // namespace
} // namespace gridtwin::sms
