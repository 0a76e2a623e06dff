#include "models/wire/crm/schema.hpp"

#include <fmt/format.h>

namespace gridtwin::wire::crm {
namespace {

std::string occurs(std::uint32_t least, std::uint32_t most) {
    auto out = least == 1 ? std::string{} : fmt::format(" minOccurs=\"{}\"", least);
    return most == 1 ? out : out + fmt::format(" maxOccurs=\"{}\"", most);
}

void put_type(ValueType const& type, std::string& out) {
    out += fmt::format("  <xs:simpleType name=\"{}\">\n    <xs:restriction base=\"{}\">\n",
                       type.name, type.base);
    if (!type.pattern.empty()) {
        out += fmt::format("      <xs:pattern value=\"{}\"/>\n", type.pattern);
    }
    for (auto const name : type.names) {
        out += fmt::format("      <xs:enumeration value=\"{}\"/>\n", name);
    }
    if (type.most > 0) {
        out +=
            fmt::format("      <xs:minLength value=\"{}\"/>\n      <xs:maxLength value=\"{}\"/>\n",
                        type.least, type.most);
    }
    out += "    </xs:restriction>\n  </xs:simpleType>\n";
}

/// Of all that the element holds. As deep as the tables are.
void put_uniques(ElementRule const& rule, std::string const& path, std::string const& margin,
                 std::string& out) {
    for (auto const& child : rule.children) {
        auto const name = path + fmt::format("crm:{}", child.element->name);
        for (auto const& attribute : child.element->attributes) {
            if (attribute.unique) {
                out += fmt::format("{0}<xs:unique name=\"{1}-{2}\">\n"
                                   "{0}  <xs:selector xpath=\"{3}\"/>\n"
                                   "{0}  <xs:field xpath=\"@{2}\"/>\n"
                                   "{0}</xs:unique>\n",
                                   margin, child.element->name, attribute.name, name);
            }
        }
        put_uniques(*child.element, name + "/", margin, out);
    }
}

// As deep as the tables are: four.
void put_element(ElementRule const& rule, std::string const& occurrence, std::string const& margin,
                 std::string& out) {
    out += fmt::format("{}<xs:element name=\"{}\"", margin, rule.name);
    if (rule.content == Content::text) {
        out += fmt::format(" type=\"{}\"{}/>\n", rule.text->name, occurrence);
        return;
    }
    out += fmt::format("{}>\n{}  <xs:complexType>\n", occurrence, margin);
    if (rule.content != Content::empty) {
        bool const choice = rule.content == Content::choice;
        auto const group = choice ? "choice" : "sequence";
        out += fmt::format("{}    <xs:{}{}>\n", margin, group,
                           choice ? occurs(rule.least, rule.most) : "");
        for (auto const& child : rule.children) {
            put_element(*child.element, occurs(child.least, child.most), margin + "      ", out);
        }
        out += fmt::format("{}    </xs:{}>\n", margin, group);
    }
    for (auto const& attribute : rule.attributes) {
        out +=
            fmt::format("{}    <xs:attribute name=\"{}\" type=\"{}\"{}/>\n", margin, attribute.name,
                        attribute.type->name, attribute.required ? " use=\"required\"" : "");
    }
    out += fmt::format("{}  </xs:complexType>\n", margin);
    if (&rule == &schema()) {
        put_uniques(rule, "", margin + "  ", out);
    }
    out += fmt::format("{}</xs:element>\n", margin);
}

} // namespace

std::string xsd() {
    auto out = fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<!-- What the customer database and the SMS gateway tell each other; made of the tables "
        "in\n"
        "     models/wire/crm/schema.cpp, where what each means is said (document.hpp). -->\n"
        "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns=\"{0}\" xmlns:crm=\"{0}\"\n"
        "           targetNamespace=\"{0}\" elementFormDefault=\"qualified\">\n",
        kNamespace);
    for (auto const* const type : value_types()) {
        put_type(*type, out);
    }
    put_element(schema(), "", "  ", out);
    return out + "</xs:schema>\n";
}

} // namespace gridtwin::wire::crm
