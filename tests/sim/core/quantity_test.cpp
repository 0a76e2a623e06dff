#include "sim/core/quantity.hpp"

namespace gridtwin {
namespace {

TEST(QuantityTest, TurnsWhatUsersWriteIntoSi) {
    EXPECT_DOUBLE_EQ(parse_quantity("15 min", Dimension::time).value, 900.0);
    EXPECT_DOUBLE_EQ(parse_quantity("2400 bit/s", Dimension::bit_rate).value, 2400.0);
    EXPECT_DOUBLE_EQ(parse_quantity("250kVA", Dimension::apparent_power).value, 250e3);
    EXPECT_DOUBLE_EQ(parse_quantity("98 %", Dimension::fraction).value, 0.98);
    EXPECT_DOUBLE_EQ(parse_quantity("20 1/s", Dimension::rate).value, 20.0);
    EXPECT_DOUBLE_EQ(parse_quantity("30 dB/km", Dimension::attenuation).value, 0.03);
}

TEST(QuantityTest, ReadsAReceiverSensitivityAsVoltageOrAsLevel) {
    EXPECT_NEAR(parse_quantity("40 uV", Dimension::level_dbuv).value, 32.04, 0.005);
    EXPECT_DOUBLE_EQ(parse_quantity("32 dBuV", Dimension::level_dbuv).value, 32.0);
}

TEST(QuantityTest, WritesTheShortestTextThatReadsBack) {
    EXPECT_EQ(format_quantity(900.0, Dimension::time), "15 min");
    EXPECT_EQ(format_quantity(SimDuration{1'500'000}), "1.5 ms");
    EXPECT_EQ(format_quantity(0.03, Dimension::attenuation), "30 dB/km");
    EXPECT_EQ(format_quantity(2000.0, Dimension::power), "2 kW");
    EXPECT_EQ(format_quantity(7.0, Dimension::number), "7");
}

TEST(QuantityTest, NamesTheProblem) {
    EXPECT_EQ(parse_quantity("15", Dimension::time).problem, "'15' has no unit");
    EXPECT_EQ(parse_quantity("15 kW", Dimension::time).problem, "'15 kW' has the wrong unit 'kW'");
    EXPECT_EQ(parse_quantity("soon", Dimension::time).problem,
              "'soon' is not a number with a unit");
    EXPECT_FALSE(parse_quantity("nan s", Dimension::time).ok());
    EXPECT_FALSE(parse_quantity("0 uV", Dimension::level_dbuv).ok()) << "no level in dB";
    EXPECT_DOUBLE_EQ(parse_quantity("-110 dBm", Dimension::level_dbm).value, -110.0);
    EXPECT_DOUBLE_EQ(parse_quantity("10 mW", Dimension::level_dbm).value, 10.0);
    EXPECT_FALSE(parse_quantity("-1 mW", Dimension::level_dbm).ok());
    EXPECT_EQ(describe(Dimension::fraction), "a fraction in % or a plain number");
}

} // namespace
} // namespace gridtwin
