#include "sim/results/h5.hpp"

#include "sim/core/diagnostics.hpp"
#include "sim/core/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace gridtwin::results::h5 {
namespace {

// HDF5 calls it from the outermost to the innermost; the last one stays.
herr_t keep_last(unsigned /*n*/, H5E_error2_t const* error, void* data) {
    if (error->desc != nullptr) {
        *static_cast<std::string*>(data) = error->desc;
    }
    return 0;
}

herr_t collect_name(hid_t /*group*/, char const* name, H5L_info_t const* /*info*/, void* data) {
    static_cast<std::vector<std::string>*>(data)->emplace_back(name);
    return 0;
}

} // namespace

void Handle::reset() {
    if (id_ < 0) {
        return;
    }
    switch (H5Iget_type(id_)) {
    case H5I_FILE:
        H5Fclose(id_);
        break;
    case H5I_GROUP:
        H5Gclose(id_);
        break;
    case H5I_DATATYPE:
        H5Tclose(id_);
        break;
    case H5I_DATASPACE:
        H5Sclose(id_);
        break;
    case H5I_DATASET:
        H5Dclose(id_);
        break;
    case H5I_ATTR:
        H5Aclose(id_);
        break;
    case H5I_GENPROP_LST:
        H5Pclose(id_);
        break;
    default:
        H5Idec_ref(id_);
        break;
    }
    id_ = H5I_INVALID_HID;
}

void silence() {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

void fail(std::string_view object, std::string_view what) {
    std::string reason;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, &keep_last, &reason);
    H5Eclear2(H5E_DEFAULT);
    throw SimulationError(
        fmt::format("{}: {}{}{}", object, what, reason.empty() ? "" : ": ", reason));
}

Handle own(hid_t id, std::string_view object, std::string_view what) {
    if (id < 0) {
        fail(object, what);
    }
    return Handle(id);
}

void check(herr_t status, std::string_view object, std::string_view what) {
    if (status < 0) {
        fail(object, what);
    }
}

Handle string_type() {
    auto type = own(H5Tcopy(H5T_C_S1), "string type", "cannot make a type");
    check(H5Tset_size(type.get(), H5T_VARIABLE), "string type", "cannot set the size");
    check(H5Tset_cset(type.get(), H5T_CSET_UTF8), "string type", "cannot set UTF-8");
    return type;
}

Handle simple_space(std::span<hsize_t const> shape) {
    if (shape.empty()) {
        return own(H5Screate(H5S_SCALAR), "data space", "cannot make a scalar space");
    }
    return own(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
               "data space", "cannot make a space");
}

std::vector<hsize_t> shape_of(hid_t dataset, std::string_view object) {
    auto const space = own(H5Dget_space(dataset), object, "cannot read the shape");
    auto const rank = H5Sget_simple_extent_ndims(space.get());
    check(rank, object, "cannot read the rank");
    std::vector<hsize_t> shape(static_cast<std::size_t>(rank));
    if (rank > 0) {
        check(H5Sget_simple_extent_dims(space.get(), shape.data(), nullptr), object,
              "cannot read the shape");
    }
    return shape;
}

Handle select_rows(hid_t dataset, std::uint64_t first, std::uint64_t count,
                   std::string_view object) {
    auto size = shape_of(dataset, object);
    auto space = own(H5Dget_space(dataset), object, "cannot read the shape");
    if (size.empty()) {
        return space;
    }
    std::vector<hsize_t> start(size.size(), 0);
    start[0] = first;
    size[0] = count;
    check(H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr, size.data(),
                              nullptr),
          object, "cannot select rows");
    return space;
}

void set_attribute(hid_t object_id, char const* name, std::string const& value,
                   std::string_view object) {
    auto const type = string_type();
    auto const utf8 = as_utf8(value);
    auto const* text = utf8.c_str();
    set_attribute(object_id, name, type.get(), type.get(), &text, object);
}

void set_attribute(hid_t object_id, char const* name, hid_t file_type, hid_t memory_type,
                   void const* value, std::string_view object) {
    auto const what = fmt::format("cannot write attribute '{}'", name);
    if (H5Aexists(object_id, name) > 0) {
        auto const attribute = own(H5Aopen(object_id, name, H5P_DEFAULT), object, what);
        check(H5Awrite(attribute.get(), memory_type, value), object, what);
        return;
    }
    auto const space = simple_space({});
    auto const attribute =
        own(H5Acreate2(object_id, name, file_type, space.get(), H5P_DEFAULT, H5P_DEFAULT), object,
            what);
    check(H5Awrite(attribute.get(), memory_type, value), object, what);
}

