#include "models/wire/found_block.hpp"
#include "models/wire/hdlc.hpp"
#include "models/wire/profile_block.hpp"
#include "models/wire/sizes.hpp"
#include "sim/core/diagnostics.hpp"

namespace gridtwin::wire {
namespace {

Message message(MessageKind kind) {
    Message m;
    m.kind = kind;
    m.meter = MeterId{17};
    m.concentrator = ConcentratorId{1};
    return m;
}

Message profile(std::size_t rows) {
    Message m = message(MessageKind::profile);
    std::vector<ProfileRow> const content(rows, {.import_mwh = 250'000, .voltage_dv = 2301});
    encode(m.meter, 1, content, m.payload);
    return m;
}

TEST(SizesTest, PlcFramesCarryTheServiceItsSecurityAndTheFraming) {
    // APDU + 19 (28 for a push) + 3 LLC + 11 a frame
    EXPECT_EQ(encoded_octets(message(MessageKind::set_relay), Channel::plc), 15U + 19 + 14);
    EXPECT_EQ(encoded_octets(message(MessageKind::acknowledgement), Channel::plc), 24U + 19 + 14);
    EXPECT_EQ(encoded_octets(message(MessageKind::read_profile), Channel::plc), 64U + 19 + 14);
    EXPECT_EQ(encoded_octets(message(MessageKind::alarm), Channel::plc), 41U + 28 + 14);
    EXPECT_EQ(encoded_octets(message(MessageKind::set_relay), Channel::plc, {.secured = false}),
              15U + 14);
}

TEST(SizesTest, ParametersAreSetWithOrWithoutTheirTime) {
    EXPECT_EQ(set_request_octets(false), 3U + 9 + 1 + 9);
    EXPECT_EQ(set_request_octets(true), 3U + 9 + 1 + 2 + 14 + 9);
    EXPECT_EQ(set_response_octets(), 4U);
}

TEST(SizesTest, AskingForTheTimeSettingItAndItsResult) {
    EXPECT_EQ(get_clock_response_octets(), 3U + 1 + 14);
    EXPECT_EQ(set_clock_request_octets(), 3U + 9 + 1 + 14);
    EXPECT_EQ(encoded_octets(message(MessageKind::read_clock), Channel::plc), 13U + 19 + 14);
    EXPECT_EQ(encoded_octets(message(MessageKind::clock), Channel::plc), 18U + 19 + 14);
    EXPECT_EQ(encoded_octets(message(MessageKind::set_clock), Channel::rf), 27U + 19 + 14);
    EXPECT_EQ(encoded_octets(message(MessageKind::set_result), Channel::plc), 4U + 19 + 14);
    // Two methods with {time, from, until} and an integer, and two results without data.
    EXPECT_EQ(clock_setting_octets(), 3U + 1 + 2 * 9 + 1 + (2 + 3 * 14) + 2);
    EXPECT_EQ(action_list_response_octets(2), 3U + 1 + 2 * 2);
    auto setting = message(MessageKind::set_clock);
    setting.meter = MeterId{3};
    setting.count = 2000;
    EXPECT_EQ(encoded_octets(setting, Channel::plc), 69U + 19 + 14);
    auto result = message(MessageKind::set_result);
    result.count = 2;
    EXPECT_EQ(encoded_octets(result, Channel::plc), 8U + 19 + 14);
}

TEST(SizesTest, StrangersCallInTheClearMembersTellInSecret) {
    EXPECT_EQ(encoded_octets(message(MessageKind::call), Channel::plc), 13U + 14);
    EXPECT_EQ(encoded_octets(message(MessageKind::hello), Channel::rf), 11U + 14);
    EXPECT_EQ(encoded_octets(message(MessageKind::ask_to_call), Channel::plc), 15U + 19 + 14);
    Message found = message(MessageKind::found);
    encode(FoundMeter{.meter = MeterId{1}, .cost_milli = 1200}, found.payload);
    encode(FoundMeter{.meter = MeterId{2}, .cost_milli = 1300}, found.payload);
    EXPECT_EQ(found_octets(2), 6U + 2 + 3 + 2 + 2 * (2 + 10 + 3));
    EXPECT_EQ(encoded_octets(found, Channel::plc), 43U + 19 + 14);
    EXPECT_EQ(encoded_octets(message(MessageKind::enroll), Channel::plc), 28U + 28 + 14);
    EXPECT_EQ(encoded_octets(message(MessageKind::enrolled), Channel::plc), 11U + 19 + 14);
    EXPECT_EQ(encoded_octets(message(MessageKind::registered), Channel::wan),
              6U + 2 + (1 + 4 + 8) + 28 + 8 + 40);
    EXPECT_LE(encoded_octets(message(MessageKind::registered), Channel::sms), 140U);
    EXPECT_THROW((void)encoded_octets(message(MessageKind::call), Channel::sms), SimulationError);
}

TEST(SizesTest, LongAnswersAreCutIntoFrames) {
    // 16 rows: 6 head + 31 + 15 * 18 = 307 octets, 331 with security (the length of which takes 3
    // octets) and LLC: three frames of 128
    EXPECT_EQ(get_profile_response_octets(16), 6U + 31 + 15 * 18);
    EXPECT_EQ(get_load_profile_response_octets(2, 3), 6U + (2 + 14 + 2 + 15) + (2 + 1 + 2 + 15));
    EXPECT_EQ(encoded_octets(profile(16), Channel::plc), 307U + 21 + 3 + 3 * 11);
}

TEST(SizesTest, ShortMessagesHoldEverythingButProfiles) {
    for (auto const kind : {MessageKind::read_profile, MessageKind::set_relay,
                            MessageKind::acknowledgement, MessageKind::alarm}) {
        EXPECT_LE(encoded_octets(message(kind), Channel::sms), 140U) << name(kind);
    }
    std::uint32_t const day = encoded_octets(profile(96), Channel::sms);
    EXPECT_GT(day, 140U);
    // kind, meter, command, time; the code; security
    EXPECT_EQ(day, profile(96).payload.size() + 1 + 4 + 8 + 8 + 10 + 19);
}

TEST(SizesTest, PartsOfShortMessages) {
    EXPECT_EQ(sms_parts(0), 1U);
    EXPECT_EQ(sms_parts(140), 1U);
    EXPECT_EQ(sms_parts(141), 2U);
    EXPECT_EQ(sms_parts(268), 2U);
    EXPECT_EQ(sms_parts(269), 3U);
}

TEST(SizesTest, TheWideAreaAddsItsEnvelopes) {
    // data-notification, string, kind, meter, command, position; 28 + 8 wrapper + 40 TCP/IP
    EXPECT_EQ(encoded_octets(message(MessageKind::set_relay), Channel::wan),
              6U + 2 + (1 + 4 + 8 + 1) + 28 + 8 + 40);
    Message by_sms = message(MessageKind::set_relay);
    by_sms.concentrator = kNone<ConcentratorId>;
    EXPECT_EQ(encoded_octets(by_sms, Channel::wan), encoded_octets(by_sms, Channel::sms) + 70 + 40);
    // every 1400 octets another segment
    Message const batch = profile(1000);
    std::size_t const content = 6 + 4 + (1 + 4 + 8 + 8 + batch.payload.size()) + 30 + 8;
    EXPECT_EQ(encoded_octets(batch, Channel::wan), content + (content + 1399) / 1400 * 40);
}

TEST(SizesTest, AnUnreadableProfileHasNoSize) {
    Message broken = profile(4);
    broken.payload.pop_back();
    for (auto const channel : {Channel::plc, Channel::sms, Channel::wan}) {
        EXPECT_THROW((void)encoded_octets(broken, channel), SimulationError);
    }
}

} // namespace
} // namespace gridtwin::wire
