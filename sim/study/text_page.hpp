#pragma once
// The page that summary_text fills, and the part of it that has a file of its own.
#include "sim/study/study.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

namespace gridtwin::study {

/// Lines of "label  text", the label at the first line of a block only.
class Page {
  public:
    void block(std::string_view label) { label_ = label; }
    void line(std::string_view text) {
        out_ += fmt::format("{:<13} {}\n", label_, text);
        label_ = {};
    }
    void gap() { out_ += '\n'; }
    void plain(std::string_view text) { out_ += fmt::format("{}\n", text); }
    [[nodiscard]] std::string take() { return std::move(out_); }

  private:
    std::string out_;
    std::string_view label_;
};

[[nodiscard]] inline std::string limit_text(double pu) {
    return fmt::format("{:g}", pu);
}

/// What a time series came to. @param stage  one with a series
void describe_series(Page& page, Study const& study, Stage const& stage, Limits const& limits);

} // namespace gridtwin::study
