#pragma once
// The text of a delivery receipt: SMPP 3.4, appendix B. The standard leaves it to the operator;
// this is the form it gives, which everybody writes:
// "id:IIIIIIIIII sub:SSS dlvrd:DDD submit date:YYMMDDhhmm done date:YYMMDDhhmm stat:DDDDDDD err:E
// text:..."
#include "models/wire/smpp/command.hpp"
#include "models/wire/smpp/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gridtwin::wire::smpp {

struct Receipt {
    std::string id;                         ///< without blanks
    std::optional<std::uint32_t> submitted; ///< messages handed over, three digits
    std::optional<std::uint32_t> delivered; ///< of them delivered
    std::optional<UtcTime> submit_date;     ///< to the minute, UTC; some write seconds too
    std::optional<UtcTime> done_date;
    std::string stat; ///< the seven letters; see stat_of
    std::string err;  ///< the network's own, without blanks
    std::string text; ///< the first twenty characters of the message

    friend bool operator==(Receipt const&, Receipt const&) = default;
};

/// "DELIVRD", "EXPIRED", "DELETED", "UNDELIV", "ACCEPTD", "UNKNOWN", "REJECTD", "ENROUTE"
[[nodiscard]] std::string_view stat_of(MessageState state);
/// The other way; upper or lower case.
[[nodiscard]] std::optional<MessageState> state_of(std::string_view stat);

/// Parts that are not there are left out; the text is cut to twenty characters.
/// @throws SimulationError for an id, stat or err with blanks in it, and for dates outside of
/// 2000..2099
[[nodiscard]] std::string format_receipt(Receipt const& receipt);

struct ParsedReceipt {
    Receipt receipt;
    std::string problem; ///< "character 17: ..."; empty when it is a receipt
    [[nodiscard]] bool ok() const { return problem.empty(); }
};

/// Names in upper or lower case, in any order but with `text` last, any of them but id and stat
/// missing, dates of ten or twelve digits; words before the first name are passed over.
[[nodiscard]] ParsedReceipt parse_receipt(std::string_view text);

} // namespace gridtwin::wire::smpp
