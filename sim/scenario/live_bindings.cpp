#include "sim/scenario/bindings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::scenario {
namespace {

/// Printable ASCII of a length; what an SMPP field, or a number, can hold.
void check_text(Section& s, std::string_view key, std::string const& text, std::size_t least,
                std::size_t most, bool digits) {
    bool const fits =
        text.size() >= least && text.size() <= most && std::ranges::all_of(text, [&](char c) {
            return digits ? c >= '0' && c <= '9' : c > ' ' && c <= '~';
        });
    if (!fits && !s.describing()) {
        s.error(s.where(key), fmt::format("'live.{}' is '{}'", key, text),
                fmt::format("{} to {} {}", least, most,
                            digits ? "digits" : "printable characters without blanks"));
    }
}

} // namespace

void bind_live(Section& s, LiveSection& live) {
    s.text("system_id", live.system_id, "an SMPP client's name");
    check_text(s, "system_id", live.system_id, 1, 15, false);
    s.text("password", live.password, "an SMPP client's");
    check_text(s, "password", live.password, 0, 8, false);
    s.text("number_prefix", live.number_prefix,
           "of meters' numbers; a meter's row follows in seven digits");
    check_text(s, "number_prefix", live.number_prefix, 0, 13, true);
    s.text("top_up_number", live.top_up_number,
           "the only number that top-ups may come from; empty: none");
    check_text(s, "top_up_number", live.top_up_number, 0, 20, true);
    s.text("dlms_password", live.dlms_password, "of the DLMS client that reads, low security");
    check_text(s, "dlms_password", live.dlms_password, 1, 32, false);
}

} // namespace gridtwin::scenario
