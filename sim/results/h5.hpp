#pragma once
// HDF5's C interface with owners and errors. Private to this folder.
#include <hdf5.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gridtwin::results::h5 {

/// Owns one HDF5 identifier of any kind.
class Handle {
  public:
    Handle() = default;
    explicit Handle(hid_t id) : id_(id) {}
    ~Handle() { reset(); }
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)) {}
    Handle& operator=(Handle&& other) noexcept {
        if (this != &other) {
            reset();
            id_ = std::exchange(other.id_, H5I_INVALID_HID);
        }
        return *this;
    }
    Handle(Handle const&) = delete;
    Handle& operator=(Handle const&) = delete;

    [[nodiscard]] hid_t get() const { return id_; }
    [[nodiscard]] explicit operator bool() const { return id_ >= 0; }
    void reset();

  private:
    hid_t id_ = H5I_INVALID_HID;
};

/// Stops HDF5 from printing its error stack; our exceptions carry its innermost line.
void silence();

/// Throws SimulationError "<object>: <what>: <what HDF5 says>".
[[noreturn]] void fail(std::string_view object, std::string_view what);

/// @throws SimulationError when `id` is none
[[nodiscard]] Handle own(hid_t id, std::string_view object, std::string_view what);
/// @throws SimulationError when `status` is negative
void check(herr_t status, std::string_view object, std::string_view what);

/// Variable-length UTF-8 string, which h5py and xarray read as text.
[[nodiscard]] Handle string_type();

[[nodiscard]] Handle simple_space(std::span<hsize_t const> shape);
/// Shape of a dataset; empty for a scalar.
[[nodiscard]] std::vector<hsize_t> shape_of(hid_t dataset, std::string_view object);
/// Selects rows [first, first + count) of the leading dimension.
[[nodiscard]] Handle select_rows(hid_t dataset, std::uint64_t first, std::uint64_t count,
                                 std::string_view object);

/// Creates an attribute or gives it a new value of the same type. Text that is no UTF-8 becomes
/// U+FFFD.
void set_attribute(hid_t object_id, char const* name, std::string const& value,
                   std::string_view object);
void set_attribute(hid_t object_id, char const* name, hid_t file_type, hid_t memory_type,
                   void const* value, std::string_view object);
/// Empty when there is no such attribute.
[[nodiscard]] std::string get_text_attribute(hid_t object_id, char const* name,
                                             std::string_view object);
/// False when there is no such attribute.
bool get_attribute(hid_t object_id, char const* name, hid_t memory_type, void* value,
                   std::string_view object);

/// Writes all rows of a 1-D dataset of string_type(); what is no UTF-8 becomes U+FFFD.
void write_strings(hid_t dataset, std::vector<std::string> const& values, std::string_view object);
/// Reads strings of either kind, rows [first, first + count) of a 1-D dataset.
[[nodiscard]] std::vector<std::string> read_strings(hid_t dataset, std::uint64_t first,
                                                    std::uint64_t count, std::string_view object);

/// Creation of chunked datasets: shuffle and deflate 1.
[[nodiscard]] Handle chunked(std::span<hsize_t const> chunk);
/// Creation of links with whatever groups are missing above.
[[nodiscard]] Handle with_parents();

/// Is there an object at the absolute path?
[[nodiscard]] bool exists(hid_t file, std::string const& path);
/// Names in a group, sorted; empty when there is no such group.
[[nodiscard]] std::vector<std::string> children(hid_t file, std::string const& path);

} // namespace gridtwin::results::h5
