#include "models/grid/dss/property.hpp"

#include "models/grid/dss/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gridtwin::grid::dss {
namespace {

constexpr Choice kYesNo[] = {{"yes|true|1", 1}, {"no|false|0", 0}};

/// Reads one value after the other, reporting under the property's and the element's name.
class Reading {
  public:
    Reading(PropertySpec const& property, Owner owner, Report& report)
        : property_(property), owner_(owner), report_(report) {}

    std::optional<double> number(Item const& item);
    std::optional<double> choice(Item const& item, std::span<Choice const> choices);
    std::optional<BusName> bus(Item const& item);

  private:
    void wrong(Item const& item, std::string const& problem, std::string expected,
               std::string hint = {});
    [[nodiscard]] std::string out_of_range(double value) const;

    PropertySpec const& property_;
    Owner owner_;
    Report& report_;
};

void Reading::wrong(Item const& item, std::string const& problem, std::string expected,
                    std::string hint) {
    report_.error(item.at, fmt::format("{} of {} is {}", property_.name, owner_.label(), problem),
                  std::move(expected), std::move(hint));
}

/// What was expected instead of `value`; empty when it is in range.
std::string Reading::out_of_range(double value) const {
    switch (property_.range) {
    case Range::any:
        return {};
    case Range::above_zero:
        return value > 0.0 ? "" : "a number above 0";
    case Range::not_negative:
        return value >= 0.0 ? "" : "a number not below 0";
    case Range::kilovolts: // squares of what is beyond leave the numbers that a solution can hold
        return !(value > 0.0)                  ? "a number above 0"
               : value >= 1e-6 && value <= 1e6 ? ""
                                               : "a voltage 1e-6..1e6 kV";
    case Range::power_factor:
        return value != 0.0 && std::abs(value) <= 1.0 ? "" : "0 < |pf| <= 1, negative for leading";
    case Range::phases:
        return value >= 1.0 && value <= 100.0 ? "" : "a whole number 1..100";
    case Range::steps:
        return value >= 1.0 && value <= 1000.0 ? "" : "a whole number 1..1000";
    case Range::year:
        return value >= 0.0 && value <= 1e4 ? "" : "a year 0..10000";
    case Range::time_steps:
        return value >= 1.0 && value <= 1e7 ? "" : "a whole number 1..10000000";
    }
    return {};
}

std::optional<double> Reading::number(Item const& item) {
    auto const parsed = parse_item(item);
    if (!parsed.problem.empty()) {
        wrong(item, parsed.problem,
              property_.kind == Kind::integer ? "a whole number" : "a number");
        return std::nullopt;
    }
    if (property_.kind == Kind::integer &&
        (parsed.value != std::floor(parsed.value) || std::abs(parsed.value) > 1e9)) {
        wrong(item, fmt::format("{}", shown(item.text)), "a whole number");
        return std::nullopt;
    }
    if (auto const expected = out_of_range(parsed.value); !expected.empty()) {
        wrong(item, fmt::format("{:g}", parsed.value), expected);
        return std::nullopt;
    }
    return parsed.value;
}

/// Calls `visit(spelling, value)` for every spelling until it returns true.
template <typename Visit>
bool any_spelling(std::span<Choice const> choices, Visit visit) {
    for (auto const& option : choices) {
        auto rest = option.spellings;
        while (!rest.empty()) {
            auto const name = rest.substr(0, rest.find('|'));
            rest.remove_prefix(std::min(name.size() + 1, rest.size()));
            if (visit(name, option.value)) {
                return true;
            }
        }
    }
    return false;
}

std::optional<double> Reading::choice(Item const& item, std::span<Choice const> choices) {
    std::optional<double> found;
    auto const exact = [&found, &item](std::string_view name, int value) {
        found = value;
        return same(name, item.text);
    };
    auto const abbreviated = [&found, &item](std::string_view name, int value) {
        found = value;
        return !item.text.empty() && starts_with(name, item.text);
    };
    // "m" is metre before it abbreviates "mi"
    if (any_spelling(choices, exact) || any_spelling(choices, abbreviated)) {
        return found;
    }
    std::vector<std::string_view> names;
    any_spelling(choices, [&names](std::string_view name, int) {
        names.push_back(name);
        return false;
    });
    std::string expected = choices.size() > 1 ? "one of " : "";
    for (auto const& option : choices) {
        expected += &option == choices.data() ? "" : ", ";
        expected += option.spellings.substr(0, option.spellings.find('|'));
    }
    wrong(item, fmt::format("'{}'", shown(item.text)), expected, nearest_name(item.text, names));
    return std::nullopt;
}

std::optional<BusName> Reading::bus(Item const& item) {
    auto parsed = parse_bus(item);
    if (!parsed.problem.empty()) {
        wrong(item, parsed.problem, "a bus and its nodes, for example 634.1.2.3, nodes 0..99");
        return std::nullopt;
    }
    return std::move(parsed.bus);
}

bool keep(double& target, std::optional<double> const& value) {
    target = value.value_or(0.0);
    return value.has_value();
}

bool read_numbers(Reading& reading, std::vector<Item> const& items, std::vector<double>& out) {
    bool good = true;
    out.reserve(items.size());
    for (auto const& item : items) {
        good = keep(out.emplace_back(), reading.number(item)) && good;
    }
    return good;
}

/// Keeps what has been read; nothing when it was wrong.
template <typename T>
bool keep_data(Value& value, bool good, T data) {
    if (good) {
        value.data = std::make_shared<Value::Data const>(std::move(data));
    }
    return good;
}

bool read_list(Reading& reading, Word const& word, Value& value) {
    std::vector<double> numbers;
    bool const good = read_numbers(reading, split_list(word), numbers);
    return keep_data(value, good, std::move(numbers));
}

bool read_matrix(Reading& reading, Word const& word, Value& value) {
    std::vector<std::vector<double>> rows;
    bool good = true;
    for (auto const& row : split_matrix(word)) {
        good = read_numbers(reading, row, rows.emplace_back()) && good;
    }
    return keep_data(value, good, std::move(rows));
}

bool read_choices(Reading& reading, Word const& word, std::span<Choice const> choices,
                  Value& value) {
    std::vector<double> out;
    bool good = true;
    for (auto const& item : split_list(word)) {
        good = keep(out.emplace_back(), reading.choice(item, choices)) && good;
    }
    return keep_data(value, good, std::move(out));
}

bool read_bus(Reading& reading, Item const& item, Value& value) {
    auto bus = reading.bus(item);
    return bus && keep_data(value, true, std::move(*bus));
}

bool read_buses(Reading& reading, Word const& word, Value& value) {
    std::vector<BusName> out;
    bool good = true;
    for (auto const& item : split_list(word)) {
        auto bus = reading.bus(item);
        good = bus.has_value() && good;
        if (bus) {
            out.push_back(std::move(*bus));
        }
    }
    return keep_data(value, good, std::move(out));
}

bool read_series(PropertySpec const& property, Word const& word, Owner owner, Value& value) {
    auto& data = *owner.data;
    std::optional<Series> series;
    switch (property.kind) {
    case Kind::series:
        series = data.list(word, fmt::format("{} of {}", property.name, owner.label()));
        break;
    case Kind::csv_file:
        series = data.file(word, DataFormat::csv);
        break;
    case Kind::binary64_file:
        series = data.file(word, DataFormat::binary64);
        break;
    default:
        series = data.file(word, DataFormat::binary32);
        break;
    }
    return series && keep_data(value, true, std::move(*series));
}

bool read_kind(PropertySpec const& property, Word const& word, Owner owner, Reading reading,
               Value& value) {
    Item const whole{word.text, word.at, word.open};
    switch (property.kind) {
    case Kind::number:
    case Kind::integer:
        return keep(value.number, reading.number(whole));
    case Kind::yes_no:
        return keep(value.number, reading.choice(whole, kYesNo));
    case Kind::choice:
        return keep(value.number, reading.choice(whole, property.choices));
    case Kind::text:
        return property.use != Use::applied || keep_data(value, true, std::string(word.text));
    case Kind::bus:
        return read_bus(reading, whole, value);
    case Kind::numbers_or_none:
        return same(word.text, "none") ? keep_data(value, true, std::vector<double>{})
                                       : read_list(reading, word, value);
    case Kind::numbers:
        return read_list(reading, word, value);
    case Kind::matrix:
        return read_matrix(reading, word, value);
    case Kind::choices:
        return read_choices(reading, word, property.choices, value);
    case Kind::buses:
        return read_buses(reading, word, value);
    case Kind::series:
    case Kind::csv_file:
    case Kind::binary64_file:
    case Kind::binary32_file:
        return read_series(property, word, owner, value);
    case Kind::free:
        return true;
    }
    return false;
}

} // namespace

std::optional<Value> read_value(PropertySpec const& property, Word const& word, Owner owner,
                                Report& report) {
    if (word.broken) {
        return std::nullopt;
    }
    Value value;
    if (!read_kind(property, word, owner, Reading(property, owner, report), value)) {
        return std::nullopt;
    }
    if (property.use == Use::applied) {
        return value;
    }
    if (property.use == Use::not_modelled && value.number != property.harmless) {
        report.error(
            word.name.empty() ? word.at : word.name_at,
            fmt::format("property '{}' of {} is not modelled", property.name, owner.label()));
    }
    return std::nullopt;
}

} // namespace gridtwin::grid::dss
