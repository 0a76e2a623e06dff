#include "models/rf/spec.hpp"

#include "models/medium/spec_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gridtwin::rf {

using medium::kMostOctets;
using medium::SpecCheck;

std::vector<RadioSpec> const& built_in_radios() {
    static std::vector<RadioSpec> const rows{
        RadioSpec{},
        {.name = "802.15.4g",
         .frequency_hz = 868.3e6,
         .tx_power_dbm = 14.0, // 863-870 MHz: 25 mW
         .sensitivity_dbm = -107.0,
         .noise_figure_db = 8.0,
         .bandwidth_hz = 80e3,
         .bit_rate_bps = 50e3,
         .preamble_octets = 10, // 8 and a start of frame of 2
         .overhead_octets = 27, // PHY header 2, long addresses and security 25
         .ack_octets = 9,
         .max_payload_octets = 200,
         .turnaround_s = 0.001,
         .detect_s = 0.00016,
         .backoff_unit_s = 0.00116, // turnaround and sensing
         .capture_db = 8.0,
         .duty_cycle_frac = 0.1,
         .ber = BerCurve::nc_fsk},
        {.name = "zigbee",
         .frequency_hz = 2.44e9,
         .tx_power_dbm = 10.0,
         .sensitivity_dbm = -100.0,
         .noise_figure_db = 8.0,
         .bandwidth_hz = 2e6,
         .bit_rate_bps = 250e3,
         .preamble_octets = 5,      // preamble 4, start of frame 1
         .overhead_octets = 28,     // length 1, MAC 11, network and security 16
         .ack_octets = 6,           // length 1, control 2, number 1, CRC 2
         .max_payload_octets = 100, // of a PSDU of 127
         .turnaround_s = 0.000192,  // 12 symbols
         .detect_s = 0.000128,      // 8 symbols
         .backoff_unit_s = 0.00032, // 20 symbols
         .capture_db = 3.0,
         .duty_cycle_frac = 1.0,
         .ber = BerCurve::oqpsk_dsss}};
    return rows;
}

RadioSpec const* find_radio(std::string_view name) {
    auto const& rows = built_in_radios();
    auto const found = std::find_if(rows.begin(), rows.end(),
                                    [name](RadioSpec const& row) { return row.name == name; });
    return found == rows.end() ? nullptr : &*found;
}

double loss_at_1m_db(double frequency_hz) {
    constexpr double kLight_m_per_s = 299'792'458.0;
    return 20.0 * std::log10(4.0 * std::numbers::pi * frequency_hz / kLight_m_per_s);
}

double path_loss_db(RadioSpec const& radio, PropagationSpec const& propagation, double distance_m) {
    return loss_at_1m_db(radio.frequency_hz) +
           10.0 * propagation.exponent *
               std::log10(std::max(distance_m, propagation.least_distance_m));
}

double range_m(RadioSpec const& radio, PropagationSpec const& propagation, double margin_db) {
    double const budget_db = radio.tx_power_dbm - radio.sensitivity_dbm - margin_db;
    return std::pow(10.0, (budget_db - loss_at_1m_db(radio.frequency_hz)) /
                              (10.0 * propagation.exponent));
}

double thermal_noise_dbm(RadioSpec const& radio) {
    return -174.0 + 10.0 * std::log10(radio.bandwidth_hz) + radio.noise_figure_db;
}

double snr_per_bit_db(RadioSpec const& radio, double level_dbm, double noise_dbm) {
    return level_dbm - noise_dbm + 10.0 * std::log10(radio.bandwidth_hz / radio.bit_rate_bps);
}

SimDuration frame_time(RadioSpec const& radio, std::uint32_t payload_octets) {
    double const octets = radio.preamble_octets + radio.overhead_octets + payload_octets;
    return duration_from_s(octets * 8.0 / radio.bit_rate_bps);
}

SimDuration ack_time(RadioSpec const& radio) {
    return duration_from_s((radio.preamble_octets + radio.ack_octets) * 8.0 / radio.bit_rate_bps);
}

