#include "sim/scenario/bindings.hpp"

namespace gridtwin::scenario {

void bind_access(Section& s, AccessSection& access) {
    access.where = s.where("concentrators");
    s.integer("concentrators", access.concentrators, {0, 10000},
              "on each feeder; 0: one for each transformer with meters that they read");
    s.section("concentrator", "schedules and limits",
              [&access](Section& c) { bind_concentrator(c, access.concentrator); });
    s.time("poll_spread", access.poll_spread, {0.0, 3600.0},
           "concentrators begin their rounds a random part of it later");
    s.time("last_gasp_spread", access.last_gasp_spread, {0.0, 3600.0},
           "last gasps wait a random part of it");
    s.time("restore_spread", access.restore_spread, {0.0, 86400.0},
           "reports of restored power wait a random part of it");
    s.flag("power_alarms_on_both", access.power_alarms_on_both,
           "meters with two channels send last gasps and reports of restored power over both");
    s.section("plc", "power-line communication",
              [&access](Section& p) { bind_plc(p, access.plc); });
    s.section("rf", "radio mesh", [&access](Section& r) { bind_rf(r, access.rf); });
}

} // namespace gridtwin::scenario
