// The chain between customer database and meter: orders as XML in, short messages out, what becomes
// of them back as XML, with real envelopes all the way.
#include "models/crm/gateway.hpp"
#include "models/crm/meaning.hpp"
#include "models/wire/crm/values.hpp"
#include "models/wire/sms/command.hpp"
#include "models/wire/sms/subscriber_code.hpp"
#include "sim/core/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace gridtwin::crm {
namespace {

namespace sms = wire::sms;
using namespace std::chrono_literals;
using wire::crm::CommandFate;
using wire::crm::ReceivedKind;

constexpr auto kEpoch =
    std::chrono::sys_days(std::chrono::year{2026} / std::chrono::March / 1) + 0s;
std::string const kCode = "00612024000000000786";
std::string const kNumber = "+99890000007";

wire::AesKey key_of(sms::MeterCode const& code) {
    wire::AesKey key{};
    std::ranges::copy(code.bcd, key.begin());
    return key;
}

class GatewayTest : public ::testing::Test {
  protected:
    /// The database's own writer makes what is injected.
    static std::string written(std::vector<wire::crm::Entry> entries) {
        return wire::crm::write_xml(
            {.number = 1, .created = kEpoch, .entries = std::move(entries)});
    }
    static wire::crm::Entry subscriber() {
        wire::crm::Subscriber one;
        one.code = "010600200260012";
        one.contract = "A-7";
        one.registered = std::chrono::sys_days(std::chrono::year{2020} / 1 / 1);
        one.name = "A. Subscriber";
        one.meters.push_back({.code = kCode, .number = kNumber, .balance = {}});
        return one;
    }
    static wire::crm::Entry order(std::uint64_t id, wire::crm::Action action,
                                  std::string const& meter = kCode) {
        return wire::crm::Command{
            .id = id, .meter = meter, .valid_s = 3600, .action = std::move(action)};
    }
    std::vector<Submission> inject(std::vector<wire::crm::Entry> entries) {
        last = gateway.inject(written(std::move(entries)), "in.xml", now);
        EXPECT_TRUE(last.ok()) << last.diagnostics.text();
        return gateway.take_submissions();
    }
    /// What the gateway has told since.
    template <typename Entry>
    std::vector<Entry> told() {
        std::vector<Entry> out;
        while (auto const xml = gateway.take_document(now)) {
            auto const parsed = wire::crm::parse_xml(*xml, "out.xml");
            EXPECT_TRUE(parsed.ok()) << parsed.diagnostics.text();
            for (auto const& entry : parsed.exchange.entries) {
                if (auto const* one = std::get_if<Entry>(&entry)) {
                    out.push_back(*one);
                }
            }
        }
        return out;
    }
    /// As the meter does.
    sms::Verdict at_meter(Submission const& submission) {
        wire::AesGcm cipher(key_of(code));
        auto const verdict = sms::judge(
            sms::MeterRule{.code = code, .short_numbers = numbers, .top_up_number = "7799"}, memory,
            submission.sender, submission.octets, cipher);
        if (verdict.outcome == sms::Outcome::accepted) {
            sms::remember(memory, verdict.counter);
        }
        return verdict;
    }
    std::vector<std::byte> from_meter(sms::Answer const& answer, std::uint32_t counter) {
        std::vector<std::byte> content;
        sms::encode(answer, content);
        wire::AesGcm cipher(key_of(code));
        std::vector<std::byte> octets;
        sms::seal({.code = code, .direction = sms::Direction::from_meter, .counter = counter},
                  "7788", content, cipher, octets);
        return octets;
    }

