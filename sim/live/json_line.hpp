#pragma once
// A line of JSON, read field by field: what does not fit is told with its place.
#include "sim/core/diagnostics.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::live {

/// One object. A field that is missing, or not what is asked for, is a mistake and reads as none.
class JsonLine {
  public:
    /// @param text, mistakes must outlive it, as must all keys
    JsonLine(SourcePos where, std::string_view text, Diagnostics& mistakes);

    /// Whether there is an object at all; if not, that was told.
    [[nodiscard]] bool ok() const { return object_.is_object(); }
    [[nodiscard]] bool has(std::string_view key) const { return object_.contains(key); }
    /// A whole number, least <= number <= most.
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key, std::int64_t least,
                                                      std::int64_t most);
    [[nodiscard]] std::optional<std::string> text(std::string_view key);
    [[nodiscard]] std::optional<bool> flag(std::string_view key);

    /// A field that may be there, and says nothing to us.
    void pass_over(std::string_view key) { known_.push_back(key); }
    /// Tells of fields that nobody asked for, and of those that stand twice. When all are read.
    void finish();

    /// A mistake in a field's value.
    void error(std::string_view key, std::string what, std::string expected, std::string hint = {});

  private:
    /// None when it is missing, which is told.
    nlohmann::json const* find(std::string_view key);
    enum class Part { key, value };
    [[nodiscard]] SourcePos in_line(std::size_t octet) const;
    /// Where a field stands; of several of one name, the last.
    [[nodiscard]] SourcePos place_of(std::string_view key, Part part) const;

    SourcePos where_;
    std::string_view text_;
    Diagnostics& mistakes_;
    nlohmann::json object_;
    std::vector<std::string> keys_;       ///< as they stand
    std::vector<std::string_view> known_; ///< asked for
};

} // namespace gridtwin::live
