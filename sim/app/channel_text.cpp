#include "sim/app/channel_text.hpp"

#include "sim/app/budget_text.hpp"
#include "sim/study/format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace gridtwin::app {
namespace {

using twin::ChannelView;

/// A request down the way and the answer up.
plc::Transfer poll(ChannelView const& view, std::vector<std::uint16_t> way) {
    auto const in = view.route_input();
    auto const answer = plc::transfer(in, way, kAnswerOctets);
    std::reverse(way.begin(), way.end());
    auto const request = plc::transfer(in, way, kRequestOctets);
    return {.time_s = request.time_s + answer.time_s, .success = request.success * answer.success};
}

/// Of the hops' modes.
double slowest_bps(ChannelView const& view, std::vector<plc::LinkBudget> const& hops) {
    auto const& modes = view.route_input().modes.modem().modes;
    double slowest = modes.front().bit_rate_bps;
    for (auto const& hop : hops) {
        slowest = std::min(slowest, modes[hop.mode].bit_rate_bps);
    }
    return slowest;
}

/// "kW" of each network that noise comes from, for the heading.
std::string load_text(ChannelSetting const& setting) {
    std::string text;
    for (double const w : setting.load_w) {
        text += fmt::format("{}{:.1f} kW", text.empty() ? "" : ", ", w / 1e3);
    }
    return fmt::format("load {}: {}", text, setting.load_source);
}

/// The loudest appliances and inverters that a modem hears.
std::string sources_text(ChannelView const& view, std::size_t modem) {
    constexpr std::size_t kShown = 3;
    auto const heard = view.sources(modem);
    std::string text;
    for (std::size_t k = 0; k < std::min(heard.size(), kShown); ++k) {
        text += fmt::format("{}{} of {}, {:.2f} dBuV here", k == 0 ? "" : "; ",
                            heard[k].kind == plc::SourceKind::inverter ? "inverter" : "appliance",
                            heard[k].name, heard[k].level_dbuv);
    }
    return heard.empty() ? "none runs" : text;
}

void print_hop(std::string& out, ChannelView const& view, ChannelSetting const& setting,
               plc::LinkBudget const& b, scenario::Scenario const& scenario) {
    auto const to = std::back_inserter(out);
    auto const& modem = scenario.access.plc.modem;
    auto const& mode = modem.modes[b.mode];
    auto const line = [&](char const* what, double value, char const* unit, std::string note = {}) {
        note = note.empty() ? note : "  " + note;
        fmt::format_to(to, "  {:<19}{:>8.2f} {}{}\n", what, value, unit, note);
    };
    auto const part = [&](char const* what, double value, char const* unit,
                          std::string const& note = {}) {
        line(fmt::format("  {}", what).c_str(), value, unit, note);
    };
    line("rate", mode.bit_rate_bps / 1e3, "kbit/s",
         modem.modes.size() > 1 ? fmt::format("mode {} of {}", mode.name, modem.name) : "");
    line("transmit level", b.tx_level_dbuv, "dBuV");
    line("attenuation", b.attenuation_db, "dB", "the sum of");
    part("cable", b.loss.cable_db, "dB", fmt::format("{:.1f} m", b.loss.cable_m));
    part("taps", b.loss.tap_db, "dB", fmt::format("{} passed", b.loss.taps));
    part("phase crossing", b.loss.phase_db, "dB", b.loss.phase_db > 0.0 ? "" : "none");
    part("transformers", b.loss.transformer_db, "dB", b.loss.transformer_db > 0.0 ? "two" : "none");
    part("shadowing", b.loss.shadowing_db, "dB", "this link's draw");
    if (b.loss.bound_db != 0.0) {
        part("bound", b.loss.bound_db, "dB", "no link gains, none loses more than 1024 dB");
    }
    line("signal", b.signal_dbuv, "dBuV", "transmit level - attenuation");
    line("noise", b.noise.level_dbuv(), "dBuV", "the sum of");
    part("floor", b.noise.floor_dbuv, "dBuV",
         fmt::format("in {:.1f} kHz at {:.1f} kHz", plc::kReferenceBandHz / 1e3,
                     plc::kReferenceHz / 1e3));
    part("band", b.noise.band_db, "dB",
         fmt::format("{:.1f} kHz at {:.1f} kHz, the carrier", modem.bandwidth_hz / 1e3,
                     modem.carrier_hz / 1e3));
    part("day swing", b.noise.day_db, "dB");
    part("load", b.noise.load_db, "dB",
         fmt::format("{:.1f} kW", setting.load_w[view.network(b.to)] / 1e3));
    part("sources", b.noise.source_db, "dB", sources_text(view, b.to));
    line("margin", b.margin_db, "dB",
         fmt::format("over the sensitivity, {:.2f} dBuV", mode.sensitivity_dbuv));
    line("signal to noise", b.snr_db, "dB",
         fmt::format("signal - noise + processing gain, {:.2f} dB", mode.processing_gain_db));
    auto const disturbance = plc::disturbance(scenario.access.plc.channel, mode);
    line("mains swing", disturbance.swing_db, "dB", "of the noise, in each half-cycle");
    line("impulses",
         disturbance.impulses_per_bit * mode.bit_rate_bps * view.route_input().impulse_factor,
         "1/s",
         fmt::format(
             "{:.2f} dB over the noise, {} each", disturbance.impulse_db,
             study::plural(static_cast<std::size_t>(disturbance.impulse_bits), "bit", "bits")));
    fmt::format_to(to, "  {:<19}{:>8.3f} %  of full frames, {} octets of payload\n", "frame errors",
                   100.0 * b.frame_error, plc::segment_octets(modem));
    fmt::format_to(to, "  {:<19}{:>8.3f} %  were there no errors but theirs\n", "  of impulses",
                   100.0 * b.impulse_error);
    fmt::format_to(to, "  {:<19}{:>8.3f} %  on the way back\n", "acknowledgements",
                   100.0 * b.ack_error);
    fmt::format_to(to, "  {:<19}{:>8.3f} expected, frame and acknowledgement{}\n", "transmissions",
                   b.transmissions,
                   b.mode > 0 ? fmt::format(", in exchanges in mode {}", modem.modes.front().name)
                              : std::string{});
}

std::string verdict(ChannelView const& view, plc::LinkBudget const& there,
                    plc::LinkBudget const& back, plc::MacSpec const& mac) {
    if (there.margin_db < 0.0) {
        return fmt::format("{:.2f} dB below the sensitivity", -there.margin_db);
    }
    auto const right = [](plc::LinkBudget const& b) {
        return (1.0 - b.frame_error) * (1.0 - b.ack_error);
    };
    if (!std::isfinite(there.transmissions)) {
        return fmt::format("too poor: {:.2f} % of tries right",
                           100.0 * std::min(right(there), right(back)));
    }
    if (view.root(there.to) != view.root(there.from)) {
        return "a link, but belongs to " + view.name(view.root(there.to));
    }
    auto const& route = view.routes()[there.to];
    if (there.to >= view.roots() && route.parent == plc::kNoModem) {
        return "a link, but is on no path itself";
    }
    return route.hops >= mac.max_hops
               ? fmt::format("a link, but is {} hops away itself", route.hops)
               : fmt::format("a link, {} hops away", route.hops);
}

/// Where a modem's best chain to the concentrator breaks.
std::string broken_text(ChannelView const& view, plc::WeakestLink const& weakest,
                        plc::MacSpec const& mac) {
    if (weakest.lacking_db == 0.0) {
        return fmt::format("no path: its chain holds, but is longer than {}",
                           study::plural(mac.max_hops, "hop", "hops"));
    }
    if (weakest.from == plc::kNoModem) {
        return "no path, and no signal would be enough";
    }
    return fmt::format("no path: its best chain breaks from {} to {}, {:.2f} dB are lacking",
                       view.name(weakest.from), view.name(weakest.to), weakest.lacking_db);
}

/// The best neighbours, and the best of those that are on a path; the concentrator is one of them.
std::vector<std::uint16_t> worth_showing(ChannelView const& view, std::size_t modem) {
    constexpr std::size_t kBest = 5;
    constexpr std::size_t kBestOnPath = 3;
    std::vector<std::uint16_t> shown;
    std::size_t on_path = 0;
    for (auto const other : view.neighbours(modem)) {
        bool const own = other == view.root(modem);
        bool const routed = own || (view.root(other) == view.root(modem) &&
                                    view.routes()[other].parent != plc::kNoModem);
        if (shown.size() < kBest || (routed && on_path < kBestOnPath) || own) {
            shown.push_back(other);
            on_path += routed ? 1U : 0U;
        }
    }
    return shown;
}

} // namespace