    sms::MeterCode code = sms::parse_meter_code(kCode).code;
    std::vector<std::string> numbers{"7788"};
    sms::MeterMemory memory;
    Gateway gateway{{.epoch = kEpoch}, key_of};
    Injected last;
    SimTime now = kStart + 1h;
    std::uint32_t last_answer = 0; ///< counter of the meter's answers
};

TEST_F(GatewayTest, AnOrderGoesFromXmlToTheMeterAndItsAnswerBack) {
    // given
    auto const sent = inject({order(5, wire::crm::Switch{.on = false}), subscriber()});
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].number, kNumber);
    EXPECT_EQ(sent[0].sender, "7788");
    EXPECT_EQ(sent[0].valid, 1h);
    EXPECT_LE(sent[0].octets.size(), 140U) << "one short message";
    // when
    auto const verdict = at_meter(sent[0]);
    ASSERT_EQ(verdict.outcome, sms::Outcome::accepted);
    EXPECT_EQ(std::get<sms::Command>(verdict.content), sms::Command{sms::Switch{.on = false}});
    gateway.on_state(5, DeliveryState::at_operator, now + 1s);
    gateway.on_state(5, DeliveryState::received, now + 9s);
    gateway.on_state(5, DeliveryState::at_operator, now + 9s); // late: states only rise
    gateway.on_received(kNumber, "7788",
                        from_meter({.answered = verdict.counter, .what = sms::Done{.code = 3}}, 1),
                        now + 15s);
    // then
    std::vector<std::string> states;
    for (auto const& entry : told<wire::crm::Delivery>()) {
        EXPECT_EQ(entry.command, 5U);
        states.emplace_back(wire::crm::kStateNames[entry.state]);
    }
    EXPECT_EQ(states, (std::vector<std::string>{"0:0", "0:1", "1:0", "1:1"}));
    auto const delivery = gateway.delivery(5);
    ASSERT_TRUE(delivery);
    EXPECT_EQ(delivery->fate, CommandFate::done);
    EXPECT_EQ(delivery->at, kEpoch + 1h + 15s);
    EXPECT_TRUE(gateway.take_submissions().empty()) << "a meter is not answered in plain text";
}

TEST_F(GatewayTest, TopUpsGoByTheirOwnNumber) {
    auto const sent =
        inject({subscriber(), order(1, wire::crm::TopUp{.amount = {500}, .token = 77})});
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].sender, "7799");
    EXPECT_EQ(at_meter(sent[0]).outcome, sms::Outcome::accepted);
}

TEST_F(GatewayTest, EveryActionThatAMeterKnowsReachesItAsItWasOrdered) {
    auto const sent =
        inject({subscriber(), order(1, wire::crm::QueryBalance{}),
                order(2, wire::crm::SetTariff{.from = kEpoch + 48h, .rates = {{0, {12}}}}),
                order(3, wire::crm::SetLimit{.power_w = 3500, .energy_wh = 90000}),
                order(4, wire::crm::ReadRegisters{}),
                order(5, wire::crm::ReadProfile{.first = 96, .count = 48}),
                order(6, wire::crm::ReadClock{})});
    std::vector<sms::Command> const expected{
        sms::BalanceQuery{},
        sms::SetTariff{.tariff = 0, .millicents_per_kwh = 12000, .from = kStart + 48h},
        sms::SetLimits{.power_w = 3500, .energy_wh = 90000},
        sms::ReadRegisters{},
        sms::ReadProfile{.first = 96, .count = 48},
        sms::ReadClock{}};
    ASSERT_EQ(sent.size(), expected.size());
    for (std::size_t i = 0; i < sent.size(); ++i) {
        auto const verdict = at_meter(sent[i]);
        ASSERT_EQ(verdict.outcome, sms::Outcome::accepted);
        EXPECT_EQ(std::get<sms::Command>(verdict.content), expected[i]);
    }
}

