#include "models/wire/sms/command.hpp"

#include "models/wire/sms/fields.hpp"
#include "sim/core/diagnostics.hpp"

namespace gridtwin::wire::sms {
namespace {

/// Appends bodies.
struct Writer {
    std::vector<std::byte>& out;

    void money(Money amount) const { put_uint(static_cast<std::uint64_t>(amount.cents), 8, out); }
    void octet(std::uint8_t value) const { put_uint(value, 1, out); }

    void operator()(BalanceQuery const&) const {}
    void operator()(SetTariff const& c) const {
        octet(c.tariff);
        put_uint(c.millicents_per_kwh, 4, out);
        put_time(c.from, out);
    }
    void operator()(Switch const& c) const { octet(c.on ? 1 : 0); }
    void operator()(SetLimits const& c) const {
        put_uint(c.power_w, 4, out);
        put_uint(c.energy_wh, 4, out);
    }
    void operator()(TopUp const& c) const {
        if (c.token == 0) {
            throw SimulationError("a top-up's token is numbered from 1");
        }
        put_uint(c.token, 8, out);
        money(c.amount);
    }
    void operator()(ReadRegisters const&) const {}
    void operator()(ReadProfile const& c) const {
        put_uint(c.first, 4, out);
        put_uint(c.count, 2, out);
    }
    void operator()(ReadClock const&) const {}
    void operator()(SetClock const& c) const { put_time(c.shown, out); }

    void operator()(Done const& a) const {
        octet(a.code);
        put_time(a.at, out);
    }
    void operator()(Refused const& a) const {
        octet(a.code);
        octet(static_cast<std::uint8_t>(a.why));
    }
    void operator()(Balance const& a) const {
        money(a.balance);
        put_time(a.at, out);
    }
    void operator()(Reading const& a) const {
        put_time(a.at, out);
        put_uint(static_cast<std::uint64_t>(a.import_mwh), 8, out);
        put_uint(static_cast<std::uint64_t>(a.export_mwh), 8, out);
        money(a.balance);
        octet(a.relay_closed ? 1 : 0);
    }
    void operator()(Profile const& a) const { wire::encode(a.block, out); }
    void operator()(ClockShown const& a) const { put_time(a.shown, out); }
    void operator()(Warning const& a) const {
        octet(static_cast<std::uint8_t>(a.kind));
        money(a.balance);
    }
    void operator()(Alarm const& a) const {
        octet(static_cast<std::uint8_t>(a.kind));
        put_time(a.at, out);
    }
    void operator()(UnknownCommand const& a) const { octet(a.code); }
};

} // namespace

std::uint8_t code_of(Command const& command) {
    return static_cast<std::uint8_t>(command.index() + 1);
}

void encode(Command const& command, std::vector<std::byte>& out) {
    put_uint(kCommandVersion, 1, out);
    put_uint(code_of(command), 1, out);
    std::visit(Writer{out}, command);
}

void encode(Answer const& answer, std::vector<std::byte>& out) {
    put_uint(kCommandVersion, 1, out);
    put_uint(0x81 + answer.what.index(), 1, out);
    put_uint(answer.answered, 4, out);
    std::visit(Writer{out}, answer.what);
}

bool book(TokenBook& book, TopUp const& top_up) {
    if (freshness_of(book.tokens, top_up.token) != Freshness::fresh) {
        return false;
    }
    see(book.tokens, top_up.token);
    book.balance += top_up.amount;
    return true;
}

} // namespace gridtwin::wire::sms
