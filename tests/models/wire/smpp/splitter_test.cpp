#include "models/wire/smpp/splitter.hpp"
#include "tests/models/wire/hex.hpp"
#include "tests/models/wire/smpp/random_pdu.hpp"

namespace gridtwin::wire::smpp {
namespace {

TEST(SmppSplitter, FindsThePdusHoweverTheStreamIsCut) {
    for (std::size_t which = 0; which < 300; ++which) {
        Draws draws(Seed{35}, which);
        std::vector<Pdu> sent;
        std::vector<std::byte> stream;
        for (auto left = draws.below(20); left > 0; --left) {
            sent.push_back(RandomPdu(draws)());
            encode(sent.back(), stream);
        }
        Splitter splitter;
        std::vector<Pdu> got;
        std::span<std::byte const> rest = stream;
        while (!rest.empty()) {
            auto const piece = rest.first(std::min(rest.size(), 1 + draws.below(400)));
            rest = rest.subspan(piece.size());
            splitter.feed(piece);
            while (auto const pdu = splitter.next()) {
                got.push_back(decode(*pdu).pdu);
            }
        }
        ASSERT_TRUE(splitter.ok()) << splitter.problem();
        ASSERT_EQ(splitter.waiting(), 0U);
        ASSERT_EQ(got, sent);
    }
}

TEST(SmppSplitter, HalfAPduWaits) {
    Splitter splitter;
    splitter.feed(hex("00000010 00000015 0000"));
    EXPECT_EQ(splitter.next(), std::nullopt);
    EXPECT_EQ(splitter.waiting(), 10U);
    splitter.feed(hex("0000 00000001 000000"));
    EXPECT_TRUE(splitter.next().has_value());
    EXPECT_EQ(splitter.next(), std::nullopt);
    EXPECT_TRUE(splitter.ok());
}

TEST(SmppSplitter, LengthsThatCannotBeEndTheStream) {
    Splitter small;
    small.feed(hex("00000010 00000015 00000000 00000001 0000000F 00000015 00000000 00000009"));
    EXPECT_TRUE(small.next().has_value());
    EXPECT_EQ(small.next(), std::nullopt);
    EXPECT_EQ(small.problem(), "octet 16: command_length 15, 16..66560 can be");
    EXPECT_EQ(small.nack().status, CommandStatus::invalid_command_length);
    EXPECT_EQ(small.nack().sequence, 9U);
    small.feed(hex("00000010 00000015 00000000 00000001"));
    EXPECT_EQ(small.next(), std::nullopt) << "for good";
    EXPECT_EQ(small.waiting(), 0U) << "and keeps nothing";

    Splitter large(1000);
    large.feed(hex("FFFFFFFF"));
    EXPECT_EQ(large.next(), std::nullopt);
    EXPECT_EQ(large.problem(), "octet 0: command_length 4294967295, 16..1000 can be")
        << "seen before anything of it came";
    EXPECT_EQ(large.nack().sequence, 0U);
}

} // namespace
} // namespace gridtwin::wire::smpp
