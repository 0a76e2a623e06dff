// Times and receipts.
#include "models/wire/smpp/receipt.hpp"
#include "models/wire/smpp/time.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/draws.hpp"

namespace gridtwin::wire::smpp {
namespace {

using namespace std::chrono;

UtcTime const kNoon = sys_days{2026y / January / 31} + 12h;

TEST(SmppTime, LocalTimeIsAheadOfUtcByItsQuartersOfAnHour) {
    auto const time = parse_time("260131143000504+");
    ASSERT_TRUE(time.ok()) << time.problem;
    EXPECT_EQ(to_utc(std::get<AbsoluteTime>(time.value)), kNoon + 90min + 500ms);
    EXPECT_EQ(format_time(from_utc(kNoon, -18)), "260131073000018-");
    EXPECT_EQ(format_time(from_utc(kNoon)), "260131120000000+");
}

TEST(SmppTime, RelativeTimesFollowTheCalendar) {
    EXPECT_EQ(after(kNoon, {.months = 1}), sys_days{2026y / February / 28} + 12h);
    EXPECT_EQ(after(kNoon, {.years = 2, .days = 1}), sys_days{2028y / February / 1} + 12h);
    EXPECT_EQ(remaining("000000480000000R", kNoon), 48h);
    EXPECT_EQ(remaining("260131120001000+", kNoon), 1s);
    EXPECT_EQ(remaining("260131115959000+", kNoon), 0s) << "over";
    EXPECT_EQ(remaining("", kNoon), std::nullopt);
}

TEST(SmppTime, WhatIsNoTimeIsSaidInWords) {
    EXPECT_EQ(parse_time("").problem, "0 characters, a time has 16");
    EXPECT_EQ(parse_time("2601311430005x4+").problem, "character 13 of a time is no digit");
    EXPECT_EQ(parse_time("260131143000504Z").problem, "a time ends with +, - or R");
    EXPECT_EQ(parse_time("260230000000000+").problem, "no day 2026-2-30");
    EXPECT_EQ(parse_time("260101240000000+").problem, "no time of day 24:0:0.0");
    EXPECT_EQ(parse_time("260101000000049+").problem,
              "49 quarters of an hour from UTC, at most 48 can be");
    EXPECT_THROW((void)from_utc(sys_days{2100y / January / 1}), SimulationError);
}

TEST(SmppTime, WrittenTimesAreReadAgain) {
    for (std::size_t which = 0; which < 2000; ++which) {
        test::Draws draws(Seed{7}, which);
        auto const time = sys_days{2000y / January / 1} + 100ms * draws.below(31'500'000'000);
        auto const written = format_time(from_utc(time, static_cast<int>(draws.below(97)) - 48));
        auto const read = parse_time(written);
        ASSERT_TRUE(read.ok()) << written << ": " << read.problem;
        ASSERT_EQ(to_utc(std::get<AbsoluteTime>(read.value)), time) << written;
    }
}

// 3GPP TS 23.040, 9.2.3.12.1, the ends of each row.
TEST(SmppTime, RelativeValidityInOneOctet) {
    EXPECT_EQ(tp_vp_duration(0), 5min);
    EXPECT_EQ(tp_vp_duration(143), 12h);
    EXPECT_EQ(tp_vp_duration(144), 12h + 30min);
    EXPECT_EQ(tp_vp_duration(167), 24h);
    EXPECT_EQ(tp_vp_duration(168), 48h);
    EXPECT_EQ(tp_vp_duration(196), days{30});
    EXPECT_EQ(tp_vp_duration(197), weeks{5});
    EXPECT_EQ(tp_vp_duration(255), weeks{63});
    for (int code = 0; code < 256; ++code) {
        EXPECT_EQ(tp_vp(tp_vp_duration(static_cast<std::uint8_t>(code))), code);
    }
    EXPECT_EQ(tp_vp(24h + 1s), 168);
    EXPECT_EQ(tp_vp(weeks{100}), 255);
}

TEST(SmppReceipt, PartsMayBeMissingOrInAnotherOrder) {
    auto const read = parse_receipt("Receipt: ID:7 Stat:Expired  done date:260131120059 err:5");
    ASSERT_TRUE(read.ok()) << read.problem;
    EXPECT_EQ(read.receipt.id, "7");
    EXPECT_EQ(state_of(read.receipt.stat), MessageState::expired);
    EXPECT_EQ(read.receipt.done_date, kNoon + 59s);
    EXPECT_EQ(read.receipt.submitted, std::nullopt);
}

TEST(SmppReceipt, MistakesNameTheirPlace) {
    EXPECT_EQ(parse_receipt("").problem, "character 0: a receipt has an id and a stat");
    EXPECT_EQ(parse_receipt("hello").problem, "character 5: a receipt has an id and a stat");
    EXPECT_EQ(parse_receipt("id:7 and stat:DELIVRD").problem,
              "character 5: no name of a receipt's part");
    EXPECT_EQ(parse_receipt("id:7 sub:many stat:DELIVRD").problem,
              "character 9: 'many' is no number");
    EXPECT_EQ(parse_receipt("id:7 done date:2602301200 stat:DELIVRD").problem,
              "character 15: '2602301200' is no date");
    Receipt blank;
    blank.id = "a b";
    EXPECT_THROW((void)format_receipt(blank), SimulationError);
}

TEST(SmppReceipt, WhatIsWrittenIsRead) {
    for (std::size_t which = 0; which < 2000; ++which) {
        test::Draws draws(Seed{8}, which);
        auto const maybe = [&](auto value) {
            return draws.below(4) == 0 ? std::nullopt : std::optional(value);
        };
        Receipt const receipt{
            .id = std::to_string(draws.below(1'000'000)),
            .submitted = maybe(static_cast<std::uint32_t>(draws.below(2000))),
            .delivered = maybe(static_cast<std::uint32_t>(draws.below(2000))),
            .submit_date = maybe(UtcTime{kNoon + minutes{draws.below(1'000'000)}}),
            .done_date = maybe(UtcTime{kNoon + minutes{draws.below(1'000'000)}}),
            .stat = std::string(stat_of(static_cast<MessageState>(1 + draws.below(8)))),
            .err = draws.below(2) == 0 ? "" : "011",
            .text = std::string("stat: x id:9 done da", draws.below(21))};
        auto const read = parse_receipt(format_receipt(receipt));
        ASSERT_TRUE(read.ok()) << read.problem;
        ASSERT_EQ(read.receipt, receipt);
    }
}

} // namespace
} // namespace gridtwin::wire::smpp
