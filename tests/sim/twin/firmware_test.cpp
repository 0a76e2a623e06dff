// A firmware all the way: ordered, carried in blocks, repaired, activated.
#include "models/plc/spec.hpp"
#include "models/wire/firmware.hpp"
#include "models/wire/sizes.hpp"
#include "sim/results/digest.hpp"
#include "tests/sim/twin/day.hpp"

#include <map>

namespace gridtwin::twin::test {
namespace {

using namespace std::chrono_literals;

Changes two_days(std::string const& events, std::string const& channel) {
    return {{"duration: 24 h", "duration: 48 h"},
            {"plc: { modem: ce-nero }", "plc: { modem: ce-nero, channel: { " + channel + " } }"},
            {"  - { at: 11:00, disconnect: farms/3 }      # by the head-end, over SMS\n", events}};
}

/// [meter] when it switched over.
std::map<std::string, SimTime> activations(Day const& day) {
    results::Reader const reader(day.file);
    auto const names = reader.read_strings("/entities/meters/name");
    std::map<std::string, SimTime> out;
    for (auto const& event : reader.events()) {
        if (event.kind == EventKind::firmware_activated) {
            EXPECT_TRUE(out.emplace(names[event.row], event.at).second) << "once";
            EXPECT_EQ(event.value, 2.0);
        }
    }
    return out;
}

std::string const kOrder =
    "  - { at: 8:00, firmware: all, version: 2, octets: 20000, activate_at: 40 h }\n";
std::string const kBroken =
    "  - { at: 1:00, break: homes/33 }\n  - { at: 1:00, break: homes/200 }\n";

TEST(FirmwareDays, AllWorkingMetersOfANoisyTownHaveItAndBrokenModulesDoNot) {
    Scratch scratch;
    std::string const noisy = "noise_floor: 60 dBuV"; // 18 dB over the default
    auto const with = run_day(scratch, first_light(two_days(kOrder + kBroken, noisy)), "with");
    auto const without = run_day(scratch, first_light(two_days(kBroken, noisy)), "without");
    EXPECT_EQ(with.kpi("firmware.orders"), 4.0);
    EXPECT_EQ(with.kpi("firmware.meters"), 240.0);
    EXPECT_EQ(with.kpi("firmware.with_image"), 238.0);
    EXPECT_EQ(with.kpi("firmware.reported"), 238.0);
    EXPECT_EQ(with.kpi("firmware.activated"), 238.0);
    EXPECT_GT(with.kpi("firmware.blocks_to_one"), 0.0) << "noise leaves gaps";
    EXPECT_LT(with.kpi("firmware.last_after"), 32 * 3600.0) << "in time";
    auto const when = activations(with);
    EXPECT_EQ(when.size(), 238U);
    for (auto const& [name, at] : when) {
        EXPECT_NEAR(to_s(at - (kStart + 40h)), 0.0, 5.0) << name << ": clocks are about right";
        EXPECT_NE(name, "homes/33");
        EXPECT_NE(name, "homes/200");
    }
    EXPECT_EQ(with.kpi("messages.balanced"), 1.0);
    // Reading loses no more than the share of the four media's time that the campaign takes.
    double const share =
        (with.kpi("access.plc_airtime") - without.kpi("access.plc_airtime")) / (4 * 48 * 3600.0);
    EXPECT_GT(share, 0.01);
    EXPECT_GE(with.kpi("read_success"), without.kpi("read_success") - share);
}

TEST(FirmwareDays, IsTheSameForAnyNumberOfThreads) {
    Scratch scratch;
    auto const text = first_light(two_days(kOrder, "noise_floor: 50 dBuV"));
    auto const one = run_day(scratch, text, "one", 1);
    auto const three = run_day(scratch, text, "three", 3);
    EXPECT_EQ(results::digest(one.file), results::digest(three.file));
    EXPECT_EQ(one.kpi("firmware.activated"), 240.0);
}

TEST(FirmwareDays, GoesOverBothChannelsAndSurvivesOutagesOfSupplyAndSession) {
    Scratch scratch;
    Changes changes = two_days("  - { at: 8:00, firmware: all, version: 2, octets: 20000, "
                               "activate_at: 15:00 }\n"
                               "  - { at: 7:50, wan_down: dc-1 }\n  - { at: 9:00, wan_up: dc-1 }\n",
                               "");
    changes.emplace_back("peak: 2 kW, meter: plc }", "peak: 2 kW, meter: plc+rf }");
    auto const day = run_day(scratch, first_light(changes), "both");
    // 692 and 675 are dark from 14:00 to 15:30: their meters switch over when they are back
    EXPECT_EQ(day.kpi("firmware.orders"), 4.0) << "the one below the lost session was told later";
    EXPECT_EQ(day.kpi("messages.balanced"), 1.0);
    auto const when = activations(day);
    EXPECT_EQ(when.size(), 240U);
    std::size_t late = 0;
    for (auto const& [name, at] : when) {
        double const after_s = to_s(at - (kStart + 15h));
        late += after_s > 60.0 ? 1U : 0U;
        EXPECT_TRUE(std::abs(after_s) < 5.0 || std::abs(after_s - 1800.0) < 5.0)
            << name << " " << after_s;
    }
    EXPECT_GT(late, 0U);
    EXPECT_LT(late, 240U);
    // then they report that they are back as if they had not started anew at that very moment
    changes[2].second.replace(changes[2].second.find("15:00"), 5, "20:00");
    auto const calm = run_day(scratch, first_light(changes), "calm");
    EXPECT_EQ(activations(calm).size(), 240U);
    EXPECT_GE(day.kpi("alarms.power_restored_seen"), calm.kpi("alarms.power_restored_seen") - 2.0);
    EXPECT_LE(day.kpi("outage.customers_inferred"), calm.kpi("outage.customers_inferred") + 2.0);
}

TEST(FirmwareDays, ReachesTheMetersOfTheConcentratorThatHasTheOrderThoughOthersHearIt) {
    Scratch scratch;
    auto const day = run_day(
        scratch,
        first_light({{"plc: { modem: ce-nero }",
                      "plc: { modem: ce-nero, channel: { transformer_crossing: 30 dB } }"},
                     {"  - { at: 11:00, disconnect: farms/3 }      # by the head-end, over SMS\n",
                      "  - { at: 8:00, firmware: dc-2, version: 2, octets: 5000, activate_at: "
                      "22:00 }\n"}}),
        "near");
    EXPECT_EQ(day.kpi("firmware.orders"), 1.0);
    EXPECT_EQ(day.kpi("firmware.meters"), 60.0);
    EXPECT_EQ(day.kpi("firmware.activated"), 60.0);
    EXPECT_EQ(day.kpi("messages.balanced"), 1.0);
    for (auto const& [name, at] : activations(day)) {
        int const number = std::stoi(name.substr(name.find('/') + 1));
        EXPECT_TRUE(number > 60 && number <= 120) << name;
    }
}

/// What one message costs on a line where all hear each other: frames, each acknowledged.
double one_to_one_s(plc::ModemSpec const& modem, std::uint32_t octets) {
    double sum_s = 0.0;
    for (std::uint32_t left = octets, part = 0; left > 0; left -= part) {
        part = std::min(left, plc::segment_octets(modem));
        sum_s += to_s(plc::frame_time(modem, part) + plc::ack_time(modem));
    }
    return sum_s;
}

std::string hundred_meters(std::string const& channel, std::string const& events) {
    std::string text =
        first_light({{"customers_per_transformer: 60", "customers_per_transformer: 100"},
                     {"concentrators: 4\n", "concentrators: 1\n"}});
    auto const replace = [&text](std::string const& from, std::string const& to,
                                 std::string const& by) {
        auto const a = text.find(from);
        text.replace(a, text.find(to) - a, by);
    };
    replace("  - { name: homes", "access:",
            "  - { name: homes, count: 100, at: bus 675, peak: 0.5 kW, meter: plc }\n\n");
    replace("  plc: {", "operator:",
            "  concentrator: { firmware: { block_gap: 10 s } }\n"
            "  plc:\n    modem: one-rate\n"
            "    modems: [ { name: one-rate, modes: [ { name: \"2400\" } ] } ]\n    channel: { " +
                channel + " }\n\n");
    replace("events:", "record:", "events:\n" + events + "\n");
    return text.substr(0, text.find("expect:"));
}

TEST(FirmwareDays, TheAirtimeOfAHundredKilobytesIsThatOfItsFrames) {
    Scratch scratch;
    std::string const clean =
        "noise_floor: 0 dBuV, day_swing: 0 dB, mains_swing: 0 dB, load_noise: 1000 MW, "
        "impulse_gap: 0 s, tap: 0 dB, phase_crossing: 0 dB, shadowing: 0 dB";
    std::string const order =
        "  - { at: 1:00, firmware: all, version: 2, octets: 100000, activate_at: 23:00 }\n";
    auto const with = run_day(scratch, hundred_meters(clean, order), "with");
    auto const without = run_day(
        scratch, hundred_meters(clean, "  - { at: 23:00, disconnect: homes/1 }\n"), "without");
    ASSERT_EQ(with.kpi("firmware.activated"), 100.0);
    ASSERT_EQ(with.kpi("firmware.blocks_to_all"), 1786.0) << "100,000 / 56";
    ASSERT_EQ(with.kpi("firmware.questions"), 100.0);
    results::Reader const reader(with.file);
    for (auto const& route : reader.routes()) {
        ASSERT_EQ(route.hops, 1) << "nobody repeats";
    }
    auto const modem = plc::built_in_modems().front();
    ASSERT_EQ(modem.modes.front().name, "2400");
    // a block of 56 octets: 127 with head, security and framing; 2 frames
    double const block_s = to_s(plc::frame_time(modem, 64) + plc::frame_time(modem, 63));
    double const asked_s = one_to_one_s(modem, 38 + 19 + 14) + one_to_one_s(modem, 8 + 3 + 19 + 14);
    double const by_hand_s = 1786 * block_s + 100 * asked_s;
    double const measured_s = with.kpi("access.plc_airtime") - without.kpi("access.plc_airtime");
    // The order that `without` has in its place, and the last, shorter block: less than 0.2 %.
    EXPECT_NEAR(measured_s, by_hand_s, 0.002 * by_hand_s);
}

} // namespace
} // namespace gridtwin::twin::test
