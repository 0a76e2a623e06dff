// The customer database's XML on arbitrary octets (entry point of libFuzzer): it is refused with
// places, or what it says is written and read the same.
#include "models/wire/crm/xml.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace gridtwin::wire::crm;
    auto const need = [](bool holds, char const* what) {
        if (!holds) {
            std::fprintf(stderr, "%s\n", what);
            std::abort();
        }
    };
    // Of exactly its size, so that a sanitizer sees any overrun.
    std::string const text(reinterpret_cast<char const*>(data), size);
    auto const parsed = parse_xml(text);
    for (auto const& mistake : parsed.diagnostics.errors()) {
        need(!mistake.what.empty(), "a mistake without a text");
        need(mistake.where.line > 0 && mistake.where.column > 0, "a mistake without a place");
    }
    if (parsed.ok()) {
        auto const again = parse_xml(write_xml(parsed.exchange));
        need(again.ok() && again.exchange == parsed.exchange, "what is written says another");
    }
    return 0;
}
