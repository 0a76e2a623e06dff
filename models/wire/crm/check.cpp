#include "models/wire/crm/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace gridtwin::wire::crm {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::size_t kShown = 40; ///< characters of a wrong value

bool is_text(pugi::xml_node node) {
    return node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata;
}

std::string shown(std::string_view value) {
    return std::string(value.substr(0, kShown)) + (value.size() > kShown ? "..." : "");
}

class Checker {
  public:
    Checker(std::string_view buffer, MeterCodeRule const& meter_code, Mistakes& mistakes)
        : buffer_(buffer), meter_code_(meter_code), mistakes_(mistakes) {}

    // As deep as the tables are: an element that they do not have is not entered.
    void element(pugi::xml_node node, ElementRule const& rule) {
        attributes(node, rule);
        if (rule.content == Content::text) {
            text(node, rule);
            return;
        }
        no_text(node, rule);
        if (rule.content == Content::sequence) {
            sequence(node, rule);
        } else {
            choice(node, rule);
        }
    }

  private:
    /// Of the element's <.
    [[nodiscard]] std::size_t place(pugi::xml_node node) const {
        return place(node.name(), 0) - (*node.name() == 0 ? 0 : 1);
    }
    [[nodiscard]] std::size_t place(char const* in_buffer, std::size_t otherwise) const {
        auto const first = reinterpret_cast<std::uintptr_t>(buffer_.data());
        auto const at = reinterpret_cast<std::uintptr_t>(in_buffer);
        return at >= first && at < first + buffer_.size() ? at - first : otherwise;
    }

