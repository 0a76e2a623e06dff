// What we write as UTF-8 is UTF-8, whatever a file's names hold.
#include "sim/core/utf8.hpp"

namespace gridtwin {
namespace {

constexpr char const* kReplacement = "\xEF\xBF\xBD";

TEST(Utf8, StaysAsItIs) {
    for (std::string const text : {"", "650", "naïve", "Bakı", "電柱", "\x7F", "\xED\x9F\xBF",
                                   "\xEE\x80\x80", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
        EXPECT_EQ(as_utf8(text), text);
    }
}

TEST(Utf8, AnotherEncodingsOctetsAreReplacedOneByOne) {
    EXPECT_EQ(as_utf8("caf\xE9"), std::string("caf") + kReplacement);
    EXPECT_EQ(as_utf8("\xE9t\xE9"), kReplacement + std::string("t") + kReplacement);
    EXPECT_EQ(as_utf8("\xC3"), kReplacement);
    EXPECT_EQ(as_utf8("\x80 x"), kReplacement + std::string(" x"));
}

TEST(Utf8, OverLongFormsSurrogatesAndWhatIsBeyondUnicodeAreReplaced) {
    for (std::string const text : {"\xC0\xAF", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF", "\xED\xA0\x80",
                                   "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
        std::string expected;
        for (std::size_t i = 0; i < text.size(); ++i) {
            expected += kReplacement;
        }
        EXPECT_EQ(as_utf8(text), expected);
    }
}

} // namespace
} // namespace gridtwin
