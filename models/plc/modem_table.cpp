#include "models/plc/modem_table.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::plc {
namespace {

/// From the ratio in the receive band to that per bit; coding beyond what repetition gives.
double gain_db(double band_hz, double bit_rate_bps, double coding_db) {
    return 10.0 * std::log10(band_hz / bit_rate_bps) + coding_db;
}

/// One and the same frame, slower: half the rate is 3 dB, the sensitivity the receiver's own.
ModemSpec ce_nero() {
    ModemSpec modem;
    modem.modes.clear();
    for (int halvings = 0; halvings < 4; ++halvings) {
        ModemMode mode;
        mode.bit_rate_bps = std::ldexp(2400.0, -halvings);
        mode.name = std::to_string(static_cast<int>(mode.bit_rate_bps));
        mode.processing_gain_db += 3.0 * halvings; // assumption: one band for all rates
        mode.preamble_s = 4.0 * 8.0 / mode.bit_rate_bps;
        modem.modes.push_back(mode);
    }
    return modem;
}

/// IEC 61334-5-1: a slot of 45 octets, 2 of preamble, 2 of delimiter, 38 of frame, 3 of pause,
/// whatever the frame has to carry; at 50 Hz 3, 6, 12 or 24 bits a half-cycle of the mains.
ModemSpec s_fsk() {
    ModemSpec modem;
    modem.name = "s-fsk";
    modem.overhead_octets =
        12;                   // of the 38: subframes 2, credits 1, addresses 3, pad 1, FCS 3, LLC 2
    modem.ack_octets = 12;    // assumption, the standard has none: a frame without payload
    modem.turnaround_s = 0.0; // the pause is in the slot
    modem.carrier_hz = 70e3;  // assumption: two tones 10 kHz apart or more in 9..95 kHz
    modem.bandwidth_hz = 10e3; // assumption
    modem.modes.clear();
    for (int halvings = 0; halvings < 4; ++halvings) {
        double const bps = std::ldexp(2400.0, -halvings);
        modem.modes.push_back({.name = std::to_string(static_cast<int>(bps)),
                               .bit_rate_bps = bps,
                               .processing_gain_db = gain_db(modem.bandwidth_hz, bps, 0.0),
                               .sensitivity_dbuv = 47.96, // the ST7540's 250 uV
                               .ber = BerCurve::nc_fsk,   // assumption: no equaliser of the tones
                               .preamble_s = 4.0 * 8.0 / bps,
                               .symbol_s = 41.0 * 8.0 / bps,
                               .max_payload_octets = 26});
    }
    return modem;
}

// Coding is a gain in dB over the uncoded curve of the modulation: closed forms stay closed, and a
// bound on the code's own curve would be good only where hardly anything is lost.
constexpr double kConvolutional_db =
    5.0; // K = 7, rate 1/2, soft decisions, 1e-5: Heller, Jacobs 1971
constexpr double kReedSolomon_db = 1.0; // assumption: (255, 239) around it
constexpr double kCombining_db = -2.0;  // four copies give 4 dB of 6: PRIME's robust modes
// Sensitivities of PRIME and G3, assumption: a receiver's own noise of 30 dBuV in the band, plus
// the ratio at which one bit in 100,000 is wrong.

/// ITU-T G.9904 (PRIME 1.3.6) and PRIME 1.4 (robust): 96 carriers of 488.28 Hz, a symbol of 2.24
/// ms.
ModemSpec prime() {
    constexpr double kSymbol_s = 2.24e-3;
    constexpr double kBand_hz = 96.0 * 488.28125;
    ModemSpec modem;
    modem.name = "prime";
    modem.overhead_octets = 8; // assumption: what the header does not hold of the MAC's 9; CRC 4, 1
    modem.ack_octets = 8;      // assumption: a packet without payload
    modem.carrier_hz = 65.4e3; // 41.99..88.87 kHz
    modem.bandwidth_hz = kBand_hz;
    modem.modes.clear();
    struct Row {
        char const* name;
        double bits;   ///< a carrier and symbol, before coding
        double repeat; ///< and coding, rate 1/2
        BerCurve ber;
        double sensitivity_dbuv;
        std::uint32_t max_payload_octets; ///< of 63 symbols (robust: 252), overhead and tail off
    };
    constexpr Row kRows[] = {
        {"d8psk uncoded", 3.0, 1.0, BerCurve::d8psk, 50.2, 2260},
        {"dqpsk uncoded", 2.0, 1.0, BerCurve::dqpsk, 44.6, 1504},
        {"d8psk", 3.0, 2.0, BerCurve::d8psk, 42.2, 1125},
        {"dbpsk uncoded", 1.0, 1.0, BerCurve::dbpsk, 40.0, 748},
        {"dqpsk", 2.0, 2.0, BerCurve::dqpsk, 36.6, 747},
        {"dbpsk", 1.0, 2.0, BerCurve::dbpsk, 31.9, 369},
        {"robust dqpsk", 2.0, 8.0, BerCurve::dqpsk, 32.5, 747},
        {"robust dbpsk", 1.0, 8.0, BerCurve::dbpsk, 27.9, 369},
    };
    for (auto const& row : kRows) {
        bool const coded = row.repeat > 1.0;
        bool const robust = row.repeat > 2.0;
        double const bps = 96.0 * row.bits / row.repeat / kSymbol_s;
        double const coding_db = (coded ? kConvolutional_db : 0.0) + (robust ? kCombining_db : 0.0);
        modem.modes.push_back({.name = row.name,
                               .bit_rate_bps = bps,
                               .processing_gain_db = gain_db(kBand_hz, bps, coding_db),
                               .sensitivity_dbuv = row.sensitivity_dbuv,
                               .ber = row.ber,
                               .preamble_s = robust ? 8.192e-3 : 2.048e-3,
                               .header_s = (robust ? 4.0 : 2.0) * kSymbol_s, // robust: assumption
                               .coding_bits = coded ? 8U : 0U,               // tail
                               .symbol_s = kSymbol_s,
                               .max_payload_octets = row.max_payload_octets});
    }
    return modem;
}

/// ITU-T G.9903, CENELEC A: 36 carriers of 1.5625 kHz, a symbol of 278 samples at 400 kHz, at most
/// 252 data symbols and 255 octets of a Reed-Solomon block.
ModemSpec g3() {
    constexpr double kSymbol_s = 0.695e-3;
    constexpr double kBand_hz = 36.0 * 1562.5;
    ModemSpec modem;
    modem.name = "g3";
    modem.overhead_octets =
        14;               // assumption: control 2, number 1, PAN and addresses 6, segment 3, FCS 2
    modem.ack_octets = 0; // the frame control header says it
    modem.turnaround_s = 10.0 * kSymbol_s; // aRIFS; assumption: the same before a new frame
    modem.carrier_hz = 63.3e3;             // 35.94..90.63 kHz
    modem.bandwidth_hz = kBand_hz;
    modem.modes.clear();
    struct Row {
        char const* name;
        double bits; ///< a carrier and symbol, after the convolutional code and repetition
        BerCurve ber;
        double coding_db;
        double sensitivity_dbuv;
        std::uint32_t parity_octets;
        std::uint32_t max_payload_octets; ///< 239 octets of a block, or 252 symbols; overhead off
    };
    constexpr double kBoth_db = kConvolutional_db + kReedSolomon_db;
    constexpr Row kRows[] = {
        {"d8psk", 1.5, BerCurve::d8psk, kBoth_db, 41.2, 16, 225},
        {"dqpsk", 1.0, BerCurve::dqpsk, kBoth_db, 35.6, 16, 225},
        {"dbpsk", 0.5, BerCurve::dbpsk, kBoth_db, 31.0, 16, 225},
        {"robo", 0.125, BerCurve::dbpsk, kBoth_db + kCombining_db, 27.0, 8, 119},
    };
    for (auto const& row : kRows) {
        double const bps = 36.0 * row.bits / kSymbol_s;
        modem.modes.push_back({.name = row.name,
                               .bit_rate_bps = bps,
                               .processing_gain_db = gain_db(kBand_hz, bps, row.coding_db),
                               .sensitivity_dbuv = row.sensitivity_dbuv,
                               .ber = row.ber,
                               .preamble_s = 6.08e-3,
                               .header_s = 13.0 * kSymbol_s,
                               .coding_bits = 8 * row.parity_octets + 6, // and the code's tail
                               .symbol_s = kSymbol_s,
                               .max_payload_octets = row.max_payload_octets});
    }
    return modem;
}

} // namespace

std::vector<ModemSpec> const& built_in_modems() {
    static std::vector<ModemSpec> const rows{ce_nero(), s_fsk(), prime(), g3()};
    return rows;
}

ModemSpec const* find_modem(std::string_view name) {
    auto const& rows = built_in_modems();
    auto const found = std::find_if(rows.begin(), rows.end(),
                                    [name](ModemSpec const& row) { return row.name == name; });
    return found == rows.end() ? nullptr : &*found;
}

} // namespace gridtwin::plc
