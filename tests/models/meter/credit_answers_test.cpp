#include "models/meter/credit_answers.hpp"
#include "models/wire/sizes.hpp"
#include "models/wire/told_time.hpp"
#include "tests/models/meter/prepaid.hpp"

#include <gtest/gtest.h>

namespace gridtwin::meter {
namespace {

/// A prepaid meter that is spoken to; what it is ordered to do, is done.
struct Spoken {
    explicit Spoken(CreditSpec const& credit, Money opening, Money debt = {})
        : town(credit, opening, debt) {}
    Prepaid town;
    MessageNumbers numbers{77};

    [[nodiscard]] static Message request(MessageKind kind) {
        Message m;
        m.kind = kind;
        m.meter = Prepaid::kMeter;
        m.concentrator = ConcentratorId{2};
        m.command = CommandId{5};
        return m;
    }
    [[nodiscard]] static Message difference(std::uint32_t number, std::int64_t cents) {
        Message m = request(MessageKind::set_credit);
        wire::encode(wire::CreditDifference{.number = number,
                                            .difference_cents = cents,
                                            .payment_cents = std::max<std::int64_t>(cents, 0)},
                     m.payload);
        return m;
    }
    Response ask(Message const& m) {
        return respond(town.table, town.spec, m, Channel::plc, town.now, numbers);
    }
    /// Asks, and does what is to happen.
    wire::CreditReport tell(Message const& m) {
        auto const response = ask(m);
        if (auto const& order = response.credit) {
            town.to(order->at);
            adjust_credit(town.table, town.spec, order->meter, order->adjustment, town.now,
                          town.events, town.orders);
        }
        return report_of(response);
    }
    static wire::CreditReport report_of(Response const& response) {
        auto const& message = response.message.value();
        EXPECT_EQ(message.kind, MessageKind::credit);
        EXPECT_EQ(message.octets, wire::encoded_octets(message, Channel::plc));
        auto const decoded = wire::decode_credit_reports(message.payload);
        EXPECT_EQ(decoded.blocks.size(), 1U);
        EXPECT_EQ(message.occurred, decoded.blocks.at(0).read);
        return decoded.blocks.at(0);
    }
};

TEST(CreditAnswers, ADifferenceIsAnsweredByTheAccountThatItLeaves) {
    Spoken meter(twenty_cents(), {100}, {30});
    meter.town.to(kStart + 1h);
    auto const response = meter.ask(Spoken::difference(1, 250));
    ASSERT_TRUE(response.credit);
    EXPECT_EQ(response.ready, meter.town.now + meter.town.spec.relay_operating_delay);
    EXPECT_EQ(response.credit->at, response.ready);
    EXPECT_EQ(response.message->command, CommandId{5});
    EXPECT_EQ(response.message->value, 1);
    EXPECT_EQ(report_credit(meter.town.table, Prepaid::kMeter, meter.town.now)->number, 0U)
        << "not before its time";
    auto const told = meter.tell(Spoken::difference(1, 250));
    auto const held = report_credit(meter.town.table, Prepaid::kMeter, meter.town.now);
    EXPECT_EQ(told, to_wire(*held));
    EXPECT_EQ(told.number, 1U);
    EXPECT_EQ(told.balance, to_nano({350 - 40}));
    EXPECT_EQ(told.debt, to_nano({30}));
}

TEST(CreditAnswers, TheSameDifferenceAgainIsAnsweredAgainAndChangesNothing) {
    Spoken meter(twenty_cents(), {100});
    (void)meter.tell(Spoken::difference(1, 250));
    auto const again = meter.ask(Spoken::difference(1, 250));
    EXPECT_FALSE(again.credit);
    EXPECT_EQ(Spoken::report_of(again).number, 1U);
    EXPECT_EQ(Spoken::report_of(again).balance, to_nano({350}));
    auto const unheard = meter.ask(Spoken::difference(3, 250)); // the second was never heard
    EXPECT_FALSE(unheard.credit);
    EXPECT_EQ(Spoken::report_of(unheard).number, 1U);
    EXPECT_EQ(meter.town.table.credits.state[0].totals.applied, to_nano({350}));
}

TEST(CreditAnswers, WhoIsOffIsToldOnAsSoonAsAPaymentIsEnough) {
    Spoken meter(twenty_cents(), {33});
    meter.town.to(kStart + 2h);
    ASSERT_FALSE(meter.town.closed());
    auto const owing = Spoken::report_of(meter.ask(Spoken::request(MessageKind::read_credit)));
    EXPECT_EQ(owing.flags, kCreditExhausted | kOffForCredit);
    EXPECT_EQ(meter.tell(Spoken::difference(1, 50)).flags, 0);
    meter.town.to(meter.town.now + 1s);
    EXPECT_TRUE(meter.town.closed());
}

TEST(CreditAnswers, APaymentThatIsTooLittleLeavesTheFlags) {
    auto spec = twenty_cents();
    spec.reconnect_above = {100};
    Spoken meter(spec, {33});
    meter.town.to(kStart + 2h);
    EXPECT_EQ(meter.tell(Spoken::difference(1, 50)).flags, kCreditExhausted | kOffForCredit);
}

TEST(CreditAnswers, LockedOutItTellsAndDoesNothing) {
    Spoken meter(twenty_cents(), {100});
    LockoutSpec lock;
    meter.town.table.lockout = make_lockout(lock, 1);
    for (std::uint32_t k = 0; k < lock.tries; ++k) {
        wrong_password(meter.town.table.lockout, 0, meter.town.now, meter.town.events);
    }
    auto const response = meter.ask(Spoken::difference(1, 250));
    EXPECT_FALSE(response.credit);
    EXPECT_EQ(Spoken::report_of(response).number, 0U);
}

TEST(CreditAnswers, AMeterWithoutAnAccountSaysSo) {
    MeterSpec const spec;
    auto table = exact_meters(spec, 1);
    MessageNumbers numbers{77};
    for (auto const kind : {MessageKind::set_credit, MessageKind::read_credit}) {
        auto const response =
            respond(table, spec, Spoken::request(kind), Channel::plc, kStart, numbers);
        EXPECT_EQ(response.message.value().kind, MessageKind::credit);
        EXPECT_TRUE(response.message->payload.empty());
        EXPECT_FALSE(response.credit);
    }
}

TEST(CreditAnswers, AnOrderToOpenThatHasLapsedOpensNothing) {
    Spoken meter(twenty_cents(), {10'000});
    meter.town.to(kStart + 1h);
    auto order = Spoken::request(MessageKind::set_relay);
    // given: it would move the contact at the very instant from which on it is not to
    order.occurred = meter.town.now + meter.town.spec.relay_operating_delay;
    auto const late = meter.ask(order);
    EXPECT_FALSE(late.order);
    EXPECT_EQ(late.message.value().value, 1) << "the contact's position as it is";
    order.occurred += SimDuration{1};
    auto const in_time = meter.ask(order);
    EXPECT_TRUE(in_time.order);
    EXPECT_EQ(in_time.message.value().value, 0);
    // and once executed it is acknowledged as it was, however late it is repeated
    meter.town.to(kStart + 2h);
    auto const repeated = meter.ask(order);
    EXPECT_FALSE(repeated.order);
    EXPECT_EQ(repeated.message.value().value, 0);
    EXPECT_EQ(repeated.message->occurred, in_time.message->occurred);
}

} // namespace
} // namespace gridtwin::meter
