#include "sim/app/radio_text.hpp"

#include "models/medium/weakest_link.hpp"
#include "sim/app/budget_text.hpp"
#include "sim/study/format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace gridtwin::app {
namespace {

using twin::RadioView;

/// A request down the way and the answer up.
medium::Transfer poll(RadioView const& view, std::vector<std::uint16_t> way) {
    auto const answer = view.transfer(way, kAnswerOctets, true);
    std::reverse(way.begin(), way.end());
    auto const request = view.transfer(way, kRequestOctets, false);
    return {.time_s = request.time_s + answer.time_s, .success = request.success * answer.success};
}

void print_hop(std::string& out, rf::LinkBudget const& b, scenario::RfSection const& spec) {
    auto const& radio = spec.radio;
    auto const line = [&](char const* what, double value, char const* unit,
                          std::string const& note = {}) {
        fmt::format_to(std::back_inserter(out), "  {:<19}{:>8.2f} {}{}{}\n", what, value, unit,
                       note.empty() ? "" : "  ", note);
    };
    line("transmit power", b.tx_power_dbm, "dBm",
         fmt::format("{:.2f} dBm and this radio's {:+.2f} dB", radio.tx_power_dbm, b.offset_db));
    line("attenuation", b.attenuation_db, "dB", "the sum of");
    line("  at one metre", b.loss.at_1m_db, "dB",
         fmt::format("free space, {:.2f} MHz", radio.frequency_hz / 1e6));
    line("  distance", b.loss.distance_db, "dB",
         fmt::format("{:.1f} m, {:.1f} dB a decade", b.loss.distance_m,
                     10.0 * spec.propagation.exponent));
    line("  walls", b.loss.walls_db, "dB", b.loss.walls_db > 0.0 ? "" : "none");
    line("  shadowing", b.loss.shadowing_db, "dB", "of these places and this link");
    line("  rounding", b.step_db, "dB", "to the steps that it is kept in");
    line("signal", b.signal_dbm, "dBm", "transmit power - attenuation");
    line("noise", b.noise_dbm, "dBm", "the sum of");
    line("  thermal", rf::thermal_noise_dbm(radio), "dBm",
         fmt::format("{:.0f} kHz, noise figure {:.1f} dB", radio.bandwidth_hz / 1e3,
                     radio.noise_figure_db));
    line("  others", spec.noise_rise_db, "dB", "that send in the band");
    line("margin", b.margin_db, "dB",
         fmt::format("over the sensitivity, {:.2f} dBm", radio.sensitivity_dbm));
    line("signal to noise", b.snr_db, "dB", "per bit: signal - noise + band over bit rate");
    fmt::format_to(std::back_inserter(out),
                   "  {:<19}{:>8.2f} kbit/s\n"
                   "  {:<19}{:>8.3f} %  of full frames, {} octets of payload\n"
                   "  {:<19}{:>8.3f} %  on the way back\n"
                   "  {:<19}{:>8.3f} expected, frame and acknowledgement\n",
                   "rate", radio.bit_rate_bps / 1e3, "frame errors", 100.0 * b.frame_error,
                   radio.max_payload_octets, "acknowledgements", 100.0 * b.ack_error,
                   "transmissions", b.transmissions);
}

std::string verdict(RadioView const& view, rf::LinkBudget const& there, rf::LinkBudget const& back,
                    rf::CsmaSpec const& csma) {
    if (double const least_db = std::min(there.margin_db, back.margin_db); least_db < 0.0) {
        return fmt::format("{:.2f} dB below the sensitivity", -least_db);
    }
    if (!std::isfinite(there.transmissions)) {
        auto const right = [](rf::LinkBudget const& b) {
            return (1.0 - b.frame_error) * (1.0 - b.ack_error);
        };
        return fmt::format("too poor: {:.2f} % of tries right",
                           100.0 * std::min(right(there), right(back)));
    }
    if (view.root(there.to) != view.root(there.from)) {
        return "a link, but belongs to " + view.name(view.root(there.to));
    }
    auto const& route = view.routes()[there.to];
    if (there.to >= view.roots() && route.parent == rf::kNoNode) {
        return "a link, but is on no path itself";
    }
    auto const away = study::plural(route.hops, "hop", "hops") + " away";
    return route.hops >= csma.max_hops ? "a link, but is " + away + " itself" : "a link, " + away;
}

std::vector<medium::WeakestLink> weakest_links(RadioView const& view) {
    return medium::weakest_links(
        view.nodes(), [&](std::size_t a, std::size_t b) { return view.lacking_db(a, b); },
        view.roots(), view.root_of());
}

/// Where a node's best chain to the concentrator breaks.
std::string broken_text(RadioView const& view, medium::WeakestLink const& weakest) {
    return weakest.lacking_db == 0.0
               ? std::string("no path: its chain holds, but has too many hops")
               : fmt::format("no path: its best chain breaks from {} to {}, {:.2f} dB are lacking",
                             view.name(weakest.from), view.name(weakest.to), weakest.lacking_db);
}

} // namespace

