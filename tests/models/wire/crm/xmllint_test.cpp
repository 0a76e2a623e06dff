// docs/models/crm.xsd against libxml2: it accepts whatever we write, and whatever of spoilt
// documents we still take.
#include "models/wire/crm/xml.hpp"
#include "tests/models/wire/crm/random_exchange.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace gridtwin::wire::crm {
namespace {

namespace fs = std::filesystem;

class Xmllint : public testing::Test {
  protected:
    void SetUp() override {
        if (std::system("command -v xmllint >/dev/null 2>&1") != 0) {
            GTEST_SKIP() << "xmllint (Debian: libxml2-utils) is not there: THE SCHEMA IS NOT "
                            "HELD AGAINST LIBXML2";
        }
        fs::create_directories(folder_);
    }
    void TearDown() override { fs::remove_all(folder_); }

    void put(std::string const& text) {
        std::ofstream(folder_ / fmt::format("{}.xml", count_++), std::ios::binary) << text;
    }
    /// What it says of those that it refuses.
    [[nodiscard]] std::string refusals() const {
        auto const log = folder_ / "log";
        auto const command =
            fmt::format("cd '{}' && ls | grep xml$ | xargs xmllint --nonet --noout --schema "
                        "'{}/docs/models/crm.xsd' >'{}' 2>&1",
                        folder_.native(), GRIDTWIN_SOURCE_DIR, log.native());
        auto const status = std::system(command.c_str());
        if (status == 0) {
            return {};
        }
        std::ifstream in(log);
        std::string out;
        for (std::string line; std::getline(in, line);) {
            if (!line.ends_with(" validates")) {
                out += line + "\n";
            }
        }
        return out.substr(0, 4000) + "(xmllint failed)";
    }

    fs::path folder_ =
        fs::temp_directory_path() / fmt::format("gridtwin-crm-{}", static_cast<long>(getpid()));
    int count_ = 0;
};

TEST_F(Xmllint, AcceptsWhatWeWrite) {
    for (std::size_t which = 0; which < 300; ++which) {
        Draws draws(Seed{51}, which);
        put(write_xml(RandomExchange(draws)(20)));
    }
    EXPECT_EQ(refusals(), "");
}

TEST_F(Xmllint, RefusesTwoCommandsOfANumberAsWeDo) {
    Exchange exchange{.number = 1, .created = {}, .entries = {}};
    exchange.created = std::chrono::sys_days{std::chrono::year{2026} / 5 / 1};
    exchange.entries = {Command{2, "00417000000000000017", 60, QueryBalance{}},
                        Command{3, "00417000000000000017", 60, ReadClock{}}};
    auto text = write_xml(exchange);
    text.replace(text.find("id=\"3\""), 6, "id=\"2\"");
    EXPECT_FALSE(parse_xml(text).ok());
    put(text);
    EXPECT_THAT(refusals(), testing::HasSubstr("Duplicate key"));
}

TEST_F(Xmllint, AcceptsWhatWeTakeOfSpoiltDocuments) {
    static constexpr std::string_view kPieces[] = {
        "<",  ">",   "&",     "\"",          "'",        "/",    " ",          "=",
        "\n", "-->", "<!--",  "]]>",         "&amp;",    "&#1;", "&#x41;",     "0",
        "+",  "-",   "true",  "<balance/>",  "<name>",   "</",   "xmlns=\"\"", "<![CDATA[x]]>",
        ":",  "9",   "<?x?>", "xml:a=\"b\"", "\xC3\xA9", "\xC3", "\x01",       "<note/>"};
    int tried = 0;
    for (std::size_t which = 0; which < 30'000; ++which) {
        Draws draws(Seed{52}, which);
        auto text = write_xml(RandomExchange(draws)(3));
        for (auto left = 1 + draws.below(3); left > 0; --left) {
            auto const at = draws.below(text.size());
            switch (draws.below(4)) {
            case 0:
                text.erase(at, 1 + draws.below(20));
                break;
            case 1:
                text.replace(at, 1, draws.one_of(kPieces));
                break;
            case 2:
                text.insert(at, text.substr(draws.below(text.size()), draws.below(60)));
                break;
            default:
                text.insert(at, draws.one_of(kPieces));
            }
        }
        ++tried;
        if (parse_xml(text).ok()) {
            put(text);
        }
    }
    EXPECT_GT(count_, tried / 100) << "some must be left";
    EXPECT_EQ(refusals(), "");
}

} // namespace
} // namespace gridtwin::wire::crm
