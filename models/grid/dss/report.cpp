#include "models/grid/dss/report.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::grid::dss {

std::string shown(std::string_view text) {
    constexpr std::size_t kLongest = 60;
    std::string out(text.substr(0, kLongest));
    for (char& c : out) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            c = '?';
        }
    }
    return text.size() > kLongest ? out + "..." : out;
}

std::string offered(std::span<std::string_view const> names) {
    constexpr std::size_t kMost = 8;
    std::string out;
    for (std::size_t i = 0; i < std::min(kMost, names.size()); ++i) {
        out += fmt::format("{}{}", i == 0 ? "" : ", ", names[i]);
    }
    return names.size() > kMost ? fmt::format("{} or one of {} more", out, names.size() - kMost)
                                : out;
}

void add_note(std::vector<Note>& notes, std::string text, SourcePos where) {
    auto const found = std::find_if(notes.begin(), notes.end(),
                                    [&](Note const& note) { return note.text == text; });
    if (found != notes.end()) {
        ++found->count;
    } else {
        notes.push_back({std::move(text), 1, std::move(where)});
    }
}

std::uint32_t Report::add_file(std::string name) {
    files_.push_back(std::move(name));
    return static_cast<std::uint32_t>(files_.size() - 1);
}

SourcePos Report::position(Place place) const {
    return {place.file < files_.size() ? files_[place.file] : std::string(), place.line,
            place.column};
}

void Report::give_up(Place place) {
    diagnostics_.error(position(place),
                       fmt::format("more than {} mistakes: the rest is not read", kMostMistakes));
}

void Report::count_dropped(Place place) {
    if (dropped_ > 0) {
        diagnostics_.error(position(place),
                           dropped_ == 1
                               ? std::string("1 further mistake is not listed")
                               : fmt::format("{} further mistakes are not listed", dropped_));
    }
}

void Report::unknown(Place place, std::string what, std::string hint, std::string expected) {
    if (!hint.empty()) {
        expected.clear();
    }
    error(place, std::move(what), std::move(expected), std::move(hint));
}

void Report::error(Place place, std::string what, std::string expected, std::string hint) {
    auto where = position(place);
    auto const& known = diagnostics_.errors();
    bool const again =
        only_new_ && std::any_of(known.begin(), known.end(), [&](Diagnostic const& other) {
            return other.where.line == where.line && other.where.column == where.column &&
                   other.what == what && other.where.file == where.file;
        });
    if (again) {
        return;
    }
    if (full()) {
        ++dropped_;
        return;
    }
    diagnostics_.error(std::move(where), std::move(what), std::move(expected), std::move(hint));
}

} // namespace gridtwin::grid::dss
