#pragma once
// Ordered property tables: what each element class may state, and how a stated value is checked.
// A new class is a table and a converter in a file of its own (see capacitor.cpp), and one line in
// classes.cpp. The order is that of the OpenDSS element reference: it decides what an abbreviation
// means and what a value without a name is for.
#include "models/grid/dss/series.hpp"
#include "models/grid/dss/value.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gridtwin::grid::dss {

enum class Kind : std::uint8_t {
    number,
    integer,
    yes_no,
    text,
    choice,
    bus,
    numbers,
    numbers_or_none, ///< "none": no numbers
    matrix,
    choices,
    buses,
    series,        ///< numbers, stated or in a file: (file=x.csv, column=2), (dblfile=x)
    csv_file,      ///< name of a file of rows of numbers
    binary64_file, ///< name of a file of double-precision numbers
    binary32_file, ///< of single-precision numbers
    free,          ///< anything, unread
};

enum class Range : std::uint8_t {
    any,
    above_zero,
    not_negative,
    kilovolts,    ///< 1e-6..1e6
    power_factor, ///< 0 < |x| <= 1
    phases,       ///< 1..100
    steps,        ///< 1..1000
    year,         ///< 0..10,000
    time_steps,   ///< 1..10,000,000
};

enum class Use : std::uint8_t {
    applied,     ///< the converter reads it
    no_effect,   ///< harmonics, reliability, reports: checked and then unused
    not_modelled ///< an error, unless it states what is so anyway (`harmless`)
};

/// One allowed word: its spellings separated by '|', the first for messages; abbreviations count.
struct Choice {
    std::string_view spellings;
    int value;
};

inline constexpr double kNothingHarmless = std::numeric_limits<double>::quiet_NaN();

struct PropertySpec {
    std::string_view name;
    Kind kind = Kind::number;
    Use use = Use::no_effect;
    int tag = 0; ///< what the class's converter knows it by
    Range range = Range::any;
    std::span<Choice const> choices{};
    double harmless = kNothingHarmless;
};

/// A checked value; the property's kind says what holds it. Small, and what is larger is shared:
/// there are many values, and `like` copies them.
struct Value {
    using Data = std::variant<std::string,                      // text
                              std::vector<double>,              // numbers, choices
                              std::vector<std::vector<double>>, // matrix
                              BusName,                          // bus
                              std::vector<BusName>,             // buses
                              Series>;                          // series and files
    double number = 0.0; ///< number, integer, yes_no (1 or 0), choice
    std::shared_ptr<Data const> data;

    template <typename T>
    [[nodiscard]] T const& as() const {
        return std::get<T>(*data);
    }
};

/// One property as stated; `statement` counts the script's statements.
struct Assignment {
    PropertySpec const* property = nullptr;
    std::uint32_t statement = 0;
    Place at;
    Value value;

    [[nodiscard]] double number() const { return value.number; }
    [[nodiscard]] int integer() const { return static_cast<int>(value.number); }
    [[nodiscard]] bool yes() const { return value.number != 0.0; }
    [[nodiscard]] std::string const& text() const { return value.as<std::string>(); }
    [[nodiscard]] std::vector<double> const& numbers() const {
        return value.as<std::vector<double>>();
    }
    [[nodiscard]] std::vector<std::vector<double>> const& rows() const {
        return value.as<std::vector<std::vector<double>>>();
    }
    /// Row by row.
    [[nodiscard]] std::vector<double> const& series() const { return *value.as<Series>().values; }
    [[nodiscard]] std::size_t columns() const { return value.as<Series>().columns; }
    [[nodiscard]] BusName const& bus() const { return value.as<BusName>(); }
    [[nodiscard]] std::vector<BusName> const& buses() const {
        return value.as<std::vector<BusName>>();
    }
};

struct Element;

/// Whose property it is, named only when a message needs it: "line 'l1'", or the command "Set".
struct Owner {
    Element const* element = nullptr;
    std::string_view command{};
    DataFiles* data = nullptr; ///< for properties that may name files
    [[nodiscard]] std::string label() const;
};

/// Reads `word` as a value of `property`; nothing after reporting a mistake, or when the property
/// is to be passed over.
[[nodiscard]] std::optional<Value> read_value(PropertySpec const& property, Word const& word,
                                              Owner owner, Report& report);

/// One table from several, for classes that share runs of properties; a run of the class's own may
/// stand in braces.
template <std::size_t... N>
constexpr std::array<PropertySpec, (N + ...)> joined(PropertySpec const (&... parts)[N]) {
    std::array<PropertySpec, (N + ...)> out{};
    std::size_t row = 0;
    auto const append = [&out, &row](auto const& part) {
        for (auto const& property : part) {
            out[row++] = property;
        }
    };
    (append(parts), ...);
    return out;
}

/// Tags of the properties that every class has; a class's own tags start at 1.
enum CommonTag : int { kTagBaseFrequency = -1, kTagEnabled = -2, kTagLike = -3 };

// What several classes share.
inline constexpr Choice kConnectionChoices[] = {{"wye|y|ln|star", 0}, {"delta|ll", 1}};
/// A monitored phase: a number, or avg, max, min (values as in circuit_controls.hpp).
inline constexpr Choice kPhaseChoices[] = {{"avg", 0}, {"max", -1}, {"min", -2}, {"1", 1},
                                           {"2", 2},   {"3", 3},    {"4", 4},    {"5", 5},
                                           {"6", 6},   {"7", 7},    {"8", 8},    {"9", 9}};
/// What the tables of power delivery elements end with.
inline constexpr PropertySpec kDeliveryEnd[] = {
    {"faultrate"},
    {"pctperm"},
    {"repair"},
    {"basefreq", Kind::number, Use::applied, kTagBaseFrequency, Range::above_zero},
    {"enabled", Kind::yes_no, Use::applied, kTagEnabled},
    {"like", Kind::text, Use::applied, kTagLike},
};

} // namespace gridtwin::grid::dss
