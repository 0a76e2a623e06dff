#include "sim/scenario/bindings.hpp"

namespace gridtwin::scenario {
namespace {

void bind_sources(Section& s, plc::NoiseSourceSpec& n) {
    s.number("share", n.share, {0.0, 1.0}, "of customers that have one");
    s.number("inverter_share", n.inverter_share, {0.0, 1.0},
             "of those that are inverters, the others appliances");
    s.quantity("level", n.level_dbuv, Dimension::level_dbuv, {0.0, 150.0},
               "at its own place, in 10 kHz at 50 kHz, mean");
    s.quantity("sigma", n.sigma_db, Dimension::level_db, {0.0, 40.0}, "spread of their levels");
    s.number("starts_per_day", n.starts_per_day, {0.0, 48.0},
             "of an appliance, mean, as the day shape has it");
    s.quantity("run", n.run_s, Dimension::time, {0.0, 86400.0}, "of an appliance, mean");
    s.number("daylight_from", n.daylight_from_h, {0.0, 24.0}, "hour at which inverters start");
    s.number("daylight_to", n.daylight_to_h, {0.0, 24.0}, "hour at which they stop");
    s.compare("daylight_to", n.daylight_to_h, Section::Relation::at_least, "daylight_from",
              n.daylight_from_h, Dimension::number);
}

void bind_channel(Section& s, plc::ChannelSpec& c) {
    s.quantity("street_attenuation", c.cable_db_per_m[topology::kStreetCable],
               Dimension::attenuation, {0.0, 1.0}, "of street lines at 50 kHz");
    s.quantity("service_attenuation", c.cable_db_per_m[topology::kServiceCable],
               Dimension::attenuation, {0.0, 1.0}, "of service drops at 50 kHz");
    s.number("attenuation_exponent", c.cable_exponent, {0.0, 2.0},
             "of frequency: 0.5 skin effect, 1 dielectric");
    s.quantity("tap", c.tap_db, Dimension::level_db, {0.0, 60.0},
               "loss at a branching node passed");
    s.quantity("phase_crossing", c.phase_crossing_db, Dimension::level_db, {0.0, 100.0},
               "between phases");
    s.quantity("transformer_crossing", c.transformer_crossing_db, Dimension::level_db, {0.0, 200.0},
               "of one transformer");
    s.quantity("shadowing", c.shadowing_sigma_db, Dimension::level_db, {0.0, 30.0},
               "sigma, one draw a link");
    s.quantity("noise_floor", c.noise_floor_dbuv, Dimension::level_dbuv, {0.0, 120.0},
               "at the quietest hour, in 10 kHz at 50 kHz");
    s.quantity("noise_slope", c.noise_slope_db, Dimension::level_db, {0.0, 100.0},
               "by which noise falls per decade of frequency");
    s.quantity("day_swing", c.day_swing_db, Dimension::level_db, {0.0, 60.0},
               "between quiet and loud hour");
    s.number("loudest_hour", c.loudest_hour, {0.0, 24.0}, "hour of the day");
    s.quantity("load_noise", c.load_noise_w, Dimension::power, {1.0, 1e9},
               "load whose appliances make as much noise as the floor");
    s.quantity("mains_swing", c.mains_swing_db, Dimension::level_db, {0.0, 60.0},
               "of noise over each half-cycle of the mains, peak to peak");
    s.quantity("impulse_gap", c.impulse_gap_s, Dimension::time, {0.0, 86400.0},
               "between impulses at the loudest hour, mean; 0 s: none");
    s.number("impulse_quiet_share", c.impulse_quiet_share, {0.0, 1.0},
             "of their rate that is left at the quietest hour");
    s.quantity("impulse_length", c.impulse_length_s, Dimension::time, {0.0, 1.0}, "of each");
    s.quantity("impulse_excess", c.impulse_excess_db, Dimension::level_db, {0.0, 100.0},
               "of each over the noise");
    s.section("sources", "appliances and inverters that disturb the line",
              [&c](Section& n) { bind_sources(n, c.sources); });
}

void bind_mac(Section& s, plc::MacSpec& m) {
    s.integer("hop_retries", m.hop_retries, {0, 20}, "retransmissions of a frame on one hop");
    s.quantity("backoff_slot", m.backoff_slot_s, Dimension::time, {1e-4, 10.0}, "of contention");
    s.integer("min_backoff_exponent", m.min_backoff_exponent, {0, 16},
              "slots are drawn from 2^this");
    s.integer("max_backoff_exponent", m.max_backoff_exponent, {0, 16}, "at most");
    s.compare("max_backoff_exponent", m.max_backoff_exponent, Section::Relation::at_least,
              "min_backoff_exponent", m.min_backoff_exponent, Dimension::number);
    s.integer("max_hops", m.max_hops, {1, plc::kMaxHops}, "repeaters plus one");
    s.integer("queue_limit", m.queue_limit, {1, 10000}, "datagrams waiting at one modem");
    s.quantity("route_refresh", m.route_refresh_s, Dimension::time, {1.0, 86400.0},
               "routes are renewed no more often");
    s.quantity("route_noise_step", m.route_noise_step_db, Dimension::level_db, {0.1, 60.0},
               "change of noise that is worth new routes");
    s.integer("rate_down_failures", m.rate_down_failures, {1, 255},
              "tries in vain in a row before a link goes one mode slower");
    s.integer("rate_up_successes", m.rate_up_successes, {1, 255},
              "in a row before a link tries the next faster mode");
}

} // namespace

void bind_plc(Section& s, PlcSection& plc) {
    auto const before = s.mistakes();
    bind_modems(s, plc.modem);
    s.section("channel", "the lines as a channel",
              [&plc](Section& c) { bind_channel(c, plc.channel); });
    s.section("mac", "medium access and routing", [&plc](Section& m) { bind_mac(m, plc.mac); });
    if (s.mistakes() > before) {
        return;
    }
    for (auto const& problems : {plc::problems(plc.channel), plc::problems(plc.mac)}) {
        for (auto const& problem : problems) {
            s.error(s.where(), "the power-line network cannot work like this: " + problem);
        }
    }
}

} // namespace gridtwin::scenario
