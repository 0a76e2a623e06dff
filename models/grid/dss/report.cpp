#include "models/grid/dss/report.hpp"

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

std::uint32_t Report::add_file(std::string name) {
    files_.push_back(std::move(name));
    return static_cast<std::uint32_t>(files_.size() - 1);
}

SourcePos Report::position(Place place) const {
    return {place.file < files_.size() ? files_[place.file] : std::string(), place.line,
            place.column};
}

void Report::error(Place place, std::string what, std::string expected, std::string hint) {
    diagnostics_.error(position(place), std::move(what), std::move(expected), std::move(hint));
}

} // namespace gridtwin::grid::dss
