#pragma once
// What a power-line network is made of, as data: the modem, the channel, the medium access.
// No citable source gives CE-Nero's framing or a low-voltage channel's losses; what is marked
// "assumption" is a default for the scenario to change, with its range in docs/models/plc.md.
#include "models/medium/error_table.hpp"
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace gridtwin::plc {

using medium::BerCurve;

/// One of a modem's modulations. A frame is preamble, header and body; the body, octets and
/// coding_bits, is rounded up to whole symbols. Defaults: CE-Nero's fastest.
struct ModemMode {
    std::string name = "2400";
    double bit_rate_bps = 2400.0; ///< of the body; source material: CE-Nero's top rate
    /// From signal to noise in the receive band to that per bit: 10 lg(band / bit rate), which
    /// counts repetition, and what coding gains beyond. Assumption: a band of 10 kHz, no coding.
    double processing_gain_db = 6.0;
    double sensitivity_dbuv = 32.04;        ///< source material: 40 uV
    BerCurve ber = BerCurve::nc_fsk;        ///< assumption
    double preamble_s = 4.0 * 8.0 / 2400.0; ///< assumption: 2 preamble, 2 delimiter, as S-FSK
    double header_s = 0.0;                 ///< coded so strongly that none of its bits can be wrong
    std::uint32_t coding_bits = 0;         ///< parity and tail of the body: they only take time
    double symbol_s = 0.0;                 ///< 0: any length
    std::uint32_t max_payload_octets = 64; ///< assumption

    friend bool operator==(ModemMode const&, ModemMode const&) = default;
};

/// Defaults: CE-Nero at its fastest alone. built_in_modems() has it, and others, with all modes.
struct ModemSpec {
    std::string name = "ce-nero";
    std::uint32_t overhead_octets = 10; ///< assumption: addresses 4, control 3, length 1, CRC 2
    std::uint32_t ack_octets = 6; ///< assumption: behind preamble and header: address, control, CRC
    double turnaround_s = 0.010;  ///< assumption: receive to send, and send to receive
    double tx_level_dbuv = 120.0; ///< assumption, below what EN 50065-1 allows: docs/models/plc.md
    double capture_db = 10.0;     ///< assumption: over the sum of the interferers
    double carrier_hz = 50e3;     ///< assumption: middle of the receive band
    double bandwidth_hz = 10e3;   ///< assumption: of the receive band
    std::vector<ModemMode> modes{ModemMode{}}; ///< no mode is faster than the one before it

    friend bool operator==(ModemSpec const&, ModemSpec const&) = default;
};

inline constexpr double kReferenceHz = 50e3;     ///< where cables and noise are given
inline constexpr double kReferenceBandHz = 10e3; ///< that the noise is given in

/// Customers whose appliance or inverter disturbs the line while it runs.
struct NoiseSourceSpec {
    double share = 0.0075;        ///< assumption: field reports fit filters at 0.5..1 % of meters
    double inverter_share = 0.25; ///< assumption: of those; the others are appliances
    double level_dbuv = 90.0;     ///< assumption: as the floor is given; CISPR 15's limit at 50 kHz
    double sigma_db = 10.0;       ///< assumption: normal in dB, one draw each
    double starts_per_day = 6.0;  ///< assumption: of an appliance, mean
    double run_s = 3600.0;        ///< assumption: an appliance's mean run
    double daylight_from_h = 8.0; ///< assumption: inverters run from here ..
    double daylight_to_h = 17.0;  ///< .. to here; a winter's day
};

struct ChannelSpec {
    /// [row of the LV cable table] dB/m at kReferenceHz; assumption: 20..40 dB/km cable near 50 kHz
    std::vector<double> cable_db_per_m{0.030, 0.040};
    double cable_exponent = 0.75;    ///< of frequency; assumption: 0.5 skin effect .. 1 dielectric
    double tap_db = 4.0;             ///< assumption: 3..6, each branching node passed
    double phase_crossing_db = 15.0; ///< assumption: 10..30
    double transformer_crossing_db = 45.0;  ///< assumption: 30..60, each of the two passed
    double shadowing_sigma_db = 6.0;        ///< assumption: normal in dB, one draw per link
    bool concentrator_on_all_phases = true; ///< modem 0 couples to each phase
    /// At the quietest hour in kReferenceBandHz at kReferenceHz; assumption: 40..60 there
    double noise_floor_dbuv = 42.0;
    double noise_slope_db = 20.0;   ///< assumption: fall per decade of frequency; power as 1/f^2
    double day_swing_db = 12.0;     ///< assumption: 10..25 between the quiet and the loud hour
    double loudest_hour = 20.0;     ///< assumption: evening peak
    double load_noise_w = 20'000.0; ///< assumption: load whose noise equals the floor's
    double mains_swing_db = 10.0;   ///< assumption: 5..15 peak to peak over each half-cycle
    double impulse_gap_s = 1.0; ///< assumption: 0.1..10 s, mean at the loudest hour; 0: no impulses
    double impulse_quiet_share = 0.1; ///< assumption: of that rate, at the quietest hour
    double impulse_length_s = 125e-6; ///< assumption: 50..200 us
    double impulse_excess_db = 35.0;  ///< assumption: 20..50 over the noise in the band
    NoiseSourceSpec sources{};
};

struct MacSpec {
    std::uint32_t hop_retries = 3;          ///< assumption: retransmissions of a frame on one hop
    double ack_guard_s = 0.005;             ///< assumption: waited beyond the acknowledgement's end
    double backoff_slot_s = 0.010;          ///< assumption
    double detect_s = 0.005;                ///< assumption: a carrier is sensed from then on
    std::uint32_t min_backoff_exponent = 3; ///< as G3-PLC
    std::uint32_t max_backoff_exponent = 8; ///< as G3-PLC
    std::uint32_t max_hops = 7;       ///< assumption: S-FSK's repeater credit; at most kMaxHops
    std::uint32_t queue_limit = 32;   ///< assumption: datagrams waiting at one modem
    double route_refresh_s = 60.0;    ///< assumption: routes are renewed no more often than this
    double route_noise_step_db = 3.0; ///< assumption: a change of noise worth new routes
    double least_link_success = 0.2;  ///< assumption: data and acknowledgement; poorer is no link
    std::uint32_t rate_down_failures = 2; ///< tries in vain in a row, then the next slower mode
    std::uint32_t rate_up_successes = 10; ///< in a row, then the next faster mode is tried
    bool carrier_sense = true;            ///< off: nobody listens first (ALOHA, for comparison)
    bool acknowledge = true;              ///< off: one transmission a frame, its fate is the hop's
};

inline constexpr std::uint32_t kMaxHops = 7;
inline constexpr std::uint32_t kMostModes = 32;

/// Time on the line of a frame with that payload: preamble + header + whole symbols of
/// ((overhead + payload) * 8 + coding bits) / bit rate.
[[nodiscard]] SimDuration frame_time(ModemSpec const& modem, std::uint32_t payload_octets,
                                     std::size_t mode = 0);
/// Time on the line of an acknowledgement.
[[nodiscard]] SimDuration ack_time(ModemSpec const& modem, std::size_t mode = 0);
/// What datagrams are cut into: the most payload that all modes carry, so that a frame can be
/// repeated in any mode.
[[nodiscard]] std::uint32_t segment_octets(ModemSpec const& modem);
/// The least level at which anything is heard: the best sensitivity of all modes.
[[nodiscard]] double hearing_dbuv(ModemSpec const& modem);

/// Of cable of that row at that frequency: skin effect and dielectric together make a power law.
/// Source: Zimmermann and Dostert, "A multipath model for the powerline channel", 2002.
[[nodiscard]] double cable_db_per_m(ChannelSpec const& channel, std::size_t row, double carrier_hz);

/// What a modem's band receives of noise that is given in kReferenceBandHz at kReferenceHz: falling
/// by noise_slope_db a decade, flat within the band.
[[nodiscard]] double band_db(ModemSpec const& modem, ChannelSpec const& channel);

/// 0 twelve hours from loudest_hour, 1 at it, a cosine between.
/// @param second_of_day civil, 0..86400
[[nodiscard]] double day_shape(ChannelSpec const& channel, double second_of_day);

/// Noise in the receive band, part by part.
struct NoiseParts {
    double floor_dbuv = 0.0; ///< in the band that it is given in
    double band_db = 0.0;    ///< of carrier and bandwidth
    double day_db = 0.0;     ///< day_swing_db * day_shape
    double load_db =
        0.0; ///< of appliances, in proportion to the load: 10 lg(1 + load / load_noise_w)

    double source_db = 0.0; ///< raised by sources that run, which differs from modem to modem

    [[nodiscard]] double level_dbuv() const {
        return floor_dbuv + band_db + day_db + load_db + source_db;
    }
};

/// Without sources.
/// @param second_of_day civil, 0..86400
/// @param network_load_w active power of the low-voltage network; negative (export) counts as none
[[nodiscard]] NoiseParts noise_parts(ModemSpec const& modem, ChannelSpec const& channel,
                                     double second_of_day, double network_load_w);
/// Level of the noise_parts, dBuV.
[[nodiscard]] double noise_level_dbuv(ModemSpec const& modem, ChannelSpec const& channel,
                                      double second_of_day, double network_load_w);

/// Rate of impulses over that of the loudest hour: impulse_quiet_share at the quietest, with the
/// day shape between.
[[nodiscard]] double impulse_factor(ChannelSpec const& channel, double second_of_day);

/// The swing and the impulses as a mode meets them: an impulse hits as many bits as begin in its
/// length, at least one. Where symbols last longer than it, its energy is spread over one symbol,
/// all of whose bits it hits (what the Fourier transform of a receiver of OFDM does).
[[nodiscard]] medium::Disturbance disturbance(ChannelSpec const& channel, ModemMode const& mode);

/// What is wrong with these, one sentence each naming field and range; empty when all is well.
[[nodiscard]] std::vector<std::string> problems(ModemSpec const& modem);
[[nodiscard]] std::vector<std::string> problems(ChannelSpec const& channel);
[[nodiscard]] std::vector<std::string> problems(MacSpec const& mac);

} // namespace gridtwin::plc
