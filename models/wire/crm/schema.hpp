#pragma once
// The schema of the CRM's XML as tables: what an element may hold, what a value may be. Both the
// check in code and docs/models/crm.xsd are made of them, so that they cannot part.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace gridtwin::wire::crm {

inline constexpr std::string_view kNamespace = "urn:gridtwin:crm:1";
inline constexpr std::uint32_t kMostEntries = 1000;

/// A kind of value.
struct ValueType {
    std::string_view name;     ///< in the XSD
    std::string_view expected; ///< in words
    std::string_view base = "xs:string";
    std::string_view pattern;                  ///< of the XSD's language; "": none
    bool (*check)(std::string_view) = nullptr; ///< nullptr: `names`, or lengths alone
    std::span<std::string_view const> names;   ///< one of these
    std::size_t least = 0;                     ///< characters, unless most is 0
    std::size_t most = 0;
};
[[nodiscard]] bool is_valid(ValueType const& type, std::string_view value);

struct AttributeRule {
    std::string_view name;
    ValueType const* type = nullptr;
    bool required = true;
    bool unique = false; ///< among the elements of its name in the document
};

enum class Content : std::uint8_t { empty, text, sequence, choice };

struct ElementRule;
/// In a sequence: how often there. In a choice: one of them.
struct ChildRule {
    ElementRule const* element = nullptr;
    std::uint32_t least = 1;
    std::uint32_t most = 1;
};

struct ElementRule {
    std::string_view name;
    std::span<AttributeRule const> attributes;
    Content content = Content::empty;
    ValueType const* text = nullptr;
    std::span<ChildRule const> children;
    std::uint32_t least = 1; ///< children of a choice
    std::uint32_t most = 1;
};

/// The document's element; everything else hangs on it.
[[nodiscard]] ElementRule const& schema();
[[nodiscard]] std::span<ValueType const* const> value_types();
[[nodiscard]] ValueType const& meter_code_type();

/// The same as XML Schema 1.0: docs/models/crm.xsd.
[[nodiscard]] std::string xsd();

} // namespace gridtwin::wire::crm