std::optional<WholeWay> line_way(ChannelView const& view, std::size_t modem) {
    auto const way = plc::way_to_root(view.routes(), modem, view.roots());
    if (way.empty()) {
        return std::nullopt;
    }
    auto const hops = view.hops(way);
    return whole_way(hops, poll(view, way), slowest_bps(view, hops));
}

std::string route_text(scenario::Scenario const& scenario, ChannelView const& view,
                       ChannelSetting const& setting, std::size_t modem) {
    auto const way = plc::way_to_root(view.routes(), modem, view.roots());
    auto const hops = view.hops(way);
    std::string out =
        fmt::format("{} to {} at {}: {}\n{}\n", view.name(modem), view.name(view.root(modem)),
                    setting.at, study::plural(hops.size(), "hop", "hops"), load_text(setting));
    for (std::size_t h = 0; h < hops.size(); ++h) {
        fmt::format_to(std::back_inserter(out), "\nhop {} of {}: {} to {}\n", h + 1, hops.size(),
                       view.name(hops[h].from), view.name(hops[h].to));
        print_hop(out, view, setting, hops[h], scenario);
    }
    return out + whole_way_text(*line_way(view, modem), scenario.access.plc.mac.max_hops);
}

std::string no_route_text(scenario::Scenario const& scenario, ChannelView const& view,
                          ChannelSetting const& setting, std::size_t modem) {
    auto const& spec = scenario.access.plc;
    auto const others = worth_showing(view, modem);
    std::size_t width = 5;
    for (auto const other : others) {
        width = std::max(width, view.name(other).size());
    }
    std::string out = fmt::format(
        "{} to {} at {}: no route\n{}\n\n"
        "A link needs {:.2f} dBuV at the receiver and at least {:.0f} % of tries right, frame "
        "and acknowledgement;\na route has at most {}. The modems that are nearest to hearing "
        "it:\n\n",
        view.name(modem), view.name(view.root(modem)), setting.at, load_text(setting),
        plc::hearing_dbuv(spec.modem), 100.0 * spec.mac.least_link_success,
        study::plural(spec.mac.max_hops, "hop", "hops"));
    auto const to = std::back_inserter(out);
    fmt::format_to(to, "{:<{}}{:>16}{:>13}{:>8}{:>9}{:>8}{:>9}{:>8}{:>9}{:>9}\n", "", width,
                   "cable", "taps", "phase", "transf.", "shadow", "signal", "noise", "SNR",
                   "lacks");
    fmt::format_to(to, "{:<{}}{:>8}{:>8}{:>13}{:>8}{:>9}{:>8}{:>9}{:>8}{:>9}{:>9}\n", "modem",
                   width, "m", "dB", "dB", "dB", "dB", "dB", "dBuV", "dBuV", "dB", "dB");
    auto const routes = view.route_input();
    for (auto const other : others) {
        auto const b = view.link(modem, other);
        double const lacks_db = plc::lacking_db(routes, modem, other);
        fmt::format_to(to,
                       "{:<{}}{:>8.1f}{:>8.2f}{:>5}{:>8.2f}{:>8.2f}{:>9.2f}{:>8.2f}{:>9.2f}{:>8.2f}"
                       "{:>9.2f}{:>9.2f}  {}\n",
                       view.name(other), width, b.loss.cable_m, b.loss.cable_db, b.loss.taps,
                       b.loss.tap_db, b.loss.phase_db, b.loss.transformer_db, b.loss.shadowing_db,
                       b.signal_dbuv, b.noise.level_dbuv(), b.snr_db, lacks_db,
                       verdict(view, b, view.link(other, modem), spec.mac));
    }
    fmt::format_to(to, "\n{}\n", broken_text(view, plc::weakest_links(routes)[modem], spec.mac));
    return out;
}

std::string meters_text(ChannelView const& view, std::uint16_t root,
                        ChannelSetting const& setting) {
    MeterTable table;
    auto const routes = view.route_input();
    std::vector<plc::WeakestLink> weakest;
    for (std::size_t m = view.roots(); m < view.modems(); ++m) {
        if (view.root(m) != root) {
            continue;
        }
        if (auto const way = line_way(view, m)) {
            auto const via = view.routes()[m].parent;
            table.add(view.name(m), *way, via == root ? "directly" : view.name(via));
        } else {
            weakest = weakest.empty() ? plc::weakest_links(routes) : std::move(weakest);
            table.add_lost(view.name(m), broken_text(view, weakest[m], routes.mac));
        }
    }
    return fmt::format("{} at {}: {}, {} on no path\n{}\n\n{}", view.name(root), setting.at,
                       study::plural(table.meters(), "meter", "meters"), table.lost(),
                       load_text(setting), table.text());
}

} // namespace gridtwin::app
