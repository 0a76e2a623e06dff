// Modems in a scenario: the built-in table, and rows of one's own.
#include "sim/scenario/bindings.hpp"

namespace gridtwin::scenario {
namespace {

/// access.plc of a scenario that consists of nothing else.
PlcSection read_plc(std::string const& text) {
    PlcSection plc;
    Diagnostics diagnostics;
    Section::read("s.yaml", text, diagnostics, [&plc](Section& s) { bind_plc(s, plc); });
    for (auto const& mistake : diagnostics.errors()) {
        ADD_FAILURE() << mistake.what;
    }
    return plc;
}

TEST(ModemsInAScenario, AreThoseOfTheTableTheFirstWhenNoneIsNamed) {
    for (auto const& modem : plc::built_in_modems()) {
        EXPECT_EQ(read_plc("modem: " + modem.name).modem, modem);
    }
    EXPECT_EQ(read_plc("mac: {}").modem, plc::built_in_modems().front());
}

TEST(ModemsInAScenario, OfOnesOwnTakeFromTheirBaseWhatTheyDoNotSay) {
    auto const modem = read_plc(R"(
modem: mine
modems:
  - { name: other, tx_level: 100 dBuV }
  - { name: mine, based_on: g3, turnaround: 20 ms, carrier: 40 kHz }
)")
                           .modem;
    plc::ModemSpec expected = *plc::find_modem("g3");
    expected.name = "mine";
    expected.turnaround_s = 0.020;
    expected.carrier_hz = 40e3;
    EXPECT_EQ(modem, expected);
}

TEST(ModemsInAScenario, ModesOfOnesOwnTakeFromTheBasesModeOfTheirNameOrItsSlowest) {
    auto const modem = read_plc(R"(
modem: quiet-prime
modems:
  - name: quiet-prime
    based_on: prime
    modes:
      - { name: dqpsk }
      - { name: dbpsk, sensitivity: 36 dBuV }
      - { name: crawl, bit_rate: 2 kbit/s, processing_gain: 17 dB }
)")
                           .modem;
    auto const& prime = *plc::find_modem("prime");
    ASSERT_EQ(modem.modes.size(), 3U);
    EXPECT_EQ(modem.modes[0], prime.modes[4]);
    auto dbpsk = prime.modes[5];
    dbpsk.sensitivity_dbuv = 36.0;
    EXPECT_EQ(modem.modes[1], dbpsk);
    auto crawl = prime.modes.back();
    crawl.name = "crawl";
    crawl.bit_rate_bps = 2e3;
    crawl.processing_gain_db = 17.0;
    EXPECT_EQ(modem.modes[2], crawl);
}

} // namespace
} // namespace gridtwin::scenario
