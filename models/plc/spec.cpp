#include "models/plc/spec.hpp"

#include "models/medium/spec_check.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gridtwin::plc {
using medium::kMostOctets;
using medium::SpecCheck;

SimDuration frame_time(ModemSpec const& modem, std::uint32_t payload_octets) {
    double const octets = modem.preamble_octets + modem.overhead_octets + payload_octets;
    return duration_from_s(octets * 8.0 / modem.bit_rate_bps);
}

SimDuration ack_time(ModemSpec const& modem) {
    return duration_from_s((modem.preamble_octets + modem.ack_octets) * 8.0 / modem.bit_rate_bps);
}

NoiseParts noise_parts(ChannelSpec const& channel, double second_of_day, double network_load_w) {
    double const turn = (second_of_day / 3600.0 - channel.loudest_hour) / 24.0;
    double const day = 0.5 * (1.0 + std::cos(2.0 * std::numbers::pi * turn));
    double const load = std::max(network_load_w, 0.0) / channel.load_noise_w;
    return {.floor_dbuv = channel.noise_floor_dbuv,
            .day_db = channel.day_swing_db * day,
            .load_db = 10.0 * std::log10(1.0 + load)};
}

double noise_level_dbuv(ChannelSpec const& channel, double second_of_day, double network_load_w) {
    return noise_parts(channel, second_of_day, network_load_w).level_dbuv();
}

std::vector<std::string> problems(ModemSpec const& modem) {
    SpecCheck check;
    check.above("bit_rate_bps", modem.bit_rate_bps, 0.0);
    check.at_most("preamble_octets", modem.preamble_octets, kMostOctets);
    check.at_most("overhead_octets", modem.overhead_octets, kMostOctets);
    check.at_most("ack_octets", modem.ack_octets, kMostOctets);
    check.at_least("max_payload_octets", modem.max_payload_octets, 1.0);
    check.at_most("max_payload_octets", modem.max_payload_octets, kMostOctets);
    check.at_least("turnaround_s", modem.turnaround_s, 0.0);
    check.at_least("processing_gain_db", modem.processing_gain_db, 0.0);
    check.at_least("capture_db", modem.capture_db, 0.0);
    check.finite("sensitivity_dbuv", modem.sensitivity_dbuv);
    check.above("tx_level_dbuv", modem.tx_level_dbuv, modem.sensitivity_dbuv);
    return check.take();
}

std::vector<std::string> problems(ChannelSpec const& channel) {
    SpecCheck check;
    for (double const db_per_m : channel.cable_db_per_m) {
        check.at_least("cable_db_per_m", db_per_m, 0.0);
    }
    check.at_least("rows of cable_db_per_m", static_cast<double>(channel.cable_db_per_m.size()),
                   1.0);
    check.at_least("tap_db", channel.tap_db, 0.0);
    check.at_least("phase_crossing_db", channel.phase_crossing_db, 0.0);
    check.at_least("transformer_crossing_db", channel.transformer_crossing_db, 0.0);
    check.at_least("shadowing_sigma_db", channel.shadowing_sigma_db, 0.0);
    check.finite("noise_floor_dbuv", channel.noise_floor_dbuv);
    check.finite("loudest_hour", channel.loudest_hour);
    check.at_least("day_swing_db", channel.day_swing_db, 0.0);
    check.above("load_noise_w", channel.load_noise_w, 0.0);
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
    return check.take();
}

} // namespace gridtwin::plc
