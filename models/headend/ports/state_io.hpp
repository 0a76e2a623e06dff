#pragma once
// Saved state as octets: plain values and columns, in a fixed order, for the same kind of machine.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

namespace gridtwin::headend {

/// Plain data without padding: equal values have equal octets.
template <typename T>
concept Storable = std::is_trivially_copyable_v<T> && std::has_unique_object_representations_v<T>;

class StateWriter {
  public:
    explicit StateWriter(std::vector<std::byte>& out) : out_(out) {}

    template <Storable T>
    void value(T const& v) {
        append(&v, sizeof(T));
    }
    template <Storable T>
    void column(std::vector<T> const& column) {
        value(static_cast<std::uint64_t>(column.size()));
        append(column.data(), column.size() * sizeof(T));
    }

  private:
    void append(void const* data, std::size_t octets);
    std::vector<std::byte>& out_;
};

/// Reads what StateWriter wrote; throws SimulationError when the octets end too early or a column
/// has another length than expected.
class StateReader {
  public:
    explicit StateReader(std::span<std::byte const> state) : left_(state) {}

    template <Storable T>
    [[nodiscard]] T value() {
        T v;
        std::memcpy(&v, take(sizeof(T)), sizeof(T));
        return v;
    }
    /// Fills a column of fixed length.
    template <Storable T>
    void column(std::vector<T>& column) {
        check(value<std::uint64_t>() == column.size());
        if (!column.empty()) {
            std::memcpy(column.data(), take(column.size() * sizeof(T)), column.size() * sizeof(T));
        }
    }
    /// Replaces a list of any length.
    template <Storable T>
    void list(std::vector<T>& list) {
        auto const size = value<std::uint64_t>();
        check(size <= left_.size() / sizeof(T));
        list.resize(size);
        if (size != 0) {
            std::memcpy(list.data(), take(size * sizeof(T)), size * sizeof(T));
        }
    }
    /// @throws SimulationError unless `ok`: the state does not belong here
    void check(bool ok) const;
    void expect_end() const { check(left_.empty()); }

  private:
    std::byte const* take(std::size_t octets);
    std::span<std::byte const> left_;
};

} // namespace gridtwin::headend
