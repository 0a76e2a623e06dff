// The built-in modems against figures worked out from their standards.
#include "models/plc/modem_table.hpp"
#include "models/plc/routes.hpp"
#include "tests/models/plc/plc_fixtures.hpp"

namespace gridtwin::plc {
namespace {

using namespace testing;

/// kbit/s of all octets of a full frame over the whole of its time, preamble and header included.
double full_frame_kbps(ModemSpec const& modem, std::size_t mode) {
    std::uint32_t const payload = modem.modes[mode].max_payload_octets;
    return 8e-3 * (modem.overhead_octets + payload) / to_s(frame_time(modem, payload, mode));
}

ModemSpec const& modem_of(std::string_view name) {
    ModemSpec const* const found = find_modem(name);
    if (found == nullptr) {
        throw std::out_of_range(std::string(name));
    }
    return *found;
}

std::size_t mode_of(ModemSpec const& modem, std::string_view name) {
    for (std::size_t k = 0; k < modem.modes.size(); ++k) {
        if (modem.modes[k].name == name) {
            return k;
        }
    }
    throw std::out_of_range(std::string(name));
}

TEST(ModemTable, HasNoProblemsAndCeNeroIsTheDefaultWithAllItsRates) {
    for (auto const& modem : built_in_modems()) {
        EXPECT_THAT(problems(modem), ::testing::IsEmpty()) << modem.name;
        EXPECT_EQ(find_modem(modem.name), &modem);
    }
    EXPECT_EQ(find_modem("x10"), nullptr);
    ModemSpec fastest = modem_of("ce-nero");
    ASSERT_EQ(fastest.modes.size(), 4U);
    fastest.modes.resize(1);
    EXPECT_EQ(fastest, ModemSpec{});
}

// 9..95 kHz: narrow 134 dBuV falling with the logarithm of frequency to 120, wide 134 in total and
// 120 in any 200 Hz.
TEST(ModemTruth, NobodyInjectsMoreThanEN50065Allows) {
    auto const narrow_dbuv = [](double hz) {
        return 134.0 - 14.0 * std::log(hz / 9e3) / std::log(95.0 / 9.0);
    };
    auto const wide_dbuv = [](double band_hz) {
        return std::min(134.0, 120.0 + 10.0 * std::log10(band_hz / 200.0));
    };
    std::map<std::string, double> const limits_dbuv{
        {"ce-nero", narrow_dbuv(modem_of("ce-nero").carrier_hz)},
        {"s-fsk", narrow_dbuv(modem_of("s-fsk").carrier_hz)},
        {"prime", wide_dbuv(modem_of("prime").bandwidth_hz)},
        {"g3", wide_dbuv(modem_of("g3").bandwidth_hz)}};
    EXPECT_NEAR(limits_dbuv.at("ce-nero"), 123.8, 0.05);
    EXPECT_NEAR(limits_dbuv.at("s-fsk"), 121.8, 0.05);
    EXPECT_EQ(limits_dbuv.at("prime"), 134.0);
    EXPECT_EQ(limits_dbuv.at("g3"), 134.0);
    for (auto const& modem : built_in_modems()) {
        EXPECT_LE(modem.tx_level_dbuv, limits_dbuv.at(modem.name)) << modem.name;
    }
}

TEST(ModemTruth, CeNeroAtALowerRateTakesAsMuchLongerAndGains3DbAHalving) {
    auto const& nero = modem_of("ce-nero");
    for (std::size_t k = 0; k < 4; ++k) {
        double const bps = 2400.0 / static_cast<double>(1U << k);
        EXPECT_EQ(nero.modes[k].bit_rate_bps, bps);
        EXPECT_EQ(frame_time(nero, 60, k), duration_from_s(74.0 * 8.0 / bps));
        EXPECT_EQ(ack_time(nero, k), duration_from_s(10.0 * 8.0 / bps));
        EXPECT_NEAR(nero.modes[k].processing_gain_db, 6.0 + 10.0 * std::log10(2400.0 / bps), 0.04);
        EXPECT_NEAR(nero.modes[k].sensitivity_dbuv, 20.0 * std::log10(40.0), 0.005);
    }
}

// IEC 61334-5-1: 45 octets, 0.150 s at 2400 baud, whatever is in them.
TEST(ModemTruth, SFskSendsInSlots) {
    auto const& fsk = modem_of("s-fsk");
    for (std::size_t k = 0; k < 4; ++k) {
        double const slot_s = 0.150 * static_cast<double>(1U << k);
        EXPECT_EQ(frame_time(fsk, 1, k), duration_from_s(slot_s));
        EXPECT_EQ(frame_time(fsk, segment_octets(fsk), k), duration_from_s(slot_s));
        EXPECT_EQ(ack_time(fsk, k), duration_from_s(slot_s));
    }
    EXPECT_EQ(fsk.overhead_octets + segment_octets(fsk), 38U);
}

TEST(ModemTruth, SFskHears250MicrovoltAndNoLess) {
    auto const table = mode_table(modem_of("s-fsk"), quiet_channel());
    std::vector<float> const quiet(2, 0.0F);
    std::vector<std::uint8_t> const powered(2, 1);
    auto const etx = [&](float loss_db) {
        Channel const channel = channel_on(star_network(2, loss_db), quiet_channel());
        return link_etx({*table, MacSpec{}, channel, quiet, powered}, 0, 1);
    };
    double const level_dbuv = 20.0 * std::log10(250.0); // 47.96
    EXPECT_TRUE(std::isfinite(etx(static_cast<float>(120.0 - level_dbuv - 1.0 / 64.0))));
    EXPECT_TRUE(std::isinf(etx(static_cast<float>(120.0 - level_dbuv + 1.0 / 64.0))));
}

// ITU-T G.9904: preamble 2.048 ms, header 4.48 ms, at most 63 symbols of 2.24 ms; robust: preamble
// 8.192 ms, four times the symbols. 21.4, 42.9, 64.3 kbit/s coded, twice that uncoded.
TEST(ModemTruth, PrimeFramesLastAsLongAndCarryAsMuchAsPublished) {
    auto const& prime = modem_of("prime");
    struct Published {
        char const* mode;
        double kbps;
        std::uint32_t body_octets; // of 63 symbols, tail off
        double frame_ms;
    };
    for (auto const& p : {Published{"dbpsk", 21.4, 377, 147.648},
                          {"dqpsk", 42.9, 755, 147.648},
                          {"d8psk", 64.3, 1133, 147.648},
                          {"dbpsk uncoded", 42.9, 756, 147.648},
                          {"dqpsk uncoded", 85.7, 1512, 147.648},
                          {"d8psk uncoded", 128.6, 2268, 147.648},
                          {"robust dbpsk", 21.4 / 4.0, 377, 8.192 + 8.96 + 252.0 * 2.24},
                          {"robust dqpsk", 42.9 / 4.0, 755, 8.192 + 8.96 + 252.0 * 2.24}}) {
        std::size_t const k = mode_of(prime, p.mode);
        std::uint32_t const payload = prime.modes[k].max_payload_octets;
        EXPECT_NEAR(prime.modes[k].bit_rate_bps, 1e3 * p.kbps, 50.0) << p.mode;
        EXPECT_EQ(payload + prime.overhead_octets, p.body_octets) << p.mode;
        EXPECT_EQ(frame_time(prime, payload, k), duration_from_s(1e-3 * p.frame_ms)) << p.mode;
    }
}

// ITU-T G.9903, CENELEC A: 133 octets in 252 symbols of ROBO are 190.255 ms; published: 5.59
// to 34.2 kbit/s. For the others the length of a frame of that figure is not known.
TEST(ModemTruth, G3FramesCarryAsMuchAsPublished) {
    auto const& g3 = modem_of("g3");
    std::size_t const robo = mode_of(g3, "robo");
    EXPECT_EQ(frame_time(g3, 119, robo), duration_from_s(6.08e-3 + (13.0 + 252.0) * 0.695e-3));
    EXPECT_NEAR(full_frame_kbps(g3, robo), 5.59, 0.005);
    EXPECT_NEAR(full_frame_kbps(g3, mode_of(g3, "dqpsk")), 34.2, 0.025 * 34.2);
    EXPECT_EQ(segment_octets(g3), 119U);
    // by hand: (14 + 20) 8 + 16 8 + 6 = 406 bits, 18 a symbol of DBPSK, 23 symbols
    EXPECT_EQ(frame_time(g3, 20, mode_of(g3, "dbpsk")),
              duration_from_s(6.08e-3 + (13.0 + 23.0) * 0.695e-3));
}

/// Seconds from a request of 20 octets to the end of the answer of 60, on a clean line.
double poll_s(ModemSpec const& modem, MacSpec const& mac) {
    Medium medium = medium_on(star_network(2, 20.0F), modem, mac);
    RecordingSink sink;
    SimTime answered = kStart;
    sink.then = [&](Datagram const& got, SimTime at) {
        answered = at;
        if (got.to == 1) {
            medium.send({.handle = 2, .from = 1, .to = 0, .octets = 60}, at);
        }
    };
    medium.send({.handle = 1, .from = 0, .to = 1, .octets = 20}, kStart);
    medium.run_until(kNever, sink);
    return to_s(answered - kStart);
}

TEST(ModemTruth, PollsTakeWhatOneAddsUpByHand) {
    // PRIME, uncoded D8PSK, 288 bits a symbol: one symbol asked, two answered, one an
    // acknowledgement
    double const prime_ms = 2.048 + 4.48;
    EXPECT_NEAR(poll_s(modem_of("prime"), {}),
                1e-3 * ((prime_ms + 2.24) + 10.0 + (prime_ms + 2.24) + 10.0 + (prime_ms + 4.48)),
                1e-8);
    // G3, D8PSK, 54 bits a symbol: (34 8 + 134) bits are 8 symbols, (74 8 + 134) are 14
    double const g3_ms = 6.08 + 13.0 * 0.695;
    EXPECT_NEAR(poll_s(modem_of("g3"), {}),
                1e-3 * ((g3_ms + 8.0 * 0.695) + 6.95 + g3_ms + 6.95 + (g3_ms + 14.0 * 0.695)),
                1e-8);
    // S-FSK without repeaters: 0.15 s (nReq + nResp), 20 octets in one slot and 60 in three
    EXPECT_NEAR(poll_s(modem_of("s-fsk"), {.acknowledge = false}), 0.150 * (1 + 3), 1e-8);
}

} // namespace
} // namespace gridtwin::plc
