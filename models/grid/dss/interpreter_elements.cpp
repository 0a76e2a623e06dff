// The interpreter's dealings with elements: making, finding, editing them.
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/interpreter.hpp"
#include "models/grid/dss/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::grid::dss {
namespace {

constexpr std::size_t kMostCopied = 4096; // `like` may double what it copies
constexpr std::size_t kMostOfElement = 1'000'000;
constexpr std::size_t kMostAssignments = 10'000'000;

/// Not a code, a shape or a conductor, which only others refer to.
bool is_circuit_element(ClassSpec const& spec) {
    return std::any_of(spec.properties.begin(), spec.properties.end(),
                       [](PropertySpec const& property) { return property.tag == kTagEnabled; });
}

} // namespace

std::optional<Interpreter::ObjectName> Interpreter::object_name(Word const& word,
                                                                std::string_view example) {
    auto const dot = word.text.find('.');
    bool const good = starts_with("object", word.name) && !word.broken &&
                      dot != std::string_view::npos && dot > 0 && dot + 1 < word.text.size();
    if (!good) {
        if (!word.broken) {
            report_.error(word.at,
                          fmt::format("'{}' is not the name of an element", shown(word.text)),
                          std::string(example));
        }
        return std::nullopt;
    }
    if (auto const octets = word.text.size() - dot - 1; octets > kLongestName) {
        report_.error(word.at,
                      fmt::format("'{}' has a name of {} octets", shown(word.text), octets),
                      fmt::format("at most {}", kLongestName));
        return std::nullopt;
    }
    class_ = lower(word.text.substr(0, dot));
    return ObjectName{class_, lower(word.text.substr(dot + 1))};
}

ClassSpec const* Interpreter::modelled_class(std::string_view name, Place at) {
    auto const* spec = find_class(name);
    if (spec != nullptr || ignored_.find(lower(name)) != ignored_.end()) {
        return spec;
    }
    if (is_dss_class(name)) {
        report_.error(at, fmt::format("element class '{}' is not modelled", shown(name)),
                      "another class, or this one among those to be ignored");
    } else {
        report_unknown_class(name, at);
    }
    return nullptr;
}

void Interpreter::report_unknown_class(std::string_view name, Place at) {
    report_.unknown(at, fmt::format("unknown element class '{}'", shown(name)),
                    nearest_name(name, dss_class_names()),
                    "a class of OpenDSS, for example Line, Load, Transformer or Capacitor");
}

void Interpreter::leave_out(std::string_view class_name, Place at) {
    auto const found = std::find_if(left_out.begin(), left_out.end(), [&](LeftOut const& other) {
        return same(other.class_name, class_name);
    });
    if (found != left_out.end()) {
        ++found->elements;
    } else {
        left_out.push_back({lower(class_name), 1, report_.position(at)});
    }
}

void Interpreter::need_circuit(Place at) {
    if (!settings.circuit_defined && !circuit_reported_) {
        report_.error(at, "no circuit is defined", "'New Circuit.<name>' before this line");
        circuit_reported_ = true;
    }
}

/// Codes, shapes and curves may stand before their circuit.
void Interpreter::need_circuit_of(ClassSpec const* spec, Place at) {
    if (spec == nullptr || is_circuit_element(*spec)) {
        need_circuit(at);
    }
}

void Interpreter::make(Words words) {
    active_ = nullptr;
    passing_over_ = true;
    auto const& object = words.front();
    auto name = object_name(object, "New <class>.<name>");
    if (!name) {
        return;
    }
    if (name->class_name == "circuit") {
        make_circuit(object, std::move(name->name), words.subspan(1));
        return;
    }
    auto const* spec = modelled_class(name->class_name, object.at);
    need_circuit_of(spec, object.at);
    if (spec == nullptr) {
        if (is_dss_class(name->class_name)) {
            leave_out(name->class_name, object.at);
        }
        return;
    }
    passing_over_ = false;
    auto* before = elements.find(spec->name, name->name);
    if (before != nullptr && !is_circuit_element(*spec)) {
        add_note(notes,
                 fmt::format("a second New of a {} edits the first, as the reference does",
                             lower(spec->name)),
                 report_.position(object.at));
        active_ = before;
        edit(*before, words.subspan(1));
        return;
    }
    auto& element = elements.add(*spec, std::move(name->name), object.at);
    element.defined = statements_;
    element.earth_model = settings.earth_model;
    if (before != nullptr) {
        auto const first = report_.position(before->where);
        report_.error(
            object.at, fmt::format("{} is defined twice", element.label()),
            fmt::format("another name than at {}:{}:{}", first.file, first.line, first.column));
    }
    active_ = &element;
    edit(element, words.subspan(1));
}