    void attributes(pugi::xml_node node, ElementRule const& rule) {
        bool const root = &rule == &schema();
        std::vector<std::string_view> seen;
        for (auto const attribute : node.attributes()) {
            if (mistakes_.enough()) { // every unknown one is a mistake, so `seen` stays short
                return;
            }
            std::string_view const name = attribute.name();
            auto const at = place(attribute.name(), place(node));
            if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
                mistakes_.add(at, fmt::format("attribute '{}' twice", shown(name)));
                continue;
            }
            seen.push_back(name);
            if (root && name == "xmlns") {
                if (attribute.value() != kNamespace) {
                    mistakes_.add(at, fmt::format("namespace '{}'", shown(attribute.value())),
                                  std::string(kNamespace));
                }
                continue;
            }
            auto const known = std::find_if(rule.attributes.begin(), rule.attributes.end(),
                                            [&](auto const& one) { return one.name == name; });
            if (known == rule.attributes.end()) {
                mistakes_.add(at, fmt::format("'{}' has no attribute '{}'", rule.name, shown(name)),
                              {}, nearest(shown(name), rule.attributes));
            } else {
                value(attribute.value(), *known->type, fmt::format("attribute '{}'", known->name),
                      place(attribute.value(), at));
                if (known->unique) {
                    first_of_its_value(*known, attribute.value(), rule.name,
                                       place(attribute.value(), at));
                }
            }
        }
        for (auto const& one : rule.attributes) {
            if (one.required && std::find(seen.begin(), seen.end(), one.name) == seen.end()) {
                mistakes_.add(place(node),
                              fmt::format("'{}' without attribute '{}'", rule.name, one.name),
                              std::string(one.type->expected));
            }
        }
        if (root && std::find(seen.begin(), seen.end(), "xmlns") == seen.end()) {
            mistakes_.add(place(node), fmt::format("'{}' without a namespace", rule.name),
                          fmt::format("xmlns=\"{}\"", kNamespace));
        }
    }

    void value(std::string_view text, ValueType const& type, std::string const& whose,
               std::size_t at) {
        if (is_valid(type, text)) {
            if (&type == &meter_code_type() && meter_code_.holds != nullptr &&
                !meter_code_.holds(text)) {
                mistakes_.add(at, fmt::format("{} is '{}'", whose, text),
                              std::string(meter_code_.expected));
            }
            return;
        }
        mistakes_.add(at, fmt::format("{} is '{}'", whose, shown(text)), std::string(type.expected),
                      type.names.empty() ? std::string{} : nearest_name(shown(text), type.names));
    }

    void first_of_its_value(AttributeRule const& rule, std::string_view value,
                            std::string_view element, std::size_t at) {
        auto const [first, news] = firsts_.try_emplace({&rule, value}, at);
        if (!news) {
            auto const where = mistakes_.place(first->second);
            mistakes_.add(at,
                          fmt::format("a second '{}' whose '{}' is '{}'; the first is at {}:{}",
                                      element, rule.name, shown(value), where.line, where.column),
                          fmt::format("a {} of its own for each '{}'", rule.type->name, element));
        }
    }

    void text(pugi::xml_node node, ElementRule const& rule) {
        for (auto const child : node.children()) {
            if (!is_text(child)) {
                mistakes_.add(place(child), fmt::format("an element within '{}'", rule.name),
                              "text");
                return;
            }
        }
        value(text_of(node), *rule.text, fmt::format("'{}'", rule.name), place(node));
    }

    void no_text(pugi::xml_node node, ElementRule const& rule) {
        for (auto const child : node.children()) {
            bool const blank = child.type() == pugi::node_pcdata &&
                               std::string_view(child.value()).find_first_not_of(kBlanks) ==
                                   std::string_view::npos;
            if (is_text(child) && (!blank || rule.content == Content::empty)) {
                mistakes_.add(place(child.value(), place(node)),
                              fmt::format("text within '{}'", rule.name));
            }
        }
    }

    void sequence(pugi::xml_node node, ElementRule const& rule) {
        std::vector<std::uint32_t> counts(rule.children.size());
        std::size_t at = 0; // in the rule
        for (auto const child : node.children()) {
            if (is_text(child) || mistakes_.enough()) {
                continue;
            }
            auto next = at;
            while (next < counts.size() && rule.children[next].element->name != child.name()) {
                ++next;
            }
            if (next == counts.size()) {
                stranger(child, rule);
                continue;
            }
            at = next;
            if (++counts[at] > rule.children[at].most) {
                mistakes_.add(place(child), fmt::format("more than {} of '{}'",
                                                        rule.children[at].most, child.name()));
            }
            element(child, *rule.children[at].element);
        }
        for (std::size_t i = 0; i < counts.size(); ++i) {
            if (counts[i] < rule.children[i].least) {
                mistakes_.add(place(node), fmt::format("'{}' without '{}'", rule.name,
                                                       rule.children[i].element->name));
            }
        }
    }

    void choice(pugi::xml_node node, ElementRule const& rule) {
        std::uint32_t count = 0;
        for (auto const child : node.children()) {
            if (is_text(child) || mistakes_.enough()) {
                continue;
            }
            auto const known =
                std::find_if(rule.children.begin(), rule.children.end(),
                             [&](auto const& one) { return one.element->name == child.name(); });
            if (known == rule.children.end()) {
                stranger(child, rule);
                continue;
            }
            if (++count == rule.most + 1) {
                mistakes_.add(place(child),
                              fmt::format("more than {} in '{}'", rule.most, rule.name));
            }
            element(child, *known->element);
        }
        if (!rule.children.empty() && count < rule.least) {
            mistakes_.add(place(node), fmt::format("nothing in '{}'", rule.name), names(rule));
        }
    }

    void stranger(pugi::xml_node child, ElementRule const& rule) {
        std::vector<std::string_view> known;
        for (auto const& one : rule.children) {
            known.push_back(one.element->name);
        }
        std::string_view const name = child.name();
        bool const misplaced = std::find(known.begin(), known.end(), name) != known.end();
        mistakes_.add(place(child),
                      fmt::format("'{}' {} in '{}'", shown(name),
                                  misplaced ? "comes too late" : "cannot stand", rule.name),
                      names(rule), misplaced ? std::string{} : nearest_name(shown(name), known));
    }

    static std::string names(ElementRule const& rule) {
        std::string out;
        for (auto const& one : rule.children) {
            out += (out.empty() ? "" : ", ") + std::string(one.element->name);
        }
        return out.empty() ? "nothing" : out;
    }

    static std::string nearest(std::string_view name, std::span<AttributeRule const> attributes) {
        std::vector<std::string_view> names;
        for (auto const& one : attributes) {
            names.push_back(one.name);
        }
        return nearest_name(name, names);
    }

    std::string_view buffer_;
    MeterCodeRule meter_code_;
    Mistakes& mistakes_;
    std::map<std::pair<AttributeRule const*, std::string_view>, std::size_t>
        firsts_; ///< octet at which a value that may come once has come
};

} // namespace

std::string text_of(pugi::xml_node element) {
    std::string out;
    for (auto const child : element.children()) {
        if (is_text(child)) {
            out += child.value();
        }
    }
    return out;
}

void check(pugi::xml_document const& document, std::string_view buffer,
           MeterCodeRule const& meter_code, Mistakes& mistakes) {
    auto const root = document.document_element();
    if (root.name() != schema().name) {
        mistakes.add(0, fmt::format("root element '{}'", shown(root.name())),
                     std::string(schema().name));
        return;
    }
    Checker(buffer, meter_code, mistakes).element(root, schema());
}

} // namespace gridtwin::wire::crm
