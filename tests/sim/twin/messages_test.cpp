// Every message has one row in /messages and one place in the key figures, those to all as well.
#include "tests/sim/twin/day.hpp"

#include <map>

namespace gridtwin::twin::test {
namespace {

TEST(MessageRows, AreWhatTheKeyFiguresCountThoseToAllIncluded) {
    // given calls, announced times and a firmware, whose blocks take two frames each
    Scratch scratch;
    auto text = first_light(
        {{"duration: 24 h", "duration: 9 h"},
         {"  concentrators: 4\n", "  concentrators: 4\n  start: discover\n  concentrator: { clock: "
                                  "{ broadcast_every: 2 h } }\n"}});
    auto const begin = text.find("events:");
    text.replace(begin, text.find("record:") - begin,
                 "events:\n  - { at: 4:30, firmware: all, version: 2, octets: 20000, activate_at: "
                 "8 h }\n\n");
    text.erase(text.find("expect:"));
    auto const day = run_day(scratch, text);
    auto const rows = results::Reader(day.file).messages();
    // then channel by channel and fate by fate
    std::map<std::pair<Channel, Fate>, double> count;
    std::map<Channel, double> sent;
    for (auto const& row : rows) {
        ++count[{row.channel, row.fate}];
        ++sent[row.channel];
    }
    for (auto const channel : {Channel::plc, Channel::rf, Channel::sms, Channel::wan}) {
        auto const kpi = [&](char const* what) {
            return day.kpi(fmt::format("messages.{}.{}", name(channel), what));
        };
        EXPECT_EQ(sent[channel], kpi("sent")) << name(channel);
        EXPECT_EQ((count[{channel, Fate::delivered}]), kpi("delivered")) << name(channel);
        EXPECT_EQ((count[{channel, Fate::lost}]), kpi("lost")) << name(channel);
        EXPECT_EQ((count[{channel, Fate::in_flight}]), kpi("in_flight")) << name(channel);
    }
    EXPECT_EQ(day.kpi("messages.balanced"), 1.0);
    // and those to all say how many heard them
    double blocks = 0.0;
    std::uint32_t most = 0;
    for (auto const& row : rows) {
        bool const to_all = row.meter == kNone<MeterId> || row.kind == MessageKind::call;
        if (row.channel == Channel::plc && !to_all) {
            EXPECT_EQ(row.hearers, 0U);
        }
        if (row.kind == MessageKind::firmware_block && to_all) {
            blocks += 1.0;
            most = std::max(most, row.hearers);
            EXPECT_LE(row.hearers, 60U) << "meters of its line";
        }
    }
    EXPECT_GT(blocks, 0.0);
    EXPECT_EQ(blocks, day.kpi("firmware.blocks_to_all"));
    EXPECT_GT(most, 50U) << "repeated by those on the way";
}

} // namespace
} // namespace gridtwin::twin::test
