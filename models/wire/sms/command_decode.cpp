#include "models/wire/sms/command.hpp"
#include "models/wire/sms/fields.hpp"

#include <utility>

namespace gridtwin::wire::sms {
namespace {

Money get_money(Reader& reader) {
    return {static_cast<std::int64_t>(get_uint(reader, 8, "an amount"))};
}

std::uint8_t get_below(Reader& reader, std::size_t end, std::string_view what) {
    std::uint8_t const value = reader.octet(what);
    if (reader.ok() && value >= end) {
        reader.fail(fmt::format("{} {} of {}", what, value, end));
        return 0;
    }
    return value;
}

/// Reads the bodies; overloads choose by the kind asked for.
struct Body {
    Reader& reader;

    void read(BalanceQuery&) const {}
    void read(SetTariff& c) const {
        c.tariff = reader.octet("a tariff");
        c.millicents_per_kwh = static_cast<std::uint32_t>(get_uint(reader, 4, "a price"));
        c.from = get_time(reader, "when a tariff begins");
    }
    void read(Switch& c) const { c.on = get_below(reader, 2, "a position") == 1; }
    void read(SetLimits& c) const {
        c.power_w = static_cast<std::uint32_t>(get_uint(reader, 4, "a limit"));
        c.energy_wh = static_cast<std::uint32_t>(get_uint(reader, 4, "a limit"));
    }
    void read(TopUp& c) const {
        c.token = get_uint(reader, 8, "a token");
        c.amount = get_money(reader);
        if (c.token == 0) {
            reader.fail("tokens are numbered from 1");
        }
    }
    void read(ReadRegisters&) const {}
    void read(ReadProfile& c) const {
        c.first = static_cast<std::uint32_t>(get_uint(reader, 4, "an interval"));
        c.count = static_cast<std::uint16_t>(get_uint(reader, 2, "a count"));
    }
    void read(ReadClock&) const {}
    void read(SetClock& c) const { c.shown = get_time(reader, "a time"); }

    void read(Done& a) const {
        a.code = reader.octet("a command's code");
        a.at = get_time(reader, "a time");
    }
    void read(Refused& a) const {
        a.code = reader.octet("a command's code");
        a.why = static_cast<CommandRefusal>(get_below(reader, kCommandRefusals, "a reason"));
    }
    void read(Balance& a) const {
        a.balance = get_money(reader);
        a.at = get_time(reader, "a time");
    }
    void read(Reading& a) const {
        a.at = get_time(reader, "a time");
        a.import_mwh = static_cast<std::int64_t>(get_uint(reader, 8, "a register"));
        a.export_mwh = static_cast<std::int64_t>(get_uint(reader, 8, "a register"));
        a.balance = get_money(reader);
        a.relay_closed = get_below(reader, 2, "a position") == 1;
    }
    void read(ClockShown& a) const { a.shown = get_time(reader, "a time"); }
    void read(Warning& a) const {
        a.kind = static_cast<WarningKind>(get_below(reader, kWarningKinds, "a warning's kind"));
        a.balance = get_money(reader);
    }
    void read(Alarm& a) const {
        a.kind = static_cast<AlarmKind>(get_below(reader, kAlarmKinds, "an alarm's kind"));
        a.at = get_time(reader, "a time");
    }
    void read(UnknownCommand& a) const { a.code = reader.octet("a command's code"); }
    void read(Profile&) const {} // decode_answer() hands it to its own decoder
};

/// Reads alternative `which`. @return false when there is none
template <std::size_t... I, typename Variant>
bool read_alternative(std::size_t which, Body const& body, Variant& what,
                      std::index_sequence<I...>) {
    return ((which == I && (body.read(what.template emplace<I>()), true)) || ...);
}
template <typename Variant>
bool read_alternative(std::size_t which, Body const& body, Variant& what) {
    return read_alternative(which, body, what,
                            std::make_index_sequence<std::variant_size_v<Variant>>{});
}

bool get_version(Reader& reader) {
    std::uint8_t const version = reader.octet("a version");
    if (reader.ok() && version != kCommandVersion) {
        reader.fail(fmt::format("version {:#04x}, known is {:#04x}", version, kCommandVersion));
        return false;
    }
    return true;
}

void end(Reader& reader) {
    if (reader.ok() && !reader.at_end()) {
        reader.fail(fmt::format("{} octets beyond", reader.left()));
    }
}

} // namespace

DecodedCommand decode_command(std::span<std::byte const> octets) {
    DecodedCommand decoded;
    Reader reader(octets);
    decoded.unknown = !get_version(reader);
    std::uint8_t const code = reader.octet("a command's code");
    if (reader.ok() && !read_alternative(code - std::size_t{1}, {reader}, decoded.command)) {
        decoded.unknown = true;
        reader.fail(fmt::format("command {:#04x} is none", code));
    }
    end(reader);
    decoded.problem = reader.problem();
    return decoded;
}

DecodedAnswer decode_answer(std::span<std::byte const> octets) {
    DecodedAnswer decoded;
    Reader reader(octets);
    (void)get_version(reader);
    std::uint8_t const code = reader.octet("an answer's code");
    decoded.answer.answered =
        static_cast<std::uint32_t>(get_uint(reader, 4, "the counter of what is answered"));
    auto& what = decoded.answer.what;
    if (reader.ok() && !read_alternative(code - std::size_t{0x81}, {reader}, what)) {
        reader.fail(fmt::format("answer {:#04x} is none", code));
    }
    if (auto* const profile = std::get_if<Profile>(&what); profile != nullptr && reader.ok()) {
        auto blocks = wire::decode(octets.last(reader.left()));
        if (!blocks.ok() || blocks.blocks.size() != 1) {
            reader.fail(blocks.ok() ? "not one profile block" : "in a block: " + blocks.problem);
        } else {
            profile->block = std::move(blocks.blocks.front());
        }
    } else {
        end(reader);
    }
    decoded.problem = reader.problem();
    return decoded;
}

} // namespace gridtwin::wire::sms
