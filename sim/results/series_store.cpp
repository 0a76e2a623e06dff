#include "sim/results/series_store.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace gridtwin::results {
namespace {

// The dataset `name`, extensible along its first axis.
h5::Handle create_extensible(hid_t file, std::string const& path, hid_t type,
                             std::span<hsize_t const> chunk, std::span<hsize_t const> fixed) {
    std::vector<hsize_t> size{0};
    std::vector<hsize_t> limit{H5S_UNLIMITED};
    size.insert(size.end(), fixed.begin(), fixed.end());
    limit.insert(limit.end(), fixed.begin(), fixed.end());
    auto const space =
        h5::own(H5Screate_simple(static_cast<int>(size.size()), size.data(), limit.data()), path,
                "cannot make a space");
    auto const creation = h5::chunked(chunk);
    if (H5Tget_class(type) == H5T_FLOAT) {
        auto const missing = std::nan("");
        h5::check(H5Pset_fill_value(creation.get(), H5T_NATIVE_DOUBLE, &missing), path,
                  "cannot set the fill value");
    }
    auto const parents = h5::with_parents();
    return h5::own(H5Dcreate2(file, path.c_str(), type, space.get(), parents.get(), creation.get(),
                              H5P_DEFAULT),
                   path, "cannot create the dataset");
}

void write_rows(hid_t dataset, std::string const& path, hid_t type, void const* values,
                std::uint64_t first, std::uint64_t count) {
    auto shape = h5::shape_of(dataset, path);
    shape[0] = first + count;
    h5::check(H5Dset_extent(dataset, shape.data()), path, "cannot extend");
    auto const file_space = h5::select_rows(dataset, first, count, path);
    shape[0] = count;
    auto const memory_space = h5::simple_space(shape);
    h5::check(H5Dwrite(dataset, type, memory_space.get(), file_space.get(), H5P_DEFAULT, values),
              path, "cannot write");
}

} // namespace

double seconds_since_start(SimTime t) {
    return static_cast<double>(to_ns(t)) / 1e9;
}

SeriesChunk series_chunk(std::size_t entities) {
    constexpr std::size_t kFloats = 65536;
    auto const n = std::max<std::size_t>(entities, 1);
    auto const rows = std::clamp<std::size_t>(kFloats / n, 8, 1024);
    // Equal parts, so that the last chunk of a row is not mostly padding.
    auto const most = kFloats / rows;
    auto const parts = (n + most - 1) / most;
    return {rows, (n + parts - 1) / parts};
}

SeriesStore::SeriesStore(hid_t file, std::string_view group, std::string_view entity_dim,
                         std::vector<std::string> const& entity_names,
                         std::vector<SeriesVariable> const& variables,
                         std::string const& time_units)
    : path_("/series/" + std::string(group)), scalar_(entity_names.empty()),
      entities_(scalar_ ? 1 : entity_names.size()), chunk_(series_chunk(entities_)),
      rows_(variables.size()), last_(SimTime::min()) {
    create_time(file, time_units);
    if (!scalar_) {
        create_entities(file, entity_dim, entity_names);
    }
    for (auto const& v : variables) {
        create_variable(file, v);
    }
    times_s_.reserve(chunk_.rows);
    for (auto& r : rows_) {
        r.reserve(chunk_.rows * entities_);
    }
}

void SeriesStore::create_time(hid_t file, std::string const& units) {
    auto const path = path_ + "/time";
    hsize_t const chunk = chunk_.rows;
    time_ = create_extensible(file, path, H5T_IEEE_F64LE, {&chunk, 1}, {});
    h5::check(H5DSset_scale(time_.get(), "time"), path, "cannot make a dimension scale");
    h5::set_attribute(time_.get(), "units", units, path);
    h5::set_attribute(time_.get(), "calendar", std::string("proleptic_gregorian"), path);
    h5::set_attribute(time_.get(), "standard_name", std::string("time"), path);
    h5::set_attribute(time_.get(), "axis", std::string("T"), path);
}

