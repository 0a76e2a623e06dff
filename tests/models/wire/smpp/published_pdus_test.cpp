// PDUs that others printed: the sample of the standard (SMPP 3.4, 3.2.2, octet by octet), captures
// in the tests of Twitter's cloudhopper-smpp (PduDecoderTest), of larvitsmpp and of python-smpplib.
#include "models/wire/smpp/pdu.hpp"
#include "models/wire/smpp/receipt.hpp"
#include "tests/models/wire/hex.hpp"

namespace gridtwin::wire::smpp {
namespace {

Pdu decoded(std::string_view printed) {
    auto const all = decode(hex(printed));
    EXPECT_EQ(all.problem, "");
    return all.pdu;
}

/// Decoded, and encoded to the same octets.
Pdu both_ways(std::string_view printed) {
    auto pdu = decoded(printed);
    std::vector<std::byte> again;
    encode(pdu, again);
    EXPECT_EQ(again, hex(printed));
    return pdu;
}

TEST(SmppPublished, TheStandardsBindTransmitter) {
    auto const pdu = both_ways("0000002F 00000002 00000000 00000001 534D5050335445535400 "
                               "736563726574303800 5355424D49543100 00 01 01 00");
    EXPECT_EQ(pdu.command, CommandId::bind_transmitter);
    EXPECT_EQ(pdu.sequence, 1U);
    EXPECT_EQ(std::get<Bind>(pdu.body), (Bind{"SMPP3TEST", "secret08", "SUBMIT1", 0, {1, 1, ""}}));
}

TEST(SmppPublished, BindsAndTheirAnswers) {
    auto const bind =
        both_ways("00000023000000090000000000039951414c4c5f545700414c4c5f5457000034010200");
    EXPECT_EQ(bind.sequence, 235857U);
    EXPECT_EQ(std::get<Bind>(bind.body), (Bind{"ALL_TW", "ALL_TW", "", 0x34, {1, 2, ""}}));
    auto const answer = both_ways("0000001d800000090000000000039943536d7363204757000210000134");
    EXPECT_EQ(std::get<BindResp>(answer.body).system_id, "Smsc GW");
    EXPECT_EQ(number(answer.tlvs, Tag::sc_interface_version), 0x34U);
    auto const failed = both_ways("00000015800000090000000e00004db3534d534300");
    EXPECT_EQ(failed.status, CommandStatus::invalid_password);
    EXPECT_EQ(std::get<BindResp>(failed.body).system_id, "SMSC");
}

TEST(SmppPublished, SubmitSm) {
    auto const pdu = both_ways("00000039000000040000000000004FE80001013430343034000101343439353133"
                               "363139323000000000000001000000084024232125262F3A");
    auto const& message = std::get<ShortMessage>(pdu.body);
    EXPECT_EQ(pdu.sequence, 20456U);
    EXPECT_EQ(message.source, (Address{1, 1, "40404"}));
    EXPECT_EQ(message.destination, (Address{1, 1, "44951361920"}));
    EXPECT_EQ(message.registered_delivery, registered::kReceipt);
    EXPECT_EQ(text_of(content(pdu)), "@$#!%&/:");
}

TEST(SmppPublished, SubmitSmWithATrailingNul) {
    std::string const with = "0000003c000000040000000000000002000100343637303131333331313100010134"
                             "3637303937373133333700000000000000000100047465737400";
    auto const pdu = decoded(with);
    EXPECT_EQ(text_of(content(pdu)), "test");
    EXPECT_TRUE(pdu.tlvs.empty());
    EXPECT_EQ(both_ways("0000003b00000004000000000000000200010034363730313133333131310001013436373"
                        "039373731333337000000000000000001000474657374"),
              pdu);
}

TEST(SmppPublished, ResponsesWithAndWithoutABody) {
    auto const whole = both_ways("0000001c80000004000000000a342ee1393432353834333135393400");
    EXPECT_EQ(std::get<MessageIdResp>(whole.body).message_id, "94258431594");
    EXPECT_EQ(both_ways("0000001080000004000000000a342ee1").body, Body{NoBody{}});
    EXPECT_EQ(both_ways("0000001180000004000000000a342ee100").body, Body{MessageIdResp{}});
    EXPECT_EQ(both_ways("00000011800000050000000000116ac700").body, Body{MessageIdResp{}});
    EXPECT_EQ(std::get<MessageIdResp>(
                  both_ways("0000001c800001030000000000116ac7393432353834333135393400").body)
                  .message_id,
              "94258431594");
    EXPECT_EQ(decode(hex("0000001180000004000000000a342ee139")).problem,
              "octet 16: ends within message_id");
    EXPECT_EQ(both_ways("00000010800000000000000100082a77").status,
              CommandStatus::invalid_message_length);
}

TEST(SmppPublished, DeliverSmWithTheMessageAsPayload) {
    auto const pdu = both_ways(
        "000000640000000500000000000547EB000201343439353133363139320004093430343034000000000000"
        "0000000000000E000101000600010104240026404D616964656E6D616E363634207761732069742073617"
        "070793F2026526F6D616E7469633F");
    EXPECT_EQ(text_of(content(pdu)), "@Maidenman664 was it sappy? &Romantic?");
    EXPECT_EQ(number(pdu.tlvs, Tag::source_network_type), 1U);
    EXPECT_EQ(content(decoded("0000003E000000050000000000657E4E0002013434393531333631393200040934"
                              "30343034000000000000000000000000"
                              "0E000101000600010104240000"))
                  .size(),
              0U);
}

TEST(SmppPublished, AReceipt) {
    auto const pdu = both_ways(
        "000000BA000000050000000000000002000101343439353133363139323000010134303430340004000000"
        "00000000006E69643A30303539313133393738207375623A30303120646C7672643A303031207375626D69"
        "7420646174653A3130303231303137333020646F6E6520646174653A313030323130313733312073746174"
        "3A44454C49565244206572723A30303020746578743A4024232125262F3A000E0001010006000101001E00"
        "0833383630316661000427000102");
    auto const& message = std::get<ShortMessage>(pdu.body);
    EXPECT_TRUE(esm::is_receipt(message.esm_class));
    EXPECT_EQ(text(pdu.tlvs, Tag::receipted_message_id), "38601fa");
    EXPECT_EQ(number(pdu.tlvs, Tag::message_state), 2U);
    using namespace std::chrono;
    auto const receipt = parse_receipt(text_of(content(pdu)));
    ASSERT_TRUE(receipt.ok()) << receipt.problem;
    Receipt const expected{.id = "0059113978",
                           .submitted = 1,
                           .delivered = 1,
                           .submit_date = sys_days{2010y / February / 10} + 17h + 30min,
                           .done_date = sys_days{2010y / February / 10} + 17h + 31min,
                           .stat = "DELIVRD",
                           .err = "000",
                           .text = "@$#!%&/:"};
    EXPECT_EQ(receipt.receipt, expected);
    EXPECT_EQ(format_receipt(expected), text_of(content(pdu)));
}

TEST(SmppPublished, AReceiptWithParametersOfAnOperatorsOwn) {
    auto const pdu = both_ways(
        "000000e9000000050000000002a82e86000101343637303937373133333700000034363730313133333131"
        "31000400000000000000007569643a313535303430363231323432313433353835207375623a3030312064"
        "6c7672643a303031207375626d697420646174653a3135303430363233323420646f6e6520646174653a31"
        "35303430363233323420737461743a44454c49565244206572723a3030303020746578743a202062616666"
        "042300030300000427000102001e0013313535303430363231323432313433353835001418000400000"
        "76c145400040000000114160006323430303800");
    EXPECT_EQ(text(pdu.tlvs, Tag::receipted_message_id), "155040621242143585");
    ASSERT_EQ(pdu.tlvs.size(), 6U);
    EXPECT_EQ(pdu.tlvs[3].tag, 0x1418);
    EXPECT_EQ(pdu.tlvs[5].value, ascii(std::string_view("24008\0", 6)));
    EXPECT_EQ(parse_receipt(text_of(content(pdu))).receipt.stat, "DELIVRD");
}

TEST(SmppPublished, AReceiptInThePayload) {
    auto const pdu = both_ways(
        "000000cb0000000500000000000000010001013331363030303030303030000500585858205959595900"
        "04000000000000000000000e0001010006000101001e0009316433303562346300042700010204240072"
        "69643a30343839373038333634207375623a30303120646c7672643a303031207375626d697420646174"
        "653a3138313031353139303720646f6e6520646174653a3138313031353139303720737461743a44454c"
        "49565244206572723a30303020746578743a041f044004380432043504420426000101");
    EXPECT_EQ(parse_receipt(text_of(content(pdu))).receipt.id, "0489708364");
    EXPECT_EQ(text(pdu.tlvs, Tag::receipted_message_id), "1d305b4c");
}

// Appendix B and table 5-6 give the letters; 7.1.1 this relative time.
TEST(SmppPublished, TheStandardsTimesAndLetters) {
    auto const time = parse_time("020610233429000R");
    ASSERT_TRUE(time.ok()) << time.problem;
    EXPECT_EQ(std::get<RelativeTime>(time.value), (RelativeTime{2, 6, 10, 23, 34, 29}));
    EXPECT_EQ(format_time(std::get<RelativeTime>(time.value)), "020610233429000R");
    EXPECT_EQ(stat_of(MessageState::delivered), "DELIVRD");
    EXPECT_EQ(stat_of(MessageState::undeliverable), "UNDELIV");
    EXPECT_EQ(state_of("acceptd"), MessageState::accepted);
    EXPECT_EQ(name(static_cast<CommandStatus>(0x14)), "ESME_RMSGQFUL");
    EXPECT_EQ(name(static_cast<CommandStatus>(0x58)), "ESME_RTHROTTLED");
    EXPECT_EQ(name(static_cast<CommandStatus>(0x0B)), "ESME_RINVDSTADR");
}

} // namespace
} // namespace gridtwin::wire::smpp
