#include "models/wire/sms/guard.hpp"
#include "tests/models/wire/hex.hpp"
#include "tests/models/wire/sms/random_content.hpp"

namespace gridtwin::wire::sms {
namespace {

class GuardTest : public ::testing::Test {
  protected:
    std::vector<std::byte> sealed(std::vector<std::byte> const& content, std::uint32_t counter,
                                  std::string_view number,
                                  Direction direction = Direction::to_meter) {
        std::vector<std::byte> octets;
        seal({.code = code, .direction = direction, .counter = counter}, number, content, key,
             octets);
        return octets;
    }
    std::vector<std::byte> command(Command const& what, std::uint32_t counter,
                                   std::string_view number = "1912") {
        std::vector<std::byte> content;
        encode(what, content);
        return sealed(content, counter, number);
    }
    /// As a meter does: judges, and remembers what it accepts.
    Verdict receive(std::string_view sender, std::vector<std::byte> const& octets) {
        auto verdict = judge(rule, memory, sender, octets, key);
        if (verdict.outcome == Outcome::accepted) {
            remember(memory, verdict.counter);
        }
        return verdict;
    }
    /// It is refused so, and nothing changes.
    void expect_refused(Refusal reason, std::string_view sender,
                        std::vector<std::byte> const& octets) {
        auto const before = memory;
        auto const verdict = receive(sender, octets);
        EXPECT_EQ(verdict.outcome, Outcome::refused);
        EXPECT_EQ(name(verdict.reason), name(reason));
        EXPECT_EQ(memory, before);
        EXPECT_TRUE(std::holds_alternative<std::monostate>(verdict.content));
    }

