#pragma once
// Plain data to octets and back, member by member and without padding, so that equal data has equal
// octets; for the same kind of machine.
#include "models/headend/recording/aggregate.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace gridtwin::headend::recording {

/// One value without parts or padding: a number, an id, an instant, a date.
template <typename T>
concept Plain = std::is_trivially_copyable_v<T> && !std::is_pointer_v<T> &&
                (std::is_arithmetic_v<T> || std::has_unique_object_representations_v<T>);

class OctetWriter {
  public:
    explicit OctetWriter(std::vector<std::byte>& out) : out_(out) {}

    template <typename T>
    void put(T const& value) {
        if constexpr (Plain<T>) {
            append(&value, sizeof(T));
        } else {
            std::apply([this](auto const&... part) { (put(part), ...); }, members(value));
        }
    }
    void put(std::string const& text) {
        put(static_cast<std::uint64_t>(text.size()));
        append(text.data(), text.size());
    }
    template <typename T>
    void put(std::optional<T> const& value) {
        put(value.has_value());
        if (value) {
            put(*value);
        }
    }
    template <typename T>
    void put(std::vector<T> const& list) {
        put(static_cast<std::uint64_t>(list.size()));
        for (auto const& value : list) {
            put(value);
        }
    }
    template <typename T, std::size_t N>
    void put(std::array<T, N> const& values) {
        for (auto const& value : values) {
            put(value);
        }
    }

  private:
    void append(void const* data, std::size_t octets);
    std::vector<std::byte>& out_;
};

/// Reads what an OctetWriter wrote. @throws SimulationError when the octets end too early
class OctetReader {
  public:
    explicit OctetReader(std::span<std::byte const> octets) : left_(octets) {}

    template <typename T>
    void get(T& value) {
        if constexpr (std::is_same_v<T, bool>) {
            std::uint8_t octet = 0;
            get(octet);
            check(octet <= 1);
            value = octet == 1;
        } else if constexpr (Plain<T>) {
            std::memcpy(&value, take(sizeof(T)), sizeof(T));
        } else {
            std::apply([this](auto&... part) { (get(part), ...); }, members(value));
        }
    }
    void get(std::string& text);
    template <typename T>
    void get(std::optional<T>& value) {
        bool there = false;
        get(there);
        value.reset();
        if (there) {
            get(value.emplace());
        }
    }
    template <typename T>
    void get(std::vector<T>& list) {
        std::uint64_t size = 0;
        get(size);
        check(size <= left_.size()); // each takes an octet at least
        list.resize(size);
        for (auto& value : list) {
            get(value);
        }
    }
    template <typename T, std::size_t N>
    void get(std::array<T, N>& values) {
        for (auto& value : values) {
            get(value);
        }
    }
    [[nodiscard]] bool at_end() const { return left_.empty(); }

  private:
    std::byte const* take(std::size_t octets);
    void check(bool ok) const;
    std::span<std::byte const> left_;
};

} // namespace gridtwin::headend::recording