TEST_F(GatewayTest, WhatNoMeterCanBeToldIsRejectedWithItsReason) {
    auto const sent =
        inject({subscriber(), order(1, wire::crm::ReadClock{}, "00612024000000000883"),
                order(2, wire::crm::SetTariff{.from = kEpoch, .rates = {{0, {12}}, {420, {20}}}}),
                order(3, wire::crm::SetTariff{.from = kEpoch, .rates = {{0, {-1}}}}),
                order(4, wire::crm::ReadProfile{.first = 0, .count = 70000})});
    EXPECT_TRUE(sent.empty());
    EXPECT_EQ(last.rejected, 4U);
    auto const deliveries = told<wire::crm::Delivery>();
    ASSERT_EQ(deliveries.size(), 4U);
    for (auto const& one : deliveries) {
        EXPECT_EQ(one.fate, CommandFate::rejected);
        EXPECT_EQ(one.state, 0);
    }
    EXPECT_EQ(deliveries[0].reason, "no meter of ours has this code");
    EXPECT_EQ(deliveries[1].reason, "a meter's hours are not set by SMS: one rate, from minute 0");
    gateway.on_state(1, DeliveryState::received, now);
    gateway.on_ended(1, CommandFate::expired, "", now);
    EXPECT_EQ(gateway.delivery(1)->fate, CommandFate::rejected) << "it was never handed over";
}

TEST_F(GatewayTest, ATopUpIsAPaymentWithANumber) {
    EXPECT_TRUE(to_meter(wire::crm::TopUp{.amount = {1}, .token = 1}, kEpoch).ok());
    EXPECT_FALSE(to_meter(wire::crm::TopUp{.amount = {0}, .token = 1}, kEpoch).ok());
    EXPECT_FALSE(to_meter(wire::crm::TopUp{.amount = {-500}, .token = 1}, kEpoch).ok());
    EXPECT_FALSE(to_meter(wire::crm::TopUp{.amount = {500}, .token = 0}, kEpoch).ok());
}

TEST_F(GatewayTest, OfAWrongDocumentNothingIsTaken) {
    auto const good = written({subscriber(), order(1, wire::crm::ReadClock{})});
    auto text = good;
    text.replace(text.find("valid-s=\"3600\""), 14, "valid-s=\"soon\"");
    auto const out = gateway.inject(text, "in.xml", now);
    EXPECT_FALSE(out.ok());
    EXPECT_NE(out.diagnostics.text().find("in.xml:"), std::string::npos);
    EXPECT_TRUE(gateway.take_submissions().empty());
    EXPECT_FALSE(gateway.take_document(now));
    EXPECT_EQ(inject({order(1, wire::crm::ReadClock{})}).size(), 0U) << "the meter is not known";
}

TEST_F(GatewayTest, RecordsThatContradictWhatIsKnownAreNotTakenNorTheOrdersBesideThem) {
    EXPECT_TRUE(inject({subscriber()}).empty());
    auto other = std::get<wire::crm::Subscriber>(subscriber());
    other.code = "010600200260013";
    other.meters[0].code = "00612024000000000883";
    auto const text = written({other, order(1, wire::crm::ReadClock{})});
    auto const out = gateway.inject(text, "in.xml", now);
    EXPECT_EQ(out.diagnostics.text(),
              "in.xml:3:3: number +99890000007 is meter 00612024000000000786's; expected a phone "
              "of its own for each 'meter'\n");
    EXPECT_TRUE(gateway.take_submissions().empty());
    EXPECT_FALSE(gateway.take_document(now));
    EXPECT_EQ(inject({order(1, wire::crm::ReadClock{})}).size(), 1U) << "as if it had not been";
}

TEST_F(GatewayTest, ADocumentThatComesTwiceIsExecutedOnce) {
    std::vector<wire::crm::Entry> const entries{
        subscriber(), order(9, wire::crm::TopUp{.amount = {500}, .token = 1})};
    EXPECT_EQ(inject(entries).size(), 1U);
    (void)told<wire::crm::Delivery>();
    EXPECT_TRUE(inject(entries).empty());
    EXPECT_EQ(last.repeated, 1U);
    EXPECT_TRUE(last.differing.empty());
    EXPECT_EQ(told<wire::crm::Delivery>().size(), 1U) << "it is told how far it is";
}

