#include "models/wire/dlms_link/acse.hpp"
#include "models/wire/octets.hpp"
#include "tests/models/wire/dlms_link/green_book_pair.hpp"

namespace gridtwin::wire {
namespace {

using namespace conformance;

// Green Book, annex of encoding examples: conformance 00 7E 1F proposed, 00 50 1F settled.
InitiateRequest proposed() {
    return {.conformance = 0x007E1F, .max_pdu_size = 0x04B0};
}
InitiateResponse settled() {
    return {.conformance = 0x00501F, .max_pdu_size = 0x01F4};
}

template <typename Apdu, typename Decode>
void expect_both_ways(Apdu const& apdu, std::vector<std::byte> const& octets, Decode decode) {
    EXPECT_EQ(encoded(apdu), octets);
    auto const decoded = decode(octets);
    ASSERT_TRUE(decoded.ok()) << decoded.problem;
    EXPECT_EQ(decoded.apdu, apdu);
}

TEST(InitiateTruthTest, GreenBooksInitiatesAndInitiateError) {
    expect_both_ways(proposed(), hex("01000000065F1F0400007E1F04B0"), decode_initiate_request);
    auto keyed = proposed();
    keyed.dedicated_key = hex("00112233445566778899AABBCCDDEEFF");
    expect_both_ways(keyed, hex("01011000112233445566778899AABBCCDDEEFF0000065F1F0400007E1F04B0"),
                     decode_initiate_request);
    expect_both_ways(settled(), hex("0800065F1F040000501F01F40007"), decode_initiate_response);
    expect_both_ways(InitiateError::dlms_version_too_low, hex("0E010601"), decode_initiate_error);
}

// As the conformance block is printed: the settled one offers priority, blocks with GET, GET, SET,
// selective access, event notification and ACTION.
TEST(InitiateTruthTest, BitsOfTheConformanceBlockHaveTheirNames) {
    EXPECT_EQ(settled().conformance, kPriorityManagement | kBlockTransferWithGet | kGet | kSet |
                                         kSelectiveAccess | kEventNotification | kAction);
    // From a recorded association: blocks with GET, SET and ACTION, several references at once.
    EXPECT_EQ(0x001E1DU, kBlockTransferWithGet | kBlockTransferWithSet | kBlockTransferWithAction |
                             kMultipleReferences | kGet | kSet | kSelectiveAccess | kAction);
}

TEST(AcseTruthTest, AarqWithoutSecurity) {
    Aarq const aarq{.user_information = encoded(proposed())};
    expect_both_ways(aarq, hex("601DA109060760857405080101BE10040E01000000065F1F0400007E1F04B0"),
                     decode_aarq);
}

TEST(AcseTruthTest, AarqWithPassword) {
    Aarq const aarq{.mechanism = Mechanism::low,
                    .authentication_value = ascii("12345678"),
                    .user_information = encoded(proposed())};
    expect_both_ways(aarq,
                     hex("6036A1090607608574050801018A0207808B0760857405080201AC0A80083132333435"
                         "363738BE10040E01000000065F1F0400007E1F04B0"),
                     decode_aarq);
}

TEST(AcseTruthTest, AarqWithHighLevelSecurity) {
    Aarq const aarq{.mechanism = Mechanism::high_gmac,
                    .authentication_value = ascii("K56iVagY"),
                    .user_information = encoded(proposed())};
    expect_both_ways(aarq,
                     hex("6036A1090607608574050801018A0207808B0760857405080205AC0A80084B35366956"
                         "616759BE10040E01000000065F1F0400007E1F04B0"),
                     decode_aarq);
}

TEST(AcseTruthTest, AarqWithCiphering) {
    AesGcm gcm;
    auto client = green_book_sender();
    auto request = proposed();
    request.dedicated_key = hex("00112233445566778899AABBCCDDEEFF");
    auto const title = green_book_server();
    Aarq aarq{.context = ApplicationContext::logical_name_ciphered,
              .calling_title = std::vector<std::byte>(title.begin(), title.end()),
              .mechanism = Mechanism::low,
              .authentication_value = ascii("12345678")};
    ASSERT_TRUE(protect(client, gcm, kAuthenticatedEncryption, Envelope::service_specific,
                        encoded(request), aarq.user_information));
    expect_both_ways(aarq,
                     hex("6066A109060760857405080103A60A04084D4D4D0000BC614E8A0207808B0760857405"
                         "080201AC0A80083132333435363738BE34043221303001234567801302FF8A7874133D"
                         "414CED25B42534D28DB0047720606B175BD52211BE6841DB204D39EE6FDB8E356855"),
                     decode_aarq);
}

TEST(AcseTruthTest, AareAcceptedRefusedAndWithAChallenge) {
    Aare accepted{.user_information = encoded(settled())};
    expect_both_ways(accepted,
                     hex("6129A109060760857405080101A203020100A305A103020100BE10040E0800065F1F04"
                         "0000501F01F40007"),
                     decode_aare);
    Aare context = accepted;
    context.result = AssociationResult::rejected_permanent;
    context.diagnostic =
        static_cast<std::uint8_t>(Diagnostic::application_context_name_not_supported);
    expect_both_ways(context,
                     hex("6129A109060760857405080101A203020101A305A103020102BE10040E0800065F1F04"
                         "0000501F01F40007"),
                     decode_aare);
    Aare version = context;
    version.diagnostic = static_cast<std::uint8_t>(Diagnostic::no_reason_given);
    version.user_information = encoded(InitiateError::dlms_version_too_low);
    expect_both_ways(version,
                     hex("611FA109060760857405080101A203020101A305A103020101BE0604040E010601"),
                     decode_aare);
    Aare high = accepted;
    high.diagnostic = static_cast<std::uint8_t>(Diagnostic::authentication_required);
    high.mechanism = Mechanism::high_gmac;
    high.authentication_value = ascii("P6wRJ21F");
    expect_both_ways(high,
                     hex("6142A109060760857405080101A203020100A305A10302010E88020780890760857405"
                         "080205AA0A8008503677524A323146BE10040E0800065F1F040000501F01F40007"),
                     decode_aare);
}

TEST(AcseTruthTest, ReleaseWithAndWithoutCiphering) {
    expect_both_ways(Release{}, hex("6203800100"), decode_release);
    expect_both_ways(Release{.response = true}, hex("6303800100"), decode_release);
    expect_both_ways(Release{.reason = std::nullopt}, hex("6200"), decode_release);
    expect_both_ways(
        Release{.user_information =
                    hex("21303001234567801302FF8A7874133D414CED25B42534D28DB0047720606B175BD522"
                        "11BE6841DB204D39EE6FDB8E356855")},
        hex("6239800100BE34043221303001234567801302FF8A7874133D414CED25B42534D28DB0047720606B17"
            "5BD52211BE6841DB204D39EE6FDB8E356855"),
        decode_release);
    expect_both_ways(
        Release{.response = true,
                .user_information = hex("281F3001234567891214A0845E475714383F65BC19745CA235906525"
                                        "E4F3E1C893")},
        hex("6328800100BE230421281F3001234567891214A0845E475714383F65BC19745CA235906525E4F3E1C893"),
        decode_release);
}

// Recorded answers of meters in the field, as open-source clients' tests quote them.
TEST(AcseTruthTest, WhatOthersWriteIsUnderstood) {
    // A quality of service in the response.
    auto const quality = decode_aare(
        hex("612AA109060760857405080101A203020100A305A103020100BE11040F080100065F1F0400007C1F0400"
            "0007"));
    ASSERT_TRUE(quality.ok()) << quality.problem;
    auto const response = decode_initiate_response(quality.apdu.user_information);
    ASSERT_TRUE(response.ok()) << response.problem;
    EXPECT_EQ(response.apdu.quality_of_service, std::uint8_t{0});
    // Called titles and invocation identifiers (a conformance test's AARQ).
    auto const called = decode_aarq(
        hex("6059A109060760857405080101A203040144A303040144A403020100A503020100A703040144A8030201"
            "00A9030201018A0207808B0760857405080201AC0A80083132333435363738BE10040E01000000065F1F"
            "040060FE9FFFFF"));
    ASSERT_TRUE(called.ok()) << called.problem;
    EXPECT_EQ(called.apdu.authentication_value, ascii("12345678"));
    // A ciphered answer with a challenge of 64 octets and a length of two octets.
    auto const longer = decode_aare(
        hex("61819CA109060760857405080103A203020100A305A10302010EA40A0408454C5300003D2EAF88020780"
            "890760857405080205AA428040445A71544E5955667678 69506F774750313366 3644 4D 763163334B"
            "37585033345664454A41426A6B7561494A4D49336D644B4377724A5042654F6541564B6536BE26042428"
            "22300123456746857FB0825BCA8645003D01A6D224346CB6CF7336E9F1AEB7B4EB8921"));
    ASSERT_TRUE(longer.ok()) << longer.problem;
    EXPECT_EQ(longer.apdu.authentication_value.size(), 64U);
    EXPECT_EQ(longer.apdu.responding_title, hex("454C5300003D2EAF"));
}

} // namespace
} // namespace gridtwin::wire
