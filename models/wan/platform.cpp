#include "models/wan/platform.hpp"

#include "sim/core/text_places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <pugixml.hpp>
#include <set>
#include <span>

namespace gridtwin::wan {
namespace {

struct Unit {
    std::string_view name;
    double factor = 1.0;
};

constexpr std::array<Unit, 9> kTimes{{{"ps", 1e-12},
                                      {"ns", 1e-9},
                                      {"us", 1e-6},
                                      {"ms", 1e-3},
                                      {"s", 1.0},
                                      {"m", 60.0},
                                      {"h", 3600.0},
                                      {"d", 86400.0},
                                      {"w", 7 * 86400.0}}};
constexpr std::array<Unit, 9> kPrefixes{{{"", 1.0},
                                         {"k", 1e3},
                                         {"M", 1e6},
                                         {"G", 1e9},
                                         {"T", 1e12},
                                         {"Ki", 1024.0},
                                         {"Mi", 1048576.0},
                                         {"Gi", 1073741824.0},
                                         {"Ti", 1099511627776.0}}};

std::optional<double> factor_of(std::string_view unit, std::span<Unit const> units) {
    auto const it =
        std::find_if(units.begin(), units.end(), [&](Unit const& u) { return u.name == unit; });
    return it == units.end() ? std::nullopt : std::optional(it->factor);
}

/// Of "kbps" with base "bps": 1000.
std::optional<double> prefix_of(std::string_view unit, std::string_view base) {
    return unit.ends_with(base) ? factor_of(unit.substr(0, unit.size() - base.size()), kPrefixes)
                                : std::nullopt;
}

std::optional<double> rate_factor(std::string_view unit) {
    if (auto const octets = prefix_of(unit, "Bps")) {
        return 8.0 * *octets;
    }
    return prefix_of(unit, "bps");
}

std::optional<double> time_factor(std::string_view unit) {
    return factor_of(unit, kTimes);
}

std::optional<double> speed_factor(std::string_view unit) {
    return prefix_of(unit, "f");
}

class Reader {
  public:
    Reader(std::string const& file, std::string_view text, Diagnostics& diagnostics)
        : text_(text), places_(file, text), diagnostics_(diagnostics) {}

    Platform read() {
        pugi::xml_document document;
        auto const result = document.load_buffer(text_.data(), text_.size());
        if (!result) {
            diagnostics_.error(place(result.offset),
                               fmt::format("no XML: {}", result.description()));
            return {};
        }
        auto const root = document.document_element();
        if (std::string_view(root.name()) != "platform") {
            diagnostics_.error(place(root), fmt::format("'{}' is no platform", root.name()),
                               "an element 'platform' of SimGrid");
            return {};
        }
        std::string_view const version = root.attribute("version").value();
        if (version != "4" && version != "4.1") {
            diagnostics_.error(place(root), fmt::format("a platform of version '{}'", version),
                               "4.1");
        }
        zones(root);
        return std::move(platform_);
    }

  private:
    [[nodiscard]] SourcePos place(std::ptrdiff_t offset) const {
        return places_.at(static_cast<std::size_t>(std::max<std::ptrdiff_t>(offset, 0)));
    }
    /// Of its bracket.
    [[nodiscard]] SourcePos place(pugi::xml_node const& node) const {
        return place(node.offset_debug() - 1);
    }

    /// Zones within zones, to any depth: a list instead of calls within calls.
    void zones(pugi::xml_node const& root) {
        static std::set<std::string_view> const passed_over{
            "route", "zoneRoute", "bypassRoute", "bypassZoneRoute", "router", "prop", "config"};
        std::vector<pugi::xml_node> open{root};
        for (std::size_t k = 0; k < open.size(); ++k) {
            for (auto const& node : open[k].children()) {
                std::string_view const what = node.name();
                if (node.type() != pugi::node_element || passed_over.contains(what)) {
                    continue;
                }
                if (what == "zone") {
                    open.push_back(node);
                } else if (what == "link") {
                    link(node);
                } else if (what == "host") {
                    host(node);
                } else {
                    diagnostics_.error(place(node), fmt::format("'{}' is not understood", what),
                                       "zones of hosts and links");
                }
            }
        }
    }

