#include "sim/scenario/bindings.hpp"
#include "sim/scenario/text_rule.hpp"

#include <fmt/format.h>

namespace gridtwin::scenario {
namespace {

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
    check_text(s, "system_id", live.system_id, {Characters::printable, 1, 15});
    s.text("password", live.password, "an SMPP client's");
    check_text(s, "password", live.password, {Characters::printable, 0, 8});
    s.text("number_prefix", live.number_prefix,
           "of meters' numbers; a meter's row follows in seven digits");
    check_text(s, "number_prefix", live.number_prefix, {Characters::digits, 0, 13});
    s.text("top_up_number", live.top_up_number,
           "the only number that top-ups may come from, none of the operator's section; none: no "
           "top-ups");
    check_text(s, "top_up_number", live.top_up_number, kNumber);
    check_own_number(s, live, sms);
    s.text("dlms_password", live.dlms_password, "of the DLMS client that reads, low security");
    check_text(s, "dlms_password", live.dlms_password, {Characters::printable, 1, 32});
}

} // namespace gridtwin::scenario
