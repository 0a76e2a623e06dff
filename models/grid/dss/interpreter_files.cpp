// The interpreter's dealings with files: scripts, folders, positions of buses.
#include "models/grid/dss/interpreter.hpp"
#include "models/grid/dss/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::grid::dss {
namespace {

constexpr std::size_t kMostFiles = 10000; // a file may redirect to others many times over

/// A comma stands before the first word of a line: what should come first is left out.
bool is_nameless(Word const& first, std::string_view text) {
    auto at = static_cast<std::size_t>(first.text.data() - text.data()) - (first.open != 0 ? 1 : 0);
    while (at > 0 && is_blank(text[at - 1])) {
        --at;
    }
    return at > 0 && text[at - 1] == ',';
}

} // namespace

void Interpreter::run(std::filesystem::path const& file) {
    auto found = files_.find({}, file.string(), ".dss");
    if (!found.text) {
        bool const missing = found.problem == FileProblem::missing;
        report_.error({report_.add_file(found.path.string()), 0, 0},
                      missing ? "no such file" : fmt::format("this {}", text_of(found.problem)),
                      missing ? "" : "an OpenDSS script", found.hint);
        return;
    }
    run_text(found);
}

void Interpreter::run_text(FoundFile const& file) {
    auto const name = file.path.string();
    reading_.push_back(name);
    enter(file.path.parent_path());
    auto const row = report_.add_file(name);
    Lexer lexer(is_text(*file.text, row, report_) ? *file.text : std::string_view(), row, report_);
    bool const outer = variables_in_use_;
    variables_in_use_ = file.text->find('@') != std::string::npos;
    std::vector<Word> words;
    while (!stopped_ && !quit_ && lexer.next(words)) {
        statement(words);
        stop_when_hopeless(words.front().at);
    }
    variables_in_use_ = outer;
    reading_.pop_back();
}

/// A file with so many mistakes is no script, or all of them have one cause.
void Interpreter::stop_when_hopeless(Place at) {
    if (!stopped_ && report_.full()) {
        report_.give_up(at);
        stopped_ = true;
    }
}

void Interpreter::enter(std::filesystem::path folder) {
    data_.enter(folder);
    folder_ = std::move(folder);
}

/// `cd folder`: where Redirect and data files are looked for from here on.
void Interpreter::change_folder(Words words) {
    if (words.size() < 2 || words[1].text.empty()) {
        report_.error(words.front().at, "cd names no folder", "cd <folder>");
        return;
    }
    go_to(words[1]);
}

void Interpreter::go_to(Word const& folder) {
    if (!folder.broken) {
        std::string name(folder.text);
        std::replace(name.begin(), name.end(), '\\', '/');
        enter((folder_ / name).lexically_normal());
    }
}

std::optional<FoundFile> Interpreter::open_file(Words words, std::string_view extension) {
    auto const& name = words.front();
    if (words.size() < 2 || words[1].text.empty() || words[1].broken) {
        if (words.size() < 2 || !words[1].broken) {
            report_.error(name.at, fmt::format("{} names no file", shown(name.text)),
                          fmt::format("{} <file>", shown(name.text)));
        }
        return std::nullopt;
    }
    return files_.open(folder_, words[1], report_, extension);
}

void Interpreter::redirect(Words words, bool stay) {
    auto const found = open_file(words, ".dss");
    if (!found) {
        return;
    }
    auto const name = found->path.string();
    auto const begin = std::find(reading_.begin(), reading_.end(), name);
    if (begin != reading_.end()) {
        std::string cycle;
        for (auto at = begin; at != reading_.end(); ++at) {
            cycle += *at + " -> ";
        }
        report_.error(words[1].at, fmt::format("redirect cycle {}{}", cycle, name),
                      "files that do not come back to themselves");
        return;
    }
    if (++files_read_ > kMostFiles) {
        if (files_read_ == kMostFiles + 1) {
            report_.error(words[1].at, fmt::format("more than {} files are read", kMostFiles));
        }
        return;
    }
    auto const folder = folder_;
    run_text(*found);
    if (!stay) {
        enter(folder);
    }
}

/// Rows of bus, x, y; or of bus, latitude, longitude, which are y and x.
void Interpreter::bus_coordinates(Words words, bool y_first) {
    auto const found = open_file(words);
    if (!found) {
        return;
    }
    auto const file = report_.add_file(found->path.string());
    if (!is_text(*found->text, file, report_)) {
        return;
    }
    Lexer lexer(*found->text, file, report_);
    std::vector<Word> row;
    for (bool first = true; !report_.full() && lexer.next(row); first = false) {
        if (is_nameless(row.front(), *found->text)) {
            add_note(notes, "a position without a bus is passed over, as the reference does",
                     report_.position(row.front().at));
            continue;
        }
        if (row.size() < 3) {
            report_.error(row.front().at,
                          fmt::format("'{}' has no position", shown(row.front().text)),
                          "bus, x, y");
            continue;
        }
        auto const x = parse_number(row[1].text);
        auto const y = parse_number(row[2].text);
        if (first && !x.problem.empty() && !y.problem.empty()) {
            continue; // the heading of a table
        }
        auto const& wrong = !x.problem.empty() ? x : y;
        if (!wrong.problem.empty()) {
            report_.error(
                (!x.problem.empty() ? row[1] : row[2]).at,
                fmt::format("the position of '{}' is {}", shown(row.front().text), wrong.problem),
                "bus, x, y");
            continue;
        }
        settings.positions.push_back(
            {lower(row.front().text), y_first ? y.value : x.value, y_first ? x.value : y.value});
    }
}

} // namespace gridtwin::grid::dss
