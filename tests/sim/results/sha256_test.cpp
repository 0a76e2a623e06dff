#include "sim/core/hex.hpp"
#include "sim/results/sha256.hpp"

namespace gridtwin::results {
namespace {

TEST(Sha256Test, OfThePublishedExamples) { // FIPS 180-2, B.1 and B.2
    EXPECT_EQ(to_hex(sha256("abc")),
              "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD");
    std::string_view const longer = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    auto const known = "248D6A61D20638B8E5C026930C3E6039A33CE45964FF2167F6ECEDD419DB06C1";
    EXPECT_EQ(to_hex(sha256(longer)), known);
    Sha256 in_pieces;
    in_pieces.add(std::as_bytes(std::span(longer.substr(0, 5))));
    in_pieces.add({});
    in_pieces.add(std::as_bytes(std::span(longer.substr(5))));
    EXPECT_EQ(to_hex(in_pieces.finish()), known);
}

} // namespace
} // namespace gridtwin::results
