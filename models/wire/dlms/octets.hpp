#pragma once
// What the codecs of this folder take and give: octets that somebody else keeps, and what came of
// reading them.
#include <algorithm>
#include <cstddef>
#include <span>
#include <string>

namespace gridtwin::wire::dlms {

/// A view: whoever decoded from a buffer, or is about to encode, keeps what stands behind it.
struct Octets : std::span<std::byte const> {
    using std::span<std::byte const>::span;
    Octets(std::span<std::byte const> octets) : std::span<std::byte const>(octets) {}

    friend bool operator==(Octets const& a, Octets const& b) { return std::ranges::equal(a, b); }
};

template <typename Value>
struct Parsed {
    Value value{};
    std::string problem; ///< "octet 17: ...", counted from 0; empty when all was understood
    [[nodiscard]] bool ok() const { return problem.empty(); }
};

} // namespace gridtwin::wire::dlms
