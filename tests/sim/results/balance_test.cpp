#include "sim/results/balance.hpp"

#include <cmath>
#include <limits>

namespace gridtwin::results {
namespace {

EnergyBalance closed() {
    return {.source_wh = 1000.0 + 10.0 + 20.0 + 1.0 + 5.0 + 3.0 + 7.0,
            .metered_wh = 1000.0,
            .line_loss_wh = 10.0,
            .transformer_loss_wh = 20.0,
            .shunt_loss_wh = 1.0,
            .service_transformer_loss_wh = 5.0,
            .lv_line_loss_wh = 3.0,
            .storage_wh = 7.0};
}

TEST(EnergyBalance, ClosesWhenEveryTermIsThere) {
    EXPECT_EQ(closed().residual_wh(), 0.0);
    EXPECT_TRUE(closed().closes(0.0));
}

TEST(EnergyBalance, BreaksWithEachOfItsTerms) {
    for (auto const term :
         {&EnergyBalance::source_wh, &EnergyBalance::metered_wh, &EnergyBalance::line_loss_wh,
          &EnergyBalance::transformer_loss_wh, &EnergyBalance::shunt_loss_wh,
          &EnergyBalance::service_transformer_loss_wh, &EnergyBalance::lv_line_loss_wh,
          &EnergyBalance::storage_wh, &EnergyBalance::unmetered_wh, &EnergyBalance::uncounted_wh}) {
        for (double const error_wh : {0.0011, -0.0011}) { // 1.1e-6 of the energy served
            auto balance = closed();
            balance.*term += error_wh;
            EXPECT_FALSE(balance.closes());
            auto const sign = term == &EnergyBalance::source_wh ? 1.0 : -1.0;
            EXPECT_NEAR(balance.residual_wh(), sign * error_wh, 1e-12);
            balance.*term -= 0.5 * error_wh;
            EXPECT_TRUE(balance.closes());
        }
    }
}

TEST(EnergyBalance, IsRelativeToTheEnergyServed) {
    EnergyBalance const balance{.source_wh = 2.0e6 + 1.0, .metered_wh = 2.0e6};
    EXPECT_DOUBLE_EQ(balance.residual_frac(), 0.5e-6);
    EnergyBalance const feeding{.source_wh = -2.0e6 + 1.0, .metered_wh = -2.0e6};
    EXPECT_DOUBLE_EQ(feeding.residual_frac(), 0.5e-6);
}

TEST(EnergyBalance, OfADeadTownClosesAndOfLostEnergyDoesNot) {
    EXPECT_TRUE(EnergyBalance{}.closes(0.0));
    EXPECT_FALSE(EnergyBalance{.source_wh = 1.0}.closes());
    EXPECT_FALSE(EnergyBalance{.line_loss_wh = 1.0}.closes(1e9));
}

TEST(EnergyBalance, CountsWhatRegistersHoldBelowTheirLastDigit) {
    // a second of 275 meters: each has half a milliwatt-hour that no register shows yet
    EnergyBalance balance{.source_wh = 500.0, .metered_wh = 499.8625};
    EXPECT_FALSE(balance.closes());
    balance.uncounted_wh = 0.1375;
    EXPECT_TRUE(balance.closes());
}

TEST(EnergyBalance, OfATownThatDrawsNothingClosesWhereRoundingExplainsIt) {
    EnergyBalance balance{.source_wh = 60e-6, .transformer_loss_wh = 58e-6};
    EXPECT_FALSE(balance.closes());
    balance.rounding_wh = 4e-6;
    EXPECT_DOUBLE_EQ(balance.residual_frac(), 0.5e-6);
    balance.rounding_wh = 1e-6;
    EXPECT_FALSE(balance.closes());
    // of a town that draws something it changes nothing
    EnergyBalance const town{.source_wh = 1001.0, .metered_wh = 1000.0, .rounding_wh = 1e-4};
    EXPECT_DOUBLE_EQ(town.residual_frac(), 1e-3);
}

TEST(EnergyBalance, NeverClosesOnNumbersThatAreNone) {
    for (double const bad : {std::nan(""), std::numeric_limits<double>::infinity()}) {
        auto balance = closed();
        balance.lv_line_loss_wh = bad;
        EXPECT_FALSE(balance.closes(1.0));
        balance = closed();
        balance.metered_wh = bad;
        EXPECT_FALSE(balance.closes(1.0));
    }
}

MessageBalanceRow closed_row() {
    MessageBalanceRow row{.label = "plc", .count = {.sent = 100, .delivered = 90}, .in_flight = 3};
    row.count.lost[static_cast<std::size_t>(LossReason::noise)] = 5;
    row.count.lost[static_cast<std::size_t>(LossReason::no_power)] = 2;
    return row;
}

TEST(MessageBalance, ClosesExactly) {
    EXPECT_TRUE(closed_row().closes());
}

TEST(MessageBalance, BreaksWithASingleMessageInAnyTerm) {
    auto row = closed_row();
    ++row.count.sent;
    EXPECT_FALSE(row.closes());
    row = closed_row();
    --row.count.delivered;
    EXPECT_FALSE(row.closes());
    row = closed_row();
    ++row.in_flight;
    EXPECT_FALSE(row.closes());
    for (std::size_t reason = 0; reason < kLossReasons; ++reason) {
        row = closed_row();
        ++row.count.lost[reason];
        EXPECT_FALSE(row.closes());
    }
}

TEST(BalanceTables, SayWhetherTheBooksClose) {
    EXPECT_EQ(balance_table(closed()),
              "energy\n"
              "    sources                                   1.046 kWh\n"
              "  = meters                                    1.000 kWh\n"
              "  + lines                                     0.010 kWh\n"
              "  + feeder transformers                       0.020 kWh\n"
              "  + shunts                                    0.001 kWh\n"
              "  + service transformers                      0.005 kWh\n"
              "  + low-voltage lines                         0.003 kWh\n"
              "  + into storage                              0.007 kWh\n"
              "    residual                              0.000e+00 of the energy served: closes to "
              "1e-06\n");
    auto rows = std::vector{closed_row(), closed_row()};
    rows[1].label = "wan";
    ++rows[1].count.sent;
    EXPECT_EQ(balance_table(rows),
              "messages\n"
              "                            sent     delivered        lost   in flight\n"
              "  plc                        100            90           7           3  closes\n"
              "    lost: noise 5, no_power 2\n"
              "  wan                        101            90           7           3  DOES NOT "
              "CLOSE\n"
              "    lost: noise 5, no_power 2\n");
}

} // namespace
} // namespace gridtwin::results