std::string get_text_attribute(hid_t object_id, char const* name, std::string_view object) {
    if (H5Aexists(object_id, name) <= 0) {
        return {};
    }
    auto const what = fmt::format("cannot read attribute '{}'", name);
    auto const attribute = own(H5Aopen(object_id, name, H5P_DEFAULT), object, what);
    auto const type = string_type();
    char* text = nullptr;
    check(H5Aread(attribute.get(), type.get(), static_cast<void*>(&text)), object, what);
    std::string value = text == nullptr ? "" : text;
    H5free_memory(text);
    return value;
}

bool get_attribute(hid_t object_id, char const* name, hid_t memory_type, void* value,
                   std::string_view object) {
    if (H5Aexists(object_id, name) <= 0) {
        return false;
    }
    auto const what = fmt::format("cannot read attribute '{}'", name);
    auto const attribute = own(H5Aopen(object_id, name, H5P_DEFAULT), object, what);
    check(H5Aread(attribute.get(), memory_type, value), object, what);
    return true;
}

void write_strings(hid_t dataset, std::vector<std::string> const& values, std::string_view object) {
    std::vector<std::string> utf8;
    std::vector<char const*> texts;
    utf8.reserve(values.size());
    texts.reserve(values.size());
    for (auto const& value : values) {
        texts.push_back(utf8.emplace_back(as_utf8(value)).c_str());
    }
    auto const type = string_type();
    check(H5Dwrite(dataset, type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                   static_cast<void const*>(texts.data())),
          object, "cannot write");
}

std::vector<std::string> read_strings(hid_t dataset, std::uint64_t first, std::uint64_t count,
                                      std::string_view object) {
    std::vector<std::string> out;
    if (count == 0) {
        return out;
    }
    auto const file_type = own(H5Dget_type(dataset), object, "cannot read the type");
    auto const file_space = select_rows(dataset, first, count, object);
    auto const n = static_cast<hsize_t>(count);
    auto const memory_space = simple_space({&n, 1});
    out.reserve(count);
    if (H5Tis_variable_str(file_type.get()) > 0) {
        auto const type = string_type();
        std::vector<char*> texts(count, nullptr);
        check(H5Dread(dataset, type.get(), memory_space.get(), file_space.get(), H5P_DEFAULT,
                      static_cast<void*>(texts.data())),
              object, "cannot read");
        for (auto const* text : texts) {
            out.emplace_back(text == nullptr ? "" : text);
        }
        check(H5Dvlen_reclaim(type.get(), memory_space.get(), H5P_DEFAULT,
                              static_cast<void*>(texts.data())),
              object, "cannot release strings");
        return out;
    }
    auto const width = H5Tget_size(file_type.get());
    std::vector<char> texts(count * width);
    check(H5Dread(dataset, file_type.get(), memory_space.get(), file_space.get(), H5P_DEFAULT,
                  texts.data()),
          object, "cannot read");
    for (std::size_t i = 0; i < count; ++i) {
        auto const* text = texts.data() + i * width;
        out.emplace_back(text, strnlen(text, width));
    }
    return out;
}

Handle chunked(std::span<hsize_t const> chunk) {
    auto list = own(H5Pcreate(H5P_DATASET_CREATE), "property list", "cannot make one");
    check(H5Pset_chunk(list.get(), static_cast<int>(chunk.size()), chunk.data()), "property list",
          "cannot set the chunk");
    check(H5Pset_shuffle(list.get()), "property list", "cannot set shuffle");
    check(H5Pset_deflate(list.get(), 1), "property list", "cannot set deflate");
    // The same run gives the same file, byte for byte.
    check(H5Pset_obj_track_times(list.get(), false), "property list", "cannot drop wall times");
    return list;
}

Handle with_parents() {
    auto list = own(H5Pcreate(H5P_LINK_CREATE), "property list", "cannot make one");
    check(H5Pset_create_intermediate_group(list.get(), 1), "property list", "cannot set parents");
    check(H5Pset_char_encoding(list.get(), H5T_CSET_UTF8), "property list", "cannot set UTF-8");
    return list;
}

bool exists(hid_t file, std::string const& path) {
    for (std::size_t at = path.find('/', 1);; at = path.find('/', at + 1)) {
        auto const part = path.substr(0, at);
        if (part != "/" && H5Lexists(file, part.c_str(), H5P_DEFAULT) <= 0) {
            return false;
        }
        if (at == std::string::npos) {
            return true;
        }
    }
}

std::vector<std::string> children(hid_t file, std::string const& path) {
    std::vector<std::string> names;
    if (!exists(file, path)) {
        return names;
    }
    auto const group = own(H5Oopen(file, path.c_str(), H5P_DEFAULT), path, "cannot open");
    if (H5Iget_type(group.get()) != H5I_GROUP) {
        return names;
    }
    hsize_t position = 0;
    check(H5Literate(group.get(), H5_INDEX_NAME, H5_ITER_NATIVE, &position, &collect_name, &names),
          path, "cannot list the group");
    std::sort(names.begin(), names.end());
    return names;
}

} // namespace gridtwin::results::h5
