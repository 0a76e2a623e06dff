#include "models/grid/dss/element.hpp"

#include "models/grid/dss/text.hpp"

#include <fmt/format.h>

namespace gridtwin::grid::dss {
namespace {

/// FNV-1a of the lower-case text.
std::size_t hash_of(std::string_view text, std::size_t hash) {
    for (char const c : text) {
        hash = (hash ^ static_cast<unsigned char>(lower(c))) * 1099511628211U;
    }
    return hash;
}

} // namespace

std::size_t ElementTable::Hash::operator()(Key const& key) const {
    return hash_of(key.name, hash_of(key.class_name, 14695981039346656037U));
}

bool ElementTable::Same::operator()(Key const& a, Key const& b) const {
    return same(a.name, b.name) && same(a.class_name, b.class_name);
}

std::string Element::label() const {
    return fmt::format("{} '{}'", lower(spec->name), shown(name));
}

std::string Owner::label() const {
    return element != nullptr ? element->label() : std::string(command);
}

bool Element::is_stated(int tag) const {
    for (std::size_t row = 0; row < spec->properties.size(); ++row) {
        if (spec->properties[row].tag == tag && stated[row]) {
            return true;
        }
    }
    return false;
}

bool Element::yes(int tag, bool otherwise) const {
    bool out = otherwise;
    for (auto const& assignment : assignments) {
        if (assignment.property->tag == tag) {
            out = assignment.yes();
        }
    }
    return out;
}

Element* ElementTable::find(std::string_view class_name, std::string_view name) {
    auto const found = by_name_.find(Key{class_name, name});
    return found == by_name_.end() ? nullptr : found->second;
}

Element const* ElementTable::find(std::string_view class_name, std::string_view name) const {
    auto const found = by_name_.find(Key{class_name, name});
    return found == by_name_.end() ? nullptr : found->second;
}

Element& ElementTable::add(ClassSpec const& spec, std::string name, Place where) {
    auto const index = elements_.size();
    auto& element = elements_.emplace_back();
    element.index = index;
    element.spec = &spec;
    element.name = std::move(name);
    element.where = where;
    auto const [at, added] = by_name_.emplace(Key{spec.name, element.name}, &element);
    element.discarded = !added;
    return element;
}

std::vector<std::string> ElementTable::names(std::string_view class_name) const {
    std::vector<std::string> out;
    for (auto const& element : elements_) {
        if (same(element.spec->name, class_name) && !element.discarded) {
            out.push_back(element.name);
        }
    }
    return out;
}

std::vector<Element*> ElementTable::of_class(ClassSpec const& spec) {
    std::vector<Element*> out;
    for (auto& element : elements_) {
        if (element.spec == &spec && !element.discarded) {
            out.push_back(&element);
        }
    }
    return out;
}

void ElementTable::clear() {
    elements_.clear();
    by_name_.clear();
}

} // namespace gridtwin::grid::dss
