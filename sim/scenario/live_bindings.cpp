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

/// Else whoever may order may top up as well, and no top-up comes by a wrong number.
void check_own_number(Section& s, LiveSection const& live, SmsSection const& sms) {
    auto const& number = live.top_up_number;
    bool const first = number == sms.spec.short_number;
    if (!s.describing() && !number.empty() && (first || number == sms.gateway.second_number)) {
        s.error(s.where("top_up_number"),
                fmt::format("'live.top_up_number' is '{}', which is operator.{}", number,
                            first ? "short_number" : "second_number"),
                "a number of its own");
    }
}

} // namespace

void bind_live(Section& s, LiveSection& live, SmsSection const& sms) {
    s.text("system_id", live.system_id, "an SMPP client's name");
    check_text(s, "system_id", live.system_id, 1, 15, false);
    s.text("password", live.password, "an SMPP client's");
    check_text(s, "password", live.password, 0, 8, false);
    s.text("number_prefix", live.number_prefix,
           "of meters' numbers; a meter's row follows in seven digits");
    check_text(s, "number_prefix", live.number_prefix, 0, 13, true);
    s.text(
        "top_up_number", live.top_up_number,
        "the only number that top-ups may come from, none of the operator's section; empty: none");
    check_text(s, "top_up_number", live.top_up_number, 0, 20, true);
    check_own_number(s, live, sms);
    s.text("dlms_password", live.dlms_password, "of the DLMS client that reads, low security");
    check_text(s, "dlms_password", live.dlms_password, 1, 32, false);
}

} // namespace gridtwin::scenario
