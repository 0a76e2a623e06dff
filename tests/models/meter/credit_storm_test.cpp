// Properties of prepaid meters over random customers, terms and payments.
#include "models/meter/relay_holds.hpp"
#include "tests/models/meter/prepaid.hpp"

#include <gtest/gtest.h>

#include <random>

namespace gridtwin::meter {
namespace {

CreditSpec random_spec(std::mt19937_64& draws) {
    auto const upto = [&](std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>(0, most)(draws);
    };
    CreditSpec spec;
    spec.terms = {.standing_a_day = {upto(30)},
                  .debt_a_day = {upto(30)},
                  .debt_share_permille = static_cast<std::int32_t>(upto(1000)),
                  .week_at_start = std::chrono::hours(upto(167))};
    for (auto& price : spec.terms.price_milli) {
        price = 5'000 + upto(40'000);
    }
    spec.low = {upto(40)};
    spec.emergency = {1 + upto(60)};
    spec.emergency_by_itself = upto(1) != 0;
    spec.reconnect_above = {upto(20)};
    for (std::int64_t n = upto(2); n > 0; --n) {
        spec.friendly.push_back({.days = static_cast<std::uint8_t>(1 + upto(126)),
                                 .from = std::chrono::minutes(upto(1439)),
                                 .to = std::chrono::minutes(upto(1439))});
    }
    return spec;
}

bool friendly(Prepaid const& town, SimTime t) {
    auto const& spec = town.table.credits.classes[0];
    SimTime const clock = shown(clock_of(town.table, Prepaid::kMeter), t);
    return find_window(spec.friendly, time_of_week(spec.terms.week_at_start, clock)).inside;
}

TEST(CreditStorm, RandomCustomersAreChargedExactlyAndNeverCutOffInFriendlyHours) {
    std::size_t cuts = 0;
    std::size_t deferred = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937_64 draws(seed);
        auto const upto = [&](std::int64_t most) {
            return std::uniform_int_distribution<std::int64_t>(0, most)(draws);
        };
        // Not at the start: what a late clock shows before it belongs to the first interval, too.
        MeterSpec meter;
        meter.registers = {
            .kept = true,
            .calendars = {{{{.at = 7h + 30min, .tariff = 2}, {.at = 21h + 30min, .tariff = 0}}}}};
        CreditSpec const spec = random_spec(draws);
        meter.registers.week_at_start = spec.terms.week_at_start;
        Money const opening{upto(200)};
        Money const debt{upto(100)};
        Prepaid town(spec, opening, debt, meter);
        set_clock(town.table, town.spec, Prepaid::kMeter, std::chrono::seconds(upto(120) - 60),
                  static_cast<double>(upto(200)) - 100.0);
        std::int64_t applied = opening.cents;
        NanoCents shared = 0;
        std::uint32_t number = 0;
        for (int step = 0; step < 200; ++step) {
            town.wants_w = static_cast<double>(upto(4000));
            if (upto(9) == 0) {
                Money const paid{upto(120)};
                ASSERT_EQ(town.top_up(++number, paid), AdjustmentResult::applied);
                ASSERT_EQ(town.top_up(number, paid), AdjustmentResult::known);
                applied += paid.cents;
                shared += debt_share(spec.terms, paid);
            }
            if (upto(9) == 0) {
                take_emergency(town.table, town.spec, Prepaid::kMeter, town.now, town.events,
                               town.orders);
            }
            town.to(town.now + std::chrono::seconds(upto(1800)));
            // Registers and calendar know the tariffs on their own.
            NanoCents energy = 0;
            for (std::size_t tariff = 0; tariff < 3; ++tariff) {
                energy += spec.terms.price_milli[tariff] *
                          town.table.registers.of(Prepaid::kMeter, tariff)[0];
            }
            std::int64_t const days =
                days_ended(spec.terms, town.spec.interval, town.table.last_closed[0]);
            ASSERT_EQ(balance_now(town.table, town.spec, Prepaid::kMeter),
                      balance(spec.terms, {.applied = to_nano({applied}),
                                           .charged = energy,
                                           .shared = shared,
                                           .debt = to_nano(debt),
                                           .days = days}));
            bool const out = town.state().exhausted;
            deferred += out && town.closed() ? 1 : 0;
            ASSERT_TRUE(!out || !town.closed() || friendly(town, town.now) || !town.orders.empty());
            ASSERT_TRUE(out || town.closed() || !town.orders.empty());
        }
        for (auto const& event : town.events) {
            if (event.kind == EventKind::relay_opened) {
                ++cuts;
                ASSERT_FALSE(friendly(town, event.at)) << to_s(event.at);
            }
        }
    }
    EXPECT_GT(cuts, 100U);
    EXPECT_GT(deferred, 100U);
}

} // namespace
} // namespace gridtwin::meter
