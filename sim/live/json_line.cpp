#include "sim/live/json_line.hpp"

#include "sim/core/text_places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace gridtwin::live {
namespace {

using nlohmann::json;

constexpr std::string_view kBlanks = " \t\r";

std::string printed(json const& value) {
    constexpr std::size_t kMost = 40;
    auto text = value.dump(-1, ' ', true);
    return text.size() > kMost ? text.substr(0, kMost) + "..." : text;
}

} // namespace

JsonLine::JsonLine(SourcePos where, std::string_view text, Diagnostics& mistakes)
    : where_(std::move(where)), text_(text), mistakes_(mistakes) {
    std::size_t place = 1;
    auto const note_key = [this](int depth, json::parse_event_t event, json const& parsed) {
        if (event == json::parse_event_t::key && depth == 1) {
            keys_.push_back(parsed.get<std::string>());
        }
        return true;
    };
    try {
        object_ = json::parse(text_, note_key);
    } catch (json::parse_error const& e) {
        place = e.byte;
    } catch (json::exception const&) { // a number that nothing holds
    }
    if (ok()) {
        return;
    }
    bool const cut = place > text_.size() && text_.find_first_not_of(kBlanks) != text_.npos;
    mistakes_.error(in_line(place - 1), cut ? "the line is cut" : "this is no line of a recording",
                    "an object of JSON, whole");
}

SourcePos JsonLine::in_line(std::size_t octet) const {
    return {where_.file, where_.line, place_in({}, text_, octet).column};
}

SourcePos JsonLine::place_of(std::string_view key, Part part) const {
    auto const name = fmt::format("\"{}\"", key);
    // Within a text a quotation mark has a backslash before it; a text that is the name has no
    // colon behind it. Of a key that stands twice the last is read.
    for (auto at = text_.rfind(name); at != text_.npos && at > 0; at = text_.rfind(name, at - 1)) {
        auto const colon = text_.find_first_not_of(kBlanks, at + name.size());
        if (colon != text_.npos && text_[colon] == ':') {
            auto const value = text_.find_first_not_of(kBlanks, colon + 1);
            return in_line(part == Part::key ? at : std::min(value, text_.size() - 1));
        }
    }
    return in_line(0);
}

void JsonLine::error(std::string_view key, std::string what, std::string expected,
                     std::string hint) {
    mistakes_.error(place_of(key, Part::value), std::move(what), std::move(expected),
                    std::move(hint));
}

void JsonLine::finish() {
    constexpr std::size_t kMost = 100; // of a line that is none of ours
    std::set<std::string_view> once;
    std::set<std::string_view> twice;
    for (std::string_view const key : keys_) {
        if (once.insert(key).second || !twice.insert(key).second) {
            continue;
        }
        mistakes_.error(place_of(key, Part::key), fmt::format("key '{}' stands twice", key),
                        "it once");
        if (twice.size() == kMost) {
            break;
        }
    }
    std::size_t unknown = 0;
    for (std::string_view const key : once) {
        if (std::ranges::find(known_, key) == known_.end() && ++unknown <= kMost) {
            mistakes_.error(place_of(key, Part::key), fmt::format("unknown key '{}'", key),
                            fmt::format("{}", fmt::join(known_, ", ")), nearest_name(key, known_));
        }
    }
}

json const* JsonLine::find(std::string_view key) {
    known_.push_back(key);
    auto const found = object_.find(key);
    if (found != object_.end()) {
        return &*found;
    }
    mistakes_.error(in_line(0), fmt::format("'{}' is missing", key), {}, nearest_name(key, keys_));
    return nullptr;
}

std::optional<std::int64_t> JsonLine::integer(std::string_view key, std::int64_t least,
                                              std::int64_t most) {
    auto const* value = find(key);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (value->is_number_integer()) {
        auto const number = value->get<std::int64_t>();
        bool const wrapped = value->is_number_unsigned() && number < 0;
        if (!wrapped && number >= least && number <= most) {
            return number;
        }
    }
    error(key, fmt::format("'{}' is {}", key, printed(*value)),
          least == most ? fmt::format("{}", least)
                        : fmt::format("a whole number from {} to {}", least, most));
    return std::nullopt;
}

std::optional<std::string> JsonLine::text(std::string_view key) {
    auto const* value = find(key);
    if (value != nullptr && !value->is_string()) {
        error(key, fmt::format("'{}' is {}", key, printed(*value)), "a text");
        value = nullptr;
    }
    return value == nullptr ? std::nullopt : std::optional(value->get<std::string>());
}

std::optional<bool> JsonLine::flag(std::string_view key) {
    auto const* value = find(key);
    if (value != nullptr && !value->is_boolean()) {
        error(key, fmt::format("'{}' is {}", key, printed(*value)), "true or false");
        value = nullptr;
    }
    return value == nullptr ? std::nullopt : std::optional(value->get<bool>());
}

} // namespace gridtwin::live
