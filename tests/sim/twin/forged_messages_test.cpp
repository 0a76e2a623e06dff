// Forged short messages in a run: each refused for its reason, told of, and none executed.
#include "models/wire/sms/guard.hpp"
#include "sim/twin/sms_identity.hpp"
#include "tests/sim/twin/day.hpp"

#include <gtest/gtest.h>

#include <map>

namespace gridtwin::twin::test {
namespace {

using namespace std::chrono_literals;
namespace wsms = wire::sms;

constexpr std::string_view kTarget = "farms/5";

/// A utility's client outside: orders by its three numbers, and what comes back for any number.
class Client final : public LiveSession {
  public:
    struct Heard {
        std::string to;
        wsms::UtilityVerdict verdict;
    };

    void begin(LiveWorld& world) override {
        world_ = &world;
        auto const& names = world.world().meters.name;
        meter_ =
            static_cast<MeterId>(std::find(names.begin(), names.end(), kTarget) - names.begin());
        key_.set_key(sms_key(world.scenario().seed, meter_));
        for (std::uint32_t k = 1; k <= 6; ++k) { // the recording that is sent again is of the first
            send(kStart + 10min * k, "7788", wsms::BalanceQuery{});
        }
        send(kStart + 70min, "7789", wsms::ReadRegisters{});
        send(kStart + 80min, "4477", wsms::TopUp{.token = 1, .amount = {500}});
        send(kStart + 5h + 30min, "7789", wsms::BalanceQuery{});
    }
    SimTime before_window(SimTime, SimTime next) override { return next; }
    void end(SimTime, bool) override { closed = world_->meters().relay_closed[index(meter_)] != 0; }
    void on_state(std::uint64_t, DeliveryState, SimTime) override {}
    void on_lost(std::uint64_t, LossReason, SimTime) override { ++lost; }
    void on_from_meter(MeterId meter, std::string_view to, std::span<std::byte const> content,
                       SimTime) override {
        EXPECT_EQ(meter, meter_);
        heard.push_back(
            {std::string(to), wsms::judge(wsms::UtilityRule{.code = wire::sms::code_of(meter),
                                                            .meter_number = "m",
                                                            .short_number = to},
                                          {}, "m", content, key_)});
    }
    [[nodiscard]] MeterId meter() const { return meter_; }

    std::vector<Heard> heard;
    std::size_t lost = 0;
    bool closed = false;

  private:
    void send(SimTime at, std::string number, wsms::Command const& command) {
        std::vector<std::byte> content;
        wsms::encode(command, content);
        sms::ExternalMessage message{.number = ++sent_,
                                     .source = number,
                                     .meter = meter_,
                                     .has_header = false,
                                     .user_data = {},
                                     .validity = {}};
        wsms::seal({.code = wire::sms::code_of(meter_),
                    .direction = wsms::Direction::to_meter,
                    .counter = static_cast<std::uint32_t>(sent_)},
                   number, content, key_, message.user_data);
        world_->submit(at, message);
    }

