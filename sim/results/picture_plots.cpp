#include "sim/results/plot_axes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

namespace gridtwin::results {
namespace {

// Okabe and Ito's palette, which people with colour deficiencies can tell apart.
constexpr std::string_view kBlue = "#0072b2";
constexpr std::string_view kOrange = "#e69f00";
constexpr std::string_view kVermilion = "#d55e00";
constexpr std::string_view kBlack = "#24323d";
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kDeadPu = 0.05; // below it a node counts as without supply

// A curve that changes where it has rows and holds between them.
struct Curve {
    std::vector<double> t_s;
    std::vector<double> values;
};

Curve read_scalar(Picture const& picture, std::string_view group, std::string_view variable) {
    auto const path = fmt::format("/series/{}/{}", group, variable);
    Curve out;
    if (picture.reader.has(path)) {
        out.t_s = picture.reader.read_time_s(group);
        auto const values = picture.reader.read_series(group, variable);
        out.values.assign(values.begin(), values.end());
    }
    return out;
}

double largest(std::span<double const> values) {
    double most = 0.0;
    for (auto const v : values) {
        most = std::isnan(v) ? most : std::max(most, v);
    }
    return most;
}

struct VoltageBand {
    std::vector<double> t_s;
    std::vector<double> low;
    std::vector<double> mean;
    std::vector<double> high;
};

VoltageBand read_band(Picture const& picture) {
    VoltageBand band;
    band.t_s = picture.reader.read_time_s("nodes");
    constexpr std::uint64_t kRows = 512;
    for (std::uint64_t first = 0; first < band.t_s.size(); first += kRows) {
        auto const rows = std::min<std::uint64_t>(kRows, band.t_s.size() - first);
        auto const u_pu = picture.reader.read_series("nodes", "u_pu", first, kRows);
        auto const nodes = u_pu.size() / rows;
        for (std::size_t row = 0; row < rows; ++row) {
            double low = kNan;
            double high = kNan;
            double sum = 0.0;
            double count = 0.0;
            for (auto const value : std::span(u_pu).subspan(row * nodes, nodes)) {
                if (value > kDeadPu) {
                    low = std::fmin(low, value);
                    high = std::fmax(high, value);
                    sum += value;
                    count += 1.0;
                }
            }
            band.low.push_back(low);
            band.high.push_back(high);
            band.mean.push_back(count > 0.0 ? sum / count : kNan);
        }
    }
    return band;
}

// Steps of a count that rises and falls with events.
class Count {
  public:
    Count() : curve_{{0.0}, {0.0}} {}
    void add(double t_s, double change) {
        now_ += change;
        if (curve_.t_s.back() == t_s) {
            curve_.values.back() = now_;
        } else {
            curve_.t_s.push_back(t_s);
            curve_.values.push_back(now_);
        }
    }
    Curve finish(double end_s) {
        add(std::max(end_s, curve_.t_s.back()), 0.0);
        return std::move(curve_);
    }

  private:
    Curve curve_;
    double now_ = 0.0;
};

// Who is thought to be without supply, meter by meter.
class SupplyCount {
  public:
    explicit SupplyCount(std::vector<std::int64_t> networks)
        : networks_(std::move(networks)), dead_(networks_.size(), false) {}
    void set(double t_s, EventEntity entity, std::uint32_t row, bool dead) {
        if (entity == EventEntity::meter && row < dead_.size()) {
            set_meter(t_s, row, dead);
        } else if (entity == EventEntity::lv_network) {
            for (std::size_t m = 0; m < networks_.size(); ++m) {
                if (networks_[m] == row) {
                    set_meter(t_s, m, dead);
                }
            }
        }
    }
    Curve finish(double end_s) { return count_.finish(end_s); }

  private:
    void set_meter(double t_s, std::size_t meter, bool dead) {
        if (dead_[meter] != dead) {
            dead_[meter] = dead;
            count_.add(t_s, dead ? 1.0 : -1.0);
        }
    }

