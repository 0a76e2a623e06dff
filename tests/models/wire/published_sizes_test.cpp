#include "models/wire/hdlc.hpp"
#include "models/wire/sizes.hpp"

#include <string_view>

namespace gridtwin::wire {
namespace {

// The catalogued check value of CRC-16/X-25 (the FCS of HDLC).
TEST(HdlcTruthTest, ChecksumOfTheNineDigitsIs906E) {
    std::string_view const digits = "123456789";
    EXPECT_EQ(hdlc_fcs(std::as_bytes(std::span(digits))), 0x906E);
}

// RFC 1662, appendix C.2: a receiver that runs over the checksum as well ends at 0xF0B8, which is
// 0x0F47 when complemented.
TEST(HdlcTruthTest, RunningOverTheChecksumLeavesThePublishedResidue) {
    std::vector<std::byte> frame;
    frame.reserve(59);
    for (int i = 0; i < 57; ++i) {
        frame.push_back(static_cast<std::byte>(7 * i));
    }
    std::uint16_t const fcs = hdlc_fcs(frame);
    frame.push_back(static_cast<std::byte>(fcs & 0xFF));
    frame.push_back(static_cast<std::byte>(fcs >> 8));
    EXPECT_EQ(hdlc_fcs(frame), 0xF0B8 ^ 0xFFFF);
}

// A recorded read of one register over HDLC with 1-octet addresses takes 27 octets on the line.
TEST(DlmsSizeTruthTest, AGetRequestTakes27OctetsOnTheLine) {
    EXPECT_EQ(hdlc_octets(get_request_octets(), 128), 27U);
}

// Its answer with one unsigned 32-bit value: C4 01 C1 00 06 and four octets, framed: 23.
TEST(DlmsSizeTruthTest, AnAnswerWithOneValueTakes23OctetsOnTheLine) {
    EXPECT_EQ(hdlc_octets(3 + 1 + 1 + 4, 128), 23U);
}

// Request and answer together are 50 octets: 400 bits.
TEST(DlmsSizeTruthTest, ARawPollAt2400BitsTakesASixthOfASecond) {
    EXPECT_NEAR((hdlc_octets(get_request_octets(), 128) + 23) * 8 / 2400.0, 0.1667, 1e-4);
}

} // namespace
} // namespace gridtwin::wire
