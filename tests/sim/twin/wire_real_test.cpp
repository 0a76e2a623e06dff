// Messages that are octets: the same day, and what is forged on the way is refused.
#include "models/wire/secured/framing.hpp"
#include "models/wire/sizes.hpp"
#include "sim/twin/real_wire.hpp"
#include "tests/sim/twin/day.hpp"

#include <map>
#include <set>

namespace gridtwin::twin::test {
namespace {

std::string const kEvents =
    "events:\n"
    "  - { at: 1:00, set_parameter: homes/3, limit: 3 kW }\n"
    "  - { at: 1:10, announce: all, quota: 7000 kWh, effective: 6:00 }\n"
    "  - { at: 2:00, disconnect: homes/17 }\n"
    "  - { at: 2:05, disconnect: farms/3 }\n"
    "  - { at: 2:10, read_registers: homes/5 }\n"
    "  - { at: 2:15, read_events: homes/6 }\n"
    "  - { at: 2:20, read_registers: farms/5 }\n"
    "  - { at: 3:00, reconnect: homes/17 }\n"
    "  - { at: 3:10, wan_down: dc-1 }\n"
    "  - { at: 3:30, open: line.671692 }\n"
    "  - { at: 4:30, close: line.671692 }\n"
    "  - { at: 4:40, disconnect: homes/2 }\n"
    "  - { at: 4:45, read_registers: homes/3 }\n"
    "  - { at: 4:46, read_events: homes/4 }\n"
    "  - { at: 4:47, announce: dc-1, quota: 8000 kWh }\n"
    "  - { at: 5:30, wan_up: dc-1 }\n"
    "  - { at: 5:40, firmware: all, version: 2, octets: 2000, activate_at: 9 h }\n\n";

/// Half a day in which every kind of message is sent, over every channel.
std::string busy(char const* wire, Changes const& more = {}) {
    Changes all{
        {"seed: 42", std::string("seed: 42\nwire: ") + wire},
        {"duration: 24 h", "duration: 10 h"},
        {"customers_per_transformer: 60", "customers_per_transformer: 12"},
        {"count: 240", "count: 48"},
        {"peak: 2 kW, meter: plc", "peak: 2 kW, meter: plc+rf"},
        {"count: 20,", "count: 6,"},
        {"access:\n",
         "meter: { clock_error: 1 min, event_log: 32, billing_registers: true, limiters: [{ "
         "customers: homes, limit: 10 kW }], "
         "profiles: [{ customers: homes, interval: 30 min, channels: [power, voltage], rows: 96 }] "
         "}\naccess:\n  start: discover\n"},
        {"  concentrators: 4\n",
         "  concentrators: 4\n  concentrator: { balance: {}, clock: { broadcast_every: 2 h }, "
         "collect: { registers: { every: 4 h }, events: { every: 4 h }, profiles: { every: 4 h } "
         "}, uplink: { sms_fallback: true } }\n"},
        {"level: meters", "level: profiles"}};
    all.insert(all.end(), more.begin(), more.end());
    auto text = first_light(all);
    auto const begin = text.find("\nevents:") + 1;
    text.replace(begin, text.find("record:") - begin, kEvents);
    text.erase(text.find("expect:"));
    return text;
}

/// And a forged short message that is answered: what outside clients send, and get.
std::string with_a_forgery(char const* wire) {
    return changed(busy(wire, {{"rate: 20 1/s", "rate: 20 1/s, refusals: answer"}}),
                   {{"events:\n", "events:\n  - { at: 2:30, forge: farms/5 }\n"}});
}

TEST(RealWireDay, IsTheSameAsTheSizedOneToTheBitOnAnyNumberOfThreads) {
    // given
    Scratch scratch;
    auto const sized = run_day(scratch, with_a_forgery("sized"), "sized");
    // when
    auto const real = run_day(scratch, with_a_forgery("real"), "real", 1);
    auto const shared = run_day(scratch, with_a_forgery("real"), "shared", 2);
    // then every row of messages, meters, readings and events is the same
    EXPECT_EQ(real.kpi("messages.refused"), 0.0);
    EXPECT_EQ(results::digest(real.file), results::digest(sized.file));
    EXPECT_EQ(results::digest(shared.file), results::digest(real.file));
    EXPECT_EQ(real.kpi("messages.balanced"), 1.0);
    // and all kinds and channels had a part in it
    std::set<MessageKind> kinds;
    std::map<Channel, std::size_t> sent;
    for (auto const& row : results::Reader(real.file).messages()) {
        kinds.insert(row.kind);
        ++sent[row.channel];
    }
    for (std::size_t k = 0; k < kMessageKinds; ++k) {
        auto const kind = static_cast<MessageKind>(k);
        EXPECT_TRUE(kinds.contains(kind) || kind >= MessageKind::set_credit) << name(kind);
    }
    for (auto const channel : {Channel::plc, Channel::rf, Channel::sms, Channel::wan}) {
        EXPECT_GT(sent[channel], 20U) << name(channel);
    }
}

TEST(RealWireDay, FirstLightIsTheSameAsTheSizedOneToTheBit) {
    Scratch scratch;
    auto const sized = run_day(scratch, first_light(), "sized");
    auto const real = run_day(scratch, first_light({{"seed: 42", "seed: 42\nwire: real"}}), "real");
    EXPECT_EQ(results::digest(real.file), results::digest(sized.file));
}

/// The operator's copies come when their meter has long had newer messages: coverage is back, and
/// all that waited comes at once.
TEST(RealWireDay, IsTheSameWhereTheNetworkDoublesMessages) {
    Scratch scratch;
    std::string events = "events:\n  - { at: 1:00, coverage_lost: farms/3 }\n"
                         "  - { at: 1:10, disconnect: farms/3 }\n";
    for (auto const* at : {"1:20", "1:30", "1:40", "1:50", "2:00", "2:05"}) {
        events += std::string("  - { at: ") + at + ", read_registers: farms/3 }\n";
    }
    events += "  - { at: 2:10, coverage_back: farms/3 }\n";
    auto const day = [&](char const* wire) {
        auto text = first_light({{"seed: 42", std::string("seed: 42\nwire: ") + wire},
                                 {"duration: 24 h", "duration: 6 h"},
                                 {"rate: 20 1/s", "rate: 20 1/s, loss: 0 %, duplicates: 100 %"}});
        auto const begin = text.find("\nevents:") + 1;
        text.replace(begin, text.find("record:") - begin, events + "\n");
        text.erase(text.find("expect:"));
        return run_day(scratch, text, wire);
    };
    auto const sized = day("sized");
    auto const real = day("real");
    EXPECT_EQ(results::digest(real.file), results::digest(sized.file));
    EXPECT_EQ(real.kpi("messages.refused"), 0.0);
    EXPECT_GT(real.kpi("sms.duplicates_answered"), 0.0);
    EXPECT_GT(real.kpi("sms.duplicates_ignored"), 0.0) << "else no copy came late";
    EXPECT_EQ(real.kpi("commands.relay_confirmed"), 1.0);
}

/// One bit of every 50th message of each sender is another when it arrives.
Day disturbed(Scratch const& scratch, std::string const& text) {
    auto const file = scratch.path() / "disturbed.yaml";
    std::ofstream(file) << text;
    auto loaded = load(file);
    loaded.scenario.flip_every = 50;
    auto const out = scratch.path() / "disturbed.h5";
    return {
        run(loaded,
            {.out = out, .threads = 1, .stop_requested = {}, .on_progress = {}, .profile = false}),
        out};
}

TEST(RealWireTest, AFlippedBitIsOneOfTheApduInSoundFramesOrASoundWrapper) {
    scenario::Scenario scenario;
    scenario.wire = scenario::WireModel::real;
    scenario.flip_every = 1;
    RealWire forger(scenario, nullptr);
    for (auto const channel : {Channel::plc, Channel::rf, Channel::wan}) {
        Message order;
        order.kind = MessageKind::set_relay;
        order.meter = MeterId{4};
        order.concentrator = ConcentratorId{2};
        order.octets = wire::encoded_octets(order, channel);
        forger.seal(order, channel);
        std::vector<std::byte> apdu;
        EXPECT_EQ(wire::secured::disclose(order.payload, order.kind, channel, apdu), "");
        EXPECT_FALSE(forger.open(order, channel)) << name(channel);
    }
    Message hello; // which has no tag: its frame alone tells
    hello.kind = MessageKind::hello;
    hello.meter = MeterId{4};
    hello.concentrator = ConcentratorId{2};
    hello.octets = wire::encoded_octets(hello, Channel::plc);
    forger.seal(hello, Channel::plc);
    EXPECT_FALSE(forger.open(hello, Channel::plc));
    EXPECT_EQ(forger.refused(), 4U);
}

TEST(RealWireDay, AFlippedBitIsRefusedCountedAndNoHarmToTheBooks) {
    // given
    Scratch scratch;
    auto const day = disturbed(scratch, busy("real"));
    // then each refusal is an event, and over the media a message that is lost for it
    results::Reader const reader(day.file);
    std::map<Channel, std::size_t> refused;
    for (auto const& event : reader.events()) {
        if (event.kind == EventKind::message_refused) {
            ++refused[static_cast<Channel>(static_cast<int>(event.value))];
        }
    }
    double all = 0.0;
    for (auto const& [channel, count] : refused) {
        all += static_cast<double>(count);
    }
    EXPECT_GT(all, 50.0);
    EXPECT_EQ(day.kpi("messages.refused"), all);
    EXPECT_GT(refused[Channel::plc], 10U);
    EXPECT_GT(refused[Channel::wan], 1U);
    std::map<Channel, std::size_t> lost;
    for (auto const& row : reader.messages()) {
        lost[row.channel] += row.reason == LossReason::rejected ? 1U : 0U;
    }
    EXPECT_GT(lost[Channel::plc], 10U);
    EXPECT_LE(lost[Channel::plc], refused[Channel::plc]) << "of those to all, many refuse one";
    EXPECT_EQ(day.kpi("messages.balanced"), 1.0);
    // and who asks again has what it needs all the same
    EXPECT_EQ(day.kpi("uplink.rows_missing"), 0.0);
    EXPECT_GT(day.kpi("read_success"), 0.95);
}

} // namespace
} // namespace gridtwin::twin::test