    std::vector<std::int64_t> networks_;
    std::vector<bool> dead_;
    Count count_;
};

Curve true_supply(Picture const& picture, SupplyCount count) {
    if (auto recorded = read_scalar(picture, "feeder", "meters_dead"); !recorded.t_s.empty()) {
        return recorded;
    }
    for (auto const& e : picture.events) {
        if (e.kind == EventKind::power_lost || e.kind == EventKind::power_restored) {
            count.set(to_s(e.at), e.entity, e.row, e.kind == EventKind::power_lost);
        }
    }
    return count.finish(picture.end_s);
}

Curve believed_supply(Picture const& picture, SupplyCount count) {
    auto const beliefs = picture.reader.beliefs();
    for (auto const& b : beliefs) {
        count.set(to_s(b.at), b.entity, b.row, b.energised == 0);
    }
    if (beliefs.empty()) {
        for (auto const& e : picture.events) {
            if (e.kind == EventKind::outage_inferred || e.kind == EventKind::outage_cleared) {
                count.set(to_s(e.at), e.entity, e.row, e.kind == EventKind::outage_inferred);
            }
        }
    }
    return count.finish(picture.end_s);
}

// Which lines the shaded times are about; as many as there is room for.
void name_outages(Svg& svg, Plot const& plot, Picture const& picture) {
    if (!picture.reader.has("/entities/lines/name")) {
        return;
    }
    auto const names = picture.reader.read_strings("/entities/lines/name");
    auto free_px = plot.area.x;
    for (auto const& o : picture.outages) {
        if (o.line >= names.size()) {
            continue;
        }
        auto const text = names[o.line] + " open";
        auto const width = text_px(text, 9.5);
        auto const at = plot.x_px((o.from_s + o.to_s) / 2.0) - width / 2.0;
        if (at >= free_px && at + width <= plot.area.right()) {
            svg.label({at, plot.area.y + 11.0}, text, "font-size=\"9.5\" fill=\"#a34700\"");
            free_px = at + width + 6.0;
        }
    }
}

} // namespace

void draw_power(Svg& svg, Box const& box, Picture const& picture) {
    struct Line {
        std::string_view variable;
        LegendEntry entry;
    };
    static constexpr std::array<Line, 3> kLines{{{"source_p_w", {"source", kBlack}},
                                                 {"load_p_w", {"load", kBlue}},
                                                 {"loss_p_w", {"losses", kVermilion}}}};
    std::array<Curve, kLines.size()> curves;
    std::vector<LegendEntry> legend;
    double most_w = 0.0;
    double least_w = 0.0;
    for (std::size_t i = 0; i < kLines.size(); ++i) {
        curves[i] = read_scalar(picture, "feeder", kLines[i].variable);
        if (!curves[i].t_s.empty()) {
            legend.push_back(kLines[i].entry);
        }
        for (auto const v : curves[i].values) {
            most_w = std::fmax(most_w, v);
            least_w = std::fmin(least_w, v);
        }
    }
    // A feeder without load has its rounding for power: an axis of less than a watt shows nothing.
    most_w = std::max(most_w, 1.0);
    auto const [unit, unit_w] = most_w >= 1e6   ? std::pair{"MW", 1e6}
                                : most_w >= 1e3 ? std::pair{"kW", 1e3}
                                                : std::pair{"W", 1.0};
    auto const inner = draw_card(svg, box, "Feeder power", unit);
    if (legend.empty()) {
        draw_note(svg, inner, "not recorded: /series/feeder");
        return;
    }
    auto const plot =
        draw_axes(svg, inner, picture, nice_scale(least_w / unit_w, most_w / unit_w, 5));
    for (std::size_t i = 0; i < kLines.size(); ++i) {
        for (auto& v : curves[i].values) {
            v /= unit_w;
        }
        draw_curve(svg, plot, curves[i].t_s, curves[i].values, kLines[i].entry.colour);
    }
    name_outages(svg, plot, picture);
    draw_legend(svg, legend_place(box), legend);
}

void draw_voltage(Svg& svg, Box const& box, Picture const& picture) {
    auto const inner = draw_card(svg, box, "Voltage band", "pu, nodes with supply");
    if (!picture.reader.has("/series/nodes/u_pu")) {
        draw_note(svg, inner, "not recorded: /series/nodes/u_pu");
        return;
    }
    auto const band = read_band(picture);
    double low = kNan;
    double high = kNan;
    for (std::size_t i = 0; i < band.t_s.size(); ++i) {
        low = std::fmin(low, band.low[i]);
        high = std::fmax(high, band.high[i]);
    }
    if (std::isnan(low)) {
        draw_note(svg, inner, "no node had supply at any time");
        return;
    }
    auto const margin = 0.04 * (high - low); // the band's edges stay off the frame
    auto const plot = draw_axes(svg, inner, picture, nice_scale(low - margin, high + margin, 5));
    for (auto const limit_pu : {0.9, 0.95, 1.0, 1.05, 1.1}) {
        if (limit_pu > plot.y.lo && limit_pu < plot.y.hi) {
            svg.line({plot.area.x, plot.y_px(limit_pu)}, {plot.area.right(), plot.y_px(limit_pu)},
                     limit_pu == 1.0 ? "stroke=\"#aab5bd\""
                                     : "stroke=\"#aab5bd\" stroke-dasharray=\"5 4\"");
        }
    }
    draw_band(svg, plot, band.t_s, band.low, band.high, kBlue);
    draw_curve(svg, plot, band.t_s, band.low, kBlue, CurveKind::straight,
               "stroke-opacity=\"0.55\"");
    draw_curve(svg, plot, band.t_s, band.high, kBlue, CurveKind::straight,
               "stroke-opacity=\"0.55\"");
    draw_curve(svg, plot, band.t_s, band.mean, kBlack);
    std::array<LegendEntry, 2> const legend{{{"lowest to highest", kBlue, true}, {"mean", kBlack}}};
    draw_legend(svg, legend_place(box), legend);
}

void draw_supply(Svg& svg, Box const& box, Picture const& picture) {
    auto const inner = draw_card(svg, box, "Meters without supply");
    std::vector<std::int64_t> networks;
    if (picture.reader.has("/entities/meters/lv_network")) {
        networks = picture.reader.read_integers("/entities/meters/lv_network");
    }
    if (networks.empty() && !picture.reader.has("/series/feeder/meters_dead")) {
        draw_note(svg, inner, "not recorded: /series/feeder/meters_dead, /entities/meters");
        return;
    }
    auto const truth = true_supply(picture, SupplyCount(networks));
    auto const belief = believed_supply(picture, SupplyCount(networks));
    auto const most = std::max({largest(truth.values), largest(belief.values), 1.0});
    auto scale = nice_scale(0.0, most, 5);
    scale = scale.step < 1.0 ? Scale{0.0, std::ceil(scale.hi), 1.0} : scale;
    auto const plot = draw_axes(svg, inner, picture, scale);
    draw_curve(svg, plot, truth.t_s, truth.values, kBlack, CurveKind::steps);
    draw_curve(svg, plot, belief.t_s, belief.values, kOrange, CurveKind::steps,
               "stroke-dasharray=\"6 3\"");
    std::array<LegendEntry, 2> const legend{
        {{"as it was", kBlack}, {"as the head-end believed", kOrange}}};
    draw_legend(svg, legend_place(box), legend);
}

} // namespace gridtwin::results
