#include "models/wire/smpp/receipt.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace gridtwin::wire::smpp {
namespace {

constexpr auto kStats = std::to_array<std::pair<MessageState, std::string_view>>({
    {MessageState::enroute, "ENROUTE"},
    {MessageState::delivered, "DELIVRD"},
    {MessageState::expired, "EXPIRED"},
    {MessageState::deleted, "DELETED"},
    {MessageState::undeliverable, "UNDELIV"},
    {MessageState::accepted, "ACCEPTD"},
    {MessageState::unknown, "UNKNOWN"},
    {MessageState::rejected, "REJECTD"},
});

constexpr std::string_view kNames[] = {
    "id:", "sub:", "dlvrd:", "submit date:", "done date:", "stat:", "err:", "text:"};
constexpr std::size_t kTextName = 7;
constexpr std::size_t kMostText = 20;

bool alike(std::string_view a, std::string_view b) {
    auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&](char x, char y) { return lower(x) == lower(y); });
}

/// Which name stands at `at`, or as many as there are.
std::size_t name_at(std::string_view all, std::size_t at) {
    auto const found = std::find_if(std::begin(kNames), std::end(kNames), [&](auto const name) {
        return alike(all.substr(at, name.size()), name);
    });
    return static_cast<std::size_t>(found - std::begin(kNames));
}

std::optional<std::uint32_t> number_of(std::string_view text) {
    std::uint32_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(value)
                                                                    : std::nullopt;
}

std::optional<UtcTime> date_of(std::string_view text) {
    if (text.size() != 10 && text.size() != 12) {
        return std::nullopt;
    }
    auto const parsed = parse_time(fmt::format("{}{}000+", text, text.size() == 10 ? "00" : ""));
    return parsed.ok() ? std::optional(to_utc(std::get<AbsoluteTime>(parsed.value))) : std::nullopt;
}

template <typename Value>
std::string keep(std::optional<Value> read, std::optional<Value>& field, std::string_view text,
                 std::string_view what) {
    field = read;
    return read.has_value() ? std::string{} : fmt::format("'{}' is no {}", text, what);
}

std::string set(Receipt& receipt, std::size_t name, std::string_view value) {
    switch (name) {
    case 0:
        receipt.id = value;
        return value.empty() ? "no id" : "";
    case 1:
        return keep(number_of(value), receipt.submitted, value, "number");
    case 2:
        return keep(number_of(value), receipt.delivered, value, "number");
    case 3:
        return keep(date_of(value), receipt.submit_date, value, "date");
    case 4:
        return keep(date_of(value), receipt.done_date, value, "date");
    case 5:
        receipt.stat = value;
        return value.empty() ? "no stat" : "";
    case 6:
        receipt.err = value;
        return {};
    default:
        receipt.text = value;
        return {};
    }
}

std::string date_text(UtcTime time) {
    return format_time(from_utc(time)).substr(0, 10);
}

} // namespace

std::string_view stat_of(MessageState state) {
    for (auto const& [key, text] : kStats) {
        if (key == state) {
            return text;
        }
    }
    return "UNKNOWN";
}

std::optional<MessageState> state_of(std::string_view stat) {
    for (auto const& [key, text] : kStats) {
        if (alike(stat, text)) {
            return key;
        }
    }
    return std::nullopt;
}

std::string format_receipt(Receipt const& receipt) {
    for (std::string_view const word : {receipt.id, receipt.stat, receipt.err}) {
        if (word.find_first_of(" \t\r\n") != std::string_view::npos) {
            throw SimulationError(fmt::format("SMPP: '{}' cannot stand in a receipt", word));
        }
    }
    auto out = "id:" + receipt.id;
    if (receipt.submitted) {
        out += fmt::format(" sub:{:03}", *receipt.submitted);
    }
    if (receipt.delivered) {
        out += fmt::format(" dlvrd:{:03}", *receipt.delivered);
    }
    if (receipt.submit_date) {
        out += " submit date:" + date_text(*receipt.submit_date);
    }
    if (receipt.done_date) {
        out += " done date:" + date_text(*receipt.done_date);
    }
    out += " stat:" + receipt.stat;
    if (!receipt.err.empty()) {
        out += " err:" + receipt.err;
    }
    return out + " text:" + receipt.text.substr(0, kMostText);
}

ParsedReceipt parse_receipt(std::string_view all) {
    ParsedReceipt parsed;
    std::size_t at = 0;
    while (at < all.size() && name_at(all, at) == std::size(kNames)) {
        ++at;
    }
    while (at < all.size()) {
        auto const name = name_at(all, at);
        if (name == std::size(kNames)) {
            parsed.problem = fmt::format("character {}: no name of a receipt's part", at);
            return parsed;
        }
        at += kNames[name].size();
        auto const end = name == kTextName ? all.size() : std::min(all.find(' ', at), all.size());
        if (auto const problem = set(parsed.receipt, name, all.substr(at, end - at));
            !problem.empty()) {
            parsed.problem = fmt::format("character {}: {}", at, problem);
            return parsed;
        }
        at = std::min(all.find_first_not_of(' ', end), all.size());
    }
    if (parsed.receipt.id.empty() || parsed.receipt.stat.empty()) {
        parsed.problem = fmt::format("character {}: a receipt has an id and a stat", all.size());
    }
    return parsed;
}

} // namespace gridtwin::wire::smpp
