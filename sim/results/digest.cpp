#include "sim/results/digest.hpp"

#include "sim/core/hex.hpp"
#include "sim/results/file_access.hpp"
#include "sim/results/sha256.hpp"
#include "sim/results/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <memory>
#include <vector>

namespace gridtwin::results {
namespace {

// Numbers as eight octets, the least first.
void add(Sha256& hash, std::uint64_t number) {
    std::array<std::byte, 8> octets{};
    for (auto& octet : octets) {
        octet = static_cast<std::byte>(number & 0xFFU);
        number >>= 8U;
    }
    hash.add(octets);
}
// With its length, so that no two sequences of texts run into the same octets.
void add(Sha256& hash, std::string_view text) {
    add(hash, static_cast<std::uint64_t>(text.size()));
    hash.add(std::as_bytes(std::span(text)));
}

// Does a part of the name begin with "wall_"?
bool is_wall_time(std::string_view name, char separator) {
    while (true) {
        auto const at = name.find(separator);
        if (name.substr(0, at).starts_with("wall_")) {
            return true;
        }
        if (at == std::string_view::npos) {
            return false;
        }
        name.remove_prefix(at + 1);
    }
}

// The type as read for the digest: little-endian, without padding, and how it is called.
struct Canonical {
    h5::Handle type;
    std::string name;
};

Canonical canonical(hid_t type, std::string const& path) {
    auto const size = H5Tget_size(type);
    auto const copy = [&](hid_t standard, std::string name) {
        return Canonical{h5::own(H5Tcopy(standard), path, "cannot copy a type"), std::move(name)};
    };
    auto const type_class = H5Tget_class(type);
    if (type_class == H5T_FLOAT && size == 4) {
        return copy(H5T_IEEE_F32LE, "f4");
    }
    if (type_class == H5T_FLOAT && size == 8) {
        return copy(H5T_IEEE_F64LE, "f8");
    }
    if (type_class == H5T_INTEGER && std::has_single_bit(size) && size <= 8) {
        static constexpr std::array<char, 2> kLetters{'u', 'i'};
        bool const is_signed = H5Tget_sign(type) == H5T_SGN_2;
        hid_t const with_sign[] = {H5T_STD_I8LE, H5T_STD_I16LE, H5T_STD_I32LE, H5T_STD_I64LE};
        hid_t const without[] = {H5T_STD_U8LE, H5T_STD_U16LE, H5T_STD_U32LE, H5T_STD_U64LE};
        auto const row = std::countr_zero(size);
        return copy(is_signed ? with_sign[row] : without[row],
                    fmt::format("{}{}", kLetters[is_signed ? 1 : 0], size));
    }
    if (type_class == H5T_ENUM && size == 1) { // one byte has no order
        return copy(type, "e1");
    }
    if (type_class == H5T_COMPOUND) {
        std::vector<std::pair<std::string, Canonical>> fields;
        std::size_t packed = 0;
        std::string name = "{";
        auto const n = static_cast<unsigned>(H5Tget_nmembers(type));
        for (unsigned i = 0; i < n; ++i) {
            auto const member = h5::own(H5Tget_member_type(type, i), path, "cannot read a field");
            auto* const text = H5Tget_member_name(type, i);
            std::string const field = text == nullptr ? "" : text;
            H5free_memory(text);
            fields.emplace_back(field, canonical(member.get(), path));
            packed += H5Tget_size(fields.back().second.type.get());
            name += fmt::format("{}:{},", field, fields.back().second.name);
        }
        Canonical out{h5::own(H5Tcreate(H5T_COMPOUND, packed), path, "cannot make a type"),
                      name + "}"};
        std::size_t at = 0;
        for (auto const& [field, c] : fields) {
            h5::check(H5Tinsert(out.type.get(), field.c_str(), at, c.type.get()), path,
                      "cannot add a field");
            at += H5Tget_size(c.type.get());
        }
        return out;
    }
    throw SimulationError(path + ": of a type that has no digest");
}

// Rows to read at once: some megabytes, and whole chunks.
std::uint64_t rows_at_once(hid_t dataset, std::size_t row_bytes, std::string const& path) {
    constexpr std::size_t kBytes = 4U << 20U;
    auto const wanted = std::max<std::uint64_t>(1, kBytes / std::max<std::size_t>(row_bytes, 1));
    auto const list = h5::own(H5Dget_create_plist(dataset), path, "cannot read its properties");
    if (H5Pget_layout(list.get()) != H5D_CHUNKED) {
        return wanted;
    }
    std::array<hsize_t, H5S_MAX_RANK> chunk{};
    h5::check(H5Pget_chunk(list.get(), H5S_MAX_RANK, chunk.data()), path, "cannot read its chunk");
    return std::max<std::uint64_t>(1, wanted / chunk[0]) * chunk[0];
}

void add_values(Sha256& hash, hid_t dataset, std::vector<hsize_t> shape, std::string const& path) {
    auto const type = h5::own(H5Dget_type(dataset), path, "cannot read the type");
    bool const is_text = H5Tget_class(type.get()) == H5T_STRING;
    auto const c = is_text ? Canonical{h5::Handle{}, "str"} : canonical(type.get(), path);
    add(hash, c.name);
    add(hash, static_cast<std::uint64_t>(shape.size()));
    std::size_t row_bytes = is_text ? 64 : H5Tget_size(c.type.get());
    for (std::size_t d = 0; d < shape.size(); ++d) {
        add(hash, static_cast<std::uint64_t>(shape[d]));
        row_bytes *= d == 0 ? 1 : shape[d];
    }
    if (is_text && shape.size() != 1) {
        throw SimulationError(path + ": only columns of text have a digest");
    }
    auto const rows = shape.empty() ? 1 : shape[0];
    auto const step = rows_at_once(dataset, row_bytes, path);
    std::vector<std::byte> bytes;
    for (std::uint64_t first = 0; first < rows; first += step) {
        auto const count = std::min<std::uint64_t>(step, rows - first);
        if (is_text) {
            for (auto const& s : h5::read_strings(dataset, first, count, path)) {
                add(hash, s);
            }
            continue;
        }
        bytes.resize(count * row_bytes);
        auto const file_space = h5::select_rows(dataset, first, count, path);
        if (!shape.empty()) {
            shape[0] = count;
        }
        auto const memory_space = h5::simple_space(shape);
        h5::check(H5Dread(dataset, c.type.get(), memory_space.get(), file_space.get(), H5P_DEFAULT,
                          bytes.data()),
                  path, "cannot read");
        hash.add(bytes);
    }
}

void add_value(Sha256& hash, std::string const& value) {
    add(hash, value);
}
void add_value(Sha256& hash, double value) {
    add(hash, std::bit_cast<std::uint64_t>(value));
}
void add_value(Sha256& hash, float value) {
    add(hash, static_cast<std::uint64_t>(std::bit_cast<std::uint32_t>(value)));
}
template <std::integral T>
void add_value(Sha256& hash, T value) {
    add(hash, static_cast<std::uint64_t>(value));
}

// The KPIs, without those that measure the machine.
void add_kpis(Sha256& hash, hid_t file) {
    auto const columns = h5::children(file, "/kpi");
    if (std::find(columns.begin(), columns.end(), "name") == columns.end()) {
        return;
    }
    auto const names = read_column(file, "/kpi/name");
    auto const* texts = std::get_if<std::vector<std::string>>(&names.values);
    if (texts == nullptr) {
        throw SimulationError("/kpi/name: not text");
    }
    for (auto const& column : columns) {
        auto const path = "/kpi/" + column;
        add(hash, path);
        auto const values = read_column(file, path);
        std::visit(
            [&](auto const& v) {
                for (std::size_t i = 0; i < v.size() && i < texts->size(); ++i) {
                    if (!is_wall_time((*texts)[i], '.')) {
                        add_value(hash, v[i]);
                    }
                }
            },
            values.values);
    }
}

void add_object(Sha256& hash, hid_t file, std::string const& path) {
    if (path == "/meta" || path == "/checkpoint" || is_wall_time(path, '/')) {
        return;
    }
    if (path == "/kpi") {
        add_kpis(hash, file);
        return;
    }
    auto const object = h5::own(H5Oopen(file, path.c_str(), H5P_DEFAULT), path, "cannot open");
    if (H5Iget_type(object.get()) == H5I_DATASET) {
        add(hash, path);
        add_values(hash, object.get(), h5::shape_of(object.get(), path), path);
        return;
    }
    for (auto const& child : h5::children(file, path)) {
        add_object(hash, file, fmt::format("{}/{}", path == "/" ? "" : path, child));
    }
}

} // namespace

std::string digest(std::filesystem::path const& file) {
    auto const opened = open_results(file);
    return reading(file, [&] {
        Sha256 hash;
        add_object(hash, opened.get(), "/");
        return to_hex(hash.finish(), HexDigits::lower);
    });
}

} // namespace gridtwin::results
