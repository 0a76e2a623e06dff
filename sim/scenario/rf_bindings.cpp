#include "sim/scenario/bindings.hpp"

namespace gridtwin::scenario {
namespace {

void bind_radio(Section& s, rf::RadioSpec& r) {
    s.quantity("frequency", r.frequency_hz, Dimension::frequency, {1e7, 1e10}, "of the carrier");
    s.quantity("tx_power", r.tx_power_dbm, Dimension::level_dbm, {-30.0, 40.0}, "radiated");
    s.quantity("sensitivity", r.sensitivity_dbm, Dimension::level_dbm, {-150.0, -30.0},
               "of the receiver");
    s.compare("tx_power", r.tx_power_dbm, Section::Relation::above, "sensitivity",
              r.sensitivity_dbm, Dimension::level_dbm);
    s.quantity("noise_figure", r.noise_figure_db, Dimension::level_db, {0.0, 40.0},
               "of the receiver");
    s.quantity("bandwidth", r.bandwidth_hz, Dimension::frequency, {100.0, 1e8},
               "of the receiver, in which noise is counted");
    s.quantity("bit_rate", r.bit_rate_bps, Dimension::bit_rate, {100.0, 1e7}, "on the air");
    s.integer("preamble_octets", r.preamble_octets, {0, 1000}, "before each frame");
    s.integer("overhead_octets", r.overhead_octets, {0, 1000},
              "addresses, control and checksum of a frame");
    s.integer("ack_octets", r.ack_octets, {1, 1000}, "of an acknowledgement, after the preamble");
    s.integer("max_payload_octets", r.max_payload_octets, {1, 2000}, "of one frame");
    s.quantity("turnaround", r.turnaround_s, Dimension::time, {0.0, 1.0},
               "from receiving to sending");
    s.quantity("detect", r.detect_s, Dimension::time, {0.0, 1.0},
               "the air is sensed as it was this long ago");
    s.quantity("backoff_unit", r.backoff_unit_s, Dimension::time, {1e-6, 1.0}, "of contention");
    s.quantity("capture", r.capture_db, Dimension::level_db, {0.0, 60.0},
               "over the sum of interferers for a frame to survive");
    s.quantity("duty_cycle", r.duty_cycle_frac, Dimension::fraction, {1e-4, 1.0},
               "of each node's airtime");
    s.choice<medium::BerCurve>("ber", r.ber, kBerCurves, "bit errors over signal to noise");
}

void bind_propagation(Section& s, rf::PropagationSpec& p) {
    s.number("exponent", p.exponent, {1.5, 6.0}, "of distance");
    s.quantity("shadowing", p.shadowing_sigma_db, Dimension::level_db, {0.0, 30.0}, "sigma");
    s.quantity("correlation", p.correlation_m, Dimension::length, {0.1, 1e5},
               "shadowing of places so far apart shares 1/e");
    s.quantity("common_share", p.common_share_frac, Dimension::fraction, {0.0, 1.0},
               "of the variance that belongs to the places, the rest to the link alone");
    s.quantity("asymmetry", p.asymmetry_sigma_db, Dimension::level_db, {0.0, 20.0},
               "sigma of a node's transmit power");
    s.quantity("indoor_share", p.indoor_share_frac, Dimension::fraction, {0.0, 1.0},
               "of the meters, behind a wall");
    s.quantity("wall", p.wall_db, Dimension::level_db, {0.0, 60.0}, "each end that is indoors");
}

void bind_csma(Section& s, rf::CsmaSpec& c) {
    constexpr std::pair<std::string_view, rf::Access> kAccess[] = {
        {"csma_ca", rf::Access::csma_ca},
        {"non_persistent", rf::Access::non_persistent},
        {"aloha", rf::Access::aloha},
        {"slotted_aloha", rf::Access::slotted_aloha}};
    s.choice<rf::Access>("access", c.access, kAccess, "who may begin when");
    s.quantity("slot", c.slot_s, Dimension::time, {0.0, 10.0}, "of slotted_aloha");
    if (c.access == rf::Access::slotted_aloha && c.slot_s < 1e-9 && s.sound("slot")) {
        s.error(s.where("slot"), "'access.rf.csma.slot' is 0 s", "above 0 s with slotted_aloha");
    }
    s.integer("min_backoff_exponent", c.min_backoff_exponent, {0, 16},
              "units are drawn from 2^this");
    s.integer("max_backoff_exponent", c.max_backoff_exponent, {0, 16}, "at most");
    s.compare("max_backoff_exponent", c.max_backoff_exponent, Section::Relation::at_least,
              "min_backoff_exponent", c.min_backoff_exponent, Dimension::number);
    s.integer("max_backoffs", c.max_backoffs, {0, 20}, "busy oftener is a failed try");
    s.integer("retries", c.retries, {0, 20}, "of a frame on one hop");
    s.flag("duty_cycle", c.duty_cycle, "the radio's duty cycle is kept");
    s.integer("max_hops", c.max_hops, {1, rf::kMaxHops}, "forwarding nodes plus one");
    s.integer("queue_limit", c.queue_limit, {1, 10000}, "datagrams waiting at one node");
    s.quantity("route_refresh", c.route_refresh_s, Dimension::time, {1.0, 86400.0},
               "routes are renewed no more often");
}

} // namespace

void bind_rf(Section& s, RfSection& rf) {
    auto const before = s.mistakes();
    std::vector<std::pair<std::string_view, std::size_t>> names;
    auto const& rows = rf::built_in_radios();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        names.emplace_back(rows[i].name, i);
    }
    std::size_t row = 0;
    s.choice<std::size_t>("radio", row, names, "known radios; 'framing' changes single values");
    if (!s.describing()) {
        rf.radio = rows[row];
    }
    SourcePos duty_where = s.where();
    s.section("framing", "the radio", [&rf, &duty_where](Section& f) {
        bind_radio(f, rf.radio);
        duty_where = f.where("duty_cycle");
    });
    s.section("propagation", "between the places of the meters",
              [&rf](Section& p) { bind_propagation(p, rf.propagation); });
    s.section("csma", "medium access and routing", [&rf](Section& c) { bind_csma(c, rf.csma); });
    s.quantity("noise_rise", rf.noise_rise_db, Dimension::level_db, {0.0, 60.0},
               "what others send in the band, over the thermal noise");
    if (s.mistakes() > before) {
        return;
    }
    for (auto const& problems :
         {rf::problems(rf.radio), rf::problems(rf.propagation), rf::problems(rf.csma)}) {
        for (auto const& problem : problems) {
            s.error(s.where(), "the radio mesh cannot work like this: " + problem);
        }
    }
    bool const each_sound = rf::problems(rf.radio).empty() && rf::problems(rf.csma).empty();
    if (each_sound && !s.describing()) {
        for (auto const& problem : rf::problems(rf.radio, rf.csma)) {
            s.error(duty_where, problem,
                    "a greater duty_cycle or bit_rate, shorter frames, or duty_cycle: off under "
                    "csma");
        }
    }
}

} // namespace gridtwin::scenario
