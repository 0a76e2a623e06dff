// Whose calls a meter answers, and whose it is.
#include "models/meter/registration.hpp"

#include <algorithm>
#include <chrono>

namespace gridtwin::meter {
namespace {

using namespace std::chrono_literals;

constexpr ConcentratorId kOwn{1};
constexpr ConcentratorId kOther{2};
constexpr SimTime kDay = kStart + 24h;

class RegistrationTest : public testing::Test {
  protected:
    static Message call_of(ConcentratorId concentrator, std::int64_t cost_milli = 0) {
        Message call;
        call.kind = MessageKind::call;
        call.concentrator = concentrator;
        call.value = cost_milli;
        return call;
    }
    Message enrolled_by(ConcentratorId concentrator, SimTime now, Channel channel = Channel::plc,
                        std::int64_t cost_milli = 3000) {
        Message request;
        request.kind = MessageKind::enroll;
        request.meter = MeterId{77};
        request.concentrator = concentrator;
        request.command = CommandId{5};
        request.value = cost_milli;
        return enroll(table, spec, 0, request, channel, now, numbers);
    }
    [[nodiscard]] bool answers_to(ConcentratorId concentrator, SimTime now,
                                  Channel channel = Channel::plc, std::int64_t cost_milli = 0,
                                  std::uint32_t link_cost_milli = 1000) const {
        return answers(table, spec, 0, call_of(concentrator, cost_milli), channel, link_cost_milli,
                       now);
    }

