#include "sim/core/text_places.hpp"

namespace gridtwin {
namespace {

TEST(TextPlacesTest, CountCharactersOfALineFromOne) {
    std::string_view const text = "a\n\xC3\xBC\xE2\x82\xAC x\n";
    auto const place = [&text](std::size_t octet) {
        auto const at = place_in("f", text, octet);
        return fmt::format("{}:{}:{}", at.file, at.line, at.column);
    };
    EXPECT_EQ(place(0), "f:1:1");
    EXPECT_EQ(place(1), "f:1:2") << "the end of a line is on it";
    EXPECT_EQ(place(2), "f:2:1");
    EXPECT_EQ(place(4), "f:2:2") << "behind two octets of one character";
    EXPECT_EQ(place(8), "f:2:4");
    EXPECT_EQ(place(10), "f:3:1");
    EXPECT_EQ(place(99), "f:3:1");
    EXPECT_EQ(place_in("f", "", 0).line, 1);
}

} // namespace
} // namespace gridtwin
