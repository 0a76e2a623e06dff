// What outside clients get of an SMS meter.
#include "models/meter/credit_supply.hpp"
#include "models/wire/sms/envelope.hpp"
#include "models/wire/sms/user_data.hpp"
#include "sim/twin/short_message.hpp"
#include "sim/twin/sms_identity.hpp"
#include "sim/twin/sms_terminals.hpp"
#include "tests/models/meter/some_meters.hpp"
#include "tests/models/wire/random_block.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace gridtwin::twin {
namespace {

namespace sms = wire::sms;

constexpr MeterId kMeter{1};

struct SmsTerminalsTest : testing::Test {
    SmsTerminalsTest() { scenario.meter.profile_rows = wire::kMaxBlockRows; }

    /// @return the whole message that comes back
    std::vector<std::byte> ask(sms::Command const& command) {
        auto const reaction = terminals.receive(sealed(command), kStart, numbers);
        EXPECT_TRUE(reaction.answer);
        auto const octets = unpack_short_message(reaction.answer->payload).octets;
        return {octets.begin(), octets.end()};
    }
    [[nodiscard]] Message sealed(sms::Command const& command) {
        std::vector<std::byte> content;
        sms::encode(command, content);
        bool const top_up = std::holds_alternative<sms::TopUp>(command);
        auto const& sender = top_up ? scenario.live.top_up_number : scenario.sms.spec.short_number;
        wire::AesGcm key(sms_key(scenario.seed, kMeter));
        std::vector<std::byte> octets;
        sms::seal({.code = sms::code_of(kMeter),
                   .direction = sms::Direction::to_meter,
                   .counter = ++counter},
                  sender, content, key, octets);
        Message message;
        message.kind = MessageKind::short_command;
        message.meter = kMeter;
        message.payload = pack_short_message(sender, false, octets);
        return message;
    }
    [[nodiscard]] sms::Answer opened(std::span<std::byte const> octets) const {
        return opened(octets, scenario.sms.spec.short_number);
    }
    [[nodiscard]] sms::Answer opened(std::span<std::byte const> octets,
                                     std::string_view number) const {
        wire::AesGcm key(sms_key(scenario.seed, kMeter));
        std::vector<std::byte> plain;
        EXPECT_TRUE(sms::open(sms::read_envelope(octets), number, key, plain));
        auto decoded = sms::decode_answer(plain);
        EXPECT_TRUE(decoded.ok()) << decoded.problem;
        return std::move(decoded.answer);
    }

    scenario::Scenario scenario;
    meter::MeterTable meters =
        meter::exact_meters({.profile_rows = wire::kMaxBlockRows}, index(kMeter) + 1);
    MessageNumbers numbers{1};
    std::uint32_t counter = 0;
    SmsTerminals terminals{scenario, meters};
};

TEST_F(SmsTerminalsTest, AProfileThatIsTooLongForOneMessageIsAnsweredWithTheRowsThatFit) {
    constexpr std::uint16_t kAsked = 6000;
    wire::TestDraws draws(5);
    meters.last_closed[index(kMeter)] = kAsked;
    std::size_t least = kAsked;
    for (std::int32_t const largest : {30'000, 300'000, 30'000'000}) {
        // given rows of up to so many mWh
        for (std::uint32_t k = 0; k < kAsked; ++k) {
            std::size_t const at = index(kMeter) * meters.profile_rows + k;
            meters.row_mwh[at] =
                static_cast<std::int32_t>(draws.below(static_cast<std::uint64_t>(largest)));
            meters.row_mvarh[at] = meters.row_mwh[at] / 3;
            meters.row_voltage_dv[at] = static_cast<std::uint16_t>(2200 + draws.below(200));
        }
        // when
        auto const octets = ask(sms::ReadProfile{.first = 1, .count = kAsked});
        // then
        EXPECT_LE(octets.size(), sms::kMostContentOctets);
        auto answer = opened(octets);
        auto& block = std::get<sms::Profile>(answer.what).block;
        ASSERT_LT(block.rows.size(), kAsked);
        EXPECT_EQ(block.first_interval, 1U);
        auto const rows = block.rows.size();
        for (std::uint32_t k = 0; k < rows; ++k) {
            ASSERT_EQ(block.rows[k], find_row(meters, kMeter, k + 1));
        }
        block.rows.push_back(*find_row(meters, kMeter, static_cast<std::uint32_t>(rows + 1)));
        std::vector<std::byte> longer;
        sms::encode(answer, longer);
        EXPECT_GT(longer.size() + sms::kEnvelopeOctets, sms::kMostContentOctets)
            << rows << " rows, and one more would have had room";
        least = std::min(least, rows);
    }
    EXPECT_LT(least, 4000U) << "of the longest rows";
}

TEST_F(SmsTerminalsTest, AProfileThatFitsIsAnsweredAsAWhole) {
    meters.last_closed[index(kMeter)] = 100;
    auto const answer = opened(ask(sms::ReadProfile{.first = 11, .count = 50}));
    auto const& block = std::get<sms::Profile>(answer.what).block;
    EXPECT_EQ(block.first_interval, 11U);
    EXPECT_EQ(block.rows.size(), 50U);
}

TEST_F(SmsTerminalsTest, AnAnswerSaysBesideItsOctetsWhetherTheMeterRefusesAlsoWhenItIsSaidAgain) {
    auto const value = [this](Message const& message) {
        auto const reaction = terminals.receive(message, kStart, numbers);
        return reaction.answer ? reaction.answer->value : -1;
    };
    auto const asked = sealed(sms::BalanceQuery{});
    auto const limited = sealed(sms::SetLimits{.power_w = 1000, .energy_wh = 500});
    EXPECT_EQ(value(asked), 1);
    EXPECT_EQ(value(limited), 0) << "it has no limiter";
    EXPECT_EQ(value(asked), 1) << "a copy";
    EXPECT_EQ(value(limited), 0) << "likewise";
}

TEST_F(SmsTerminalsTest, ATopUpOfNothingOrLessIsRefusedAndItsTokenUnused) {
    scenario.live.top_up_number = "4477";
    auto const pay = [this](std::int64_t cents) {
        return opened(ask(sms::TopUp{.token = 12, .amount = {cents}}), "4477").what;
    };
    decltype(sms::Answer::what) const refused =
        sms::Refused{.code = 5, .why = sms::CommandRefusal::out_of_range};
    EXPECT_TRUE(pay(-500) == refused);
    EXPECT_TRUE(pay(0) == refused);
    EXPECT_TRUE(std::holds_alternative<sms::Done>(pay(700)));
    auto const balance = opened(ask(sms::BalanceQuery{}));
    EXPECT_EQ(std::get<sms::Balance>(balance.what).balance, Money{700});
}

TEST_F(SmsTerminalsTest, APrepaidMeterTellsItsAccountAndTakesNoTokens) {
    std::vector<meter::CreditOpening> const openings{{kMeter, {1234}, {}}};
    meter::give_credit(meters, {}, openings);
    scenario.live.top_up_number = "4477";
    auto const paid = opened(ask(sms::TopUp{.token = 12, .amount = {700}}), "4477").what;
    decltype(sms::Answer::what) const refused =
        sms::Refused{.code = 5, .why = sms::CommandRefusal::no_such_feature};
    EXPECT_TRUE(paid == refused);
    EXPECT_EQ(std::get<sms::Balance>(opened(ask(sms::BalanceQuery{})).what).balance, Money{1234});
    EXPECT_EQ(std::get<sms::Reading>(opened(ask(sms::ReadRegisters{})).what).balance, Money{1234});
}

} // namespace
} // namespace gridtwin::twin
