#include "sim/results/tables.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <type_traits>

namespace gridtwin::results {
namespace {

constexpr std::size_t kChunkRows = 16384;

template <typename T>
struct Types;
template <>
struct Types<std::int64_t> {
    static hid_t file() { return H5T_STD_I64LE; }
    static hid_t memory() { return H5T_NATIVE_INT64; }
};
template <>
struct Types<std::uint32_t> {
    static hid_t file() { return H5T_STD_U32LE; }
    static hid_t memory() { return H5T_NATIVE_UINT32; }
};
template <>
struct Types<std::uint8_t> {
    static hid_t file() { return H5T_STD_U8LE; }
    static hid_t memory() { return H5T_NATIVE_UINT8; }
};
template <>
struct Types<double> {
    static hid_t file() { return H5T_IEEE_F64LE; }
    static hid_t memory() { return H5T_NATIVE_DOUBLE; }
};
template <>
struct Types<float> {
    static hid_t file() { return H5T_IEEE_F32LE; }
    static hid_t memory() { return H5T_NATIVE_FLOAT; }
};

h5::Handle create(hid_t file, std::string const& path, hid_t type, std::size_t rows,
                  bool compressed) {
    hsize_t const n = rows;
    auto const space = h5::simple_space({&n, 1});
    auto const parents = h5::with_parents();
    hsize_t const chunk = std::min(kChunkRows, rows);
    h5::Handle list;
    if (compressed) {
        list = h5::chunked({&chunk, 1});
    } else {
        list = h5::own(H5Pcreate(H5P_DATASET_CREATE), path, "cannot make a property list");
        h5::check(H5Pset_obj_track_times(list.get(), false), path, "cannot drop wall times");
    }
    return h5::own(
        H5Dcreate2(file, path.c_str(), type, space.get(), parents.get(), list.get(), H5P_DEFAULT),
        path, "cannot create the dataset");
}

h5::Handle write_values(hid_t file, std::string const& path,
                        std::vector<std::string> const& values) {
    auto const type = h5::string_type();
    for (auto const& s : values) {
        if (s.find('\0') != std::string::npos) {
            throw SimulationError(path + ": a text with a NUL in it");
        }
    }
    auto dataset = create(file, path, type.get(), values.size(), false);
    h5::write_strings(dataset.get(), values, path);
    return dataset;
}

template <typename T>
h5::Handle write_values(hid_t file, std::string const& path, std::vector<T> const& values) {
    constexpr std::size_t kWorthCompressing = 1024; // rows
    auto dataset =
        create(file, path, Types<T>::file(), values.size(), values.size() >= kWorthCompressing);
    h5::check(
        H5Dwrite(dataset.get(), Types<T>::memory(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
        path, "cannot write");
    return dataset;
}

[[noreturn]] void two_columns(std::string const& path, std::string const& name) {
    throw SimulationError(fmt::format("{}: two columns named '{}'", path, name));
}

void check_name(std::string const& path, Column const& column) {
    if (column.name.empty() || column.name.find('/') != std::string::npos) {
        throw SimulationError(fmt::format("{}: a column cannot be named '{}'", path, column.name));
    }
}

void check_columns(std::string const& path, std::vector<Column> const& columns) {
    std::set<std::string> names;
    for (auto const& c : columns) {
        check_name(path, c);
        if (!names.insert(c.name).second) {
            two_columns(path, c.name);
        }
        if (c.size() != columns.front().size()) {
            throw SimulationError(fmt::format("{}: column '{}' has {} rows, '{}' has {}", path,
                                              c.name, c.size(), columns.front().name,
                                              columns.front().size()));
        }
    }
}

void make_group(hid_t file, std::string const& path) {
    auto const parents = h5::with_parents();
    auto const group =
        h5::own(H5Gcreate2(file, path.c_str(), parents.get(), H5P_DEFAULT, H5P_DEFAULT), path,
                "cannot create the group");
}

void write_column(hid_t file, std::string const& table, Column const& column) {
    auto const path = table + "/" + column.name;
    auto const dataset = std::visit(
        [&](auto const& values) { return write_values(file, path, values); }, column.values);
    h5::set_attribute(dataset.get(), "unit", column.unit, path);
}

template <typename T>
std::vector<T> read_values(hid_t dataset, std::size_t rows, std::string const& path) {
    std::vector<T> values(rows);
    h5::check(H5Dread(dataset, Types<T>::memory(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
              path, "cannot read");
    return values;
}

} // namespace

std::string absolute_path(std::string_view path) {
    while (!path.empty() && path.front() == '/') {
        path.remove_prefix(1);
    }
    while (!path.empty() && path.back() == '/') {
        path.remove_suffix(1);
    }
    return "/" + std::string(path);
}

void write_columns(hid_t file, std::string const& path, std::vector<Column> const& columns) {
    check_columns(path, columns);
    make_group(file, path);
    for (auto const& c : columns) {
        write_column(file, path, c);
    }
}

void add_column(hid_t file, std::string const& path, Column const& column) {
    check_name(path, column);
    if (!h5::exists(file, path)) {
        make_group(file, path);
    }
    auto const there = h5::children(file, path);
    if (std::find(there.begin(), there.end(), column.name) != there.end()) {
        two_columns(path, column.name);
    }
    if (!there.empty()) {
        auto const first = path + "/" + there.front();
        auto const dataset =
            h5::own(H5Dopen2(file, first.c_str(), H5P_DEFAULT), first, "cannot open");
        auto const rows = h5::shape_of(dataset.get(), first).at(0);
        if (rows != column.size()) {
            throw SimulationError(fmt::format("{}: column '{}' has {} rows, '{}' has {}", path,
                                              column.name, column.size(), there.front(), rows));
        }
    }
    write_column(file, path, column);
}

Column read_column(hid_t file, std::string const& path) {
    auto const dataset = h5::own(H5Dopen2(file, path.c_str(), H5P_DEFAULT), path, "cannot open");
    auto const shape = h5::shape_of(dataset.get(), path);
    if (shape.size() != 1) {
        throw SimulationError(path + ": not a column");
    }
    auto const rows = static_cast<std::size_t>(shape[0]);
    auto const type = h5::own(H5Dget_type(dataset.get()), path, "cannot read the type");
    Column out{
        path.substr(path.rfind('/') + 1), h5::get_text_attribute(dataset.get(), "unit", path), {}};
    auto const size = H5Tget_size(type.get());
    auto const type_class = H5Tget_class(type.get());
    if (type_class == H5T_STRING) {
        out.values = h5::read_strings(dataset.get(), 0, rows, path);
    } else if (type_class == H5T_FLOAT && size == 8) {
        out.values = read_values<double>(dataset.get(), rows, path);
    } else if (type_class == H5T_FLOAT && size == 4) {
        out.values = read_values<float>(dataset.get(), rows, path);
    } else if (type_class == H5T_INTEGER && size == 8) {
        out.values = read_values<std::int64_t>(dataset.get(), rows, path);
    } else if (type_class == H5T_INTEGER && size == 4) {
        out.values = read_values<std::uint32_t>(dataset.get(), rows, path);
    } else if (type_class == H5T_INTEGER && size == 1) {
        out.values = read_values<std::uint8_t>(dataset.get(), rows, path);
    } else {
        throw SimulationError(path + ": not a type that columns have");
    }
    return out;
}

} // namespace gridtwin::results