void Interpreter::make_circuit(Word const& object, std::string name, Words properties) {
    passing_over_ = false;
    if (settings.circuit_defined) {
        auto const first = report_.position(settings.circuit_at);
        report_.error(object.at, fmt::format("circuit '{}' is a second one", shown(name)),
                      fmt::format("one circuit; the first is at {}:{}:{}", first.file, first.line,
                                  first.column));
    } else {
        settings.circuit_name = std::move(name);
        settings.circuit_at = object.at;
        settings.f_hz = settings.default_hz;
    }
    settings.circuit_defined = true;
    class_ = "vsource"; // which the circuit's own properties are of
    auto const* spec = find_class("vsource");
    active_ = elements.find("vsource", "source");
    if (active_ == nullptr) {
        active_ = &elements.add(*spec, "source", object.at);
        active_->defined = statements_;
    }
    edit(*active_, properties);
}

Element* Interpreter::existing(Words words, std::string_view command_name) {
    if (words.size() < 2) {
        report_.error(words.front().at, fmt::format("{} names no element", command_name),
                      fmt::format("{} <class>.<name>", command_name));
        return nullptr;
    }
    auto const& object = words[1];
    auto const name = object_name(object, fmt::format("{} <class>.<name>", command_name));
    if (!name) {
        return nullptr;
    }
    auto const* spec = modelled_class(name->class_name, object.at);
    need_circuit_of(spec, words.front().at);
    if (spec == nullptr) {
        return nullptr;
    }
    auto* element = elements.find(spec->name, name->name);
    if (element == nullptr) {
        report_.error(object.at,
                      fmt::format("{} '{}' is not defined", name->class_name, shown(name->name)),
                      "an element defined before this line",
                      nearest_name(name->name, elements.names(spec->name)));
    }
    return element;
}

void Interpreter::edit_named(Words words) {
    active_ = nullptr;
    passing_over_ = true;
    if (auto* element = existing(words, "Edit")) {
        active_ = element;
        passing_over_ = false;
        edit(*element, words.subspan(2));
    }
}

/// `Class.Name.property=value ...`
void Interpreter::edit_property(Words words) {
    auto const& first = words.front();
    auto const dot = first.name.find('.');
    auto const last = first.name.rfind('.');
    active_ = nullptr;
    passing_over_ = true;
    if (dot == std::string_view::npos || dot == last) {
        report_.error(first.name_at, fmt::format("'{}=' stands alone", shown(first.name)),
                      "a command, or <class>.<name>.<property>=<value>");
        return;
    }
    auto const class_name = first.name.substr(0, dot);
    class_ = lower(class_name);
    auto const name = first.name.substr(dot + 1, last - dot - 1);
    auto const* spec = modelled_class(class_name, first.name_at);
    need_circuit_of(spec, first.name_at);
    if (spec == nullptr) {
        return;
    }
    auto* element = elements.find(spec->name, name);
    if (element == nullptr) {
        report_.error(
            first.name_at, fmt::format("{} '{}' is not defined", lower(class_name), shown(name)),
            "an element defined before this line", nearest_name(name, elements.names(spec->name)));
        return;
    }
    active_ = element;
    passing_over_ = false;
    std::vector<Word> properties(words.begin(), words.end());
    properties[0].name = first.name.substr(last + 1);
    properties[0].name_at.column += static_cast<std::int32_t>(last + 1);
    edit(*element, properties);
}

