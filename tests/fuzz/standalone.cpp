// Runs a libFuzzer entry point without libFuzzer: every file of the corpus, then seeded mutations
// of them until the time or the number of runs is used up. No coverage guides it; it is the bounded
// check of the test suite, which GCC can build. Usage: NAME [--runs N] [--seconds S] PATH...
#include "tests/draws.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

namespace gridtwin {
namespace {

constexpr Seed kSeed{20261122};
constexpr std::size_t kLongest = 16384;

using test::Draws;

std::vector<std::string> read_corpus(std::vector<std::filesystem::path> const& paths) {
    std::vector<std::filesystem::path> files;
    for (auto const& path : paths) {
        if (std::filesystem::is_directory(path)) {
            for (auto const& entry : std::filesystem::directory_iterator(path)) {
                files.push_back(entry.path());
            }
        } else {
            files.push_back(path);
        }
    }
    std::sort(files.begin(), files.end());
    std::vector<std::string> corpus;
    for (auto const& file : files) {
        std::ifstream in(file, std::ios::binary);
        corpus.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
    return corpus;
}

/// A piece of one of the corpus' inputs, cut at words.
std::string_view piece(std::vector<std::string> const& corpus, Draws& draws) {
    std::string_view const text = corpus[draws.below(corpus.size())];
    auto const begin = draws.below(text.size());
    auto const stop = text.find_first_of(" =\n(", begin + draws.below(40));
    return text.substr(begin, stop == std::string_view::npos ? stop : stop - begin);
}

void mutate(std::string& text, std::vector<std::string> const& corpus, Draws& draws) {
    auto const at = draws.below(text.size() + 1);
    auto const length = std::min(text.size() - at, 1 + draws.below(30));
    switch (draws.below(6)) {
    case 0:
        text.erase(at, length);
        break;
    case 1:
        text.insert(at, text.substr(draws.below(text.size()), length));
        break;
    case 2:
        if (at < text.size()) {
            text[at] = static_cast<char>(draws.below(256));
        }
        break;
    case 3:
        text.insert(at, piece(corpus, draws));
        break;
    case 4:
        text.replace(at, length, piece(corpus, draws));
        break;
    default: { // a number at the edge
        constexpr std::string_view kNumbers[] = {"0", "-1", "1e15", "1e-300", "999", "2.5", "nan"};
        auto const digit = text.find_first_of("0123456789", at);
        if (digit != std::string::npos) {
            auto const end = text.find_first_not_of("0123456789.", digit);
            text.replace(digit, (end == std::string::npos ? text.size() : end) - digit,
                         kNumbers[draws.below(std::size(kNumbers))]);
        }
        break;
    }
    }
    text.resize(std::min(text.size(), kLongest));
}

void run(std::string const& input) {
    (void)LLVMFuzzerTestOneInput(reinterpret_cast<std::uint8_t const*>(input.data()), input.size());
}

int fuzz(std::vector<std::string> const& corpus, std::uint64_t runs, double seconds) {
    for (auto const& input : corpus) {
        run(input);
    }
    auto const begin = std::clock(); // processor time: others may use the machine too
    std::clock_t slowest = 0;
    std::uint64_t done = 0;
    for (; done < runs; ++done) {
        auto const now = std::clock();
        if (static_cast<double>(now - begin) > seconds * CLOCKS_PER_SEC) {
            break;
        }
        Draws draws(kSeed, done);
        auto input = corpus[draws.below(corpus.size())];
        auto const times = 1 + draws.below(8);
        for (std::size_t i = 0; i < times; ++i) {
            mutate(input, corpus, draws);
        }
        run(input);
        slowest = std::max(slowest, std::clock() - now);
    }
    fmt::print("{} inputs of the corpus and {} mutations, the slowest {:.3f} s\n", corpus.size(),
               done, static_cast<double>(slowest) / CLOCKS_PER_SEC);
    return slowest < 2 * CLOCKS_PER_SEC ? 0 : 1;
}

} // namespace
} // namespace gridtwin

int main(int count, char** arguments) {
    std::uint64_t runs = UINT64_MAX;
    double seconds = 10.0;
    std::vector<std::filesystem::path> paths;
    for (int i = 1; i < count; ++i) {
        std::string_view const word = arguments[i];
        if ((word == "--runs" || word == "--seconds") && i + 1 < count) {
            std::string_view const value = arguments[++i];
            if (word == "--runs") {
                std::from_chars(value.data(), value.data() + value.size(), runs);
                seconds = 1e9;
            } else {
                std::from_chars(value.data(), value.data() + value.size(), seconds);
            }
        } else {
            paths.emplace_back(word);
        }
    }
    auto const corpus = gridtwin::read_corpus(paths);
    if (corpus.empty()) {
        std::fputs("no corpus\n", stderr);
        return 2;
    }
    return gridtwin::fuzz(corpus, runs, seconds);
}