    void link(pugi::xml_node const& node) {
        PlatformLink link{.name = name(node, links_, "link"), .where = place(node)};
        refuse(node, {"bandwidth_file", "latency_file", "state_file"});
        link.bit_rate_bps = value(node, "bandwidth", rate_factor, "such as 20kbps or 1MBps", true);
        link.latency_s = value(node, "latency", time_factor, "such as 350ms", false);
        std::string_view const policy = node.attribute("sharing_policy").as_string("SHARED");
        if (policy != "SHARED" && policy != "SPLITDUPLEX" && policy != "FATPIPE") {
            diagnostics_.error(place(node), fmt::format("the sharing policy is '{}'", policy),
                               "SHARED | SPLITDUPLEX | FATPIPE");
        }
        link.each_way = policy != "SHARED";
        platform_.links.push_back(std::move(link));
    }

    void host(pugi::xml_node const& node) {
        PlatformHost host{.name = name(node, hosts_, "host"), .where = place(node)};
        refuse(node, {"availability_file", "speed_file", "state_file", "pstate"});
        host.speed_flops = value(node, "speed", speed_factor, "such as 1Gf", true);
        std::string_view const cores = node.attribute("core").as_string("1");
        auto const end = cores.data() + cores.size();
        auto const parsed = std::from_chars(cores.data(), end, host.cores);
        if (parsed.ec != std::errc{} || parsed.ptr != end || host.cores < 1 || host.cores > 1024) {
            diagnostics_.error(place(node), fmt::format("'core' is '{}'", cores), "1 to 1024");
            host.cores = 1;
        }
        platform_.hosts.push_back(std::move(host));
    }

    std::string name(pugi::xml_node const& node, std::set<std::string>& seen,
                     std::string_view what) {
        std::string name = node.attribute("id").value();
        if (name.empty()) {
            diagnostics_.error(place(node), fmt::format("the {} has no 'id'", what), "a name");
        } else if (!seen.insert(name).second) {
            diagnostics_.error(place(node), fmt::format("a {} '{}' exists already", what, name),
                               "names that differ");
        }
        return name;
    }

    void refuse(pugi::xml_node const& node, std::initializer_list<char const*> attributes) {
        for (auto const* attribute : attributes) {
            if (node.attribute(attribute)) {
                diagnostics_.error(place(node), fmt::format("'{}' is not understood", attribute),
                                   "profiles in wan.availability");
            }
        }
    }

    template <typename FactorOf>
    double value(pugi::xml_node const& node, char const* attribute, FactorOf factor_of_unit,
                 std::string_view example, bool above_zero) {
        std::string_view const text = node.attribute(attribute).value();
        double number = 0.0;
        auto const parsed = std::from_chars(text.data(), text.data() + text.size(), number);
        auto const used = static_cast<std::size_t>(parsed.ptr - text.data());
        auto const factor =
            parsed.ec == std::errc{} ? factor_of_unit(text.substr(used)) : std::nullopt;
        bool const sound = factor && std::isfinite(number * *factor) &&
                           (number > 0.0 || (number == 0.0 && !above_zero));
        if (!sound) {
            diagnostics_.error(place(node), fmt::format("'{}' is '{}'", attribute, text),
                               fmt::format("a number with its unit, {}", example));
            return above_zero ? 1.0 : 0.0;
        }
        return number * *factor;
    }

    std::string_view text_;
    TextPlaces places_;
    Diagnostics& diagnostics_;
    Platform platform_;
    std::set<std::string> links_;
    std::set<std::string> hosts_;
};

} // namespace

Platform parse_platform(std::string const& file, std::string_view text, Diagnostics& diagnostics) {
    return Reader(file, text, diagnostics).read();
}

} // namespace gridtwin::wan
