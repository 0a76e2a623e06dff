#include "sim/results/file_access.hpp"

#include "sim/results/meta.hpp"

#include <fmt/format.h>

namespace gridtwin::results {

void bad_file(std::filesystem::path const& file, std::string what, std::string expected) {
    Diagnostics diagnostics;
    diagnostics.error({file.string(), 0, 0}, std::move(what), std::move(expected));
    throw InputError(std::move(diagnostics));
}

h5::Handle open_results(std::filesystem::path const& file) {
    std::string const wanted = "a result file written by gridtwin run";
    std::error_code error;
    if (!std::filesystem::exists(file, error)) {
        bad_file(file, "no such file", wanted);
    }
    if (std::filesystem::is_directory(file, error)) {
        bad_file(file, "is a directory", wanted);
    }
    h5::silence();
    if (H5Fis_hdf5(file.c_str()) <= 0) {
        bad_file(file, "not an HDF5 file", wanted);
    }
    auto opened = reading(file, [&] {
        auto const access = h5::own(H5Pcreate(H5P_FILE_ACCESS), "access", "cannot make a list");
        h5::check(H5Pset_file_locking(access.get(), false, true), "access", "cannot drop locks");
        return h5::own(H5Fopen(file.c_str(), H5F_ACC_RDONLY, access.get()), "/", "cannot open");
    });
    reading(file, [&] {
        if (!h5::exists(opened.get(), "/meta")) {
            bad_file(file, "an HDF5 file without /meta", wanted);
        }
        auto const meta =
            h5::own(H5Oopen(opened.get(), "/meta", H5P_DEFAULT), "/meta", "cannot open");
        if (h5::get_text_attribute(meta.get(), "format", "/meta") != "GridTwin results") {
            bad_file(file, "an HDF5 file that does not say 'GridTwin results' in /meta", wanted);
        }
        std::uint32_t version = 0;
        h5::get_attribute(meta.get(), "schema_version", H5T_NATIVE_UINT32, &version, "/meta");
        if (version != kSchemaVersion) {
            bad_file(file, fmt::format("of schema version {}", version),
                     fmt::format("version {}", kSchemaVersion));
        }
    });
    return opened;
}

} // namespace gridtwin::results
