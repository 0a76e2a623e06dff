#include "sim/results/writer.hpp"

#include "sim/core/diagnostics.hpp"
#include "sim/results/record_log.hpp"
#include "sim/results/series_store.hpp"
#include "sim/results/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <list>
#include <optional>

namespace gridtwin::results {
namespace {

h5::Handle create_file(std::string const& path) {
    h5::silence();
    auto const access = h5::own(H5Pcreate(H5P_FILE_ACCESS), path, "cannot make a property list");
    // Without the newest format there is no "open for writing" mark, so a file whose writer was
    // killed opens in every tool.
    h5::check(H5Pset_libver_bounds(access.get(), H5F_LIBVER_EARLIEST, H5F_LIBVER_V110), path,
              "cannot choose the format");
    // Metadata goes to disk in flushes only: what the last flush left stays consistent.
    H5AC_cache_config_t cache{};
    cache.version = H5AC__CURR_CACHE_CONFIG_VERSION;
    h5::check(H5Pget_mdc_config(access.get(), &cache), path, "cannot read the cache's settings");
    cache.evictions_enabled = false;
    cache.incr_mode = H5C_incr__off;
    cache.flash_incr_mode = H5C_flash_incr__off;
    cache.decr_mode = H5C_decr__off;
    h5::check(H5Pset_mdc_config(access.get(), &cache), path, "cannot set up the cache");
    // What a chunk leaves behind when it moves is not used again: the index on disk still names it.
    auto const creation = h5::own(H5Pcreate(H5P_FILE_CREATE), path, "cannot make a property list");
    h5::check(H5Pset_file_space_strategy(creation.get(), H5F_FSPACE_STRATEGY_NONE, false, 1), path,
              "cannot choose how space is used");
    return h5::own(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.get(), access.get()), path,
                   "cannot create the file");
}

// CF: an instant without a zone is UTC.
std::string cf_units(std::int64_t start_unix_s) {
    std::chrono::sys_seconds const start{std::chrono::seconds{start_unix_s}};
    auto const midnight = std::chrono::floor<std::chrono::days>(start);
    std::chrono::year_month_day const day{midnight};
    std::chrono::hh_mm_ss const clock{start - midnight};
    return fmt::format("seconds since {:04}-{:02}-{:02} {:02}:{:02}:{:02}",
                       static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                       static_cast<unsigned>(day.day()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count());
}

void check_name(std::string_view object, std::string_view name) {
    if (name.empty() || name.find('/') != std::string_view::npos || name == "time") {
        throw SimulationError(fmt::format("{}: nothing in it can be named '{}'", object, name));
    }
}

} // namespace

struct Writer::Impl {
    Impl(std::string path, Meta const& m)
        : name(std::move(path)), file(create_file(name)), time_units(cf_units(m.start_unix_s)) {
        write_meta(m);
    }

    void write_meta(Meta const& m);
    void set_state(bool complete, std::string_view reason);
    void set_reached();
    void write_out();
    void sync() { h5::check(H5Fflush(file.get(), H5F_SCOPE_GLOBAL), name, "cannot flush"); }
    // A chunk that an earlier flush put on disk has moved: bring the index up to date, as HDF5
    // gives the old place away when it was the file's end.
    void sync_if(bool rewritten) {
        if (rewritten) {
            sync();
        }
    }
    template <typename Record>
    void append_to(std::optional<RecordLog>& log, RecordType (*type)(),
                   std::span<Record const> records, SimTime Record::*at);

