#include "models/plc/spec.hpp"

#include "models/medium/spec_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gridtwin::plc {
using medium::kMostOctets;
using medium::SpecCheck;

namespace {

SimDuration on_line(ModemMode const& mode, double octets) {
    double body_s = 0.0;
    if (octets > 0.0) {
        body_s = (octets * 8.0 + mode.coding_bits) / mode.bit_rate_bps;
        if (mode.symbol_s > 0.0) { // a hair less than a symbol too many is rounding
            body_s = std::ceil(body_s / mode.symbol_s - 1e-9) * mode.symbol_s;
        }
    }
    return duration_from_s(mode.preamble_s + mode.header_s + body_s);
}

} // namespace

SimDuration frame_time(ModemSpec const& modem, std::uint32_t payload_octets, std::size_t mode) {
    return on_line(modem.modes[mode], static_cast<double>(modem.overhead_octets) + payload_octets);
}

SimDuration ack_time(ModemSpec const& modem, std::size_t mode) {
    return on_line(modem.modes[mode], modem.ack_octets);
}

std::uint32_t segment_octets(ModemSpec const& modem) {
    return std::min_element(modem.modes.begin(), modem.modes.end(),
                            [](ModemMode const& a, ModemMode const& b) {
                                return a.max_payload_octets < b.max_payload_octets;
                            })
        ->max_payload_octets;
}

double hearing_dbuv(ModemSpec const& modem) {
    return std::min_element(modem.modes.begin(), modem.modes.end(),
                            [](ModemMode const& a, ModemMode const& b) {
                                return a.sensitivity_dbuv < b.sensitivity_dbuv;
                            })
        ->sensitivity_dbuv;
}

double cable_db_per_m(ChannelSpec const& channel, std::size_t row, double carrier_hz) {
    return channel.cable_db_per_m.at(row) *
           std::pow(carrier_hz / kReferenceHz, channel.cable_exponent);
}

double band_db(ModemSpec const& modem, ChannelSpec const& channel) {
    return 10.0 * std::log10(modem.bandwidth_hz / kReferenceBandHz) -
           channel.noise_slope_db * std::log10(modem.carrier_hz / kReferenceHz);
}

double day_shape(ChannelSpec const& channel, double second_of_day) {
    double const turn = (second_of_day / 3600.0 - channel.loudest_hour) / 24.0;
    return 0.5 * (1.0 + std::cos(2.0 * std::numbers::pi * turn));
}

NoiseParts noise_parts(ModemSpec const& modem, ChannelSpec const& channel, double second_of_day,
                       double network_load_w) {
    double const load = std::max(network_load_w, 0.0) / channel.load_noise_w;
    return {.floor_dbuv = channel.noise_floor_dbuv,
            .band_db = band_db(modem, channel),
            .day_db = channel.day_swing_db * day_shape(channel, second_of_day),
            .load_db = 10.0 * std::log10(1.0 + load)};
}

double noise_level_dbuv(ModemSpec const& modem, ChannelSpec const& channel, double second_of_day,
                        double network_load_w) {
    return noise_parts(modem, channel, second_of_day, network_load_w).level_dbuv();
}

double impulse_factor(ChannelSpec const& channel, double second_of_day) {
    double const quiet = channel.impulse_quiet_share;
    return quiet + (1.0 - quiet) * day_shape(channel, second_of_day);
}

medium::Disturbance disturbance(ChannelSpec const& channel, ModemMode const& mode) {
    bool const impulses = channel.impulse_gap_s > 0.0;
    medium::Disturbance out{
        .swing_db = channel.mains_swing_db,
        .impulses_per_bit = impulses ? 1.0 / (channel.impulse_gap_s * mode.bit_rate_bps) : 0.0,
        .impulse_db = channel.impulse_excess_db,
        .impulse_bits = std::max(1.0, std::ceil(channel.impulse_length_s * mode.bit_rate_bps))};
    if (mode.symbol_s > channel.impulse_length_s) {
        double const share = channel.impulse_length_s / mode.symbol_s;
        out.impulse_db =
            10.0 * std::log10(1.0 + share * std::pow(10.0, channel.impulse_excess_db / 10.0));
        out.impulse_bits = std::max(1.0, std::ceil(mode.symbol_s * mode.bit_rate_bps));
    }
    return out;
}

namespace {

void check_mode(SpecCheck& check, ModemSpec const& modem, ModemMode const& mode) {
    check.above("bit_rate_bps", mode.bit_rate_bps, 0.0);
    check.finite("processing_gain_db", mode.processing_gain_db); // below 0: over a bit a hertz
    check.finite("sensitivity_dbuv", mode.sensitivity_dbuv);
    check.above("tx_level_dbuv", modem.tx_level_dbuv, mode.sensitivity_dbuv);
    check.at_least("preamble_s", mode.preamble_s, 0.0);
    check.at_least("header_s", mode.header_s, 0.0);
    check.at_most("coding_bits", mode.coding_bits, 8.0 * kMostOctets);
    check.at_least("symbol_s", mode.symbol_s, 0.0);
    check.at_least("max_payload_octets", mode.max_payload_octets, 1.0);
    check.at_most("max_payload_octets", mode.max_payload_octets, kMostOctets);
}

} // namespace

