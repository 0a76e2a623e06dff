#pragma once
// The CRM's documents as XML 1.0, UTF-8: written, checked and read. The schema is schema.hpp's
// (docs/models/crm.xsd), the parser pugixml.
#include "models/wire/crm/document.hpp"
#include "sim/core/diagnostics.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::wire::crm {

/// What meters' codes are beside 20 digits: whoever numbers the meters knows.
struct MeterCodeRule {
    bool (*holds)(std::string_view code) = nullptr; ///< nullptr: for any
    std::string_view expected{};                    ///< in words
};

/// What is taken from outside at most, looked at before the parser sees it.
struct XmlLimits {
    std::size_t octets = 1U << 20U;
    std::size_t depth = 8;      ///< elements within each other; the schema needs four
    std::size_t mistakes = 100; ///< told; then it is enough
    MeterCodeRule meter_code{};
};

/// One element a line. Whatever it writes, parse() reads back the same.
/// @throws SimulationError with the mistakes, for values that the schema does not allow
[[nodiscard]] std::string write_xml(Exchange const& exchange);

struct ParsedExchange {
    Exchange exchange;               ///< empty unless ok()
    std::vector<std::size_t> octets; ///< [entry] of its <, in without_mark() of the text
    Diagnostics diagnostics;
    [[nodiscard]] bool ok() const { return diagnostics.ok(); }
};

/// The text behind a byte order mark, which says UTF-8 and means nothing.
[[nodiscard]] std::string_view without_mark(std::string_view text);

/// Reads a document, or says with line and column (counted in characters) all that is wrong with
/// it. Not taken, whatever they say: document types and entities of their own, processing
/// instructions, other encodings than UTF-8, other namespaces, prefixes.
/// @param file what the mistakes call it
[[nodiscard]] ParsedExchange parse_xml(std::string_view text, std::string_view file = "crm.xml",
                                       XmlLimits const& limits = {});

} // namespace gridtwin::wire::crm