    std::string name;
    h5::Handle file;
    std::string time_units;
    std::list<SeriesStore> series;
    std::vector<SeriesStore*> series_by_id;
    std::optional<RecordLog> events;
    std::optional<RecordLog> messages;
    std::optional<RecordLog> routes;
    std::optional<RecordLog> beliefs;
    std::optional<RecordLog> profiles;
    std::optional<RecordLog> balances;
    SimTime reached = kStart;
};

void Writer::Impl::write_meta(Meta const& m) {
    std::string const path = "/meta";
    auto const group =
        h5::own(H5Gcreate2(file.get(), path.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), path,
                "cannot create the group");
    auto const text = [&](char const* key, std::string const& value) {
        if (value.find('\0') != std::string::npos) {
            throw SimulationError(fmt::format("{}: {}: a text with a NUL in it", path, key));
        }
        h5::set_attribute(group.get(), key, value, path);
    };
    text("format", "GridTwin results");
    h5::set_attribute(group.get(), "schema_version", H5T_STD_U32LE, H5T_NATIVE_UINT32,
                      &kSchemaVersion, path);
    text("name", m.name);
    text("scenario_path", m.scenario_path);
    text("scenario_text", m.scenario_text);
    text("program_version", m.program_version);
    h5::set_attribute(group.get(), "seed", H5T_STD_U64LE, H5T_NATIVE_UINT64, &m.seed, path);
    text("start_iso", m.start_iso);
    text("time_zone", m.time_zone);
    h5::set_attribute(group.get(), "start_unix_s", H5T_STD_I64LE, H5T_NATIVE_INT64, &m.start_unix_s,
                      path);
    h5::set_attribute(group.get(), "duration_s", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &m.duration_s,
                      path);
    std::uint32_t const threads = m.threads;
    h5::set_attribute(group.get(), "threads", H5T_STD_U32LE, H5T_NATIVE_UINT32, &threads, path);
    auto const root = h5::own(H5Gopen2(file.get(), "/", H5P_DEFAULT), "/", "cannot open");
    h5::set_attribute(root.get(), "Conventions", std::string("CF-1.8"), "/");
    set_state(false, "still running, or killed");
}

void Writer::Impl::set_state(bool complete, std::string_view reason) {
    std::string const path = "/meta";
    auto const group =
        h5::own(H5Gopen2(file.get(), path.c_str(), H5P_DEFAULT), path, "cannot open");
    std::uint8_t const flag = complete ? 1 : 0;
    h5::set_attribute(group.get(), "complete", H5T_STD_U8LE, H5T_NATIVE_UINT8, &flag, path);
    h5::set_attribute(group.get(), "reason", std::string(reason), path);
    set_reached();
}

void Writer::Impl::set_reached() {
    std::string const path = "/meta";
    auto const group =
        h5::own(H5Gopen2(file.get(), path.c_str(), H5P_DEFAULT), path, "cannot open");
    auto const reached_s = seconds_since_start(reached);
    h5::set_attribute(group.get(), "reached_s", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &reached_s,
                      path);
}

void Writer::Impl::write_out() {
    for (auto& s : series) {
        s.write_out();
    }
    for (auto* log : {&events, &messages, &routes, &beliefs, &profiles, &balances}) {
        if (log->has_value()) {
            (*log)->write_out();
        }
    }
}

template <typename Record>
void Writer::Impl::append_to(std::optional<RecordLog>& log, RecordType (*type)(),
                             std::span<Record const> records, SimTime Record::*at) {
    if (!log) {
        log.emplace(file.get(), type());
    }
    for (auto const& r : records) {
        if (r.*at != kNever) {
            reached = std::max(reached, r.*at);
        }
    }
    sync_if(log->append(records.data(), records.size()));
}

Writer::Writer(std::filesystem::path const& path, Meta const& meta)
    : impl_(std::make_unique<Impl>(path.string(), meta)) {}

Writer::~Writer() {
    if (!is_open()) {
        return;
    }
    try {
        close(false, "internal error");
    } catch (SimulationError const&) {
        // The disk is full or gone: the file stays as the last flush left it, and says so.
        impl_.reset();
    }
}

bool Writer::is_open() const {
    return impl_ != nullptr;
}

// The state of an open file, or an error.
template <typename Impl>
static Impl& open(std::unique_ptr<Impl> const& impl) {
    if (impl == nullptr) {
        throw SimulationError("result file: written to after it was closed");
    }
    return *impl;
}

void Writer::write_table(std::string_view path, std::vector<Column> const& columns) {
    write_columns(open(impl_).file.get(), absolute_path(path), columns);
}

void Writer::add_column(std::string_view path, Column const& column) {
    results::add_column(open(impl_).file.get(), absolute_path(path), column);
}

SeriesId Writer::add_series(std::string_view group, std::string_view entity_dim,
                            std::vector<std::string> const& entity_names,
                            std::vector<SeriesVariable> const& variables) {
    auto& file = open(impl_);
    auto const path = fmt::format("/series/{}", group);
    check_name("/series", group);
    if (!entity_names.empty()) {
        check_name(path, entity_dim);
    }
    for (auto const& v : variables) {
        check_name(path, v.name);
    }
    file.series_by_id.push_back(&file.series.emplace_back(
        file.file.get(), group, entity_dim, entity_names, variables, file.time_units));
    return static_cast<SeriesId>(file.series_by_id.size() - 1);
}

void Writer::append(SeriesId series, SimTime at,
                    std::span<std::span<float const> const> variables) {
    auto& file = open(impl_);
    auto const row = static_cast<std::size_t>(series);
    if (row >= file.series_by_id.size()) {
        throw SimulationError(fmt::format("{}: there is no series {}", file.name, row));
    }
    file.sync_if(file.series_by_id[row]->append(at, variables));
    file.reached = std::max(file.reached, at);
}

void Writer::append_events(std::span<EventRecord const> records) {
    auto& file = open(impl_);
    file.append_to(file.events, &event_type, records, &EventRecord::at);
}

void Writer::append_messages(std::span<MessageRecord const> records) {
    auto& file = open(impl_);
    file.append_to(file.messages, &message_type, records, &MessageRecord::done);
}

void Writer::append_routes(std::span<RouteRecord const> records) {
    auto& file = open(impl_);
    file.append_to(file.routes, &route_type, records, &RouteRecord::at);
}

void Writer::append_beliefs(std::span<BeliefRecord const> records) {
    auto& file = open(impl_);
    file.append_to(file.beliefs, &belief_type, records, &BeliefRecord::at);
}

void Writer::append_profiles(std::span<ProfileRecord const> records) {
    auto& file = open(impl_);
    file.append_to(file.profiles, &profile_type, records, &ProfileRecord::received);
}

void Writer::append_balances(std::span<BalanceRecord const> records) {
    auto& file = open(impl_);
    file.append_to(file.balances, &balance_type, records, &BalanceRecord::received);
}

void Writer::write_kpis(std::span<Kpi const> kpis) {
    auto& file = open(impl_);
    std::string const path = "/kpi";
    if (h5::exists(file.file.get(), path)) {
        h5::check(H5Ldelete(file.file.get(), path.c_str(), H5P_DEFAULT), path, "cannot replace");
    }
    std::vector<std::string> names;
    std::vector<std::string> units;
    std::vector<double> values;
    std::vector<std::string> texts;
    for (auto const& k : kpis) {
        names.push_back(k.name);
        units.push_back(k.unit);
        values.push_back(k.value);
        texts.push_back(k.text);
    }
    write_columns(file.file.get(), path,
                  {{"name", "", std::move(names)},
                   {"value", "", std::move(values)},
                   {"unit", "", std::move(units)},
                   {"text", "", std::move(texts)}});
}

void Writer::flush() {
    auto& file = open(impl_);
    file.write_out();
    file.set_reached();
    file.sync();
}

void Writer::close(bool complete, std::string_view reason) {
    auto& file = open(impl_);
    file.write_out();
    file.set_state(complete, reason);
    file.sync();
    impl_.reset();
}

} // namespace gridtwin::results