void Interpreter::touch(Element const& element) {
    changed = true;
    unsolved_ = unsolved_ || bears_on_solution(element);
}

/// Not what only records, and not a code or shape made since the last Solve: to use it is a change
/// of what uses it. Those that are there unstated, the shape `default` and curves of time and
/// current, may be in use already.
bool Interpreter::bears_on_solution(Element const& element) const {
    auto const* spec = element.spec;
    if (spec == &kMonitorClass || spec == &kEnergyMeterClass || spec == &kSensorClass ||
        spec == &kSpectrumClass || spec == &kPriceShapeClass) {
        return false;
    }
    return is_circuit_element(*spec) || element.defined <= solved_at_ ||
           element.name == "default" || spec == &kTccCurveClass;
}

void Interpreter::edit(Element& element, Words properties) {
    touch(element);
    if (element.assignments.empty()) {
        element.assignments.reserve(properties.size());
    }
    auto const table = element.spec->properties;
    int row = -1;
    bool lost = false; // after an unknown name nobody can tell what a bare value is for
    for (auto const& word : properties) {
        if (word.name.empty()) {
            if (lost) {
                continue;
            }
            if (++row >= static_cast<int>(table.size())) {
                report_.error(word.at, fmt::format("'{}' is one value too many for {}",
                                                   shown(word.text), element.label()));
                return;
            }
        } else {
            row = find_abbreviated(table, word.name);
            lost = row < 0;
            if (lost) {
                report_.unknown(
                    word.name_at,
                    fmt::format("unknown property '{}' of {}", shown(word.name), element.label()),
                    nearest_name(word.name, names_of(table)), offered(names_of(table)));
                continue;
            }
        }
        auto const& property = table[static_cast<std::size_t>(row)];
        element.stated.set(static_cast<std::size_t>(row));
        if (property.tag == kTagLike && !word.broken) {
            copy_like(element, word);
            continue;
        }
        auto value = read_value(property, word, {&element, {}, &data_}, report_);
        if (value) {
            if (!may_assign(element, word.at)) {
                return;
            }
            element.assignments.push_back({&property, statements_, word.at, std::move(*value)});
        } else if (property.use == Use::applied) {
            element.flawed = true;
        }
    }
}

/// Bounds what a short script can make the reader keep.
bool Interpreter::may_assign(Element const& element, Place at) {
    if (element.assignments.size() >= kMostOfElement) {
        report_.error(at,
                      fmt::format("{} has more than {} values", element.label(), kMostOfElement));
        return false;
    }
    return spend(1, at);
}

/// Values stated or copied in the whole script; the first one too many is reported.
bool Interpreter::spend(std::size_t values, Place at) {
    bool const first = assignments_ <= kMostAssignments;
    assignments_ += values;
    if (first && assignments_ > kMostAssignments) {
        report_.error(at, fmt::format("more than {} values are stated", kMostAssignments));
    }
    return assignments_ <= kMostAssignments;
}

void Interpreter::copy_like(Element& element, Word const& word) {
    auto const* other = elements.find(element.spec->name, word.text);
    if (other == nullptr || other == &element) {
        auto names = elements.names(element.spec->name);
        std::erase(names, element.name);
        report_.error(word.at,
                      fmt::format("like of {} is '{}', which is not another {}", element.label(),
                                  shown(word.text), lower(element.spec->name)),
                      "an element of the same class, defined before",
                      nearest_name(word.text, names));
        element.flawed = true;
        return;
    }
    if (element.assignments.size() + other->assignments.size() > kMostCopied) {
        report_.error(word.at, fmt::format("like makes {} longer than {} values", element.label(),
                                           kMostCopied));
        element.flawed = true;
        return;
    }
    if (!spend(other->assignments.size(), word.at)) {
        element.stated |= other->stated; // what is missing needs no second message
        element.flawed = true;
        return;
    }
    for (auto assignment : other->assignments) {
        assignment.statement = statements_;
        element.assignments.push_back(std::move(assignment));
    }
    element.stated |= other->stated;
    element.flawed = element.flawed || other->flawed;
}

} // namespace gridtwin::grid::dss
