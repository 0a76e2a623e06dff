#pragma once
// Names come from files in any encoding; what we write says UTF-8 and must be it.
#include <string>
#include <string_view>

namespace gridtwin {

/// `text` with each octet that is no part of a UTF-8 code point replaced by U+FFFD; text that is
/// UTF-8 stays as it is. Source: RFC 3629 (no surrogates, nothing over-long, nothing above
/// U+10FFFF).
[[nodiscard]] std::string as_utf8(std::string_view text);

} // namespace gridtwin
