// Communication modules that break, in a whole town: who is read, over what, and who is silent.
#include "models/meter/module_faults.hpp"
#include "sim/results/digest.hpp"
#include "tests/sim/twin/day.hpp"

namespace gridtwin::twin::test {
namespace {

using namespace std::chrono_literals;

/// First light with chance switched off, and events beside its own.
std::string town(std::string const& events, Changes changes = {}) {
    changes.push_back({"operator: {", "meter: { faults: { failures_per_year: 0 } }\noperator: {"});
    changes.push_back({"events:\n", "events:\n" + events});
    return first_light(changes);
}

struct Recorded {
    Day day;
    results::Reader reader;
    std::vector<EventRecord> events;
    std::vector<MessageRecord> messages;
    std::vector<std::string> names;

    explicit Recorded(Day of)
        : day(std::move(of)), reader(day.file), events(reader.events()),
          messages(reader.messages()), names(reader.read_strings("/entities/meters/name")) {}

    [[nodiscard]] MeterId meter(std::string const& name) const {
        return static_cast<MeterId>(std::find(names.begin(), names.end(), name) - names.begin());
    }
    [[nodiscard]] std::string name(MeterId meter) const { return names[index(meter)]; }
    [[nodiscard]] std::vector<EventRecord> of(EventKind kind, MeterId meter) const {
        std::vector<EventRecord> out;
        std::copy_if(events.begin(), events.end(), std::back_inserter(out), [&](auto const& e) {
            return e.kind == kind && e.entity == EventEntity::meter && e.row == index(meter);
        });
        return out;
    }
    /// Delivered either way on a channel of the meter's within [from, to).
    [[nodiscard]] std::size_t delivered(MeterId meter, Channel channel, SimTime from,
                                        SimTime to = kNever) const {
        return static_cast<std::size_t>(
            std::count_if(messages.begin(), messages.end(), [&](auto const& m) {
                return m.meter == meter && m.channel == channel && m.fate == Fate::delivered &&
                       m.done >= from && m.done < to;
            }));
    }
};

/// One that is read over the power line, goes dark at 14:00 and is back at 15:30.
MeterId dark_home(Recorded const& town) {
    auto const found = std::find_if(town.events.begin(), town.events.end(), [&](auto const& e) {
        return e.kind == EventKind::last_gasp_sent && town.names[e.row].starts_with("homes/");
    });
    return found == town.events.end() ? kNone<MeterId> : static_cast<MeterId>(found->row);
}

TEST(Modules, ABrokenOneIsReadAgainOnceItIsExchanged) {
    Scratch scratch;
    Recorded const broken(run_day(scratch, town("  - { at: 00:30, break: homes/5 }\n"), "broken"));
    Recorded const exchanged(run_day(scratch,
                                     town("  - { at: 00:30, break: homes/5 }\n"
                                          "  - { at: 13:00, repair: homes/5 }\n"),
                                     "exchanged"));
    auto const m = broken.meter("homes/5");
    EXPECT_EQ(broken.delivered(m, Channel::plc, kStart + 30min), 0U);
    EXPECT_LT(broken.day.kpi("read_success"), 1.0);
    EXPECT_EQ(broken.day.kpi("access.broken_modules"), 1.0);
    auto const failed = broken.of(EventKind::module_failed, m);
    ASSERT_EQ(failed.size(), 1U);
    EXPECT_EQ(failed[0].at, kStart + 30min);
    EXPECT_EQ(failed[0].value, static_cast<double>(Channel::plc));

    EXPECT_EQ(exchanged.delivered(m, Channel::plc, kStart + 30min, kStart + 13h), 0U);
    EXPECT_GT(exchanged.delivered(m, Channel::plc, kStart + 13h), 0U);
    EXPECT_GT(exchanged.day.kpi("read_success"), broken.day.kpi("read_success"));
    EXPECT_EQ(exchanged.day.kpi("access.broken_modules"), 0.0);
    EXPECT_EQ(exchanged.of(EventKind::module_repaired, m).size(), 1U);
    for (auto const* one : {&broken, &exchanged}) {
        EXPECT_TRUE(one->day.report.books_close);
    }
}

TEST(Modules, AFailureOfSupplyNeitherGetsALastGaspOutOfABrokenOneNorRevivesIt) {
    // given a home that goes dark at 14:00 and is back at 15:30
    Scratch scratch;
    Recorded const whole(run_day(scratch, town(""), "whole"));
    MeterId const m = dark_home(whole);
    ASSERT_GT(whole.delivered(m, Channel::plc, kStart + 15h + 30min), 0U);
    // when
    Recorded const broken(
        run_day(scratch, town("  - { at: 13:00, break: " + whole.name(m) + " }\n"), "broken"));
    // then
    EXPECT_EQ(broken.of(EventKind::power_lost, m).size(), 1U);
    EXPECT_EQ(broken.of(EventKind::power_restored, m).size(), 1U);
    EXPECT_TRUE(broken.of(EventKind::last_gasp_sent, m).empty());
    EXPECT_FALSE(whole.of(EventKind::alarm_received, m).empty());
    EXPECT_TRUE(broken.of(EventKind::alarm_received, m).empty());
    EXPECT_EQ(broken.delivered(m, Channel::plc, kStart + 13h), 0U);
    EXPECT_EQ(broken.of(EventKind::module_failed, m).size(), 1U);
}

TEST(Modules, AMeterThatIsExchangedInTheDarkSpeaksWhenItHasSupply) {
    Scratch scratch;
    Recorded const whole(run_day(scratch, town(""), "whole"));
    MeterId const m = dark_home(whole);
    Recorded const exchanged(
        run_day(scratch, town("  - { at: 13:00, break: " + whole.name(m) +
                              " }\n  - { at: 15:00, repair: " + whole.name(m) + " }\n")));
    EXPECT_EQ(exchanged.delivered(m, Channel::plc, kStart + 13h, kStart + 15h + 30min), 0U);
    EXPECT_GT(exchanged.delivered(m, Channel::plc, kStart + 15h + 30min), 0U);
}

TEST(Modules, WithABackupBehindItAMeterIsReadOverTheOther) {
    Scratch scratch;
    Recorded const day(
        run_day(scratch, town("  - { at: 00:30, break: homes/5, channel: plc }\n",
                              {{"peak: 2 kW, meter: plc", "peak: 2 kW, meter: plc+rf"}})));
    auto const m = day.meter("homes/5");
    EXPECT_EQ(day.delivered(m, Channel::plc, kStart + 30min), 0U);
    EXPECT_GT(day.delivered(m, Channel::rf, kStart + 30min), 0U);
    EXPECT_EQ(day.day.kpi("read_success"), 1.0);
    EXPECT_GT(day.day.kpi("access.on_backup"), 0.0);
    EXPECT_EQ(day.day.kpi("access.broken_modules"), 1.0) << "of its two";
}

TEST(Modules, AMeterBehindABrokenOneIsReachedOnAnotherWay) {
    // given streets so long that meters repeat for others
    Scratch scratch;
    Changes const wide{{"generate: street,", "generate: street, plot_width: 66 m,"}};
    Recorded const whole(run_day(scratch, town("", wide), "whole"));
    MeterId repeater = kNone<MeterId>;
    std::vector<MeterId> behind;
    for (auto const& route : whole.reader.routes()) {
        if (route.via == kNone<MeterId>) {
            continue;
        }
        repeater = repeater == kNone<MeterId> ? route.via : repeater;
        if (route.via == repeater) {
            behind.push_back(route.meter);
        }
    }
    ASSERT_FALSE(behind.empty());
    // when
    Recorded const broken(run_day(
        scratch, town("  - { at: 00:01, break: " + whole.name(repeater) + " }\n", wide), "broken"));
    // then
    for (auto const& route : broken.reader.routes()) {
        EXPECT_FALSE(route.at > kStart + 5h && route.via == repeater);
    }
    EXPECT_EQ(broken.delivered(repeater, Channel::plc, kStart + 1min), 0U);
    for (auto const m : behind) {
        EXPECT_GT(broken.delivered(m, Channel::plc, kStart + 5h), 0U) << whole.name(m);
    }
}

TEST(Modules, ABrokenSmsModemNeitherHearsNorSpeaks) {
    Scratch scratch;
    Recorded const day(run_day(scratch, town("  - { at: 10:00, break: farms/3 }\n"
                                             "  - { at: 18:00, repair: farms/3 }\n")));
    auto const m = day.meter("farms/3");
    EXPECT_GT(day.delivered(m, Channel::sms, kStart, kStart + 10h), 0U);
    EXPECT_EQ(day.delivered(m, Channel::sms, kStart + 10h, kStart + 18h), 0U);
    EXPECT_GT(day.delivered(m, Channel::sms, kStart + 18h), 0U);
    auto const opened = day.of(EventKind::relay_opened, m);
    EXPECT_TRUE(opened.empty() || opened[0].at >= kStart + 18h) << "ordered at 11:00";
    ASSERT_EQ(day.of(EventKind::module_failed, m).size(), 1U);
    EXPECT_EQ(day.of(EventKind::module_failed, m)[0].value, static_cast<double>(Channel::sms));
    EXPECT_TRUE(day.day.report.books_close);
}

TEST(Modules, ChanceBreaksTheSameOnesOnAnyNumberOfThreads) {
    // given a town in which 14 % are broken, and three feeders for threads to share
    Scratch scratch;
    auto text =
        first_light({{"operator: {",
                      "meter: { faults: { failures_per_year: 100 %, repair: 60 d } }\noperator: {"},
                     {"step: 60 s", "step: 5 min\n  copies: 3"},
                     {"duration: 24 h", "duration: 5 h"}});
    auto const begin = text.find("events:");
    text.erase(begin, text.find("record:") - begin);
    text.erase(text.find("expect:"));
    Recorded const one(run_day(scratch, text, "a", 1));
    auto const digest = results::digest(one.day.file);
    EXPECT_EQ(results::digest(run_day(scratch, text, "b", 2).file), digest);
    EXPECT_EQ(results::digest(run_day(scratch, text, "c", 7).file), digest);
    double const p =
        meter::broken_frac({.failures_per_year = 1.0, .repair = std::chrono::hours(60 * 24)});
    auto const n = static_cast<double>(one.names.size());
    EXPECT_NEAR(one.day.kpi("access.broken_modules") / n, p, 4.0 * std::sqrt(p * (1.0 - p) / n));
    EXPECT_LT(one.day.kpi("read_success"), 0.95);
    EXPECT_TRUE(one.day.report.books_close);
}

} // namespace
} // namespace gridtwin::twin::test
