// The seeds of the fuzz target hold every word that the reader knows: what no seed shows is hardly
// ever found by mutation.
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/commands.hpp"
#include "models/grid/dss/lexer.hpp"
#include "models/grid/dss/settings.hpp"
#include "models/grid/dss/text.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace gridtwin::grid::dss {
namespace {

/// Words of scripts, lower case.
struct Seen {
    std::set<std::string> commands;
    std::set<std::string> classes; ///< of which a New makes one
    std::set<std::string> options; ///< of Set and Solve
};

std::string text_of_file(std::filesystem::path const& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void look(std::vector<Word> const& words, Seen& seen) {
    if (!words[0].name.empty()) {
        return;
    }
    auto const command = lower(words[0].text);
    seen.commands.insert(command);
    if (command == "new" && words.size() > 1) {
        seen.classes.insert(lower(words[1].text.substr(0, words[1].text.find('.'))));
    }
    for (std::size_t i = 1; i < words.size() && (command == "set" || command == "solve"); ++i) {
        seen.options.insert(lower(words[i].name));
    }
}

Seen corpus() {
    Seen seen;
    std::filesystem::path const folder(GRIDTWIN_SOURCE_DIR "/tests/fuzz/corpus/dss");
    for (auto const& entry : std::filesystem::directory_iterator(folder)) {
        auto const text = text_of_file(entry.path());
        Diagnostics ignored;
        Report report(ignored);
        Lexer lexer(text, report.add_file(entry.path().string()), report);
        std::vector<Word> words;
        while (lexer.next(words)) {
            look(words, seen);
        }
    }
    return seen;
}

template <typename Names>
std::vector<std::string> missing(Names const& names, std::set<std::string> const& seen) {
    std::vector<std::string> out;
    for (auto const name : names) {
        if (seen.find(lower(name)) == seen.end()) {
            out.emplace_back(name);
        }
    }
    return out;
}

TEST(DssCorpus, HoldsEveryCommandClassAndOption) {
    auto const seen = corpus();
    EXPECT_THAT(missing(command_names(), seen.commands), testing::IsEmpty());
    EXPECT_THAT(missing(dss_class_names(), seen.classes), testing::IsEmpty());
    EXPECT_THAT(missing(option_names(), seen.options), testing::IsEmpty());
}

TEST(DssCorpus, HasEveryNameInItsDictionary) {
    std::set<std::string> words;
    std::ifstream in(GRIDTWIN_SOURCE_DIR "/tests/fuzz/dss.dict");
    for (std::string line; std::getline(in, line);) {
        if (line.size() > 2 && line.front() == '"') {
            words.insert(lower(std::string_view(line).substr(1, line.size() - 2)));
        }
    }
    EXPECT_THAT(missing(command_names(), words), testing::IsEmpty());
    EXPECT_THAT(missing(dss_class_names(), words), testing::IsEmpty());
    EXPECT_THAT(missing(option_names(), words), testing::IsEmpty());
    for (auto const* spec : element_classes()) {
        EXPECT_THAT(missing(names_of(spec->properties), words), testing::IsEmpty()) << spec->name;
    }
}

} // namespace
} // namespace gridtwin::grid::dss
