#include "sim/results/reader.hpp"

#include "sim/results/compound_types.hpp"
#include "sim/results/file_access.hpp"
#include "sim/results/tables.hpp"

#include <fmt/format.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <limits>

namespace gridtwin::results {

struct Reader::Impl {
    explicit Impl(std::filesystem::path path) : name(std::move(path)), file(open_results(name)) {
        reading(name, [this] { read_meta(); });
    }

    void read_meta();
    h5::Handle open_dataset(std::string const& path) const;
    template <typename Record>
    std::vector<Record> read_log(RecordType const& type) const;

    std::filesystem::path name;
    h5::Handle file;
    Meta meta;
    bool complete = false;
    std::string reason;
    double reached_s = 0.0;
};

void Reader::Impl::read_meta() {
    std::string const path = "/meta";
    auto const group = h5::own(H5Oopen(file.get(), path.c_str(), H5P_DEFAULT), path, "cannot open");
    auto const text = [&](char const* key) {
        return h5::get_text_attribute(group.get(), key, path);
    };
    meta.name = text("name");
    meta.scenario_path = text("scenario_path");
    meta.scenario_text = text("scenario_text");
    meta.program_version = text("program_version");
    meta.start_iso = text("start_iso");
    meta.time_zone = text("time_zone");
    reason = text("reason");
    std::uint8_t flag = 0;
    std::uint32_t threads = 1;
    h5::get_attribute(group.get(), "complete", H5T_NATIVE_UINT8, &flag, path);
    h5::get_attribute(group.get(), "threads", H5T_NATIVE_UINT32, &threads, path);
    h5::get_attribute(group.get(), "seed", H5T_NATIVE_UINT64, &meta.seed, path);
    h5::get_attribute(group.get(), "start_unix_s", H5T_NATIVE_INT64, &meta.start_unix_s, path);
    h5::get_attribute(group.get(), "duration_s", H5T_NATIVE_DOUBLE, &meta.duration_s, path);
    h5::get_attribute(group.get(), "reached_s", H5T_NATIVE_DOUBLE, &reached_s, path);
    meta.threads = threads;
    complete = flag != 0;
}

h5::Handle Reader::Impl::open_dataset(std::string const& path) const {
    if (!h5::exists(file.get(), path)) {
        bad_file(name, "has no " + path);
    }
    return h5::own(H5Dopen2(file.get(), path.c_str(), H5P_DEFAULT), path, "cannot open");
}

template <typename Record>
std::vector<Record> Reader::Impl::read_log(RecordType const& type) const {
    return reading(name, [&] {
        std::string const path(type.path);
        if (!h5::exists(file.get(), path)) {
            return std::vector<Record>{};
        }
        auto const dataset = open_dataset(path);
        auto const shape = h5::shape_of(dataset.get(), path);
        std::vector<Record> records(shape.empty() ? 0 : shape[0]);
        h5::check(H5Dread(dataset.get(), type.memory.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                          records.data()),
                  path, "cannot read");
        return records;
    });
}

Reader::Reader(std::filesystem::path path) : impl_(std::make_unique<Impl>(std::move(path))) {}
Reader::~Reader() = default;

std::filesystem::path const& Reader::path() const {
    return impl_->name;
}
Meta const& Reader::meta() const {
    return impl_->meta;
}
bool Reader::complete() const {
    return impl_->complete;
}
std::string const& Reader::reason() const {
    return impl_->reason;
}
double Reader::reached_s() const {
    return impl_->reached_s;
}

bool Reader::has(std::string_view path) const {
    return h5::exists(impl_->file.get(), absolute_path(path));
}

std::uint64_t Reader::rows(std::string_view path) const {
    return reading(impl_->name, [&] {
        auto const p = absolute_path(path);
        auto const shape = h5::shape_of(impl_->open_dataset(p).get(), p);
        return shape.empty() ? std::uint64_t{1} : std::uint64_t{shape[0]};
    });
}

std::vector<TableInfo> Reader::tables() const {
    return reading(impl_->name, [&] {
        std::vector<std::string> paths;
        for (auto const& table : h5::children(impl_->file.get(), "/entities")) {
            paths.push_back("/entities/" + table);
        }
        for (auto const* path : {"/meters", "/adders"}) {
            if (h5::exists(impl_->file.get(), path)) {
                paths.emplace_back(path);
            }
        }
        std::vector<TableInfo> out;
        for (auto const& path : paths) {
            TableInfo info{path, 0, {}};
            info.columns = h5::children(impl_->file.get(), info.path);
            if (!info.columns.empty()) {
                info.rows = rows(info.path + "/" + info.columns.front());
            }
            out.push_back(std::move(info));
        }
        return out;
    });
}

std::vector<SeriesInfo> Reader::series() const {
    return reading(impl_->name, [&] {
        std::vector<SeriesInfo> out;
        for (auto const& group : h5::children(impl_->file.get(), "/series")) {
            SeriesInfo info{group, "", 0, 1, {}};
            for (auto const& member : h5::children(impl_->file.get(), "/series/" + group)) {
                auto const path = fmt::format("/series/{}/{}", group, member);
                auto const dataset = impl_->open_dataset(path);
                auto const shape = h5::shape_of(dataset.get(), path);
                if (member == "time") {
                    info.steps = shape.at(0);
                } else if (H5DSis_scale(dataset.get()) > 0) {
                    info.entity_dim = member;
                    info.entities = shape.at(0);
                } else {
                    info.variables.push_back(
                        {member, h5::get_text_attribute(dataset.get(), "units", path),
                         h5::get_text_attribute(dataset.get(), "long_name", path)});
                }
            }
            out.push_back(std::move(info));
        }
        return out;
    });
}

Column Reader::read_column(std::string_view path) const {
    return reading(impl_->name, [&] {
        auto const p = absolute_path(path);
        (void)impl_->open_dataset(p); // says so when there is none
        return results::read_column(impl_->file.get(), p);
    });
}

std::vector<double> Reader::read_numbers(std::string_view path) const {
    auto const column = read_column(path);
    return std::visit(
        [&](auto const& values) -> std::vector<double> {
            using T = typename std::decay_t<decltype(values)>::value_type;
            if constexpr (std::is_arithmetic_v<T>) {
                std::vector<double> out;
                out.reserve(values.size());
                for (auto const v : values) {
                    out.push_back(static_cast<double>(v));
                }
                return out;
            } else {
                bad_file(impl_->name, absolute_path(path) + " holds text", "numbers");
            }
        },
        column.values);
}

std::vector<std::int64_t> Reader::read_integers(std::string_view path) const {
    auto const column = read_column(path);
    return std::visit(
        [&](auto const& values) -> std::vector<std::int64_t> {
            using T = typename std::decay_t<decltype(values)>::value_type;
            if constexpr (std::is_integral_v<T>) {
                return {values.begin(), values.end()};
            } else {
                bad_file(impl_->name, absolute_path(path) + " does not hold integers", "integers");
            }
        },
        column.values);
}

std::vector<std::string> Reader::read_strings(std::string_view path) const {
    auto column = read_column(path);
    auto* texts = std::get_if<std::vector<std::string>>(&column.values);
    if (texts == nullptr) {
        bad_file(impl_->name, absolute_path(path) + " holds numbers", "text");
    }
    return std::move(*texts);
}

std::vector<double> Reader::read_time_s(std::string_view group) const {
    return read_numbers(fmt::format("/series/{}/time", group));
}

std::vector<std::string> Reader::read_entity_names(std::string_view group) const {
    for (auto const& s : series()) {
        if (s.group == group && !s.entity_dim.empty()) {
            return read_strings(fmt::format("/series/{}/{}", group, s.entity_dim));
        }
    }
    bad_file(impl_->name, fmt::format("has no series of entities '{}'", group));
}

std::vector<float> Reader::read_series(std::string_view group, std::string_view variable) const {
    return read_series(group, variable, 0, std::numeric_limits<std::uint64_t>::max());
}

std::vector<float> Reader::read_series(std::string_view group, std::string_view variable,
                                       std::uint64_t first, std::uint64_t count) const {
    return reading(impl_->name, [&] {
        auto const path = fmt::format("/series/{}/{}", group, variable);
        auto const dataset = impl_->open_dataset(path);
        auto shape = h5::shape_of(dataset.get(), path);
        if (shape.empty() || shape.size() > 2) {
            throw SimulationError(path + ": not a series");
        }
        first = std::min<std::uint64_t>(first, shape[0]);
        count = std::min<std::uint64_t>(count, shape[0] - first);
        std::vector<float> values(count * (shape.size() == 2 ? shape[1] : 1));
        if (values.empty()) {
            return values;
        }
        auto const file_space = h5::select_rows(dataset.get(), first, count, path);
        shape[0] = count;
        auto const memory_space = h5::simple_space(shape);
        h5::check(H5Dread(dataset.get(), H5T_NATIVE_FLOAT, memory_space.get(), file_space.get(),
                          H5P_DEFAULT, values.data()),
                  path, "cannot read");
        return values;
    });
}

std::vector<EventRecord> Reader::events() const {
    return impl_->read_log<EventRecord>(event_type());
}
std::vector<MessageRecord> Reader::messages() const {
    return impl_->read_log<MessageRecord>(message_type());
}
std::vector<RouteRecord> Reader::routes() const {
    return impl_->read_log<RouteRecord>(route_type());
}
std::vector<BeliefRecord> Reader::beliefs() const {
    return impl_->read_log<BeliefRecord>(belief_type());
}

std::vector<ProfileRecord> Reader::profiles() const {
    return impl_->read_log<ProfileRecord>(profile_type());
}
std::vector<BalanceRecord> Reader::balances() const {
    return impl_->read_log<BalanceRecord>(balance_type());
}

std::vector<Kpi> Reader::kpis() const {
    if (!has("/kpi")) {
        return {};
    }
    auto const names = read_strings("/kpi/name");
    auto const units = read_strings("/kpi/unit");
    auto const values = read_numbers("/kpi/value");
    auto const texts = read_strings("/kpi/text");
    std::vector<Kpi> out;
    for (std::size_t i = 0; i < names.size(); ++i) {
        out.push_back({names[i], units.at(i), values.at(i), texts.at(i)});
    }
    return out;
}

} // namespace gridtwin::results