    RegistrationSpec spec{};
    Registrations table = make_registrations(2);
    MessageNumbers numbers{9};
};

TEST_F(RegistrationTest, AMeterThatBelongsToNobodyAnswersEveryCall) {
    EXPECT_EQ(belongs_to(table, spec, 0, kStart), kNone<ConcentratorId>);
    EXPECT_TRUE(answers_to(kOwn, kStart));
    EXPECT_TRUE(answers_to(kOther, kStart, Channel::rf, 60'000, 60'000));
}

TEST_F(RegistrationTest, EnrolledItAnswersItsOwnConcentratorNoMore) {
    Message const answer = enrolled_by(kOwn, kDay);
    EXPECT_EQ(answer.kind, MessageKind::enrolled);
    EXPECT_EQ(answer.meter, MeterId{77});
    EXPECT_EQ(answer.concentrator, kOwn);
    EXPECT_EQ(answer.command, CommandId{5});
    EXPECT_EQ(answer.value, 1);
    EXPECT_EQ(belongs_to(table, spec, 0, kDay), kOwn);
    EXPECT_FALSE(answers_to(kOwn, kDay));
    EXPECT_TRUE(answers_to(kOwn, kDay, Channel::rf)) << "it is not known there";
    EXPECT_EQ(belongs_to(table, spec, 1, kDay), kNone<ConcentratorId>) << "nor is its neighbour";
}

TEST_F(RegistrationTest, ANearerConcentratorIsAnsweredOnlyIfItIsNearerByMoreThanTheHysteresis) {
    (void)enrolled_by(kOwn, kDay, Channel::plc, 3000);
    EXPECT_FALSE(answers_to(kOther, kDay, Channel::plc, 0, 2500));
    EXPECT_TRUE(answers_to(kOther, kDay, Channel::plc, 0, 2499));
    EXPECT_FALSE(answers_to(kOther, kDay, Channel::plc, 1300, 1200)) << "by a repeater";
    EXPECT_TRUE(answers_to(kOther, kDay, Channel::plc, 1299, 1200));
    EXPECT_FALSE(answers_to(kOther, kDay, Channel::rf, 0, 1)) << "ways that do not compare";
    set_cost(table, 0, Channel::plc, 2000);
    EXPECT_FALSE(answers_to(kOther, kDay, Channel::plc, 0, 2000));
    set_cost(table, 0, Channel::rf, 2000); // it does not belong to anybody there
    EXPECT_FALSE(answers_to(kOther, kDay, Channel::rf, 0, 1));
}

TEST_F(RegistrationTest, WhomNobodyAsksBelongsToNobody) {
    (void)enrolled_by(kOwn, kDay);
    EXPECT_EQ(belongs_to(table, spec, 0, kDay + 24h - 1ns), kOwn);
    EXPECT_FALSE(answers_to(kOther, kDay + 24h - 1ns, Channel::plc, 0, 3000));
    EXPECT_EQ(belongs_to(table, spec, 0, kDay + 24h), kNone<ConcentratorId>);
    EXPECT_TRUE(answers_to(kOther, kDay + 24h, Channel::plc, 0, 3000));
    on_asked(table, 0, kOther, Channel::plc, kDay + 20h); // who is that?
    EXPECT_EQ(belongs_to(table, spec, 0, kDay + 24h), kNone<ConcentratorId>);
    on_asked(table, 0, kOwn, Channel::plc, kDay + 20h);
    EXPECT_EQ(belongs_to(table, spec, 0, kDay + 24h), kOwn);
    on_asked(table, 0, kOwn, Channel::rf, kDay + 40h); // over a channel it is not registered on
    EXPECT_EQ(belongs_to(table, spec, 0, kDay + 44h), kNone<ConcentratorId>);
}

TEST_F(RegistrationTest, ABackupChannelIsInDoubtOnlyWhenASearchHasLeftItOut) {
    (void)enrolled_by(kOwn, kDay);
    (void)enrolled_by(kOwn, kDay, Channel::rf);
    for (SimTime t = kDay; t <= kDay + 48h; t += 4h) {
        on_asked(table, 0, kOwn, Channel::plc, t);
    }
    EXPECT_FALSE(answers_to(kOwn, kDay + 24h, Channel::rf)) << "the search has but begun";
    EXPECT_TRUE(answers_to(kOwn, kDay + 36h, Channel::rf));
    EXPECT_FALSE(answers_to(kOwn, kDay + 36h));
    on_asked(table, 0, kOwn, Channel::rf, kDay + 24h);
    EXPECT_FALSE(answers_to(kOwn, kDay + 48h, Channel::rf));
}

TEST_F(RegistrationTest, AnotherConcentratorsRegistrationReplacesAllOfTheFormer) {
    (void)enrolled_by(kOwn, kDay);
    (void)enrolled_by(kOwn, kDay, Channel::rf);
    Message const answer = enrolled_by(kOther, kDay + 1h, Channel::plc, 1000);
    EXPECT_EQ(answer.value, 3) << "numbers grow";
    EXPECT_EQ(enrolled_by(kOther, kDay + 1h, Channel::plc, 1000).value, 4) << "said twice";
    EXPECT_EQ(belongs_to(table, spec, 0, kDay + 1h), kOther);
    EXPECT_EQ(table.over(0, Channel::rf).cost_milli, Registrations::kNotThere);
    EXPECT_EQ(table.over(0, Channel::plc).cost_milli, 1000U);
}

TEST_F(RegistrationTest, ALateRegistrationByAFartherConcentratorIsRefused) {
    (void)enrolled_by(kOwn, kDay, Channel::plc, 2000);
    EXPECT_EQ(enrolled_by(kOther, kDay + 1min, Channel::plc, 1800).value, 0);
    EXPECT_EQ(enrolled_by(kOther, kDay + 1min, Channel::rf, 100).value, 0);
    EXPECT_EQ(belongs_to(table, spec, 0, kDay + 1min), kOwn);
    EXPECT_EQ(table.number[0], 1U);
    EXPECT_EQ(enrolled_by(kOther, kDay + 25h, Channel::plc, 1800).value, 2) << "nobody's by then";
}

TEST_F(RegistrationTest, AsBuiltAMeterBelongsWithoutAWord) {
    commission(table, 0, Channel::plc, kOwn, kStart);
    commission(table, 0, Channel::rf, kOwn, kStart);
    EXPECT_EQ(belongs_to(table, spec, 0, kStart), kOwn);
    EXPECT_EQ(table.number[0], 0U);
    EXPECT_FALSE(answers_to(kOwn, kStart));
    EXPECT_FALSE(answers_to(kOther, kStart));
}

TEST_F(RegistrationTest, AWayThatNobodyHasMeasuredIsNeitherBetterNorWorseThanAnother) {
    // given one that was built there: its way may be as good as any
    commission(table, 0, Channel::plc, kOwn, kStart);
    EXPECT_FALSE(answers_to(kOther, kStart, Channel::plc, 0, 1));
    EXPECT_EQ(enrolled_by(kOther, kStart, Channel::plc, 1).value, 0);
    // when it is measured, it compares
    set_cost(table, 0, Channel::plc, wire::kMostCostMilli);
    EXPECT_TRUE(answers_to(kOther, kStart, Channel::plc, 0, 1000));
    EXPECT_FALSE(answers_to(kOther, kStart, Channel::plc, wire::kUnknownCostMilli, 1000))
        << "over a repeater that does not know what its own way costs";
    EXPECT_EQ(enrolled_by(kOther, kStart, Channel::plc, wire::kUnknownCostMilli).value, 0);
    // and so it is with one that was registered without having been heard
    EXPECT_EQ(enrolled_by(kOwn, kStart, Channel::plc, wire::kUnknownCostMilli).value, 1);
    EXPECT_FALSE(answers_to(kOther, kStart, Channel::plc, 0, 1));
    Message request;
    request.meter = MeterId{77};
    EXPECT_EQ(make_call(table, 0, request, Channel::plc, kStart, numbers).value,
              wire::kUnknownCostMilli);
}

TEST_F(RegistrationTest, NobodyLeavesOverTheBackupAsLongAsItIsAskedOverThePrimary) {
    for (Channel const primary : {Channel::plc, Channel::rf}) {
        table = make_registrations(2);
        table.primary[0] = primary;
        Channel const backup = primary == Channel::plc ? Channel::rf : Channel::plc;
        (void)enrolled_by(kOwn, kDay, primary, 3000);
        (void)enrolled_by(kOwn, kDay, backup, 30'000);
        EXPECT_FALSE(answers_to(kOther, kDay + 1h, backup, 0, 1000));
        EXPECT_EQ(enrolled_by(kOther, kDay + 1h, backup, 1000).value, 0);
        EXPECT_TRUE(answers_to(kOther, kDay + 1h, primary, 0, 1000));
        // when for a day it is asked over the backup alone, that is what compares
        on_asked(table, 0, kOwn, backup, kDay + 20h);
        EXPECT_FALSE(answers_to(kOther, kDay + 24h - 1ns, backup, 0, 1000));
        EXPECT_FALSE(answers_to(kOther, kDay + 24h, backup, 0, 29'500));
        EXPECT_TRUE(answers_to(kOther, kDay + 24h, backup, 0, 1000));
        EXPECT_EQ(enrolled_by(kOther, kDay + 24h, backup, 1000).value, 3);
    }
}

TEST_F(RegistrationTest, WhoIsAskedToCallTellsItsOwnCostAndWhoAnswered) {
    (void)enrolled_by(kOwn, kDay, Channel::plc, 1700);
    Message request;
    request.kind = MessageKind::ask_to_call;
    request.meter = MeterId{77};
    request.concentrator = kOwn;
    request.command = CommandId{6};
    Message const call = make_call(table, 0, request, Channel::plc, kDay, numbers);
    EXPECT_EQ(call.meter, MeterId{77});
    EXPECT_EQ(call.concentrator, kOwn);
    EXPECT_EQ(call.value, 1700);
    Message const hello = make_hello(call, MeterId{78}, 1050, Channel::plc, kDay, numbers);
    EXPECT_EQ(hello.meter, MeterId{78});
    EXPECT_EQ(hello.concentrator, kOwn);
    EXPECT_EQ(hello.value, 1050);
    std::vector<wire::FoundMeter> const list{{MeterId{78}, 1050}, {MeterId{80}, 2000}};
    Message const found = make_found(request, call, list, Channel::plc, kDay, numbers);
    EXPECT_EQ(found.command, CommandId{6});
    EXPECT_EQ(found.value, 1700);
    EXPECT_EQ(wire::decode_found(found.payload).blocks, list);
    EXPECT_GT(found.octets, call.octets);
}

TEST_F(RegistrationTest, RefusesWhatCannotWork) {
    EXPECT_EQ(problem(RegistrationSpec{}), "");
    EXPECT_NE(problem({.orphan_after = 0s}), "");
    EXPECT_NE(problem({.doubt_after = 0s}), "");
}

TEST_F(RegistrationTest, AnswersSpreadOverTheWindowAndAnewAtEveryCall) {
    std::size_t met = 0; // of two meters, within a second of each other
    double sum_s = 0.0;
    constexpr int kCalls = 1000;
    for (int k = 0; k < kCalls; ++k) {
        Message call = call_of(kOwn);
        call.id = static_cast<MessageId>(k);
        auto const first = hello_delay(10s, MeterId{1}, call, Seed{42});
        auto const second = hello_delay(10s, MeterId{2}, call, Seed{42});
        EXPECT_GE(std::min(first, second), 0s);
        EXPECT_LT(std::max(first, second), 7s);
        EXPECT_EQ(first, hello_delay(10s, MeterId{1}, call, Seed{42}));
        met += std::chrono::abs(first - second) < 1s ? 1U : 0U;
        sum_s += to_s(first);
    }
    EXPECT_NEAR(sum_s / kCalls, 3.5, 0.25);
    EXPECT_NEAR(static_cast<double>(met) / kCalls, 1.0 - 36.0 / 49.0, 0.05);
}

} // namespace
} // namespace gridtwin::meter
