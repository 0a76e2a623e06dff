#pragma once
// One column of an entity table.
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace gridtwin::results {

using ColumnValues =
    std::variant<std::vector<std::int64_t>, std::vector<std::uint32_t>, std::vector<std::uint8_t>,
                 std::vector<double>, std::vector<float>, std::vector<std::string>>;

struct Column {
    std::string name{};
    std::string unit{}; ///< of the values as they are stored; empty for names, rows and counts
    ColumnValues values{};

    [[nodiscard]] std::size_t size() const {
        return std::visit([](auto const& v) { return v.size(); }, values);
    }
};

} // namespace gridtwin::results
