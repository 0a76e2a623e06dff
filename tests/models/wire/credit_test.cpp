#include "models/wire/credit.hpp"
#include "models/wire/relay_validity.hpp"
#include "models/wire/sizes.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/wire/codec_laws.hpp"
#include "tests/models/wire/random_data.hpp"

namespace gridtwin::wire {
namespace {

TEST(CreditData, WhatIsEncodedIsDecoded) {
    TestDraws draws(32);
    for (int round = 0; round < 2000; ++round) {
        expect_round_trip(std::vector{random_difference(draws), random_difference(draws)},
                          decode_credit_differences);
        expect_round_trip(std::vector{random_report_of_credit(draws)}, decode_credit_reports);
    }
}

TEST(CreditData, FaultsAreNamedWithTheirPlace) {
    std::vector<std::byte> const paid_back{std::byte{1}, std::byte{0}, std::byte{1}};
    EXPECT_EQ(decode_credit_differences(paid_back).problem, "octet 3: a payment below nothing");
    std::vector<std::byte> const flags{std::byte{1}, std::byte{2}, std::byte{8}};
    EXPECT_EQ(decode_credit_reports(flags).problem, "octet 3: flags that there are none of");
    std::vector<std::byte> out;
    EXPECT_THROW(encode(CreditDifference{.number = 1, .payment_cents = -1}, out), SimulationError);
    EXPECT_THROW(encode(CreditReport{.flags = 8}, out), SimulationError);
}

TEST(CreditData, TakesWhatItsServicesTake) {
    Message m;
    m.kind = MessageKind::set_credit;
    m.meter = MeterId{17};
    m.concentrator = ConcentratorId{1};
    // A method with {number, two amounts}: APDU, security, frame.
    EXPECT_EQ(encoded_octets(m, Channel::plc), 3U + 9 + 1 + (2 + 5 + 9 + 9) + 19 + 14);
    m.kind = MessageKind::read_credit;
    EXPECT_EQ(encoded_octets(m, Channel::plc), 13U + 19 + 14);
    m.kind = MessageKind::credit;
    EXPECT_EQ(encoded_octets(m, Channel::plc), 3U + 1 + 1 + 19 + 14) << "no account";
    encode(CreditReport{.number = 1}, m.payload);
    constexpr std::uint32_t kAccount = 2 + 5 + 5 + 2 + 9 + 9 + 14;
    EXPECT_EQ(encoded_octets(m, Channel::plc), 3U + 1 + kAccount + 19 + 14) << "asked by a get";
    m.value = 1;
    EXPECT_EQ(encoded_octets(m, Channel::plc), 3U + 1 + 1 + 1 + kAccount + 19 + 14);
    m.payload.push_back(std::byte{0x80});
    EXPECT_THROW((void)encoded_octets(m, Channel::plc), SimulationError);
}

TEST(RelayValidity, IsOnTheWireOnlyWhereThereIsOne) {
    Message order;
    order.kind = MessageKind::set_relay;
    order.meter = MeterId{17};
    auto const plain = encoded_octets(order, Channel::sms);
    EXPECT_EQ(encoded_octets(order, Channel::plc), 15U + 19 + 14);
    EXPECT_FALSE(lapsed(order, kStart + std::chrono::hours(9)));
    order.occurred = kStart + std::chrono::hours(8);
    EXPECT_EQ(encoded_octets(order, Channel::sms), plain + 8);
    EXPECT_EQ(encoded_octets(order, Channel::plc), 13U + 14 + 19 + 14);
    EXPECT_FALSE(lapsed(order, order.occurred - SimDuration{1}));
    EXPECT_TRUE(lapsed(order, order.occurred));
    order.value = 1;
    EXPECT_EQ(encoded_octets(order, Channel::sms), plain) << "to close holds whenever it comes";
    EXPECT_FALSE(lapsed(order, order.occurred));
}

} // namespace
} // namespace gridtwin::wire