TEST_F(GatewayTest, AnotherOrderUnderAUsedNumberIsRejectedAndSoTold) {
    EXPECT_EQ(
        inject({subscriber(), order(9, wire::crm::TopUp{.amount = {500}, .token = 1})}).size(), 1U);
    gateway.on_state(9, DeliveryState::at_operator, now);
    (void)told<wire::crm::Delivery>();
    std::vector<wire::crm::Entry> const other{
        order(9, wire::crm::TopUp{.amount = {900}, .token = 2})};
    EXPECT_TRUE(inject(other).empty());
    EXPECT_EQ(last.differing, std::vector<std::uint64_t>{9});
    auto const deliveries = told<wire::crm::Delivery>();
    ASSERT_EQ(deliveries.size(), 2U);
    EXPECT_EQ(deliveries[0].command, 9U);
    EXPECT_EQ(deliveries[0].fate, CommandFate::rejected);
    EXPECT_EQ(deliveries[0].state, 0);
    EXPECT_EQ(deliveries[0].at, kEpoch + 1h);
    EXPECT_EQ(deliveries[0].reason, "this number is another order's, which stands");
    EXPECT_EQ(deliveries[1].fate, CommandFate::pending) << "the first one goes on";
    EXPECT_EQ(deliveries[1].state, 1);
    EXPECT_TRUE(inject(other).empty());
    EXPECT_EQ(gateway.counts().differing, 1U) << "a repetition is no further order";
    auto const fates = gateway.fates();
    EXPECT_EQ(fates[static_cast<std::size_t>(CommandFate::rejected)], 1U);
    EXPECT_EQ(fates[static_cast<std::size_t>(CommandFate::pending)], 1U);
}

TEST_F(GatewayTest, ATruthThatComesLateIsTold) {
    auto const sent = inject({subscriber(), order(1, wire::crm::Switch{.on = true})});
    gateway.on_ended(1, CommandFate::expired, "validity over", now + 1h);
    EXPECT_EQ(gateway.delivery(1)->fate, CommandFate::expired);
    auto const counter = at_meter(sent.at(0)).counter; // it came; the receipt was lost
    gateway.on_received(kNumber, "7788",
                        from_meter({.answered = counter, .what = sms::Done{.code = 3}}, 1),
                        now + 2h);
    EXPECT_EQ(gateway.delivery(1)->fate, CommandFate::done);
    gateway.on_ended(1, CommandFate::expired, "validity over", now + 3h);
    EXPECT_EQ(gateway.delivery(1)->fate, CommandFate::done);
}

TEST_F(GatewayTest, RightAndWrongMessagesAreExplainedEachOnce) {
    (void)inject({subscriber()});
    auto const good =
        from_meter({.answered = 0, .what = sms::Balance{.balance = {1234}, .at = now}}, 1);
    auto changed = good;
    changed[20] ^= std::byte{1};
    std::vector<std::byte> const cut(good.begin(), std::prev(good.end()));
    auto other = good;
    other[9] ^= std::byte{1};
    std::vector<std::byte> const text{std::byte{'h'}, std::byte{'i'}};
    gateway.on_received(kNumber, "7788", good, now);
    gateway.on_received(kNumber, "7788", good, now); // a copy of the network's
    gateway.on_received("+99890000008", "7788", good, now);
    gateway.on_received(kNumber, "7788", changed, now);
    gateway.on_received(kNumber, "7788", cut, now);
    gateway.on_received(kNumber, "7788", other, now);
    gateway.on_received("SHOP\x01\xFF", "7788", text, now);
    auto const received = told<wire::crm::Received>();
    std::vector<ReceivedKind> kinds;
    for (auto const& one : received) {
        kinds.push_back(one.kind);
        EXPECT_FALSE(one.explanation.empty());
    }
    EXPECT_EQ(kinds, (std::vector{ReceivedKind::balance, ReceivedKind::wrong_sender,
                                  ReceivedKind::bad_tag, ReceivedKind::wrong_length,
                                  ReceivedKind::wrong_code, ReceivedKind::plain_text}));
    EXPECT_EQ(received.at(0).balance, Money{1234});
    EXPECT_EQ(received.at(0).meter, kCode);
    EXPECT_EQ(received.at(5).sender, "SHOP??");
    EXPECT_EQ(gateway.counts().copies, 1U);
}

