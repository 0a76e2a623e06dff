#include "sim/results/picture.hpp"

#include "sim/results/picture_panels.hpp"
#include "sim/results/plot_axes.hpp"
#include "sim/results/value_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <stdexcept>

namespace gridtwin::results {
namespace {

constexpr double kWidth = 1280.0;
constexpr double kHeight = 900.0;
constexpr double kEdge = 20.0;
constexpr double kGap = 14.0;
constexpr double kHeader = 62.0;
constexpr double kTiles = 84.0;
constexpr double kMapWidth = 630.0;

std::optional<CivilClock> clock_of(Meta const& meta) {
    try {
        return CivilClock(std::string_view(meta.start_iso).substr(0, 19), meta.time_zone);
    } catch (std::invalid_argument const&) {
        return std::nullopt; // a zone this machine does not know: axes count from the start
    }
}

std::vector<Outage> find_outages(std::vector<EventRecord> const& events, double end_s) {
    std::vector<Outage> spans;
    std::vector<std::pair<std::uint32_t, double>> open; // line, since when
    for (auto const& e : events) {
        if (e.entity != EventEntity::line) {
            continue;
        }
        auto const found =
            std::find_if(open.begin(), open.end(), [&](auto const& o) { return o.first == e.row; });
        if (e.kind == EventKind::switch_opened && found == open.end()) {
            open.emplace_back(e.row, to_s(e.at));
        } else if (e.kind == EventKind::switch_closed && found != open.end()) {
            spans.push_back({found->second, to_s(e.at), e.row});
            open.erase(found);
        }
    }
    for (auto const& [line, since_s] : open) {
        spans.push_back({since_s, end_s, line});
    }
    return spans;
}

std::string span_text(double s) {
    return s >= 3600.0 ? fmt::format("{:g} h", s / 3600.0)
           : s >= 60.0 ? fmt::format("{:g} min", s / 60.0)
                       : fmt::format("{:g} s", s);
}

void draw_header(Svg& svg, Picture const& picture) {
    auto const& meta = picture.reader.meta();
    svg.text({kEdge, 33.0}, meta.name, "font-size=\"22\" font-weight=\"bold\"");
    auto const start =
        meta.start_iso.size() >= 16
            ? fmt::format("{} {}", meta.start_iso.substr(0, 10), meta.start_iso.substr(11, 5))
            : meta.start_iso;
    svg.text({kEdge, 52.0},
             fmt::format("{} ({}), {} simulated, seed {}", start, meta.time_zone,
                         span_text(picture.reader.complete() ? meta.duration_s
                                                             : picture.reader.reached_s()),
                         meta.seed),
             "font-size=\"12\" fill=\"#5b6b77\"");
    if (!picture.reader.complete()) {
        svg.text({kWidth - kEdge, 33.0}, "partial: " + picture.reader.reason(),
                 "font-size=\"13\" font-weight=\"bold\" fill=\"#d55e00\" text-anchor=\"end\"");
    }
    svg.text({kWidth - kEdge, 52.0}, fmt::format("GridTwin {}", meta.program_version),
             "font-size=\"12\" fill=\"#5b6b77\" text-anchor=\"end\"");
}

// What planners ask for first, latencies of the channels that carried something; a file that has
// few of them shows its own first ones.
std::vector<Kpi> choose_tiles(std::vector<Kpi> const& kpis) {
    static constexpr std::array<std::string_view, 9> kWanted{
        "read_success",    "energy.metered", "energy.losses",
        "voltage.min",     "voltage.max",    "outage.customer_minutes",
        "latency.plc.p95", "latency.rf.p95", "latency.sms.p95"};
    std::vector<Kpi> chosen;
    for (auto const name : kWanted) {
        auto const k = std::find_if(kpis.begin(), kpis.end(),
                                    [name](Kpi const& kpi) { return kpi.name == name; });
        bool const silent = name.starts_with("latency.") && k != kpis.end() && std::isnan(k->value);
        if (k != kpis.end() && !silent) {
            chosen.push_back(*k);
        }
    }
    if (chosen.size() < kWanted.size() / 2) {
        chosen.clear();
        std::copy_if(kpis.begin(), kpis.end(), std::back_inserter(chosen),
                     [](Kpi const& k) { return k.name.find("wall_") == std::string::npos; });
        chosen.resize(std::min(chosen.size(), kWanted.size()));
    }
    return chosen;
}

std::string tile_name(std::string const& name) {
    static constexpr std::array<std::string_view, 8> kUnits{"_frac", "_pu",  "_wh",  "_w",
                                                            "_s",    "_min", "_var", "_v"};
    auto text = name;
    for (auto const unit : kUnits) {
        if (text.ends_with(unit)) {
            text.resize(text.size() - unit.size());
            break;
        }
    }
    std::replace(text.begin(), text.end(), '_', ' ');
    if (auto const dot = text.find('.'); dot != std::string::npos) {
        text.replace(dot, 1, ": ");
    }
    std::replace(text.begin(), text.end(), '.', ' ');
    return text;
}

void draw_tiles(Svg& svg, Picture const& picture) {
    auto const kpis = choose_tiles(picture.reader.kpis());
    Box const row{kEdge, kHeight - kEdge - kTiles, kWidth - 2.0 * kEdge, kTiles};
    if (kpis.empty()) {
        draw_note(svg, draw_card(svg, row, "Key figures"), "not recorded: /kpi");
        return;
    }
    auto const n = static_cast<double>(kpis.size());
    auto const w = (row.w - (n - 1.0) * kGap) / n;
    for (std::size_t i = 0; i < kpis.size(); ++i) {
        Box const tile{row.x + static_cast<double>(i) * (w + kGap), row.y, w, row.h};
        svg.rect(tile, "rx=\"6\" fill=\"#fff\" stroke=\"#dbe2e7\"",
                 kpis[i].text.empty() ? kpis[i].name : kpis[i].name + ": " + kpis[i].text);
        auto const value = value_text(kpis[i].value, kpis[i].unit, 4);
        auto const heading = tile_name(kpis[i].name);
        auto const font_px = std::min(11.0, 11.0 * (w - 20.0) / text_px(heading, 11.0));
        svg.text({tile.x + 12.0, tile.y + 22.0}, heading,
                 fmt::format("font-size=\"{}\" fill=\"#5b6b77\"", px(font_px)));
        auto const number_px =
            std::min(23.0, 23.0 * (w - 20.0) / (1.12 * text_px(value.number, 23.0)));
        svg.text({tile.x + 12.0, tile.y + 54.0}, value.number,
                 fmt::format("font-size=\"{}\" font-weight=\"bold\"", px(number_px)));
        svg.text({tile.x + 12.0, tile.y + 72.0}, value.unit, "font-size=\"12\" fill=\"#5b6b77\"");
    }
}

} // namespace

std::string draw_picture(Reader const& reader) {
    Picture picture{reader, reader.events(), 0.0, {}, clock_of(reader.meta())};
    std::stable_sort(picture.events.begin(), picture.events.end(),
                     [](EventRecord const& a, EventRecord const& b) { return a.at < b.at; });
    picture.end_s = std::max(reader.meta().duration_s, 1.0);
    if (!reader.complete() && reader.reached_s() > 0.0) {
        picture.end_s = std::min(picture.end_s, reader.reached_s());
    }
    picture.outages = find_outages(picture.events, picture.end_s);

    Svg svg(kWidth, kHeight);
    svg.rect({0.0, 0.0, kWidth, kHeight}, "fill=\"#f5f7f9\"");
    draw_header(svg, picture);
    Box const body{kEdge, kHeader + 4.0, kWidth - 2.0 * kEdge,
                   kHeight - kHeader - 4.0 - kGap - kTiles - kEdge};
    draw_map(svg, {body.x, body.y, kMapWidth, body.h}, picture);
    auto const messages = reader.messages();
    double const panels = messages.empty() ? 3.0 : 4.0;
    auto const h = (body.h - (panels - 1.0) * kGap) / panels;
    Box plot{body.x + kMapWidth + kGap, body.y, body.w - kMapWidth - kGap, h};
    draw_power(svg, plot, picture);
    plot.y += h + kGap;
    draw_voltage(svg, plot, picture);
    plot.y += h + kGap;
    draw_supply(svg, plot, picture);
    if (!messages.empty()) {
        plot.y += h + kGap;
        draw_messages(svg, plot, picture, messages);
    }
    draw_tiles(svg, picture);
    return svg.finish();
}

} // namespace gridtwin::results
