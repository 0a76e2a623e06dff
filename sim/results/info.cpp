#include "sim/results/info.hpp"

#include "sim/core/time.hpp"
#include "sim/results/kpi.hpp"
#include "sim/results/unread_meters.hpp"
#include "sim/results/value_text.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace gridtwin::results {
namespace {

std::string count_text(std::uint64_t n) {
    return value_text(static_cast<double>(n), "").number;
}

std::string clock_text(double seconds) {
    return format_time(kStart + duration_from_s(seconds));
}

void append_contents(std::string& out, Reader const& reader) {
    auto const line = [&out](std::string const& name, std::string const& size,
                             std::string const& what) {
        out += fmt::format("  {:<28} {:>16}{}{}\n", name, size, what.empty() ? "" : "  ", what);
    };
    out += "contents\n";
    for (auto const& table : reader.tables()) {
        line(table.path, count_text(table.rows) + " rows", "");
    }
    for (auto const& s : reader.series()) {
        constexpr std::size_t kMost = 50; // columns left on the line
        std::string names;
        for (auto const& v : s.variables) {
            if (text_width(names) + text_width(v.name) + 7 > kMost) {
                names += ", ...";
                break;
            }
            names += (names.empty() ? "" : ", ") + v.name;
        }
        auto const shape = s.entity_dim.empty() ? count_text(s.steps)
                                                : fmt::format("{} x {}", count_text(s.steps),
                                                              count_text(s.entities));
        line("/series/" + s.group, shape, names);
    }
    for (auto const* log :
         {"/events", "/messages", "/routes", "/belief", "/balance", "/profiles"}) {
        if (reader.has(log)) {
            line(log, count_text(reader.rows(log)) + " rows", "");
        }
    }
}

} // namespace

std::string info_text(Reader const& reader) {
    auto const& meta = reader.meta();
    std::error_code error;
    auto const size = std::filesystem::file_size(reader.path(), error);
    auto out = fmt::format("{}: results of '{}'\n", reader.path().string(), meta.name);
    auto const line = [&out](std::string_view key, std::string const& value) {
        out += fmt::format("  {:<10} {}\n", key, value);
    };
    line("state", reader.complete()
                      ? fmt::format("complete: {}", reader.reason())
                      : fmt::format("PARTIAL: {}; reached {} of {}", reader.reason(),
                                    clock_text(reader.reached_s()), clock_text(meta.duration_s)));
    line("scenario", meta.scenario_path);
    line("start", fmt::format("{} ({})", meta.start_iso, meta.time_zone));
    line("duration", clock_text(meta.duration_s));
    line("seed", fmt::format("{}", meta.seed));
    line("written by", fmt::format("gridtwin {}, {} thread{}, schema {}", meta.program_version,
                                   meta.threads, meta.threads == 1 ? "" : "s", kSchemaVersion));
    if (!error) {
        line("size", fmt::format("{} octets", count_text(size)));
    }
    append_contents(out, reader);
    if (auto const unread = unread_meters_text(reader); !unread.empty()) {
        out += "\n" + unread;
    }
    if (auto const kpis = reader.kpis(); !kpis.empty()) {
        out += "\n" + kpi_table(kpis);
    }
    return out;
}

} // namespace gridtwin::results