TEST_F(GatewayTest, WhatWasReadIsToldInWords) {
    (void)inject({subscriber()});
    auto const explained = [this](sms::Answer const& answer) {
        gateway.on_received(kNumber, "7788", from_meter(answer, ++last_answer), now);
        return told<wire::crm::Received>().at(0).explanation;
    };
    sms::Profile profile{.block = {.first_interval = 96, .rows = {}}};
    EXPECT_THAT(explained({.what = profile}),
                testing::EndsWith(": a reading, 0 intervals from 96."));
    profile.block.rows = {{.import_mwh = 250'300}, {.import_mwh = 125'000}, {.import_mwh = 40}};
    EXPECT_THAT(explained({.what = profile}),
                testing::EndsWith(": a reading, 3 intervals from 96, together 375.340 Wh."));
    EXPECT_THAT(explained({.what = sms::ClockShown{.shown = kStart + 90s + 700ms}}),
                testing::EndsWith(": a reading, its clock shows 2026-03-01T00:01:30Z."));
}

TEST_F(GatewayTest, PlainTextIsCalledSoWhateverItsLength) {
    auto const kind_of = [this](std::string_view text) {
        auto const octets = std::as_bytes(std::span(text));
        gateway.on_received("+99870000001", "7788", octets, now);
        return told<wire::crm::Received>().at(0).kind;
    };
    EXPECT_EQ(kind_of("hi"), ReceivedKind::plain_text);
    EXPECT_EQ(kind_of(std::string(60, 'x')), ReceivedKind::plain_text);
    EXPECT_EQ(kind_of("zəhmət olmasa,\nişıq"), ReceivedKind::plain_text);
    EXPECT_EQ(kind_of(""), ReceivedKind::wrong_length);
    EXPECT_EQ(kind_of("a\x01z"), ReceivedKind::wrong_length) << "octets of something else";
    EXPECT_EQ(kind_of(std::string(60, '\xFF')), ReceivedKind::wrong_length) << "nor UTF-8";
    gateway.on_received("+99870000001", "7788", std::as_bytes(std::span("please", 6)), now);
    EXPECT_THAT(told<wire::crm::Received>().at(0).explanation,
                testing::HasSubstr("no envelope of a meter, but plain text of 6 octets"));
}

TEST_F(GatewayTest, PeopleAreAnsweredMetersAreNotAndNobodyForEver) {
    (void)inject({subscriber()});
    std::vector<std::byte> const text(40, std::byte{'x'});
    for (int i = 0; i < 9; ++i) {
        gateway.on_received("+99870000001", "7788", text, now + i * 1min);
    }
    auto const answers = gateway.take_submissions();
    ASSERT_EQ(answers.size(), 5U);
    for (auto const& one : answers) {
        EXPECT_EQ(one.command, 0U);
        EXPECT_EQ(one.number, "+99870000001");
        EXPECT_LE(one.octets.size(), 140U);
    }
    EXPECT_EQ(gateway.counts().unanswered, 4U);
    gateway.on_received("+99870000001", "7788", text, now + 1h);
    EXPECT_EQ(gateway.take_submissions().size(), 1U) << "an hour later";
    Gateway silent{{.epoch = kEpoch, .answer_wrong = false}, key_of};
    silent.on_received("+99870000001", "7788", text, now);
    EXPECT_TRUE(silent.take_submissions().empty());
}