std::vector<std::string> problems(RadioSpec const& radio) {
    SpecCheck check;
    check.above("frequency_hz", radio.frequency_hz, 0.0);
    check.finite("sensitivity_dbm", radio.sensitivity_dbm);
    check.above("tx_power_dbm", radio.tx_power_dbm, radio.sensitivity_dbm);
    check.at_least("noise_figure_db", radio.noise_figure_db, 0.0);
    check.above("bandwidth_hz", radio.bandwidth_hz, 0.0);
    check.above("bit_rate_bps", radio.bit_rate_bps, 0.0);
    check.at_most("preamble_octets", radio.preamble_octets, kMostOctets);
    check.at_most("overhead_octets", radio.overhead_octets, kMostOctets);
    check.at_most("ack_octets", radio.ack_octets, kMostOctets);
    check.at_least("max_payload_octets", radio.max_payload_octets, 1.0);
    check.at_most("max_payload_octets", radio.max_payload_octets, kMostOctets);
    check.at_least("turnaround_s", radio.turnaround_s, 0.0);
    check.at_least("detect_s", radio.detect_s, 0.0);
    check.above("backoff_unit_s", radio.backoff_unit_s, 0.0);
    check.at_least("capture_db", radio.capture_db, 0.0);
    check.above("duty_cycle_frac", radio.duty_cycle_frac, 0.0);
    check.at_most("duty_cycle_frac", radio.duty_cycle_frac, 1.0);
    return check.take();
}

std::vector<std::string> problems(PropagationSpec const& propagation) {
    SpecCheck check;
    check.at_least("exponent", propagation.exponent, 1.0);
    check.at_least("shadowing_sigma_db", propagation.shadowing_sigma_db, 0.0);
    check.above("correlation_m", propagation.correlation_m, 0.0);
    check.at_least("common_share_frac", propagation.common_share_frac, 0.0);
    check.at_most("common_share_frac", propagation.common_share_frac, 1.0);
    check.at_least("asymmetry_sigma_db", propagation.asymmetry_sigma_db, 0.0);
    check.at_least("indoor_share_frac", propagation.indoor_share_frac, 0.0);
    check.at_most("indoor_share_frac", propagation.indoor_share_frac, 1.0);
    check.at_least("wall_db", propagation.wall_db, 0.0);
    check.above("least_distance_m", propagation.least_distance_m, 0.0);
    check.at_least("floor_below_sensitivity_db", propagation.floor_below_sensitivity_db, 0.0);
    return check.take();
}

std::vector<std::string> problems(CsmaSpec const& csma) {
    SpecCheck check;
    check.at_least("max_backoff_exponent", csma.max_backoff_exponent, csma.min_backoff_exponent);
    check.at_most("max_backoff_exponent", csma.max_backoff_exponent, 20.0);
    check.at_most("max_backoffs", csma.max_backoffs, 254.0);
    check.at_most("retries", csma.retries, 254.0);
    check.finite("sense_margin_db", csma.sense_margin_db);
    check.at_least("ack_guard_s", csma.ack_guard_s, 0.0);
    if (csma.access == Access::slotted_aloha) {
        check.at_least("slot_s", csma.slot_s, 1e-9); // the clock's step
    }
    check.above("duty_window_s", csma.duty_window_s, 0.0);
    check.above("duty_burst_frac", csma.duty_burst_frac, 0.0);
    check.at_most("duty_burst_frac", csma.duty_burst_frac, 0.9);
    check.at_least("queue_limit", csma.queue_limit, 1.0);
    check.at_most("queue_limit", csma.queue_limit, 65'534.0);
    check.at_least("max_hops", csma.max_hops, 1.0);
    check.at_most("max_hops", csma.max_hops, kMaxHops);
    check.at_least("route_refresh_s", csma.route_refresh_s, 0.0);
    check.at_least("route_noise_step_db", csma.route_noise_step_db, 0.0);
    check.at_least("route_hysteresis_etx", csma.route_hysteresis_etx, 0.0);
    check.above("least_link_success", csma.least_link_success, 0.0);
    check.at_most("least_link_success", csma.least_link_success, 1.0);
    return check.take();
}

std::optional<double> duty_burst_s(RadioSpec const& radio, CsmaSpec const& csma) {
    if (!csma.duty_cycle || radio.duty_cycle_frac >= 1.0) {
        return std::nullopt;
    }
    return csma.duty_burst_frac * radio.duty_cycle_frac * csma.duty_window_s;
}

std::vector<std::string> problems(RadioSpec const& radio, CsmaSpec const& csma) {
    auto const burst_s = duty_burst_s(radio, csma);
    double const frame_s = to_s(frame_time(radio, radio.max_payload_octets));
    if (!burst_s || *burst_s >= frame_s) {
        return {};
    }
    return {
        fmt::format("a duty cycle of {:.3g} % lets a node send for {:.3g} s at once, a frame of "
                    "{} octets takes {:.3g} s",
                    100.0 * radio.duty_cycle_frac, *burst_s, radio.max_payload_octets, frame_s)};
}

} // namespace gridtwin::rf
