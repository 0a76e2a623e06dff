#pragma once
// A parsed document against the tables of schema.hpp.
#include "models/wire/crm/mistakes.hpp"
#include "models/wire/crm/schema.hpp"
#include "models/wire/crm/xml.hpp"

#include <pugixml.hpp>
#include <string>
#include <string_view>

namespace gridtwin::wire::crm {

/// All of an element's text, CDATA sections too.
[[nodiscard]] std::string text_of(pugi::xml_node element);

/// @param buffer in which pugixml parsed in place, so that names and values point into it: their
///        octets are those of the text
void check(pugi::xml_document const& document, std::string_view buffer,
           MeterCodeRule const& meter_code, Mistakes& mistakes);

} // namespace gridtwin::wire::crm