    MeterCode code = make_meter_code({.manufacturer = 61, .year = 2024, .serial = 7});
    AesGcm key{AesKey{std::byte{1}}};
    std::vector<std::string> numbers{"1912", "1913"};
    MeterRule rule{.code = code, .short_numbers = numbers, .top_up_number = "4477"};
    MeterMemory memory;
};

TEST_F(GuardTest, AcceptsOrdersFromItsShortNumbersAndTopUpsFromTheirs) {
    auto const verdict = receive("1912", command(Switch{.on = true}, 1));
    ASSERT_EQ(verdict.outcome, Outcome::accepted);
    EXPECT_EQ(std::get<Command>(verdict.content), Command{Switch{.on = true}});
    EXPECT_EQ(receive("1913", command(BalanceQuery{}, 2, "1913")).outcome, Outcome::accepted)
        << "the other gateway";
    EXPECT_EQ(receive("4477", command(TopUp{.token = 1}, 3, "4477")).outcome, Outcome::accepted);

    Message order;
    order.kind = MessageKind::read_registers;
    order.command = CommandId{9};
    std::vector<std::byte> content;
    encode_sms(order, content);
    auto const read = receive("1912", sealed(content, 4, "1912"));
    ASSERT_EQ(read.outcome, Outcome::accepted);
    EXPECT_EQ(told(std::get<DecodedMessage>(read.content).message), told(order));
}

TEST_F(GuardTest, RefusesEverythingElseByItsReason) {
    expect_refused(Refusal::wrong_sender, "5550100", command(Switch{}, 1, "5550100"));
    expect_refused(Refusal::wrong_sender, "", command(Switch{}, 1));
    expect_refused(Refusal::wrong_sender, "4477", command(Switch{}, 1, "4477"));
    expect_refused(Refusal::top_up_sender, "1912", command(TopUp{.token = 1}, 1));
    expect_refused(Refusal::bad_tag, "1913", command(Switch{}, 1, "1912"));
    expect_refused(Refusal::wrong_length, "1912", {});
    expect_refused(Refusal::unknown_command, "1912", sealed(hex("21 7F"), 1, "1912"));
    expect_refused(Refusal::malformed, "1912", sealed(hex("21 03"), 1, "1912"));
    expect_refused(Refusal::malformed, "1912", sealed({}, 1, "1912"));
    expect_refused(Refusal::malformed, "1912",
                   sealed(hex("21 01"), 1, "1912", Direction::from_meter));
    auto const own = code;
    code = make_meter_code({.serial = 8});
    expect_refused(Refusal::wrong_code, "1912", command(Switch{}, 1));
    code = own;
    Message answer;
    answer.kind = MessageKind::clock;
    std::vector<std::byte> content;
    encode_sms(answer, content);
    expect_refused(Refusal::unknown_command, "1912", sealed(content, 1, "1912"));
    rule.top_up_number = {};
    expect_refused(Refusal::top_up_sender, "1912", command(TopUp{.token = 1}, 1));
}

TEST_F(GuardTest, ADuplicateOfTheNetworkIsToldFromAReplay) {
    std::vector<std::vector<std::byte>> sent;
    for (std::uint32_t counter = 1; counter <= 6; ++counter) {
        sent.push_back(command(Switch{.on = counter % 2 == 0}, counter));
        ASSERT_EQ(receive("1912", sent.back()).outcome, Outcome::accepted);
    }
    for (std::uint32_t counter = 3; counter <= 6; ++counter) {
        auto const verdict = receive("1912", sent[counter - 1]);
        EXPECT_EQ(verdict.outcome, Outcome::duplicate);
        EXPECT_EQ(verdict.counter, counter) << "whose answer is said again";
        EXPECT_TRUE(std::holds_alternative<std::monostate>(verdict.content)) << "nothing to do";
    }
    expect_refused(Refusal::replayed, "1912", sent[0]);
    expect_refused(Refusal::replayed, "1912", sent[1]);
}

TEST_F(GuardTest, MessagesMayOvertakeEachOtherUnlessTheWindowIsOne) {
    auto const late = command(Switch{}, 9);
    ASSERT_EQ(receive("1912", command(BalanceQuery{}, 10)).outcome, Outcome::accepted);
    rule.window = 1;
    expect_refused(Refusal::replayed, "1912", late);
    rule.window = 64;
    EXPECT_EQ(receive("1912", late).outcome, Outcome::accepted);
    ASSERT_EQ(receive("1912", command(BalanceQuery{}, 100)).outcome, Outcome::accepted);
    expect_refused(Refusal::replayed, "1912", command(Switch{}, 36));
    EXPECT_EQ(receive("1912", command(Switch{}, 37)).outcome, Outcome::accepted);
}

TEST_F(GuardTest, TheUtilityAcceptsAMetersWordByTheSameLaws) {
    GuardMemory of_meter;
    UtilityRule const utility{.code = code, .meter_number = "992001", .short_number = "1912"};
    std::vector<std::byte> content;
    encode(Answer{.answered = 1, .what = Done{.code = 3, .at = kStart}}, content);
    auto const octets = sealed(content, 1, "1912", Direction::from_meter);
    auto const verdict = judge(utility, of_meter, "992001", octets, key);
    ASSERT_EQ(verdict.outcome, Outcome::accepted);
    EXPECT_TRUE(std::holds_alternative<Answer>(verdict.content));
    remember(of_meter, verdict.counter);
    EXPECT_EQ(judge(utility, of_meter, "992001", octets, key).outcome, Outcome::duplicate);
    EXPECT_EQ(judge(utility, of_meter, "992002", octets, key).reason, Refusal::wrong_sender);
    EXPECT_EQ(judge(utility, of_meter, "992001", command(Switch{}, 2), key).reason,
              Refusal::malformed)
        << "its own order, sent back";
}

TEST_F(GuardTest, AnswersAreRememberedAsLongAsTheirMessagesAreRecent) {
    AnswerMemory answers;
    for (std::uint32_t counter = 1; counter <= 5; ++counter) {
        answers.keep(counter, hex("21"));
    }
    EXPECT_EQ(answers.find(1), nullptr);
    ASSERT_NE(answers.find(2), nullptr);
    EXPECT_EQ(*answers.find(5), hex("21"));
}

} // namespace
} // namespace gridtwin::wire::sms
