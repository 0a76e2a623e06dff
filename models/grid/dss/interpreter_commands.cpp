// Commands that act on elements and buses by name.
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/interpreter.hpp"
#include "models/grid/dss/name_pattern.hpp"
#include "models/grid/dss/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <numbers>

namespace gridtwin::grid::dss {
namespace {

/// Classes that are taken away as a whole when they are opened.
constexpr std::string_view kShunts[] = {"load",     "capacitor", "generator",
                                        "pvsystem", "storage",   "fault"};

bool is_shunt(std::string_view class_name) {
    return std::any_of(std::begin(kShunts), std::end(kShunts),
                       [class_name](std::string_view shunt) { return same(shunt, class_name); });
}

} // namespace

/// `BatchEdit class.pattern property=value ...`: every element whose name the pattern is found in.
void Interpreter::batch_edit(Words words) {
    active_ = nullptr;
    passing_over_ = true;
    if (words.size() < 2) {
        report_.error(words.front().at, "BatchEdit names no elements",
                      "BatchEdit <class>.<pattern> <property>=<value>");
        return;
    }
    auto const& object = words[1];
    auto const name = object_name(object, "BatchEdit <class>.<pattern>");
    auto const* spec = name ? modelled_class(name->class_name, object.at) : nullptr;
    if (spec == nullptr) {
        return;
    }
    need_circuit_of(spec, object.at);
    auto const parsed = NamePattern::parse(name->name);
    if (!parsed.pattern) {
        report_.error(object.at,
                      fmt::format("pattern '{}' is {}", shown(name->name), parsed.problem),
                      "a regular expression, for example Load..*");
        return;
    }
    for (auto* element : elements.of_class(*spec)) {
        if (!parsed.pattern->found_in(element->name)) {
            continue;
        }
        auto const mistakes = report_.found();
        edit(*element, words.subspan(2));
        if (report_.found() != mistakes) {
            return; // the others would repeat it
        }
    }
}

/// The arguments of a command, each by its row of `table`, by place or by name; false after
/// reporting.
bool Interpreter::take_arguments(
    Words words, std::span<PropertySpec const> table, std::string_view expected,
    std::function<void(int row, Word const&, Value const&)> const& take) {
    auto const command = words.front().text;
    int row = -1;
    for (auto const& word : words.subspan(1)) {
        row = word.name.empty() ? row + 1 : find_abbreviated(table, word.name);
        if (row < 0 || row >= static_cast<int>(table.size())) {
            report_.error(word.name.empty() ? word.at : word.name_at,
                          fmt::format("{} does not know '{}'", shown(command),
                                      shown(word.name.empty() ? word.text : word.name)),
                          std::string(expected));
            return false;
        }
        auto const value =
            read_value(table[static_cast<std::size_t>(row)], word, {nullptr, command}, report_);
        if (!value) {
            return false;
        }
        take(row, word, *value);
    }
    return true;
}

/// `SetkVBase bus kVLL=...` or `kVLN=...`.
void Interpreter::set_kv_base(Words words) {
    constexpr PropertySpec kArguments[] = {
        {"Bus", Kind::bus, Use::applied},
        {"kVLL", Kind::number, Use::applied, 1, Range::kilovolts},
        {"kVLN", Kind::number, Use::applied, 2, Range::kilovolts},
    };
    StatedBase base;
    auto const take = [&base](int row, Word const& word, Value const& value) {
        if (row == 0) {
            base.bus = value.as<BusName>().name;
            base.at = word.at;
        } else {
            base.v_ln_v = value.number * 1e3 / (row == 1 ? std::numbers::sqrt3 : 1.0);
        }
    };
    if (!take_arguments(words, kArguments, "a bus and its kVLL or kVLN", take)) {
        return;
    }
    if (base.bus.empty() || base.v_ln_v == 0.0) {
        report_.error(words.front().at, "SetkVBase names no bus and voltage",
                      "a bus and its kVLL or kVLN");
        return;
    }
    settings.stated_bases.push_back(std::move(base));
    touch();
}

/// `Select class.name [terminal]`: what ~ continues. A bare name is of the class named last.
void Interpreter::select(Words words) {
    std::vector<Word> full(words.begin(), words.end());
    std::string name;
    if (full.size() > 1 && !class_.empty() && full[1].text.find('.') == std::string_view::npos) {
        name = fmt::format("{}.{}", class_, full[1].text);
        full[1].text = name;
    }
    active_ = existing(full, "Select");
    passing_over_ = active_ == nullptr;
}

/// Set Element, Object, Class, Type and Circuit make something the active one, Set DataPath a
/// folder.
void Interpreter::select_by_option(Word const& word) {
    auto const option = option_named(word.name);
    if (word.broken) {
        return;
    }
    if (option == "element" || option == "object") {
        std::array words{word, word};
        words[1].name = {};
        select(words);
    } else if (option == "class" || option == "type") {
        if (is_dss_class(word.text)) {
            class_ = lower(word.text);
        } else {
            report_unknown_class(word.text, word.at);
        }
    } else if (option == "Datapath") {
        go_to(word);
    } else if (option == "circuit" && !same(word.text, settings.circuit_name)) {
        report_.error(word.at, fmt::format("'{}' is not the circuit", shown(word.text)),
                      fmt::format("'{}'", shown(settings.circuit_name)));
    }
}

/// `SetBusXY bus x y`.
void Interpreter::place_bus(Words words) {
    constexpr PropertySpec kArguments[] = {{"Bus", Kind::bus, Use::applied},
                                           {"X", Kind::number, Use::applied},
                                           {"Y", Kind::number, Use::applied}};
    BusPosition position{};
    std::array<bool, 3> stated{};
    auto const take = [&](int row, Word const&, Value const& value) {
        stated[static_cast<std::size_t>(row)] = true;
        if (row == 0) {
            position.bus = value.as<BusName>().name;
        } else {
            (row == 1 ? position.x : position.y) = value.number;
        }
    };
    if (!take_arguments(words, kArguments, "a bus, x and y", take)) {
        return;
    }
    if (stated != std::array{true, true, true}) {
        report_.error(words.front().at, "SetBusXY names no bus and position", "a bus, x and y");
        return;
    }
    settings.positions.push_back(std::move(position));
}

/// A number after Open and Close, `otherwise` when it is not stated; nothing after reporting.
std::optional<int> Interpreter::argument(Words words, std::size_t at, int otherwise, int greatest,
                                         std::string_view name) {
    if (words.size() <= at) {
        return otherwise;
    }
    auto const number = parse_number(words[at].text);
    bool const good = number.problem.empty() && number.value >= 0.0 && number.value <= greatest &&
                      number.value == std::floor(number.value);
    if (!good) {
        report_.error(words[at].at, fmt::format("{} is '{}'", name, shown(words[at].text)),
                      fmt::format("a whole number 0..{}", greatest));
        return std::nullopt;
    }
    return static_cast<int>(number.value);
}

/// `Open class.name [terminal [conductor]]`; 0 or nothing: the first terminal, all conductors.
void Interpreter::open_or_close(Words words, bool open) {
    std::string_view const verb = open ? "Open" : "Close";
    auto* element = existing(words, verb);
    if (element == nullptr) {
        return;
    }
    bool const line = same(element->spec->name, "line");
    auto const terminal = argument(words, 2, 1, line ? 2 : 1, fmt::format("terminal of {}", verb));
    auto const conductor = argument(words, 3, 0, 32, fmt::format("conductor of {}", verb));
    if (!terminal || !conductor) {
        return;
    }
    if (!line && (*conductor != 0 || !is_shunt(element->spec->name))) {
        report_.error(words[1].at,
                      fmt::format("{} of {}{} is not modelled", verb,
                                  *conductor != 0 ? "a single conductor of " : "",
                                  element->label()),
                      "a line, or a load, capacitor or generator as a whole");
        return;
    }
    if (*conductor > element->switched_conductor) {
        element->switched_conductor = *conductor;
        element->switched_at = words[3].at;
    }
    auto& mask = element->open_at[*terminal > 0 ? static_cast<std::size_t>(*terminal - 1) : 0];
    std::uint32_t const bits = *conductor == 0 ? kAllOpen : 1U << (*conductor - 1);
    mask = open ? mask | bits : mask & ~bits;
    element->opened = element->open_at[0] == kAllOpen || element->open_at[1] == kAllOpen;
    touch();
}

bool Interpreter::state_enabled(Element& element, bool enabled, Place at) {
    for (auto const& property : element.spec->properties) {
        if (property.tag == kTagEnabled) {
            Value value;
            value.number = enabled ? 1.0 : 0.0;
            element.assignments.push_back({&property, statements_, at, std::move(value)});
            touch(element);
            return true;
        }
    }
    return false;
}

/// `Enable Class.*`, `Disable Class.*`
void Interpreter::enable_all(Word const& object, bool enabled) {
    auto const name = object_name(object, "<class>.*");
    auto const* spec = name ? modelled_class(name->class_name, object.at) : nullptr;
    need_circuit_of(spec, object.at);
    if (spec == nullptr) {
        return;
    }
    for (auto* element : elements.of_class(*spec)) {
        if (!may_assign(*element, object.at) || !state_enabled(*element, enabled, object.at)) {
            return;
        }
    }
}

void Interpreter::enable(Words words, bool enabled) {
    if (words.size() > 1 && words[1].text.ends_with(".*")) {
        enable_all(words[1], enabled);
        return;
    }
    auto* element = existing(words, enabled ? "Enable" : "Disable");
    if (element != nullptr && !state_enabled(*element, enabled, words[1].at)) {
        report_.error(
            words[1].at,
            fmt::format("{} cannot be {}", element->label(), enabled ? "enabled" : "disabled"),
            "an element of the circuit");
    }
}

} // namespace gridtwin::grid::dss
