#include "models/headend/vee/value.hpp"

#include <array>

namespace gridtwin::headend::vee {

std::string_view name(Quality quality) {
    constexpr std::array<std::string_view, kQualities> kNames{"missing", "actual",    "validated",
                                                              "suspect", "estimated", "edited"};
    return kNames[static_cast<std::size_t>(quality)];
}

std::string_view name(Source source) {
    constexpr std::array<std::string_view, kSources> kNames{
        "none",   "plc",    "sms",      "wan",     "rf",    "zero",
        "scaled", "linear", "like_day", "history", "editor"};
    return kNames[static_cast<std::size_t>(source)];
}

Source source_of(Channel channel) {
    constexpr std::array<Source, kChannels> kSource{Source::plc, Source::sms, Source::wan,
                                                    Source::rf};
    return kSource[static_cast<std::size_t>(channel)];
}

std::string_view name(Rule rule) {
    constexpr std::array<std::string_view, kRules> kNames{
        "gap",      "overlap", "spike",   "high",       "low",    "negative", "zero_run",
        "inactive", "sum",     "voltage", "clock_jump", "tamper", "prolonged"};
    return kNames[static_cast<std::size_t>(rule)];
}

} // namespace gridtwin::headend::vee
