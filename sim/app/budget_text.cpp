#include "sim/app/budget_text.hpp"

#include "sim/study/format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace gridtwin::app {

std::string whole_way_text(WholeWay const& way, std::uint32_t max_hops) {
    return fmt::format("\nthe whole way\n"
                       "  {:<19}{:>8}    at most {}\n"
                       "  {:<19}{:>8.2f} dB  the least of all hops\n"
                       "  {:<19}{:>8.3f} expected\n"
                       "  {:<19}{:>8.3f} s   request of {} octets and answer of {}, when both "
                       "arrive\n"
                       "  {:<19}{:>8.2f} %   of polls, when nobody else sends\n",
                       "hops", way.hops, max_hops, "margin", way.margin_db, "transmissions",
                       way.transmissions, "expected time", way.poll.time_s, kRequestOctets,
                       kAnswerOctets, "answered", 100.0 * way.poll.success);
}

std::string way_as_built_text(std::string const& concentrator, std::optional<WholeWay> const& way) {
    auto const text =
        way ? fmt::format("{}, margin {:.2f} dB, {:.3f} transmissions expected, {:.2f} % of polls "
                          "answered",
                          study::plural(way->hops, "hop", "hops"), way->margin_db,
                          way->transmissions, 100.0 * way->poll.success)
            : std::string("no route");
    return fmt::format("\nto {}, which it belongs to as built: {}\n", concentrator, text);
}

void MeterTable::add(std::string name, WholeWay way, std::string over) {
    rows_.push_back({std::move(name), way, std::move(over)});
}

void MeterTable::add_lost(std::string name, std::string why) {
    lost_.push_back({std::move(name), {}, std::move(why)});
}

std::string MeterTable::text() const {
    std::size_t width = 5;
    for (auto const* rows : {&rows_, &lost_}) {
        for (auto const& row : *rows) {
            width = std::max(width, row.name.size());
        }
    }
    std::string out;
    auto const to = std::back_inserter(out);
    fmt::format_to(to,
                   "{:<{}}  hops  margin     SNR  transmissions  answered   time    rate  over\n",
                   "meter", width);
    fmt::format_to(to, "{:<{}}            dB      dB       expected         %      s  kbit/s\n", "",
                   width);
    for (auto const& row : lost_) {
        fmt::format_to(to,
                       "{:<{}}     -       -       -              -         -      -       -  {}\n",
                       row.name, width, row.over);
    }
    auto sorted = rows_;
    std::stable_sort(sorted.begin(), sorted.end(), [](Row const& a, Row const& b) {
        return a.way.transmissions != b.way.transmissions
                   ? a.way.transmissions > b.way.transmissions
                   : a.way.margin_db < b.way.margin_db;
    });
    for (auto const& row : sorted) {
        fmt::format_to(to, "{:<{}}{:>6}{:>8.2f}{:>8.2f}{:>15.3f}{:>10.2f}{:>7.2f}{:>8.1f}  {}\n",
                       row.name, width, row.way.hops, row.way.margin_db, row.way.snr_db,
                       row.way.transmissions, 100.0 * row.way.poll.success, row.way.poll.time_s,
                       row.way.rate_bps / 1e3, row.over);
    }
    return out;
}

} // namespace gridtwin::app