TEST_F(GatewayTest, MetersThatNoRecordNamesAreNotAnsweredEither) {
    gateway = Gateway{
        {.epoch = kEpoch,
         .is_meter_number = [](std::string_view number) { return number.starts_with("+9989"); }},
        key_of};
    gateway.on_received(kNumber, "7788", from_meter({.what = sms::Done{.code = 3}}, 1), now);
    auto const received = told<wire::crm::Received>();
    ASSERT_EQ(received.size(), 1U);
    EXPECT_EQ(received[0].kind, ReceivedKind::wrong_code) << "which the database may know";
    gateway.on_received(kNumber, "7788", std::as_bytes(std::span("hi", 2)), now);
    EXPECT_TRUE(told<wire::crm::Answer>().empty());
    EXPECT_TRUE(gateway.take_submissions().empty());
    EXPECT_EQ(gateway.counts().answered, 0U);
    EXPECT_EQ(gateway.counts().unanswered, 0U);
    gateway.on_received("+99870000001", "7788", std::as_bytes(std::span("hi", 2)), now);
    EXPECT_EQ(gateway.take_submissions().size(), 1U) << "a person is";
}

/// Whatever comes in whatever order: each command is submitted once at most, its state never falls,
/// done and refused are final, and every document is one.
TEST_F(GatewayTest, PropertyOverRandomHistories) {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        Gateway one{{.epoch = kEpoch}, key_of};
        std::uint64_t n = 0;
        auto const draw = [&](std::uint64_t below) {
            return static_cast<std::uint64_t>(
                draw01(Seed{seed}, EntityKey(EntityKind::meter, 0), Purpose::test, n++) *
                static_cast<double>(below));
        };
        std::map<std::uint64_t, int> submitted;
        std::map<std::uint64_t, wire::crm::Delivery> before;
        std::uint32_t meters_counter = 0;
        for (int step = 0; step < 200; ++step) {
            SimTime const at = kStart + step * 30s;
            std::uint64_t const id = 1 + draw(6);
            switch (draw(5)) {
            case 0:
                (void)one.inject(written({subscriber(), order(id, wire::crm::ReadClock{})}),
                                 "in.xml", at);
                break;
            case 1:
                one.on_state(id, static_cast<DeliveryState>(draw(4)), at);
                break;
            case 2:
                one.on_ended(id, draw(2) == 0 ? CommandFate::expired : CommandFate::rejected, "x",
                             at);
                break;
            case 3:
                one.on_received(
                    kNumber, "7788",
                    from_meter({.answered = static_cast<std::uint32_t>(draw(7)),
                                .what = sms::ClockShown{.shown = at}},
                               draw(2) == 0 ? std::max(1U, meters_counter) : ++meters_counter),
                    at);
                break;
            default:
                if (auto const xml = one.take_document(at)) {
                    EXPECT_TRUE(wire::crm::parse_xml(*xml).ok());
                }
            }
            for (auto const& submission : one.take_submissions()) {
                EXPECT_TRUE(++submitted[submission.command] == 1 || submission.command == 0);
            }
            for (std::uint64_t k = 1; k <= 6; ++k) {
                auto const delivery = one.delivery(k);
                auto const known = before.find(k);
                if (known != before.end()) {
                    ASSERT_TRUE(delivery);
                    EXPECT_GE(delivery->state, known->second.state);
                    if (known->second.fate == CommandFate::done) {
                        EXPECT_EQ(delivery->fate, CommandFate::done);
                    }
                    if (known->second.fate != CommandFate::pending) {
                        EXPECT_NE(delivery->fate, CommandFate::pending);
                    }
                }
                if (delivery) {
                    before[k] = *delivery;
                }
            }
        }
    }
}

TEST(CodesOfTheDatabase, AreTheMetersAndTheSubscribers) {
    for (std::string const text : {"00612024000000000786", "0061202400000000078", "",
                                   "0061202400000000078x", "006120240000000007861"}) {
        EXPECT_EQ(wire::crm::is_meter_code(text), sms::parse_meter_code(text).ok()) << text;
    }
    for (std::string const text : {"010600200260012", "000600200260012", "01060020026001", "",
                                   "01060020026001x", "990000000000000"}) {
        EXPECT_EQ(wire::crm::is_subscriber_code(text), sms::parse_subscriber_code(text).ok())
            << text;
    }
}

} // namespace
} // namespace gridtwin::crm
