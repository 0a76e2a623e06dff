// A prepaid account: the credit (IC 112) has a method and an attribute of the manufacturer's, as
// the standard's own set a balance and add to it without a number that makes it once.
#include "models/wire/credit.hpp"

#include "models/wire/apdu/parts.hpp"
#include "models/wire/apdu/told.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

namespace gridtwin::wire::apdu {

using namespace dlms;

void encode_difference(Message const& message, std::vector<std::byte>& out) {
    auto const decoded = decode_credit_differences(message.payload);
    if (!decoded.ok() || decoded.blocks.size() != 1) {
        throw SimulationError("a credit's APDU is about one difference: " + decoded.problem);
    }
    auto const& one = decoded.blocks[0];
    Writer(out)
        .structure(3)
        .unsigned32(one.number)
        .integer64(one.difference_cents)
        .integer64(one.payment_cents);
}

void decode_difference(dlms::Reader& reader, Message& message) {
    CreditDifference one;
    reader.structure(3, "the difference");
    one.number = reader.unsigned32("its number");
    one.difference_cents = reader.integer64("the difference");
    one.payment_cents = reader.integer64("the payment");
    if (reader.ok()) {
        wire::encode(one, message.payload);
    }
}

void encode_account(Message const& message, Context const& context, std::vector<std::byte>& out) {
    auto const decoded = decode_credit_reports(message.payload);
    if (!decoded.ok() || decoded.blocks.size() > 1) {
        throw SimulationError("a meter has one account: " + decoded.problem);
    }
    Writer writer(out);
    SimTime const read = decoded.blocks.empty() ? kStart : decoded.blocks[0].read;
    if (message.occurred != read) {
        throw SimulationError("an account was read at another time than its message says");
    }
    if (decoded.blocks.empty()) {
        writer.null();
        return;
    }
    auto const& one = decoded.blocks[0];
    writer.structure(6)
        .unsigned32(one.number)
        .unsigned32(one.interval)
        .unsigned8(one.flags)
        .integer64(one.balance)
        .integer64(one.debt);
    write_time(one.read, context, writer);
}

void decode_account(dlms::Reader& reader, Context const& context, Message& message) {
    if (reader.peek() == Tag::null_data) {
        reader.null("no account");
        return;
    }
    CreditReport one;
    reader.structure(6, "the account");
    one.number = reader.unsigned32("the last difference's number");
    one.interval = reader.unsigned32("the interval");
    one.flags = reader.unsigned8("the flags");
    one.balance = reader.integer64("the balance");
    one.debt = reader.integer64("the debt");
    one.read = read_time(reader, context, "when it was read");
    message.occurred = one.read;
    if (reader.ok()) {
        wire::encode(one, message.payload);
    }
}

} // namespace gridtwin::wire::apdu
