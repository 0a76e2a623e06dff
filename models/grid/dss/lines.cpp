#include "models/grid/dss/lines.hpp"

#include <algorithm>

namespace gridtwin::grid::dss {

Lines::Lines(std::string_view text) : text_(text) {
    if (text_.starts_with("\xEF\xBB\xBF")) {
        text_.remove_prefix(3);
    }
    find_feed();
}

void Lines::find_feed() {
    feed_ = std::min(text_.find('\n', at_), text_.size());
    last_ = feed_;
    while (last_ > at_ && text_[last_ - 1] == '\r') {
        --last_;
    }
}

bool Lines::next(std::string_view& line) {
    if (at_ >= text_.size()) {
        return false;
    }
    if (at_ > feed_) {
        find_feed();
    }
    auto const rest = text_.substr(at_, last_ - at_);
    auto const alone = rest.find('\r');
    line = rest.substr(0, alone);
    at_ = alone == std::string_view::npos ? feed_ + 1 : at_ + alone + 1;
    return true;
}

bool is_text(std::string_view text, std::uint32_t file, Report& report) {
    auto const mark = text.substr(0, 2);
    if (mark == "\xFF\xFE" || mark == "\xFE\xFF") {
        report.error({file, 1, 1}, "the file is UTF-16", "UTF-8: save it as UTF-8");
        return false;
    }
    auto const nul = text.find('\0');
    if (nul == std::string_view::npos) {
        return true;
    }
    Lines lines(text.substr(0, nul + 1));
    std::string_view line;
    std::int32_t number = 0;
    while (lines.next(line)) {
        ++number;
    }
    report.error({file, number, static_cast<std::int32_t>(line.size())},
                 "a NUL character: the file is not read", "text: UTF-8, or of single octets");
    return false;
}

} // namespace gridtwin::grid::dss
