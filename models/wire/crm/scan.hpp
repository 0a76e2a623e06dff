#pragma once
// What a forgiving parser would let pass: looked for in the text before it is parsed.
#include "models/wire/crm/mistakes.hpp"

#include <cstddef>
#include <string_view>

namespace gridtwin::wire::crm {

/// Octets that are no UTF-8 or no characters of XML, references to entities other than the five,
/// `<` in attributes, `]]>` in text, `--` in comments, document types, processing instructions,
/// another declaration than version 1.0 and UTF-8, more than one root, text outside of it, and
/// elements deeper than `depth`. Linear in the text, no recursion.
void scan(std::string_view text, std::size_t depth, Mistakes& mistakes);

} // namespace gridtwin::wire::crm
