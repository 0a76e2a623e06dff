#pragma once
// A file's text as lines, and what is no text at all.
#include "models/grid/dss/report.hpp"

#include <string_view>

namespace gridtwin::grid::dss {

/// Lines end with a line feed, a carriage return, or both. The byte order mark of UTF-8 is no part
/// of the first one.
class Lines {
  public:
    explicit Lines(std::string_view text);
    /// The next line without its end; false at the end of the text.
    bool next(std::string_view& line);

  private:
    void find_feed();

    std::string_view text_;
    std::size_t at_ = 0;   // where the next line begins
    std::size_t feed_ = 0; // the first line feed from there on
    std::size_t last_ = 0; // end of what stands before that and its carriage returns
};

/// False after reporting, once, a file that is UTF-16 or holds a NUL.
[[nodiscard]] bool is_text(std::string_view text, std::uint32_t file, Report& report);

} // namespace gridtwin::grid::dss
