// Octets that others have published. IEC 62056-5-3, annex F, and the DLMS Green Book print the
// examples of GET and SET on two objects, 0-0:128.0.0.255 (an octet-string of 50) and
// 0-0:128.1.0.255 (three letters), as read in the tests of the public repositories spodes-rs,
// u9n/dlms-cosem, milanbella/gocosem and a head-end's SetRequest and GetResponse; the invoke id is
// C1 in one edition and 81 in another. Others name theirs.
#include "models/wire/dlms/block_transfer.hpp"
#include "models/wire/dlms/data.hpp"
#include "models/wire/dlms/date_time.hpp"
#include "models/wire/dlms/selective_access.hpp"
#include "models/wire/dlms/services.hpp"
#include "tests/models/wire/hex.hpp"

namespace gridtwin::wire::dlms {
namespace {

constexpr std::string_view kFifty =
    "09 32 0102030405060708091011121314151617181920212223242526272829"
    "303132333435363738394041424344454647484950";
constexpr Obis kFirst{0, 0, 128, 0, 0, 255};
constexpr Obis kSecond{0, 0, 128, 1, 0, 255};
constexpr InvokeId kOld{.id = 1, .confirmed = false, .high_priority = true};
constexpr InvokeId kNew{.id = 1, .confirmed = true, .high_priority = true};

SelectedAttribute attribute(Obis name) {
    return {.attribute = {.class_id = 1, .instance = name, .attribute = 2}, .access = {}};
}

/// Both ways.
void expect_octets(Apdu const& apdu, std::string_view text) {
    std::vector<std::byte> const published = hex(text);
    std::vector<std::byte> octets;
    encode(apdu, octets);
    EXPECT_EQ(octets, published) << text;
    auto const decoded = decode_apdu(published);
    ASSERT_TRUE(decoded.ok()) << decoded.problem;
    EXPECT_EQ(decoded.value, apdu) << text;
}

TEST(DlmsTruth, GetOfOneAttribute) {
    auto const fifty = hex(kFifty);
    expect_octets(GetRequestNormal{kNew, attribute(kFirst)}, "C001C1 0001 0000800000FF 02 00");
    expect_octets(GetRequestNormal{kOld, attribute(kFirst)}, "C00181 0001 0000800000FF 02 00");
    expect_octets(GetResponseNormal{kOld, Octets(fifty)}, "C40181 00" + std::string(kFifty));
    expect_octets(GetResponseNormal{kNew, DataAccessResult::hardware_fault}, "C401C1 01 01");
}

TEST(DlmsTruth, GetOfAList) {
    auto const fifty = hex(kFifty);
    auto const letters = hex("0A 03 303030");
    expect_octets(GetRequestWithList{kOld, {attribute(kFirst), attribute(kSecond)}},
                  "C00381 02 0001 0000800000FF 02 00 0001 0000800100FF 02 00");
    expect_octets(GetResponseWithList{kOld, {Octets(fifty), Octets(letters)}},
                  "C40381 02 00" + std::string(kFifty) + "00 0A 03 303030");
}

// The value of 52 octets goes in blocks of 30.
TEST(DlmsTruth, GetInBlocks) {
    BlockSender server(hex(kFifty), 30, 30);
    BlockReceiver client(1000);
    auto const first = server.block();
    expect_octets(GetResponseWithDatablock{kOld, first.last, first.number, first.raw},
                  "C40281 00 00000001 00 1E 0932 01020304050607080910111213141516171819202122232425"
                  "262728");
    EXPECT_EQ(client.take(first), BlockReceiver::Fate::more);
    expect_octets(GetRequestNext{kOld, client.number()}, "C00281 00000001");
    EXPECT_EQ(server.received(client.number()), BlockSender::Next::send);
    auto const second = server.block();
    expect_octets(GetResponseWithDatablock{kOld, second.last, second.number, second.raw},
                  "C40281 01 00000002 00 16 29303132333435363738394041424344454647484950");
    EXPECT_EQ(client.take(second), BlockReceiver::Fate::complete);
    EXPECT_EQ(client.octets(), hex(kFifty));
}

TEST(DlmsTruth, SetOfOneAttributeAndOfAList) {
    auto const fifty = hex(kFifty);
    auto const letters = hex("0A 03 303030");
    expect_octets(SetRequestNormal{kNew, attribute(kFirst), fifty},
                  "C101C1 0001 0000800000FF 02 00" + std::string(kFifty));
    expect_octets(SetResponseNormal{kNew, DataAccessResult::success}, "C501C1 00");
    expect_octets(
        SetRequestWithList{kOld, {attribute(kFirst), attribute(kSecond)}, {fifty, letters}},
        "C10481 02 0001 0000800000FF 02 00 0001 0000800100FF 02 00 02" + std::string(kFifty) +
            "0A 03 303030");
}

// The first block has 21 octets, as its APDU also names the attribute.
TEST(DlmsTruth, SetInBlocks) {
    BlockSender client(hex(kFifty), 21, 31);
    BlockReceiver server(1000);
    expect_octets(SetRequestWithFirstDatablock{kNew, attribute(kFirst), client.block()},
                  "C102C1 0001 0000800000FF 02 00 00 00000001 15 0932 "
                  "01020304050607080910111213141516171819");
    EXPECT_EQ(server.take(client.block()), BlockReceiver::Fate::more);
    expect_octets(SetResponseDatablock{kNew, server.number()}, "C502C1 00000001");
    EXPECT_EQ(client.received(server.number()), BlockSender::Next::send);
    expect_octets(SetRequestWithDatablock{kNew, client.block()},
                  "C103C1 01 00000002 1F "
                  "20212223242526272829303132333435363738394041424344454647484950");
    EXPECT_EQ(server.take(client.block()), BlockReceiver::Fate::complete);
    expect_octets(SetResponseLastDatablock{kNew, DataAccessResult::success, server.number()},
                  "C503C1 00 00000002");
    EXPECT_EQ(client.received(server.number()), BlockSender::Next::finished);
}

// Annex F.8: the last block of a list's values.
TEST(DlmsTruth, TheLastBlockOfAList) {
    auto const raw = hex("394041424344454647484950 0A03303030");
    expect_octets(SetRequestWithDatablock{kNew, {.last = true, .number = 3, .raw = raw}},
                  "C103C1 01 00000003 11 394041424344454647484950 0A03303030");
}

// u9n/dlms-cosem: the third pass of an association with GMAC, as it went to a meter and back.
TEST(DlmsTruth, ActionWithAndWithoutData) {
    InvokeId const invoke{.id = 0, .confirmed = true, .high_priority = true};
    MethodDescriptor const reply{.class_id = 15, .instance = {0, 0, 40, 0, 0, 255}, .method = 1};
    auto const to_server = hex("0911 1000001A90E6D2221FA2FD85EED61ACC22");
    auto const to_client = hex("0911 1000001AFDE8857B728A3499106AA665D1");
    expect_octets(ActionRequestNormal{invoke, reply, Octets(to_server)},
                  "C301C0 000F 0000280000FF 01 01 0911 1000001A90E6D2221FA2FD85EED61ACC22");
    expect_octets(ActionRequestNormal{invoke, reply, {}}, "C301C0 000F 0000280000FF 01 00");
    expect_octets(ActionResponseNormal{invoke, {ActionResult::success, Octets(to_client)}},
                  "C701C0 00 01 00 0911 1000001AFDE8857B728A3499106AA665D1");
    expect_octets(ActionResponseNormal{invoke, {ActionResult::success, {}}}, "C701C0 00 00");
    expect_octets(
        ActionResponseNormal{invoke, {ActionResult::success, DataAccessResult::other_reason}},
        "C701C0 00 01 01 FA");
}

// u9n/dlms-cosem: the quarter-hours of 2017-10-01 from 00:00 to 01:00.
TEST(DlmsTruth, SelectionByRange) {
    auto const at = [](std::uint8_t hour) {
        return DateTime{.date = {.year = 2017, .month = 10, .day = 1, .weekday = 7},
                        .time = {.hour = hour, .minute = 0, .second = 0, .hundredths = 0},
                        .deviation_min = -60,
                        .clock_status = kClockDaylightSaving};
    };
    std::vector<std::byte> from;
    std::vector<std::byte> to;
    Writer from_writer(from);
    Writer to_writer(to);
    write(at(0), from_writer);
    write(at(1), to_writer);
    RangeDescriptor const range{.restricting = {.class_id = 8,
                                                .instance = {0, 0, 1, 0, 0, 255},
                                                .attribute = 2,
                                                .data_index = 0},
                                .from = from,
                                .to = to,
                                .columns = {}};
    std::vector<std::byte> parameters;
    encode(range, parameters);
    GetRequestNormal request{kNew, {{7, {1, 0, 99, 1, 0, 255}, 2}, {}}};
    request.attribute.access = {kSelectByRange, parameters};
    expect_octets(request, "C001C1 0007 0100630100FF 02 01 01 0204 0204 120008 09060000010000FF "
                           "0F02 120000 090C 07E10A01070000 0000FFC480 090C "
                           "07E10A01070100 0000FFC480 0100");
    auto const decoded = decode_range(parameters);
    ASSERT_TRUE(decoded.ok()) << decoded.problem;
    EXPECT_EQ(decoded.value, range);
}

// u9n/dlms-cosem: a push without time.
TEST(DlmsTruth, DataNotification) {
    auto const value = hex("0922 125A85913600000000490000001100 00000A5A8513D0148000 00000D0000000A"
                           "0100");
    DataNotification notification;
    notification.invoke.id = 0x1DB;
    notification.value = value;
    expect_octets(notification, "0F 000001DB 00 0922 125A85913600000000490000001100"
                                "00000A5A8513D0148000 00000D0000000A0100");
}

// DLMS Green Book, in the user information of an AARE that refuses: initiate error, the version of
// DLMS is too low.
TEST(DlmsTruth, ConfirmedServiceError) {
    expect_octets(ConfirmedServiceError{.service = 1, .kind = 6, .error = 1}, "0E 01 06 01");
}

// The layout of IEC 62056-5-3; no published octets were found.
TEST(DlmsTruth, ExceptionsAndEventsByHand) {
    expect_octets(ExceptionResponse{StateError::service_not_allowed,
                                    ServiceError::operation_not_possible,
                                    {}},
                  "D8 01 01");
    expect_octets(ExceptionResponse{StateError::service_unknown,
                                    ServiceError::invocation_counter_error, 0x01234567},
                  "D8 02 06 01234567");
    auto const value = hex("16 03");
    expect_octets(EventNotification{{}, {70, {0, 0, 96, 3, 10, 255}, 3}, value},
                  "C2 00 0046 000060030AFF 03 1603");
    DateTime const when{.date = {.year = 2009, .month = 11, .day = 10, .weekday = 2},
                        .time = {.hour = 23, .minute = 59, .second = 59, .hundredths = 255},
                        .deviation_min = 0,
                        .clock_status = 0};
    expect_octets(EventNotification{when, {70, {0, 0, 96, 3, 10, 255}, 3}, value},
                  "C2 01 0C 07D90B0A02 173B3BFF 0000 00 0046 000060030AFF 03 1603");
}

// nyotiemon/gosem, axdr_test.go.
TEST(DlmsTruth, ValuesInAxdr) {
    std::vector<std::byte> out;
    auto const expect = [&out](std::string_view text) {
        EXPECT_EQ(out, hex(text)) << text;
        out.clear();
    };
    Writer(out).bit_string(hex("0FF0FF0155"), 40);
    expect("04 28 0FF0FF0155");
    Writer(out).bit_string(hex("E0"), 3);
    expect("04 03 E0");
    Writer(out).integer32(-25);
    expect("05 FFFFFFE7");
    Writer(out).unsigned32(4294967295);
    expect("06 FFFFFFFF");
    Writer(out).integer8(-128);
    expect("0F 80");
    Writer(out).integer16(-32768);
    expect("10 8000");
    Writer(out).integer64(INT64_MIN);
    expect("14 8000000000000000");
    Writer(out).float32(3.14F);
    expect("17 4048F5C3");
    Writer(out).float64(3.1415926535);
    expect("18 400921FB54411744");
    Writer(out).utf8_string("\xD1\x84");
    expect("0C 02 D184");
    for (auto const& [length, text] : {std::pair<std::size_t, std::string_view>{125, "7D"},
                                       {128, "8180"},
                                       {255, "81FF"},
                                       {256, "820100"},
                                       {65535, "82FFFF"}}) {
        put_length(length, out);
        expect(text);
    }
}

// nyotiemon/gosem and u9n/dlms-cosem; 2009-11-10 was a Tuesday, UTC+2 is 120 minutes back to UTC.
TEST(DlmsTruth, Times) {
    EXPECT_EQ(decode_date(hex("07D90B0A02")).value,
              (Date{.year = 2009, .month = 11, .day = 10, .weekday = 2}));
    EXPECT_EQ(decode_time(hex("173B3BFF")).value,
              (Time{.hour = 23, .minute = 59, .second = 59, .hundredths = kUnspecified}));
    auto const when = decode_date_time(hex("07E40101FF000300 00FF88 FF"));
    ASSERT_TRUE(when.ok()) << when.problem;
    EXPECT_EQ(when.value.deviation_min, -120);
    EXPECT_EQ(when.value.clock_status, kUnspecified);
    auto const wall = civil(when.value);
    ASSERT_TRUE(wall.has_value());
    EXPECT_EQ(wall->year, 2020);
    EXPECT_EQ(wall->weekday, 2); // a Wednesday
    EXPECT_DOUBLE_EQ(wall->second_of_day, 180.0);
    EXPECT_EQ(decode_date_time(hex("07E2020CFF00000000 8000 FF")).value.deviation_min,
              kNoDeviation);
}

// cjhdev/dlms_trouble, examples/working_with_data: three rows {date-time, number, Wh}.
TEST(DlmsTruth, CompactArray) {
    auto const octets = hex("13 02 03 19 06 06 3C "
                            "07E0070A070800000000 3C08 00000000 0000032A "
                            "07E0070A07081E000000 3C08 00000001 00000334 "
                            "07E0070A070900000000 3C08 00000002 00000338");
    Reader reader(octets);
    ASSERT_EQ(reader.array("the buffer"), 3U);
    for (std::uint32_t const wh : {810U, 820U, 824U}) {
        reader.structure(3, "a row");
        EXPECT_EQ(reader.expect(Tag::date_time, "the time").content.size(), 12U);
        (void)reader.unsigned32("the number");
        EXPECT_EQ(reader.unsigned32("the energy"), wh);
    }
    EXPECT_TRUE(reader.ok()) << reader.problem();
    EXPECT_TRUE(reader.at_end());
    auto const tree = decode_data(octets);
    ASSERT_TRUE(tree.ok()) << tree.problem;
    EXPECT_EQ(std::get<std::uint64_t>(tree.value.elements()[2].elements()[2].value), 824U);
}

// A meter's log in public: lengths in longer forms than they need (pastebin.com/iKKsDimZ).
TEST(DlmsTruth, MetersSendLongLengths) {
    auto const octets = hex("C402C1 00 00000001 00 820003 0119 02");
    auto const decoded = decode_apdu(octets);
    ASSERT_TRUE(decoded.ok()) << decoded.problem;
    auto const raw = hex("011902");
    EXPECT_EQ(decoded.value, Apdu(GetResponseWithDatablock{kNew, false, 1, Octets(raw)}));
}

} // namespace
} // namespace gridtwin::wire::dlms
