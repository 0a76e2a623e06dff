#pragma once
// Mistakes in one text, by the octet at which they stand.
#include "sim/core/text_places.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace gridtwin::wire::crm {

class Mistakes {
  public:
    Mistakes(std::string_view text, std::string_view file, std::size_t most)
        : text_(text), file_(file), most_(most) {}

    void add(std::size_t octet, std::string what, std::string expected = {},
             std::string hint = {}) {
        if (!enough()) {
            diagnostics_.error(place(octet), std::move(what), std::move(expected), std::move(hint));
        }
    }
    [[nodiscard]] bool ok() const { return diagnostics_.ok(); }
    [[nodiscard]] bool enough() const { return diagnostics_.errors().size() >= most_; }
    [[nodiscard]] Diagnostics take() { return std::move(diagnostics_); }

    [[nodiscard]] SourcePos place(std::size_t octet) const { return place_in(file_, text_, octet); }

  private:
    std::string_view text_;
    std::string_view file_;
    std::size_t most_;
    Diagnostics diagnostics_;
};

} // namespace gridtwin::wire::crm
