#include "models/wire/sms/user_data.hpp"

#include "models/wire/sms/fields.hpp"
#include "sim/core/diagnostics.hpp"

namespace gridtwin::wire::sms {
namespace {

constexpr std::uint8_t kConcatenated = 0x00;
constexpr std::uint8_t kConcatenatedWide = 0x08;

/// Reads one information element; a concatenation replaces the one before.
void read_element(Reader& header, std::optional<Concatenation>& part) {
    std::uint8_t const identifier = header.octet("an information element's identifier");
    std::uint8_t const length = header.octet("an information element's length");
    if (header.ok() && length > header.left()) {
        header.fail(
            fmt::format("an information element of {} octets, and {} are left of the header",
                        length, header.left()));
    }
    bool const wide = identifier == kConcatenatedWide;
    if ((identifier == kConcatenated && length == 3) || (wide && length == 4)) {
        Concatenation found{.wide = wide};
        found.reference = static_cast<std::uint16_t>(get_uint(header, wide ? 2 : 1, "a reference"));
        found.parts = header.octet("the number of parts");
        found.number = header.octet("a part's number");
        if (header.ok() && found.number >= 1 && found.number <= found.parts) {
            part = found;
        }
        return;
    }
    for (unsigned i = 0; i < length && header.ok(); ++i) {
        (void)header.octet("an information element");
    }
}

} // namespace

void encode(std::optional<Concatenation> const& part, std::span<std::byte const> content,
            std::vector<std::byte>& out) {
    std::size_t const most = !part ? kUserDataOctets : part->wide ? kWidePartOctets : kPartOctets;
    if (content.size() > most) {
        throw SimulationError(
            fmt::format("{} octets do not fit a short message of {}", content.size(), most));
    }
    if (part) {
        if (part->number == 0 || part->number > part->parts ||
            (!part->wide && part->reference > 0xFF)) {
            throw SimulationError(fmt::format("part {} of {} with reference {} has no header",
                                              part->number, part->parts, part->reference));
        }
        put_uint(part->wide ? 6 : 5, 1, out);
        put_uint(part->wide ? kConcatenatedWide : kConcatenated, 1, out);
        put_uint(part->wide ? 4 : 3, 1, out);
        put_uint(part->reference, part->wide ? 2 : 1, out);
        put_uint(part->parts, 1, out);
        put_uint(part->number, 1, out);
    }
    out.insert(out.end(), content.begin(), content.end());
}

UserData decode_user_data(std::span<std::byte const> octets, bool has_header) {
    UserData data;
    if (octets.size() > kUserDataOctets) {
        data.problem = fmt::format("octet {}: more than a short message holds", kUserDataOctets);
        return data;
    }
    if (!has_header) {
        data.content = octets;
        return data;
    }
    if (octets.empty()) {
        data.problem = "octet 0: ends within the header's length";
        return data;
    }
    auto const length = std::to_integer<std::size_t>(octets[0]);
    if (length > octets.size() - 1) {
        data.problem = fmt::format("octet 0: a header of {} octets, and {} are there", length,
                                   octets.size() - 1);
        return data;
    }
    Reader header(octets.subspan(0, 1 + length)); // with its length, so that octets count from it
    (void)header.octet("the header's length");
    while (header.ok() && !header.at_end()) {
        read_element(header, data.part);
    }
    data.problem = header.problem();
    if (data.ok()) {
        data.content = octets.subspan(1 + length);
    } else {
        data.part.reset();
    }
    return data;
}

std::vector<std::vector<std::byte>> cut(std::span<std::byte const> content, std::uint16_t reference,
                                        bool wide) {
    std::vector<std::vector<std::byte>> messages;
    if (content.size() <= kUserDataOctets) {
        encode(std::nullopt, content, messages.emplace_back());
        return messages;
    }
    std::size_t const each = wide ? kWidePartOctets : kPartOctets;
    std::size_t const parts = (content.size() + each - 1) / each;
    if (parts > kMostParts) {
        throw SimulationError(fmt::format("{} octets need {} short messages, and {} can be joined",
                                          content.size(), parts, kMostParts));
    }
    messages.resize(parts);
    for (std::size_t i = 0; i < parts; ++i) {
        Concatenation const part{.reference = reference,
                                 .wide = wide,
                                 .parts = static_cast<std::uint8_t>(parts),
                                 .number = static_cast<std::uint8_t>(i + 1)};
        auto const rest = content.subspan(i * each);
        messages[i].reserve(kUserDataOctets);
        encode(part, rest.first(std::min(each, rest.size())), messages[i]);
    }
    return messages;
}

} // namespace gridtwin::wire::sms
