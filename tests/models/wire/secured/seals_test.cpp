#include "models/wire/secured/framing.hpp"
#include "models/wire/secured/seals.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/wire/secured/random_local.hpp"
#include "tests/models/wire/sms/random_content.hpp"

namespace gridtwin::wire::secured {
namespace {

constexpr std::uint64_t kTries = 200; ///< of each kind

Message an_order() {
    Message order;
    order.kind = MessageKind::set_relay;
    order.meter = MeterId{4};
    order.concentrator = ConcentratorId{2};
    order.command = CommandId{9};
    return order;
}

std::vector<MessageKind> with_head_end() {
    std::vector<MessageKind> kinds;
    for (std::size_t k = 0; k < kMessageKinds; ++k) {
        auto const kind = static_cast<MessageKind>(k);
        bool const local = kind == MessageKind::firmware_block || kind == MessageKind::read_gaps ||
                           kind == MessageKind::gaps;
        if (sms::by_sms(kind) && !local) {
            kinds.push_back(kind);
        }
    }
    return kinds;
}

TEST(SealsTest, WhatGoesBelowAConcentratorArrivesAsItWasAndAsLongAsItIsCounted) {
    Seals seals(test_spec());
    for (auto const kind : kLocalKinds) {
        for (std::uint64_t which = 0; which < kTries; ++which) {
            TestDraws draws(which);
            auto const [message, second] = random_local(draws, kind);
            Channel const channel = which % 2 == 0 ? Channel::plc : Channel::rf;
            MeterId const at = message.meter == kNone<MeterId> ? MeterId{7} : message.meter;
            Message sent = counted(message, channel);
            ASSERT_NO_THROW(seals.seal(sent, channel, second)) << name(kind) << ", case " << which;
            ASSERT_EQ(sent.payload.size(), sent.octets) << name(kind) << ", case " << which;
            EXPECT_EQ(sent.value, 0);
            EXPECT_EQ(sent.count, 0U);
            EXPECT_EQ(sent.occurred, kStart);
            ASSERT_EQ(seals.open(sent, channel, second, at), "")
                << name(kind) << ", case " << which;
            EXPECT_EQ(told_by(sent), told_by(message)) << name(kind) << ", case " << which;
        }
    }
    EXPECT_EQ(seals.counts().sealed, seals.counts().opened);
    EXPECT_EQ(seals.counts().refused, 0U);
}

TEST(SealsTest, WhatGoesByDataOrSmsArrivesAsItWas) {
    Seals seals(test_spec());
    for (auto const kind : with_head_end()) {
        for (std::uint64_t which = 0; which < kTries; ++which) {
            TestDraws draws(which);
            auto message = sms::random_message(draws, kind);
            bool const data = message.concentrator != kNone<ConcentratorId> && which % 3 != 0;
            Channel const channel = data ? Channel::wan : Channel::sms;
            Message sent = counted(message, channel);
            ASSERT_NO_THROW(seals.seal(sent, channel)) << name(kind) << ", case " << which;
            if (channel == Channel::sms) {
                EXPECT_EQ(sent.payload.size(), sent.octets);
            }
            ASSERT_EQ(seals.open(sent, channel), "") << name(kind) << ", case " << which;
            EXPECT_EQ(told_by(sent), told_by(message)) << name(kind) << ", case " << which;
        }
    }
}

TEST(SealsTest, AsManyOctetsTravelAsTheMessageSays) {
    Seals seals(test_spec());
    for (auto const channel : {Channel::plc, Channel::rf, Channel::wan}) {
        std::uint32_t const due = counted(an_order(), channel).octets;
        for (std::uint32_t const wrong : {0U, due - 1, due + 1}) {
            Message order = an_order();
            order.octets = wrong;
            EXPECT_THROW(seals.seal(order, channel), SimulationError) << name(channel);
            EXPECT_FALSE(order.sealed);
        }
    }
    Message carried = an_order(); // inside the WAN: octets are those of its transport
    carried.uplink = Channel::sms;
    carried = counted(carried, Channel::wan);
    EXPECT_NO_THROW(seals.seal(carried, Channel::sms));
}

/// Where the counter begins: what stands before it says how the rest is to be read.
std::size_t counter_at(std::vector<std::byte> const& ciphered, bool title) {
    std::size_t const length = title ? 1 + 1 + 8 : 1;
    auto const first = std::to_integer<std::size_t>(ciphered[length]);
    return length + (first < 0x80 ? 1 : 1 + (first & 0x7FU)) + 1;
}

TEST(SealsTest, AFlippedBitOfTheApduIsRefusedByItsTagThoughItsFramesAreSound) {
    Seals seals(test_spec());
    auto const information = test_spec().sizes.information_octets;
    for (auto const kind : kLocalKinds) {
        if (between_strangers(kind)) {
            continue; // without a tag another number is a number
        }
        TestDraws draws(1);
        auto const [message, second] = random_local(draws, kind);
        MeterId const at = message.meter == kNone<MeterId> ? MeterId{7} : message.meter;
        Message sealed = counted(message, Channel::plc);
        seals.seal(sealed, Channel::plc, second);
        std::vector<std::byte> apdu;
        ASSERT_EQ(disclose(sealed.payload, kind, Channel::plc, apdu), "");
        std::size_t const counter = counter_at(apdu, carries_title(kind, Channel::plc));
        std::size_t const bits = 8 * apdu.size();
        for (std::size_t bit = 0; bit < bits; bit += 1 + bits / 400) {
            auto other = apdu;
            other[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
            Message forged = sealed;
            forged.payload.clear();
            enclose(other, kind, Channel::plc, information, forged.payload);
            auto const problem = seals.open(forged, Channel::plc, second, at);
            EXPECT_NE(problem, "") << name(kind) << ", bit " << bit;
            EXPECT_TRUE(forged.payload.empty());
            if (bit / 8 >= counter) {
                EXPECT_EQ(problem, "the authentication tag is wrong")
                    << name(kind) << ", bit " << bit;
            }
        }
        EXPECT_EQ(seals.open(sealed, Channel::plc, second, at), "") << name(kind);
    }
}

TEST(SealsTest, AFlippedBitOfAFrameIsRefusedWhereverItIs) {
    Seals seals(test_spec());
    for (auto const kind : kLocalKinds) {
        TestDraws draws(1);
        auto const [message, second] = random_local(draws, kind);
        MeterId const at = message.meter == kNone<MeterId> ? MeterId{7} : message.meter;
        Message sealed = counted(message, Channel::plc);
        seals.seal(sealed, Channel::plc, second);
        std::size_t const bits = 8 * sealed.payload.size();
        for (std::size_t bit = 0; bit < bits; bit += 1 + bits / 200) {
            Message flipped = sealed;
            flipped.payload[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
            EXPECT_NE(seals.open(flipped, Channel::plc, second, at), "")
                << name(kind) << ", bit " << bit;
            EXPECT_TRUE(flipped.payload.empty());
        }
        EXPECT_EQ(seals.open(sealed, Channel::plc, second, at), "") << name(kind);
    }
    EXPECT_GT(seals.counts().refused, 0U);
}

TEST(SealsTest, ForgersByDataAndSmsAreRefusedToo) {
    Seals seals(test_spec());
    for (auto const channel : {Channel::wan, Channel::sms}) {
        Message order = counted(an_order(), channel);
        seals.seal(order, channel);
        for (std::size_t bit = 0; bit < 8 * order.payload.size(); ++bit) {
            Message flipped = order;
            flipped.payload[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
            EXPECT_NE(seals.open(flipped, channel), "") << name(channel) << ", bit " << bit;
        }
    }
}

TEST(SealsTest, ACopyIsRefused) {
    Seals seals(test_spec());
    for (auto const channel : {Channel::plc, Channel::wan, Channel::sms}) {
        Message order = counted(an_order(), channel);
        seals.seal(order, channel);
        Message copy = order;
        EXPECT_EQ(seals.open(order, channel), "");
        EXPECT_NE(seals.open(copy, channel), "") << name(channel);
    }
}

TEST(SealsTest, NobodyOpensWhatIsMeantForAnother) {
    Seals seals(test_spec());
    Message order = counted(an_order(), Channel::plc);
    seals.seal(order, Channel::plc);
    Message to_another = order;
    to_another.meter = MeterId{5};
    EXPECT_NE(seals.open(to_another, Channel::plc), "");
    Message of_another = order;
    of_another.concentrator = ConcentratorId{3};
    EXPECT_NE(seals.open(of_another, Channel::plc), "");
    Message another_kind = order;
    another_kind.kind = MessageKind::ask_to_call;
    EXPECT_NE(seals.open(another_kind, Channel::plc), "");
}

TEST(SealsTest, WhatCannotBeToldIsAnErrorAndNoWrongNumber) {
    Seals seals(test_spec());
    Message alarm;
    alarm.kind = MessageKind::alarm;
    alarm.meter = MeterId{4};
    alarm.concentrator = ConcentratorId{2};
    alarm.occurred = from_ns(1);
    alarm = counted(alarm, Channel::plc);
    EXPECT_THROW(seals.seal(alarm, Channel::plc), SimulationError);
    Message report;
    report.kind = MessageKind::firmware_report;
    EXPECT_THROW(seals.seal(report, Channel::plc), SimulationError);
    EXPECT_THROW((void)seals.open(report, Channel::plc), SimulationError);
}

} // namespace
} // namespace gridtwin::wire::secured