std::optional<WholeWay> radio_way(scenario::Scenario const& scenario, RadioView const& view,
                                  std::size_t node) {
    auto const way = medium::way_to_root(view.routes(), node, view.roots());
    if (way.empty()) {
        return std::nullopt;
    }
    return whole_way(view.hops(way), poll(view, way), scenario.access.rf.radio.bit_rate_bps);
}

std::string radio_route_text(scenario::Scenario const& scenario, RadioView const& view,
                             std::size_t node) {
    auto const way = medium::way_to_root(view.routes(), node, view.roots());
    auto const hops = view.hops(way);
    std::string out =
        fmt::format("{} to {} by radio: {}\n", view.name(node), view.name(view.root(node)),
                    study::plural(hops.size(), "hop", "hops"));
    for (std::size_t h = 0; h < hops.size(); ++h) {
        fmt::format_to(std::back_inserter(out), "\nhop {} of {}: {} to {}\n", h + 1, hops.size(),
                       view.name(hops[h].from), view.name(hops[h].to));
        print_hop(out, hops[h], scenario.access.rf);
    }
    return out + whole_way_text(*radio_way(scenario, view, node), scenario.access.rf.csma.max_hops);
}

std::string no_radio_route_text(scenario::Scenario const& scenario, RadioView const& view,
                                std::size_t node) {
    auto const& spec = scenario.access.rf;
    constexpr std::size_t kBest = 8;
    auto others = view.neighbours(node);
    if (others.size() > kBest) {
        bool const root_is_far = std::find(others.begin(), others.begin() + kBest,
                                           view.root(node)) == others.begin() + kBest;
        others.resize(kBest);
        if (root_is_far) {
            others.push_back(view.root(node));
        }
    }
    std::size_t width = 5;
    for (auto const other : others) {
        width = std::max(width, view.name(other).size());
    }
    std::string out = fmt::format(
        "{} to {} by radio: no route\n\n"
        "A link needs {:.2f} dBm at both ends and at least {:.0f} % of tries right, frame and "
        "acknowledgement;\na route has at most {}. The radios that are nearest to hearing it:\n\n",
        view.name(node), view.name(view.root(node)), spec.radio.sensitivity_dbm,
        100.0 * spec.csma.least_link_success, study::plural(spec.csma.max_hops, "hop", "hops"));
    auto const to = std::back_inserter(out);
    fmt::format_to(to, "{:<{}}{:>17}{:>8}{:>9}{:>9}{:>9}{:>8}{:>8}\n", "", width, "distance",
                   "walls", "shadow", "signal", "noise", "SNR", "lacks");
    fmt::format_to(to, "{:<{}}{:>9}{:>8}{:>8}{:>9}{:>9}{:>9}{:>8}{:>8}\n", "radio", width, "m",
                   "dB", "dB", "dB", "dBm", "dBm", "dB", "dB");
    for (auto const other : others) {
        auto const b = view.link(node, other);
        fmt::format_to(to,
                       "{:<{}}{:>9.1f}{:>8.2f}{:>8.2f}{:>9.2f}{:>9.2f}{:>9.2f}{:>8.2f}{:>8.2f}"
                       "  {}\n",
                       view.name(other), width, b.loss.distance_m,
                       b.loss.at_1m_db + b.loss.distance_db, b.loss.walls_db, b.loss.shadowing_db,
                       b.signal_dbm, b.noise_dbm, b.snr_db, view.lacking_db(node, other),
                       verdict(view, b, view.link(other, node), spec.csma));
    }
    fmt::format_to(to, "\n{}\n", broken_text(view, weakest_links(view)[node]));
    return out;
}

std::string mesh_text(scenario::Scenario const& scenario, RadioView const& view,
                      std::uint16_t root) {
    MeterTable table;
    std::vector<medium::WeakestLink> weakest;
    for (std::size_t node = view.roots(); node < view.nodes(); ++node) {
        if (view.root(node) != root) {
            continue;
        }
        if (auto const way = radio_way(scenario, view, node)) {
            auto const via = view.routes()[node].parent;
            table.add(view.name(node), *way, via == root ? "directly" : view.name(via));
        } else {
            weakest = weakest.empty() ? weakest_links(view) : std::move(weakest);
            table.add_lost(view.name(node), broken_text(view, weakest[node]));
        }
    }
    return fmt::format("{} by radio: {}, {} on no path\n\n{}", view.name(root),
                       study::plural(table.meters(), "meter", "meters"), table.lost(),
                       table.text());
}

} // namespace gridtwin::app
