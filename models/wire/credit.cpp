#include "models/wire/credit.hpp"

#include "models/wire/decode_all.hpp"
#include "sim/core/diagnostics.hpp"

namespace gridtwin::wire {
namespace {

void put_signed(std::int64_t value, std::vector<std::byte>& out) {
    put_varint(zigzag(value), out);
}

CreditDifference read_difference(Reader& reader) {
    CreditDifference difference;
    difference.number = reader.uint32("the difference's number");
    difference.difference_cents = reader.signed64("the difference");
    difference.payment_cents = reader.signed64("the payment");
    if (difference.payment_cents < 0) {
        reader.fail("a payment below nothing");
    }
    return difference;
}

CreditReport read_report(Reader& reader) {
    CreditReport report;
    report.number = reader.uint32("the last difference's number");
    report.interval = reader.uint32("the interval");
    report.flags = reader.octet("the flags");
    if (report.flags > kCreditFlags) {
        reader.fail("flags that there are none of");
    }
    report.balance = reader.signed64("the balance");
    report.debt = reader.signed64("the debt");
    report.read = from_ns(reader.signed64("the time"));
    return report;
}

} // namespace

void encode(CreditDifference const& difference, std::vector<std::byte>& out) {
    if (difference.payment_cents < 0) {
        throw SimulationError(fmt::format("difference {}: a payment of {} cents cannot be encoded",
                                          difference.number, difference.payment_cents));
    }
    put_varint(difference.number, out);
    put_signed(difference.difference_cents, out);
    put_signed(difference.payment_cents, out);
}

void encode(CreditReport const& report, std::vector<std::byte>& out) {
    if (report.flags > kCreditFlags) {
        throw SimulationError(fmt::format("flags {:#04x} of an account cannot be encoded",
                                          static_cast<unsigned>(report.flags)));
    }
    put_varint(report.number, out);
    put_varint(report.interval, out);
    out.push_back(static_cast<std::byte>(report.flags));
    put_signed(report.balance, out);
    put_signed(report.debt, out);
    put_signed(to_ns(report.read), out);
}

Decoded<CreditDifference> decode_credit_differences(std::span<std::byte const> octets) {
    return decode_all<CreditDifference>(octets, read_difference);
}

Decoded<CreditReport> decode_credit_reports(std::span<std::byte const> octets) {
    return decode_all<CreditReport>(octets, read_report);
}

} // namespace gridtwin::wire