void SeriesStore::create_entities(hid_t file, std::string_view dim,
                                  std::vector<std::string> const& names) {
    auto const path = fmt::format("{}/{}", path_, dim);
    hsize_t const n = names.size();
    auto const space = h5::simple_space({&n, 1});
    auto const type = h5::string_type();
    entity_scale_ = h5::own(H5Dcreate2(file, path.c_str(), type.get(), space.get(), H5P_DEFAULT,
                                       H5P_DEFAULT, H5P_DEFAULT),
                            path, "cannot create the dataset");
    h5::write_strings(entity_scale_.get(), names, path);
    h5::check(H5DSset_scale(entity_scale_.get(), std::string(dim).c_str()), path,
              "cannot make a dimension scale");
}

void SeriesStore::create_variable(hid_t file, SeriesVariable const& variable) {
    auto const path = fmt::format("{}/{}", path_, variable.name);
    std::array<hsize_t, 2> const chunk{chunk_.rows, chunk_.entities};
    hsize_t const n = entities_;
    auto const fixed = std::span<hsize_t const>(&n, scalar_ ? 0 : 1);
    auto dataset = create_extensible(file, path, H5T_IEEE_F32LE,
                                     std::span(chunk).first(scalar_ ? 1 : 2), fixed);
    h5::check(H5DSattach_scale(dataset.get(), time_.get(), 0), path, "cannot attach time");
    if (!scalar_) {
        h5::check(H5DSattach_scale(dataset.get(), entity_scale_.get(), 1), path,
                  "cannot attach the entities");
    }
    h5::set_attribute(dataset.get(), "units", variable.unit, path);
    h5::set_attribute(dataset.get(), "long_name", variable.description, path);
    names_.push_back(path);
    datasets_.push_back(std::move(dataset));
}

void SeriesStore::check_row(SimTime at, std::span<std::span<float const> const> variables) const {
    if (at < last_) {
        throw SimulationError(fmt::format("{}: a row at {} after one at {}", path_, format_time(at),
                                          format_time(last_)));
    }
    if (variables.size() != datasets_.size()) {
        throw SimulationError(fmt::format("{}: {} variables at {}, {} were declared", path_,
                                          variables.size(), format_time(at), datasets_.size()));
    }
    for (std::size_t v = 0; v < variables.size(); ++v) {
        if (variables[v].size() != entities_) {
            throw SimulationError(fmt::format("{}: {} values at {}, {} were declared", names_[v],
                                              variables[v].size(), format_time(at), entities_));
        }
    }
}

bool SeriesStore::append(SimTime at, std::span<std::span<float const> const> variables) {
    check_row(at, variables);
    last_ = at;
    times_s_.push_back(seconds_since_start(at));
    for (std::size_t v = 0; v < variables.size(); ++v) {
        rows_[v].insert(rows_[v].end(), variables[v].begin(), variables[v].end());
    }
    if (times_s_.size() < chunk_.rows) {
        return false;
    }
    bool const was_on_disk = rows_on_disk_ > chunk_first_;
    write_out();
    chunk_first_ += chunk_.rows;
    times_s_.clear();
    for (auto& r : rows_) {
        r.clear();
    }
    return was_on_disk;
}

void SeriesStore::write_out() {
    // The whole buffer each time: a chunk that is overwritten entirely need not be read back.
    auto const end = chunk_first_ + times_s_.size();
    if (end == rows_on_disk_) {
        return;
    }
    write_rows(time_.get(), path_ + "/time", H5T_NATIVE_DOUBLE, times_s_.data(), chunk_first_,
               times_s_.size());
    for (std::size_t v = 0; v < datasets_.size(); ++v) {
        write_rows(datasets_[v].get(), names_[v], H5T_NATIVE_FLOAT, rows_[v].data(), chunk_first_,
                   times_s_.size());
    }
    rows_on_disk_ = end;
}

} // namespace gridtwin::results
