#include "sim/plot/axes.hpp"
#include "sim/results/picture.hpp"
#include "sim/results/picture_panels.hpp"
#include "tests/sim/results/sample_town.hpp"
#include "tests/sim/results/scratch.hpp"

#include <cmath>

namespace gridtwin::results {
namespace {

using namespace std::chrono_literals;

class PictureOfARun : public ScratchTest {};

// Not a matcher: it would print the whole picture.
bool holds(std::string const& svg, std::string_view part) {
    return svg.find(part) != std::string::npos;
}

std::size_t count(std::string const& text, std::string const& part) {
    std::size_t n = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++n;
    }
    return n;
}

TEST_F(PictureOfARun, ShowsEveryPanelAndLeavesNothingOut) {
    write_sample(file("a.h5"), {});
    auto const svg = draw_picture(Reader(file("a.h5")));
    for (auto const* text : {"Sample town", "The town", "Feeder power", "Voltage band",
                             "Meters without supply", "Messages under way", ">PLC<", ">SMS<",
                             "Time without supply", "671692 open", "as the head-end believed",
                             "outage: customer minutes", "99.17", "15:00", ">675<", "200 m"}) {
        EXPECT_TRUE(holds(svg, text)) << text;
    }
    EXPECT_FALSE(holds(svg, "not recorded"));
    EXPECT_FALSE(holds(svg, "nan"));
    EXPECT_FALSE(holds(svg, "inf"));
    EXPECT_FALSE(holds(svg, "partial"));
    EXPECT_FALSE(holds(svg, "wall"));
    EXPECT_EQ(count(svg, "<g "), count(svg, "</g>"));
    EXPECT_EQ(count(svg, "<svg"), 1U);
    EXPECT_FALSE(holds(svg, "href")); // self-contained
}

TEST_F(PictureOfARun, IsTheSameForTheSameFile) {
    write_sample(file("a.h5"), {});
    write_sample(file("b.h5"), {});
    EXPECT_TRUE(draw_picture(Reader(file("a.h5"))) == draw_picture(Reader(file("b.h5"))));
}

TEST_F(PictureOfARun, HasNoPanelOfMessagesWithoutAny) {
    {
        Writer out(file("a.h5"), sample_meta({}));
        out.close(true, "");
    }
    EXPECT_FALSE(holds(draw_picture(Reader(file("a.h5"))), "Messages under way"));
}

TEST_F(PictureOfARun, NotesWhatWasNotRecorded) {
    {
        Writer out(file("a.h5"), sample_meta({}));
        out.close(false, "stopped <by> \"the\" user & co");
    }
    auto const svg = draw_picture(Reader(file("a.h5")));
    EXPECT_EQ(count(svg, "not recorded"), 5U);
    EXPECT_TRUE(holds(svg, "partial: stopped &lt;by&gt; &quot;the&quot; user &amp; co"));
}

TEST_F(PictureOfARun, OfADeadDayHasAnAxisOfOneWatt) {
    {
        Writer out(file("a.h5"), sample_meta({}));
        auto const series = out.add_series("feeder", "", {}, {{"source_p_w", "W", ""}});
        float const value = 2.4e-6F;
        std::array<std::span<float const>, 1> const row{std::span(&value, 1)};
        out.append(series, kStart, row);
        out.close(true, "");
    }
    auto const svg = draw_picture(Reader(file("a.h5")));
    EXPECT_FALSE(holds(svg, "0.000000"));
    for (auto const* text : {">W<", ">0.2<", ">1.0<"}) {
        EXPECT_TRUE(holds(svg, text)) << text;
    }
}

TEST_F(PictureOfARun, SaysHowLongAShortRunWas) {
    for (auto const& [s, text] : {std::pair{1.0, ", 1 s simulated"},
                                  {90.0, ", 1.5 min simulated"},
                                  {7200.0, ", 2 h simulated"}}) {
        {
            auto meta = sample_meta({});
            meta.duration_s = s;
            Writer out(file("a.h5"), meta);
            out.close(true, "");
        }
        EXPECT_TRUE(holds(draw_picture(Reader(file("a.h5"))), text)) << text;
    }
}

TEST_F(PictureOfARun, ShowsTheLatencyOfEachChannelThatCarriedSomething) {
    {
        Writer out(file("a.h5"), sample_meta({}));
        std::vector<Kpi> const kpis{{"read_success", "1", 0.99, ""},
                                    {"energy.metered", "Wh", 1e6, ""},
                                    {"energy.losses", "1", 0.03, ""},
                                    {"voltage.min", "pu", 0.95, ""},
                                    {"latency.plc.p95", "s", std::nan(""), ""},
                                    {"latency.rf.p95", "s", 2.5, ""},
                                    {"latency.sms.p95", "s", 29.4, ""}};
        out.write_kpis(kpis);
        out.close(true, "");
    }
    auto const svg = draw_picture(Reader(file("a.h5")));
    EXPECT_FALSE(holds(svg, "latency: plc p95"));
    EXPECT_TRUE(holds(svg, "latency: rf p95"));
    EXPECT_TRUE(holds(svg, "latency: sms p95"));
}

/// Where a text begins: the x of its label.
double left_of(std::string const& svg, std::string const& text) {
    auto const end = svg.find(">" + text + "<");
    auto const at = svg.rfind(" x=\"", end) + 4;
    return std::stod(svg.substr(at));
}

TEST_F(PictureOfARun, NamesOfBusesStandAtTheirOwn) {
    // given two buses that are nearer to each other than a name is wide
    {
        Writer out(file("a.h5"), sample_meta({}));
        out.write_table("/entities/buses",
                        {{"name", "", std::vector<std::string>{"632", "633", "634"}},
                         {"x_m", "m", std::vector<double>{0.0, 500.0, 515.0}},
                         {"y_m", "m", std::vector<double>{0.0, 0.0, 0.0}}});
        out.close(true, "");
    }
    // then the left one's name is left of it, the right one's right of it
    auto const svg = draw_picture(Reader(file("a.h5")));
    EXPECT_LT(left_of(svg, "633") + 20.0, left_of(svg, "634"));
}

TEST_F(PictureOfARun, StaysSmallForAnySeriesThatIsLong) {
    {
        Writer out(file("a.h5"), sample_meta({.duration_h = 240}));
        auto const series = out.add_series("feeder", "", {}, {{"load_p_w", "W", ""}});
        for (int t = 0; t < 240 * 3600; t += 10) {
            auto const value = static_cast<float>(t % 7200);
            std::array<std::span<float const>, 1> const row{std::span(&value, 1)};
            out.append(series, kStart + t * 1s, row);
        }
        out.close(true, "");
    }
    auto const svg = draw_picture(Reader(file("a.h5")));
    EXPECT_LT(svg.size(), 40000U);
    EXPECT_TRUE(holds(svg, ">01-17<")); // days on the time axis
}

TEST_F(PictureOfARun, ShowsTheLowestVoltageWhenNobodyWasWithoutSupply) {
    {
        Writer out(file("a.h5"), sample_meta({}));
        out.write_table("/entities/meters", {{"name", "", std::vector<std::string>{"a", "b"}},
                                             {"x_m", "m", std::vector<float>{0.0F, 100.0F}},
                                             {"y_m", "m", std::vector<float>{0.0F, 50.0F}}});
        auto const series = out.add_series("meters", "meter", {"a", "b"}, {{"u_pu", "pu", ""}});
        for (float const low : {1.0F, 0.88F, 0.99F}) {
            std::array<float, 2> const values{low, 1.0F};
            std::array<std::span<float const>, 1> const row{values};
            out.append(series, kStart, row);
        }
        out.close(true, "");
    }
    auto const svg = draw_picture(Reader(file("a.h5")));
    EXPECT_TRUE(holds(svg, "Lowest voltage"));
    EXPECT_TRUE(holds(svg, "<g fill=\"#7f0d1f\" stroke=\"#fff\" stroke-width=\"0.6\">\n<circle"));
}

MessageRecord message(Channel channel, SimTime sent, SimTime done) {
    MessageRecord record{.id = MessageId{1}, .channel = channel};
    record.sent = sent;
    record.done = done;
    return record;
}

TEST(MessagesUnderWay, AreAMeanOverEachBin) {
    std::array const messages{message(Channel::sms, kStart + 5s, kStart + 25s),
                              message(Channel::sms, kStart + 12s, kStart + 14s),
                              message(Channel::sms, kStart + 20s, kNever),
                              message(Channel::sms, kStart + 3s, kStart + 3s),
                              message(Channel::plc, kStart, kStart + 30s)};
    EXPECT_EQ(mean_under_way(messages, Channel::sms, 35.0, 10.0),
              (std::vector{0.5, 1.2, 1.5, 1.0}));
}

/// Little's law: the bins together hold the time that the messages have spent.
TEST(MessagesUnderWay, HoldTheTimeThatAllMessagesSpent) {
    std::vector<MessageRecord> messages;
    double spent_s = 0.0;
    for (int i = 0; i < 2000; ++i) {
        auto const sent = kStart + i * 37ms;
        auto const done = sent + (i * i % 977) * 13ms;
        spent_s += std::min(to_s(done), 80.0) - std::min(to_s(sent), 80.0);
        messages.push_back(message(Channel::rf, sent, done));
    }
    double held_s = 0.0;
    auto const mean = mean_under_way(messages, Channel::rf, 80.0, 3.0);
    for (std::size_t i = 0; i < mean.size(); ++i) {
        held_s += mean[i] * std::min(3.0, 80.0 - 3.0 * static_cast<double>(i));
    }
    EXPECT_NEAR(held_s, spent_s, 1e-9 * spent_s);
}

TEST(MinutesWithoutSupply, AreCountedFromEventsToTheEndOfTheRun) {
    auto const event = [](SimTime at, EventKind kind, std::uint32_t row) {
        return EventRecord{at, kind, EventEntity::meter, row, 0.0};
    };
    std::vector<EventRecord> const events{
        event(kStart + 10min, EventKind::power_lost, 0),
        event(kStart + 15min, EventKind::power_lost, 0), // told twice
        event(kStart + 30min, EventKind::power_restored, 0),
        event(kStart + 40min, EventKind::power_lost, 0),
        event(kStart + 45min, EventKind::power_restored, 0),
        event(kStart + 50min, EventKind::power_lost, 1), // until the end
        event(kStart + 55min, EventKind::power_restored, 2),
        event(kStart + 55min, EventKind::power_lost, 99), // no such meter
        {kStart, EventKind::power_lost, EventEntity::lv_network, 2, 0.0}};
    EXPECT_THAT(minutes_without_supply(events, 3, 3600.0), testing::ElementsAre(25.0, 10.0, 0.0));
}

TEST(NiceScale, HoldsItsValuesBetweenRoundTicks) {
    for (auto const& [lo, hi] : std::vector<std::pair<double, double>>{
             {0.0, 3.47}, {0.9534, 1.0563}, {-2.0, 7.0}, {0.0, 64.0}, {5.0, 5.0}, {0.0, 1.0}}) {
        auto const scale = nice_scale(lo, hi, 5);
        EXPECT_LE(scale.lo, lo);
        EXPECT_GE(scale.hi, hi);
        auto const rows = (scale.hi - scale.lo) / scale.step;
        EXPECT_NEAR(rows, std::round(rows), 1e-6);
        EXPECT_GE(rows, 2.0 - 1e-9);
        EXPECT_LE(rows, 7.0 + 1e-9);
    }
}

} // namespace
} // namespace gridtwin::results
