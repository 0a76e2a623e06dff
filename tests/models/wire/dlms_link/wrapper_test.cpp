#include "models/wire/dlms_link/wrapper.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/draws.hpp"
#include "tests/models/wire/hex.hpp"

namespace gridtwin::wire {
namespace {

using test::Draws;

std::vector<std::byte> wrapped(WrapperPdu const& pdu) {
    std::vector<std::byte> out;
    encode_wrapper(pdu.source, pdu.destination, pdu.apdu, out);
    return out;
}

// Frames an open-source client sends to wPort 16 (IEC 62056-47): version, wPorts,
// length.
TEST(WrapperTest, PublishedRequestIsOneHeaderAndItsApdu) {
    auto const line = hex("000100100001000DC001C1000F0000280000FF0200");
    auto const decoded = decode_wrapper(line);
    ASSERT_TRUE(decoded.ok()) << decoded.problem;
    EXPECT_EQ(
        decoded.pdu,
        (WrapperPdu{.source = 16, .destination = 1, .apdu = hex("C001C1000F0000280000FF0200")}));
    EXPECT_EQ(wrapped(decoded.pdu), line);
    EXPECT_EQ(line.size(), kWrapperHeaderOctets + 13);
}

TEST(WrapperTest, AStreamInAnyPiecesIsCutIntoItsApdus) {
    for (std::uint64_t i = 0; i < 200; ++i) {
        Draws draws(Seed{7}, i);
        std::vector<WrapperPdu> sent;
        std::vector<std::byte> line;
        for (int k = 0; k < 10; ++k) {
            sent.push_back(
                {.source = static_cast<std::uint16_t>(draws.below(65536)),
                 .destination = static_cast<std::uint16_t>(draws.below(65536)),
                 .apdu = std::vector<std::byte>(1 + draws.below(500), static_cast<std::byte>(k))});
            encode_wrapper(sent.back().source, sent.back().destination, sent.back().apdu, line);
        }
        WrapperSplitter splitter(500);
        std::vector<WrapperPdu> found;
        std::span<std::byte const> left = line;
        while (!left.empty()) {
            auto const piece = left.first(std::min(left.size(), 1 + draws.below(700)));
            splitter.feed(piece, found);
            left = left.subspan(piece.size());
        }
        EXPECT_TRUE(splitter.ok()) << splitter.problem();
        EXPECT_EQ(found, sent);
        EXPECT_EQ(splitter.held(), 0U);
    }
}

TEST(WrapperTest, TheFirstMistakeEndsTheStream) {
    struct Case {
        char const* line;
        char const* problem;
    };
    Case const cases[] = {{"0002", nullptr}, // not yet a header
                          {"0002000100100001C0", "octet 2: wrapper of version 2, 1 expected"},
                          {"0001000100100000", "octet 8: an APDU of 0 octets, 1 to 100 expected"},
                          {"0001000100100065", "octet 8: an APDU of 101 octets, 1 to 100 expected"},
                          {"0001000100100001C0474554202F2048545450",
                           "octet 11: wrapper of version 18245, 1 expected"}};
    for (auto const& test : cases) {
        WrapperSplitter splitter(100);
        std::vector<WrapperPdu> found;
        splitter.feed(hex(test.line), found);
        EXPECT_EQ(splitter.problem(), test.problem == nullptr ? "" : test.problem);
        if (test.problem != nullptr) {
            auto const before = found.size();
            splitter.feed(hex("0001000100100001C0"), found);
            EXPECT_EQ(found.size(), before);
            EXPECT_EQ(splitter.held(), 0U);
        }
    }
}

TEST(WrapperTest, DatagramsOfOtherLengthsAreMistakes) {
    EXPECT_FALSE(decode_wrapper(hex("0001000100100002C0")).ok());
    EXPECT_FALSE(decode_wrapper(hex("0001000100100001C0C0")).ok());
    EXPECT_FALSE(decode_wrapper(hex("00010001001000")).ok());
    std::vector<std::byte> out;
    EXPECT_THROW(encode_wrapper(1, 1, {}, out), SimulationError);
    EXPECT_THROW(encode_wrapper(1, 1, std::vector<std::byte>(65536), out), SimulationError);
}

} // namespace
} // namespace gridtwin::wire