std::vector<std::string> problems(ModemSpec const& modem) {
    SpecCheck check;
    check.at_most("overhead_octets", modem.overhead_octets, kMostOctets);
    check.at_most("ack_octets", modem.ack_octets, kMostOctets);
    check.at_least("turnaround_s", modem.turnaround_s, 0.0);
    check.at_least("capture_db", modem.capture_db, 0.0);
    check.above("carrier_hz", modem.carrier_hz, 0.0);
    check.above("bandwidth_hz", modem.bandwidth_hz, 0.0);
    check.at_least("number of modes", static_cast<double>(modem.modes.size()), 1.0);
    check.at_most("number of modes", static_cast<double>(modem.modes.size()), kMostModes);
    auto found = check.take();
    for (std::size_t k = 0; k < modem.modes.size(); ++k) {
        auto const& mode = modem.modes[k];
        SpecCheck of_mode;
        check_mode(of_mode, modem, mode);
        if (k > 0) {
            of_mode.at_most("bit_rate_bps", mode.bit_rate_bps, modem.modes[k - 1].bit_rate_bps);
        }
        for (auto const& problem : of_mode.take()) {
            found.push_back(
                modem.modes.size() == 1 ? problem : fmt::format("mode {}: {}", mode.name, problem));
        }
        for (std::size_t j = 0; j < k; ++j) {
            if (modem.modes[j].name == mode.name) {
                found.push_back(fmt::format("two modes are named {}", mode.name));
                break;
            }
        }
    }
    return found;
}

std::vector<std::string> problems(ChannelSpec const& channel) {
    SpecCheck check;
    for (double const db_per_m : channel.cable_db_per_m) {
        check.at_least("cable_db_per_m", db_per_m, 0.0);
    }
    check.at_least("rows of cable_db_per_m", static_cast<double>(channel.cable_db_per_m.size()),
                   1.0);
    check.at_least("cable_exponent", channel.cable_exponent, 0.0);
    check.at_least("tap_db", channel.tap_db, 0.0);
    check.at_least("phase_crossing_db", channel.phase_crossing_db, 0.0);
    check.at_least("transformer_crossing_db", channel.transformer_crossing_db, 0.0);
    check.at_least("shadowing_sigma_db", channel.shadowing_sigma_db, 0.0);
    check.finite("noise_floor_dbuv", channel.noise_floor_dbuv);
    check.finite("noise_slope_db", channel.noise_slope_db);
    check.finite("loudest_hour", channel.loudest_hour);
    check.at_least("day_swing_db", channel.day_swing_db, 0.0);
    check.above("load_noise_w", channel.load_noise_w, 0.0);
    check.at_least("mains_swing_db", channel.mains_swing_db, 0.0);
    check.at_most("mains_swing_db", channel.mains_swing_db, 60.0);
    check.at_least("impulse_gap_s", channel.impulse_gap_s, 0.0);
    check.at_least("impulse_quiet_share", channel.impulse_quiet_share, 0.0);
    check.at_most("impulse_quiet_share", channel.impulse_quiet_share, 1.0);
    check.at_least("impulse_length_s", channel.impulse_length_s, 0.0);
    check.at_least("impulse_excess_db", channel.impulse_excess_db, 0.0);
    check.at_most("impulse_excess_db", channel.impulse_excess_db, 100.0);
    auto const& sources = channel.sources;
    check.at_least("share of sources", sources.share, 0.0);
    check.at_most("share of sources", sources.share, 1.0);
    check.at_least("inverter_share of sources", sources.inverter_share, 0.0);
    check.at_most("inverter_share of sources", sources.inverter_share, 1.0);
    check.finite("level_dbuv of sources", sources.level_dbuv);
    check.at_least("sigma_db of sources", sources.sigma_db, 0.0);
    check.at_least("starts_per_day of sources", sources.starts_per_day, 0.0);
    check.at_most("starts_per_day of sources", sources.starts_per_day, 48.0);
    check.at_least("run_s of sources", sources.run_s, 0.0);
    check.at_most("run_s of sources", sources.run_s, 86'400.0);
    check.at_least("daylight_from_h", sources.daylight_from_h, 0.0);
    check.at_least("daylight_to_h", sources.daylight_to_h, sources.daylight_from_h);
    check.at_most("daylight_to_h", sources.daylight_to_h, 24.0);
    return check.take();
}

std::vector<std::string> problems(MacSpec const& mac) {
    SpecCheck check;
    check.at_most("hop_retries", mac.hop_retries, 254.0);
    check.at_least("ack_guard_s", mac.ack_guard_s, 0.0);
    check.above("backoff_slot_s", mac.backoff_slot_s, 0.0);
    check.at_least("detect_s", mac.detect_s, 0.0);
    check.at_least("max_backoff_exponent", mac.max_backoff_exponent, mac.min_backoff_exponent);
    check.at_most("max_backoff_exponent", mac.max_backoff_exponent, 20.0);
    check.at_least("max_hops", mac.max_hops, 1.0);
    check.at_most("max_hops", mac.max_hops, kMaxHops);
    check.at_least("queue_limit", mac.queue_limit, 1.0);
    check.at_least("route_refresh_s", mac.route_refresh_s, 0.0);
    check.at_least("route_noise_step_db", mac.route_noise_step_db, 0.0);
    check.above("least_link_success", mac.least_link_success, 0.0);
    check.at_most("least_link_success", mac.least_link_success, 1.0);
    check.at_least("rate_down_failures", mac.rate_down_failures, 1.0);
    check.at_most("rate_down_failures", mac.rate_down_failures, 255.0);
    check.at_least("rate_up_successes", mac.rate_up_successes, 1.0);
    check.at_most("rate_up_successes", mac.rate_up_successes, 255.0);
    return check.take();
}

} // namespace gridtwin::plc
