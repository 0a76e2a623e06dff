#include "models/wire/crm/check.hpp"
#include "models/wire/crm/scan.hpp"
#include "models/wire/crm/values.hpp"
#include "models/wire/crm/xml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace gridtwin::wire::crm {
namespace {

// What is read here has passed check(): every value is there and of its kind.

template <typename Value>
Value get(pugi::xml_node node, char const* name) {
    return read_value<Value>(node.attribute(name).value()).value_or(Value{});
}
template <typename Value>
std::optional<Value> maybe(pugi::xml_node node, char const* name) {
    auto const attribute = node.attribute(name);
    return attribute ? read_value<Value>(attribute.value()) : std::nullopt;
}
std::string text(pugi::xml_node node, char const* name) {
    return node.attribute(name).value();
}
std::optional<std::string> maybe_text(pugi::xml_node node, char const* name) {
    auto const attribute = node.attribute(name);
    return attribute ? std::optional<std::string>(attribute.value()) : std::nullopt;
}
std::optional<std::string> maybe_child(pugi::xml_node node, char const* name) {
    auto const child = node.child(name);
    return child ? std::optional(text_of(child)) : std::nullopt;
}
template <std::size_t N>
std::size_t one_of(std::array<std::string_view, N> const& names, std::string_view name) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}
bool is(pugi::xml_node node, char const* name) {
    return std::strcmp(node.name(), name) == 0;
}
pugi::xml_node first_element(pugi::xml_node node) {
    return node.find_child([](pugi::xml_node one) { return one.type() == pugi::node_element; });
}

Subscriber subscriber(pugi::xml_node node) {
    Subscriber out{
        .code = text(node, "code"),
        .contract = text(node, "contract"),
        .status = static_cast<Status>(one_of(kStatusNames, text(node, "status"))),
        .registered = get<Date>(node, "registered"),
        .ended = maybe<Date>(node, "ended"),
        .household = maybe<std::uint32_t>(node, "household"),
        .rooms = maybe<std::uint32_t>(node, "rooms"),
        .may_pay = text(node, "may-pay") == "true",
        .assumed_wh = maybe<std::uint32_t>(node, "assumed-wh"),
        .name = text_of(node.child("name")),
        .phone = maybe_child(node, "phone"),
        .note = maybe_child(node, "note"),
        .meters = {},
    };
    for (auto const meter : node.children("meter")) {
        out.meters.push_back({text(meter, "code"), text(meter, "number"),
                              get<std::uint32_t>(meter, "tariff"),
                              get<Money>(meter, "balance-cents")});
    }
    return out;
}

Action action(pugi::xml_node node) {
    if (is(node, "tariff")) {
        SetTariff tariff{.from = get<UtcSeconds>(node, "from"), .rates = {}};
        for (auto const rate : node.children("rate")) {
            tariff.rates.push_back({static_cast<std::uint32_t>(get<MinuteOfDay>(rate, "from")),
                                    get<Money>(rate, "cents-per-kwh")});
        }
        return tariff;
    }
    if (is(node, "switch")) {
        return Switch{text(node, "contacts") == "on"};
    }
    if (is(node, "limit")) {
        return SetLimit{get<std::uint32_t>(node, "power-w"), get<std::uint32_t>(node, "energy-wh")};
    }
    if (is(node, "top-up")) {
        return TopUp{get<Money>(node, "cents"), get<std::uint64_t>(node, "token")};
    }
    if (is(node, "read-registers")) {
        return ReadRegisters{};
    }
    if (is(node, "read-profile")) {
        return ReadProfile{get<std::uint32_t>(node, "first"), get<std::uint32_t>(node, "count")};
    }
    return is(node, "read-clock") ? Action{ReadClock{}} : Action{QueryBalance{}};
}

Command command(pugi::xml_node node) {
    return {.id = get<std::uint64_t>(node, "id"),
            .meter = text(node, "meter"),
            .valid_s = get<std::uint32_t>(node, "valid-s"),
            .action = action(first_element(node))};
}

Delivery delivery(pugi::xml_node node) {
    return {.command = get<std::uint64_t>(node, "command"),
            .state = static_cast<std::uint8_t>(one_of(kStateNames, text(node, "state"))),
            .fate = static_cast<CommandFate>(one_of(kFateNames, text(node, "fate"))),
            .at = get<UtcSeconds>(node, "at"),
            .reason = maybe_text(node, "reason")};
}

Received received(pugi::xml_node node) {
    return {.id = get<std::uint64_t>(node, "id"),
            .sender = text(node, "sender"),
            .at = get<UtcSeconds>(node, "at"),
            .kind = static_cast<ReceivedKind>(one_of(kReceivedNames, text(node, "kind"))),
            .meter = maybe_text(node, "meter"),
            .command = maybe<std::uint64_t>(node, "command"),
            .balance = maybe<Money>(node, "balance-cents"),
            .energy_wh = maybe<std::uint64_t>(node, "energy-wh"),
            .explanation = text_of(node.child("explanation"))};
}

Answer answer(pugi::xml_node node) {
    return {.to = get<std::uint64_t>(node, "to"),
            .number = text(node, "number"),
            .right = text(node, "right") == "true",
            .text = text_of(node.child("text"))};
}

/// @param buffer in which names are, as of check()
void read(pugi::xml_node root, std::string_view buffer, ParsedExchange& parsed) {
    auto& out = parsed.exchange;
    out = {.number = get<std::uint64_t>(root, "number"),
           .created = get<UtcSeconds>(root, "created"),
           .entries = {}};
    for (auto const node : root.children()) {
        if (node.type() == pugi::node_element) {
            parsed.octets.push_back(static_cast<std::size_t>(node.name() - buffer.data()) - 1);
        }
        if (is(node, "subscriber")) {
            out.entries.emplace_back(subscriber(node));
        } else if (is(node, "command")) {
            out.entries.emplace_back(command(node));
        } else if (is(node, "delivery")) {
            out.entries.emplace_back(delivery(node));
        } else if (is(node, "received")) {
            out.entries.emplace_back(received(node));
        } else if (is(node, "answer")) {
            out.entries.emplace_back(answer(node));
        }
    }
}

} // namespace

std::string_view without_mark(std::string_view text) {
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    return text.starts_with(kMark) ? text.substr(kMark.size()) : text;
}

ParsedExchange parse_xml(std::string_view text, std::string_view file, XmlLimits const& limits) {
    text = without_mark(text);
    ParsedExchange parsed;
    Mistakes mistakes(text, file, limits.mistakes);
    if (text.size() > limits.octets) {
        parsed.diagnostics.error({std::string(file), 0, 0}, fmt::format("{} octets", text.size()),
                                 fmt::format("at most {}", limits.octets));
        return parsed;
    }
    scan(text, limits.depth, mistakes);
    if (mistakes.ok()) {
        std::string buffer(text);
        pugi::xml_document document;
        auto const result = document.load_buffer_inplace(
            buffer.data(), buffer.size(), pugi::parse_default | pugi::parse_ws_pcdata,
            pugi::encoding_utf8);
        if (!result) {
            mistakes.add(static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, result.offset)),
                         result.description());
        } else {
            check(document, buffer, limits.meter_code, mistakes);
        }
        if (mistakes.ok()) {
            read(document.document_element(), buffer, parsed);
        }
    }
    parsed.diagnostics = mistakes.take();
    return parsed;
}

} // namespace gridtwin::wire::crm
