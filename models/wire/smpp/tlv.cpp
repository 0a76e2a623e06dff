#include "models/wire/smpp/tlv.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::wire::smpp {
namespace {

Tlv make(Tag tag, std::span<std::byte const> value) {
    auto const [least, most] = tlv_length(static_cast<std::uint16_t>(tag));
    if (value.size() < least || value.size() > most) {
        throw SimulationError(fmt::format("SMPP: optional parameter {:#06x} of {} octets, {}..{} "
                                          "can be",
                                          static_cast<unsigned>(tag), value.size(), least, most));
    }
    return {static_cast<std::uint16_t>(tag), {value.begin(), value.end()}};
}

} // namespace

TlvLength tlv_length(std::uint16_t tag) {
    switch (static_cast<Tag>(tag)) {
    case Tag::dest_addr_subunit:
    case Tag::dest_network_type:
    case Tag::dest_bearer_type:
    case Tag::source_network_type:
    case Tag::payload_type:
    case Tag::user_response_code:
    case Tag::language_indicator:
    case Tag::sar_total_segments:
    case Tag::sar_segment_seqnum:
    case Tag::sc_interface_version:
    case Tag::ms_availability_status:
    case Tag::delivery_failure_reason:
    case Tag::more_messages_to_send:
    case Tag::message_state:
        return {1, 1};
    case Tag::user_message_reference:
    case Tag::source_port:
    case Tag::destination_port:
    case Tag::sar_msg_ref_num:
        return {2, 2};
    case Tag::network_error_code:
        return {3, 3};
    case Tag::qos_time_to_live:
        return {4, 4};
    case Tag::callback_num:
        return {4, 19};
    case Tag::receipted_message_id:
        return {1, 65};
    case Tag::additional_status_info_text:
        return {1, 256};
    case Tag::message_payload:
        break;
    }
    return {};
}

Tlv const* find(std::vector<Tlv> const& tlvs, Tag tag) {
    auto const found = std::find_if(tlvs.begin(), tlvs.end(), [&](Tlv const& one) {
        return one.tag == static_cast<std::uint16_t>(tag);
    });
    return found == tlvs.end() ? nullptr : &*found;
}

std::optional<std::uint32_t> number(std::vector<Tlv> const& tlvs, Tag tag) {
    auto const* const found = find(tlvs, tag);
    if (found == nullptr || found->value.empty() || found->value.size() > 4) {
        return std::nullopt;
    }
    std::uint32_t value = 0;
    for (auto const octet : found->value) {
        value = value << 8U | std::to_integer<std::uint32_t>(octet);
    }
    return value;
}

std::optional<std::string> text(std::vector<Tlv> const& tlvs, Tag tag) {
    auto const* const found = find(tlvs, tag);
    if (found == nullptr) {
        return std::nullopt;
    }
    std::string_view const all(reinterpret_cast<char const*>(found->value.data()),
                               found->value.size());
    return std::string(all.substr(0, all.find('\0')));
}

void add_number(std::vector<Tlv>& tlvs, Tag tag, std::uint32_t value) {
    auto const octets = tlv_length(static_cast<std::uint16_t>(tag)).least;
    if (octets != tlv_length(static_cast<std::uint16_t>(tag)).most ||
        (octets < 4 && value >> (8 * octets) != 0)) {
        throw SimulationError(fmt::format("SMPP: optional parameter {:#06x} cannot be {}",
                                          static_cast<unsigned>(tag), value));
    }
    std::vector<std::byte> coded(octets);
    for (auto at = coded.rbegin(); at != coded.rend(); ++at, value >>= 8U) {
        *at = static_cast<std::byte>(value);
    }
    tlvs.push_back(make(tag, coded));
}

void add_text(std::vector<Tlv>& tlvs, Tag tag, std::string_view value) {
    auto const kind = tlv_length(static_cast<std::uint16_t>(tag));
    if (kind.least == kind.most || value.find('\0') != std::string_view::npos) {
        throw SimulationError(fmt::format("SMPP: optional parameter {:#06x} cannot be '{}'",
                                          static_cast<unsigned>(tag), value));
    }
    auto coded = std::vector<std::byte>(value.size() + 1);
    std::transform(value.begin(), value.end(), coded.begin(),
                   [](char c) { return static_cast<std::byte>(c); });
    tlvs.push_back(make(tag, coded));
}

void add_octets(std::vector<Tlv>& tlvs, Tag tag, std::span<std::byte const> value) {
    tlvs.push_back(make(tag, value));
}

} // namespace gridtwin::wire::smpp
