#include "models/wire/dlms_link/hls_gmac.hpp"
#include "tests/models/wire/dlms_link/green_book_pair.hpp"

namespace gridtwin::wire {
namespace {

struct Example {
    SecurityControl control;
    char const* apdu;
    char const* protected_apdu;
};

constexpr SecurityControl kAuthenticated{.authenticated = true};
constexpr SecurityControl kEncrypted{.encrypted = true};

// DLMS UA Green Book: table 40 (get-request of the clock's time, in all three ways), the ciphered
// initiates of the AARQ and RLRE examples (annex; quoted in the tests of several open-source
// clients). All with system title 4D4D4D0000BC614E and invocation counter 01234567.
constexpr Example kExamples[] = {
    {kAuthenticated, "C0010000080000010000FF0200",
     "C8 1E 10 01234567 C0010000080000010000FF0200 06725D910F9221D263877516"},
    {kEncrypted, "C0010000080000010000FF0200", "C8 12 20 01234567 411312FF935A47566827C467BC"},
    {kAuthenticatedEncryption, "C0010000080000010000FF0200",
     "C8 1E 30 01234567 411312FF935A47566827C467BC 7D825C3BE4A77C3FCC056B6B"},
    {kAuthenticatedEncryption, "01011000112233445566778899AABBCCDDEEFF0000065F1F0400007E1F04B0",
     "21 30 30 01234567 801302FF8A7874133D414CED25B42534D28DB0047720606B175BD52211BE68"
     "41DB204D39EE6FDB8E356855"},
    {kAuthenticatedEncryption, "0800065F1F0400007C1F04000007",
     "28 1F 30 01234567 891214A0845E475714383F65BC19 745CA235906525E4F3E1C893"},
};

TEST(SecurityTruthTest, GreenBooksExamplesAreProtectedToTheSameOctets) {
    AesGcm gcm;
    for (auto const& example : kExamples) {
        auto sender = green_book_sender();
        std::vector<std::byte> out;
        ASSERT_TRUE(protect(sender, gcm, example.control, Envelope::service_specific,
                            hex(example.apdu), out));
        EXPECT_EQ(out, hex(example.protected_apdu));
        EXPECT_EQ(sender.unicast.next, 0x01234568U);
        EXPECT_EQ(out.size() - hex(example.apdu).size(),
                  protection_octets(hex(example.apdu).size(), example.control,
                                    Envelope::service_specific));
    }
}

TEST(SecurityTruthTest, GreenBooksExamplesAreOpened) {
    AesGcm gcm;
    for (auto const& example : kExamples) {
        auto receiver = green_book_receiver();
        receiver.required = example.control;
        auto const opened = unprotect(receiver, gcm, hex(example.protected_apdu));
        ASSERT_TRUE(opened.ok()) << opened.problem;
        EXPECT_EQ(opened.apdu, hex(example.apdu));
        EXPECT_EQ(opened.control, example.control);
        EXPECT_EQ(opened.counter, 0x01234567U);
        EXPECT_EQ(receiver.unicast.acceptable, 0x01234568U);
    }
}

// No example of general-glo-ciphering could be found; the octets follow from the layout of
// the Green Book, 9.5, around the ciphertext and tag of table 40, which the envelope does not
// change.
TEST(SecurityTruthTest, GeneralCipheringHasTheSystemTitleBeforeTheSameContent) {
    AesGcm gcm;
    auto sender = green_book_sender();
    std::vector<std::byte> out;
    ASSERT_TRUE(protect(sender, gcm, kAuthenticatedEncryption, Envelope::general,
                        hex("C0010000080000010000FF0200"), out));
    auto const expected = hex("DB 08 4D4D4D0000BC614E 1E 30 01234567 411312FF935A47566827C467BC"
                              "7D825C3BE4A77C3FCC056B6B");
    EXPECT_EQ(out, expected);
    auto receiver = green_book_receiver();
    EXPECT_TRUE(unprotect(receiver, gcm, expected).ok());
}

// facts.md, section 5: +19 octets an APDU, +28 with the general header.
TEST(SecurityTruthTest, ProtectionAddsThePublishedOctets) {
    EXPECT_EQ(protection_octets(13, kAuthenticatedEncryption, Envelope::service_specific), 19U);
    EXPECT_EQ(protection_octets(13, kAuthenticatedEncryption, Envelope::general), 28U);
}

// Green Book, table 43: HLS with GMAC, the client's challenge "K56iVagY", the server's "P6wRJ21F".
TEST(HlsGmacTruthTest, BothAnswersOfTheGreenBooksExample) {
    AesGcm gcm;
    SecurityContext client{.own = green_book_client(),
                           .peer = green_book_server(),
                           .keys = green_book_keys(),
                           .unicast = {.next = 1}};
    SecurityContext server = green_book_sender();
    auto const f_stoc = hls_gmac_reply(client, gcm, ascii("P6wRJ21F"));
    ASSERT_TRUE(f_stoc);
    EXPECT_EQ(*f_stoc, hex("10 00000001 1A52FE7DD3E72748973C1E28"));
    EXPECT_EQ(hls_gmac_check(server, gcm, ascii("P6wRJ21F"), *f_stoc), Refusal::none);
    auto const f_ctos = hls_gmac_reply(server, gcm, ascii("K56iVagY"));
    ASSERT_TRUE(f_ctos);
    EXPECT_EQ(*f_ctos, hex("10 01234567 FE1466AFB3DBCD4F9389E2B7"));
    EXPECT_EQ(hls_gmac_check(client, gcm, ascii("K56iVagY"), *f_ctos), Refusal::none);
    EXPECT_EQ(client.unicast, (InvocationCounters{.next = 2, .acceptable = 0x01234568}));
    EXPECT_EQ(server.unicast, (InvocationCounters{.next = 0x01234568, .acceptable = 2}));
}

} // namespace
} // namespace gridtwin::wire