    LiveWorld* world_ = nullptr;
    MeterId meter_{};
    wire::AesGcm key_;
    std::uint64_t sent_ = 0;
};

std::string forged(std::string_view refusals) {
    std::string events = "events:\n";
    int count = 1;
    for (auto const* kind : {"wrong_sender", "top_up_sender", "wrong_code", "malformed", "bad_tag",
                             "replayed", "wrong_length", "unknown_command"}) {
        events += fmt::format("  - {{ at: 2:{:02}, forge: {}, kind: {}, count: {} }}\n", count,
                              kTarget, kind, count);
        ++count;
    }
    events += fmt::format("  - {{ at: 4:00, forge: {}, sender: \"4477\" }}\n", kTarget);
    auto text = first_light(
        {{"duration: 24 h", "duration: 6 h"},
         {"count: 240", "count: 60"},
         {"concentrators: 4", "concentrators: 1"},
         {"rate: 20 1/s, delay: { median: 5 s, p95: 30 s }",
          fmt::format("rate: 20 1/s, delay: {{ median: 5 s, p95: 30 s, tail: 0 % }}, loss: 0 %, "
                      "refusals: {}",
                      refusals)},
         {"wan: {", "live: { top_up_number: \"4477\" }\nwan: {"}});
    auto const begin = text.find("\nevents:") + 1;
    text.replace(begin, text.find("record:") - begin, events + "\n");
    text.erase(text.find("expect:"));
    return text;
}

/// What /sms says of the messages of clients, forged ones among them, by bits and fate.
std::map<std::pair<std::string, std::string>, std::size_t> outside_fates(Day const& day) {
    results::Reader const reader(day.file);
    auto const kind = reader.read_strings("/sms/kind");
    auto const state = reader.read_strings("/sms/state");
    auto const fate = reader.read_strings("/sms/fate");
    std::map<std::pair<std::string, std::string>, std::size_t> count;
    for (std::size_t i = 0; i < kind.size(); ++i) {
        if (kind[i] == "short_command") {
            ++count[{state[i], fate[i]}];
        }
    }
    return count;
}

Day run_with(Scratch const& scratch, std::string const& text, Client& client,
             unsigned threads = 1) {
    auto const file = scratch.path() / "forged.yaml";
    std::ofstream(file) << text;
    auto const out = scratch.path() / fmt::format("forged-{}.h5", threads);
    return {run(load(file), {.out = out,
                             .threads = threads,
                             .stop_requested = {},
                             .on_progress = {},
                             .profile = false,
                             .live = &client}),
            out};
}

TEST(ForgedMessages, RefusedInSilenceStayPendingWhenTheirTimeIsUp) {
    // given a validity and a grace that are over long before the run is
    Scratch scratch;
    Client client;
    auto text = forged("silent");
    text.replace(text.find("refusals: silent"), 16,
                 "refusals: silent, validity: 30 min, gateway: { grace: 10 min }");
    // when
    auto const day = run_with(scratch, text, client);
    // then
    EXPECT_THAT(outside_fates(day),
                testing::ElementsAre(testing::Pair(testing::Pair("processed", "done"), 9U),
                                     testing::Pair(testing::Pair("received", "pending"), 37U)));
    EXPECT_EQ(day.kpi("sms.fate.expired"), 0.0);
}

TEST(ForgedMessages, AreRefusedForTheirReasonsToldOfAndNotExecuted) {
    // given
    Scratch scratch;
    Client client;
    // when
    auto const day = run_with(scratch, forged("silent"), client);
    // then
    EXPECT_EQ(day.kpi("sms.accepted_outside"), 9.0) << "all that the utility sent";
    EXPECT_EQ(day.kpi("sms.forged"), 37.0);
    std::map<std::string, double> const refused{
        {"wrong_sender", 2}, {"top_up_sender", 2}, {"wrong_code", 3},   {"malformed", 4},
        {"bad_tag", 5},      {"replayed", 6},      {"wrong_length", 7}, {"unknown_command", 8}};
    std::map<int, double> by_event;
    results::Reader const reader(day.file);
    std::size_t relays = 0;
    std::vector<SimTime> alarms;
    for (auto const& event : reader.events()) {
        relays += event.kind == EventKind::relay_opened ? 1U : 0U;
        if (event.kind == EventKind::message_refused) {
            EXPECT_EQ(event.entity, EventEntity::meter);
            EXPECT_EQ(event.row, index(client.meter()));
            EXPECT_EQ(static_cast<int>(event.value) % 10, static_cast<int>(Channel::sms));
            ++by_event[static_cast<int>(event.value) / 10];
        }
        if (event.kind == EventKind::alarm_received &&
            event.value == static_cast<double>(AlarmKind::message_refused)) {
            alarms.push_back(event.at);
        }
    }
    for (std::size_t reason = 1; reason < wsms::kRefusals; ++reason) {
        auto const name = std::string(wsms::name(static_cast<wsms::Refusal>(reason)));
        EXPECT_EQ(day.kpi("sms.refused." + name), refused.at(name)) << name;
        EXPECT_EQ(by_event[static_cast<int>(reason)], refused.at(name)) << name;
    }
    EXPECT_EQ(relays, 0U);
    EXPECT_TRUE(client.closed);
    EXPECT_EQ(day.kpi("sms.refusal_alarms"), 2.0) << "one an hour, however many are refused";
    EXPECT_EQ(alarms.size(), 2U);
    // and nobody but the utility is answered, whose balance is as the true top-up left it
    EXPECT_EQ(client.heard.size(), 9U);
    auto const& last = client.heard.back().verdict;
    auto const* answer = std::get_if<wsms::Answer>(&last.content);
    ASSERT_NE(answer, nullptr);
    auto const* balance = std::get_if<wsms::Balance>(&answer->what);
    ASSERT_NE(balance, nullptr);
    EXPECT_EQ(balance->balance.cents, 500);
    EXPECT_EQ(day.kpi("messages.balanced"), 1.0);
}

TEST(ForgedMessages, AreAnsweredWhereTheScenarioSaysSo) {
    // given
    Scratch scratch;
    Client client;
    Client again;
    // when
    auto const day = run_with(scratch, forged("answer"), client);
    auto const shared = run_with(scratch, forged("answer"), again, 2);
    // then each is told to whom it claimed to come from, and of nothing that was right of it
    std::map<std::string, std::size_t> told;
    for (auto const& one : client.heard) {
        auto const* answer = std::get_if<wsms::Answer>(&one.verdict.content);
        ASSERT_NE(answer, nullptr);
        if (auto const* refused = std::get_if<wsms::Refused>(&answer->what)) {
            EXPECT_EQ(refused->why, wsms::CommandRefusal::not_accepted);
            EXPECT_EQ(answer->answered, 0U);
            ++told[one.to];
        }
    }
    EXPECT_EQ(told["7788"], 35U);
    EXPECT_EQ(told["4477"], 1U);
    EXPECT_EQ(told.size(), 3U) << "and a stranger once";
    EXPECT_EQ(client.heard.size(), 9U + 37U);
    EXPECT_TRUE(client.closed);
    // and that is what became of them, 1:1 as they were answered
    EXPECT_THAT(outside_fates(day),
                testing::ElementsAre(testing::Pair(testing::Pair("processed", "done"), 9U),
                                     testing::Pair(testing::Pair("processed", "refused"), 37U)));
    EXPECT_EQ(day.kpi("sms.fate.refused"), 37.0);
    EXPECT_EQ(results::digest(shared.file), results::digest(day.file));
}

TEST(ForgedMessages, HaveRowsOfTheirOwnAlsoWhenTheOperatorRefusesThem) {
    // given an operator that takes three a second, and five at once
    Scratch scratch;
    auto text = forged("silent");
    auto const events = text.find("events:\n");
    text.replace(events, text.find("record:") - events,
                 "events:\n  - { at: 2:00, forge: farms/5, count: 5 }\n");
    text.replace(text.find("rate: 20 1/s"), 12, "rate: 20 1/s, submit_limit: 3 1/s");
    auto const day = run_day(scratch, text);
    results::Reader const reader(day.file);
    auto const kind = reader.read_strings("/sms/kind");
    auto const gateway = reader.read_integers("/sms/gateway");
    auto const state = reader.read_strings("/sms/state");
    auto const fate = reader.read_strings("/sms/fate");
    auto const sent = reader.read_integers("/sms/sent_ns");
    // then
    std::size_t refused = 0;
    std::size_t rows = 0;
    for (std::size_t i = 0; i < kind.size(); ++i) {
        EXPECT_NE(sent[i], to_ns(kNever)) << "all have power, row " << i;
        if (kind[i] != "short_command") {
            EXPECT_EQ(gateway[i], 1) << "row " << i;
            continue;
        }
        ++rows;
        EXPECT_EQ(gateway[i], 0) << "by neither";
        EXPECT_EQ(sent[i], to_ns(kStart + 2h));
        EXPECT_EQ(fate[i] == "rejected", state[i] == "sent");
        refused += fate[i] == "rejected" ? 1 : 0;
    }
    EXPECT_EQ(rows, 5U);
    EXPECT_EQ(refused, 1U) << "three in the second, and the one that begins the next";
    EXPECT_EQ(day.kpi("sms.fate.rejected"), 1.0);
    EXPECT_EQ(day.kpi("sms.throttled"), 0.0) << "of the utility's own";
}

TEST(ForgedMessages, NothingIsReplayedWhereNothingWasSent) {
    Scratch scratch;
    auto const day = run_day(scratch, forged("silent"));
    EXPECT_EQ(day.kpi("sms.forged"), 31.0);
    EXPECT_EQ(day.kpi("sms.refused.replayed"), 0.0);
    EXPECT_EQ(day.kpi("sms.accepted_outside"), 0.0);
}

} // namespace
} // namespace gridtwin::twin::test
