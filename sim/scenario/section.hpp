#pragma once
// One mapping of a scenario file. Each key is bound once, with its unit, range and meaning; the
// same binding reads and checks the file, or lists the keys for the reference and the JSON Schema.
#include "sim/core/diagnostics.hpp"
#include "sim/core/quantity.hpp"
#include "sim/core/time.hpp"

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gridtwin::scenario {

/// Closed interval in SI units.
struct Range {
    double min = -std::numeric_limits<double>::infinity();
    double max = std::numeric_limits<double>::infinity();
};

enum class Need { optional, required };

/// One row of the key reference.
struct KeyDoc {
    enum class Kind { quantity, integer, number, text, flag, choice, section, list, texts };
    std::string path; ///< "grid.low_voltage.plot_width", "events[].at"
    Kind kind{};
    Dimension dimension{};    ///< of a quantity
    std::string default_text; ///< empty: none
    Range range{};
    std::vector<std::string> choices;
    std::string help;
    bool required = false;
};

class Section {
  public:
    /// Runs `bind` over the file's root. Mistakes go to `diagnostics`.
    /// @return the texts that bindings keep(), in their order
    static std::vector<std::string> read(std::string const& file, std::string const& text,
                                         Diagnostics& diagnostics,
                                         std::function<void(Section&)> const& bind);
    /// Runs `bind` without a file and lists every key with the default its field holds.
    [[nodiscard]] static std::vector<KeyDoc> describe(std::function<void(Section&)> const& bind);

    void quantity(std::string_view key, double& field, Dimension dimension, Range range,
                  std::string_view help, Need need = Need::optional);
    /// Likewise, without a default.
    void quantity(std::string_view key, std::optional<double>& field, Dimension dimension,
                  Range range, std::string_view help, Need need = Need::optional);
    void time(std::string_view key, SimDuration& field, Range range_s, std::string_view help,
              Need need = Need::optional);
    void number(std::string_view key, double& field, Range range, std::string_view help,
                Need need = Need::optional);
    template <typename T>
    void integer(std::string_view key, T& field, Range range, std::string_view help,
                 Need need = Need::optional) {
        auto wide = static_cast<std::int64_t>(field);
        if (integer_value(key, wide, range, help, need)) {
            field = static_cast<T>(wide);
        }
    }
    void text(std::string_view key, std::string& field, std::string_view help,
              Need need = Need::optional);
    void texts(std::string_view key, std::vector<std::string>& field, std::string_view help);
    void flag(std::string_view key, bool& field, std::string_view help);
    template <typename E>
    void choice(std::string_view key, E& field,
                std::span<std::pair<std::string_view, E> const> values, std::string_view help,
                Need need = Need::optional) {
        std::vector<std::string_view> names;
        std::size_t chosen = values.size(); // the field may hold none of them: no default
        for (std::size_t i = 0; i < values.size(); ++i) {
            names.push_back(values[i].first);
            chosen = values[i].second == field ? i : chosen;
        }
        if (choice_value(key, chosen, names, help, need)) {
            field = values[chosen].second;
        }
    }
    /// A nested mapping; `bind` runs when the key is there (always when describing).
    /// @return whether the file has the key
    bool section(std::string_view key, std::string_view help,
                 std::function<void(Section&)> const& bind);
    /// A list of mappings; `bind` runs once an entry (once when describing).
    void list(std::string_view key, std::string_view help,
              std::function<void(Section&)> const& bind);

    /// Here as below, "outage.window" is a key of a mapping within.
    [[nodiscard]] bool has(std::string_view key) const;
    /// As messages call it: "events[].at".
    [[nodiscard]] std::string path(std::string_view key) const;
    /// Place of a key's value; when it is absent, of the innermost mapping that is there.
    [[nodiscard]] SourcePos where(std::string_view key) const;
    /// Whether a key's value, or the default in its place, is no mistake by itself.
    [[nodiscard]] bool sound(std::string_view key) const;
    /// Found in the file until now.
    [[nodiscard]] std::size_t mistakes() const;
    /// That the value of `key` is at least (above) the `bound` that is the value of `other`. The
    /// mistake is at the one that the file has, `key` first. Not judged when either is not sound().
    enum class Relation { at_least, above };
    void compare(std::string_view key, double value, Relation relation, std::string_view other,
                 double bound, Dimension dimension);
    /// Keeps the text of another file: what it says is part of what this one says.
    void keep(std::string text);
    [[nodiscard]] SourcePos where() const;
    [[nodiscard]] bool describing() const;
    void error(SourcePos where, std::string what, std::string expected = {}, std::string hint = {});

  private:
    struct Impl;
    explicit Section(std::unique_ptr<Impl> impl);
    ~Section();
    Section(Section const&) = delete;
    Section& operator=(Section const&) = delete;

    bool integer_value(std::string_view key, std::int64_t& value, Range range,
                       std::string_view help, Need need);
    bool choice_value(std::string_view key, std::size_t& chosen,
                      std::span<std::string_view const> names, std::string_view help, Need need);
    bool checked(std::string_view key, double value, Dimension dimension, Range range);
    void finish();

    std::unique_ptr<Impl> impl_;
};

} // namespace gridtwin::scenario
