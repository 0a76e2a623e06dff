#pragma once
// Why a short message is refused (guard.hpp).
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gridtwin::wire::sms {

/// Looked for in this order, but for the two that need the content: those come last.
enum class Refusal : std::uint8_t {
    none,
    wrong_sender, ///< neither the short number nor the top-up number, or not for this content
    wrong_length, ///< shorter or longer than it says
    malformed,    ///< not an envelope, not for this direction, or its content is not understood
    wrong_code,   ///< another meter's
    bad_tag,      ///< another key or short number, or something was changed
    replayed,     ///< the counter was used
    unknown_command,
    top_up_sender, ///< a top-up that did not come by its own number
};
inline constexpr std::size_t kRefusals = 9;
[[nodiscard]] std::string_view name(Refusal refusal);

} // namespace gridtwin::wire::sms
