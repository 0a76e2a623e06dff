#include "models/plc/modem_table.hpp"
#include "sim/scenario/bindings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace gridtwin::scenario {
namespace {

using plc::ModemMode;
using plc::ModemSpec;

std::vector<std::string_view> names_of(std::vector<ModemSpec> const& modems) {
    std::vector<std::string_view> names;
    for (auto const& modem : modems) {
        names.emplace_back(modem.name);
    }
    return names;
}

/// The row that a key names, by default the first; a name that is none is an error there.
ModemSpec const& row_of(Section& s, std::string_view key, std::string const& name,
                        std::vector<ModemSpec> const& rows) {
    auto const found = std::find_if(rows.begin(), rows.end(),
                                    [&](ModemSpec const& row) { return row.name == name; });
    if (found != rows.end()) {
        return *found;
    }
    if (s.has(key)) {
        auto const names = names_of(rows);
        s.error(s.where(key), fmt::format("there is no modem '{}'", name),
                fmt::format("{}", fmt::join(names, " | ")), nearest_name(name, names));
    }
    return rows.front();
}

/// @param like the modes of the modem that it is based on
void bind_mode(Section& s, ModemMode& mode, std::vector<ModemMode> const& like) {
    mode = s.describing() ? ModemMode{.name = {}} : like.back();
    mode.name.clear();
    s.text("name", mode.name,
           "begins with the values of the base's mode of that name, or else of its slowest",
           Need::required);
    for (auto const& base : like) {
        mode = base.name == mode.name ? base : mode;
    }
    s.quantity("bit_rate", mode.bit_rate_bps, Dimension::bit_rate, {100.0, 1e6}, "on the line");
    s.quantity("processing_gain", mode.processing_gain_db, Dimension::level_db, {-20.0, 60.0},
               "receive band over bit rate, and coding");
    s.quantity("sensitivity", mode.sensitivity_dbuv, Dimension::level_dbuv, {0.0, 100.0},
               "of the receiver");
    s.choice<medium::BerCurve>("ber", mode.ber, kBerCurves, "bit errors over signal to noise");
    s.quantity("preamble", mode.preamble_s, Dimension::time, {0.0, 10.0}, "before each frame");
    s.quantity("header", mode.header_s, Dimension::time, {0.0, 10.0},
               "behind the preamble, coded too strongly to be broken");
    s.integer("coding_bits", mode.coding_bits, {0, 10000}, "parity and tail of a frame");
    s.quantity("symbol", mode.symbol_s, Dimension::time, {0.0, 10.0},
               "frames are whole ones behind the header; 0: any length");
    s.integer("max_payload_octets", mode.max_payload_octets, {1, 4000}, "of one frame");
}

/// Of the mode just read, the last of `modes`, beside its modem and those before it.
/// @param slowest_bps of the mode before it; nothing where that is mistaken itself
void check_mode(Section& s, std::vector<ModemMode> const& modes,
                std::optional<double> tx_level_dbuv, std::optional<double> slowest_bps) {
    auto const& mode = modes.back();
    auto const named = std::count_if(modes.begin(), modes.end(),
                                     [&](auto const& other) { return other.name == mode.name; });
    if (named > 1 && s.has("name")) {
        s.error(s.where("name"), fmt::format("a mode named '{}' exists already", mode.name),
                "names that differ");
    }
    auto const shown = [](double value, Dimension unit) { return format_quantity(value, unit); };
    if (slowest_bps && mode.bit_rate_bps > *slowest_bps && s.sound("bit_rate")) {
        s.error(s.where("bit_rate"),
                fmt::format("'access.plc.modems[].modes[].bit_rate' is {}",
                            shown(mode.bit_rate_bps, Dimension::bit_rate)),
                fmt::format("at most {}, as the mode before it",
                            shown(*slowest_bps, Dimension::bit_rate)));
    }
    if (tx_level_dbuv && mode.sensitivity_dbuv >= *tx_level_dbuv && s.sound("sensitivity")) {
        s.error(s.where("sensitivity"),
                fmt::format("'access.plc.modems[].modes[].sensitivity' is {}",
                            shown(mode.sensitivity_dbuv, Dimension::level_dbuv)),
                fmt::format("below the modem's tx_level, which is {}",
                            shown(*tx_level_dbuv, Dimension::level_dbuv)));
    }
}

void bind_modes(Section& s, ModemSpec& modem) {
    std::vector<ModemMode> modes;
    auto const before = s.mistakes();
    auto const tx_level_dbuv =
        s.sound("tx_level") ? std::optional(modem.tx_level_dbuv) : std::nullopt;
    std::optional<double> slowest_bps;
    s.list("modes", "instead of the base's, none faster than the one before it", [&](Section& m) {
        bind_mode(m, modes.emplace_back(), modem.modes);
        if (!m.describing()) {
            check_mode(m, modes, tx_level_dbuv, slowest_bps);
            slowest_bps =
                m.sound("bit_rate") ? std::optional(modes.back().bit_rate_bps) : std::nullopt;
        }
    });
    if (!modes.empty()) {
        modem.modes = std::move(modes);
    } else if (s.has("modes") && s.mistakes() == before) {
        s.error(s.where("modes"), "a modem without modes", "at least one mode");
    }
    if (modem.modes.size() > plc::kMostModes) {
        s.error(s.where("modes"), fmt::format("a modem with {} modes", modem.modes.size()),
                fmt::format("at most {}", plc::kMostModes));
    }
}

void bind_modem(Section& s, ModemSpec& modem) {
    auto const& table = plc::built_in_modems();
    std::string name;
    s.text("name", name, "for access.plc.modem", Need::required);
    std::string based_on = table.front().name;
    s.text("based_on", based_on, "known modem whose values hold where no other is given");
    modem = row_of(s, "based_on", based_on, table);
    modem.name = name;
    s.integer("overhead_octets", modem.overhead_octets, {0, 1000},
              "addresses, control and checksum of a frame");
    s.integer("ack_octets", modem.ack_octets, {0, 1000},
              "of an acknowledgement, after preamble and header");
    s.quantity("turnaround", modem.turnaround_s, Dimension::time, {0.0, 10.0},
               "from receiving to sending");
    s.quantity("tx_level", modem.tx_level_dbuv, Dimension::level_dbuv, {60.0, 150.0}, "injected");
    s.quantity("capture", modem.capture_db, Dimension::level_db, {0.0, 60.0},
               "over the sum of interferers for a frame to survive");
    s.quantity("carrier", modem.carrier_hz, Dimension::frequency, {1e3, 1e6},
               "middle of the receive band");
    s.quantity("bandwidth", modem.bandwidth_hz, Dimension::frequency, {100.0, 1e6},
               "of the receiver");
    bind_modes(s, modem);
}

} // namespace

void bind_modems(Section& s, ModemSpec& chosen) {
    std::vector<ModemSpec> rows = plc::built_in_modems();
    std::string name = rows.front().name;
    auto const known = names_of(rows);
    s.text("modem", name, fmt::format("{}, or the name of one of modems", fmt::join(known, ", ")));
    s.list("modems", "of one's own", [&rows](Section& m) {
        ModemSpec modem;
        auto const before = m.mistakes();
        bind_modem(m, modem);
        if (m.describing() || !m.has("name")) {
            return;
        }
        auto const names = names_of(rows);
        if (modem.name.empty()) {
            m.error(m.where("name"), "the modem has no name", "a name");
            return;
        }
        if (std::find(names.begin(), names.end(), modem.name) != names.end()) {
            m.error(m.where("name"), fmt::format("a modem named '{}' exists already", modem.name),
                    "names that differ");
            return;
        }
        if (m.mistakes() == before) {
            for (auto const& problem : plc::problems(modem)) {
                m.error(m.where(), fmt::format("the modem '{}' cannot work like this: {}",
                                               modem.name, problem));
            }
        }
        rows.push_back(std::move(modem));
    });
    chosen = row_of(s, "modem", name, rows);
}

} // namespace gridtwin::scenario
