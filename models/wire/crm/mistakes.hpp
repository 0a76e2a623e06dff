#pragma once
// Mistakes in one text, by the octet at which they stand.
#include "sim/core/diagnostics.hpp"

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

    /// Columns count characters: octets that continue one count for nothing.
    [[nodiscard]] SourcePos place(std::size_t octet) const {
        SourcePos at{std::string(file_), 1, 1};
        for (char const c : text_.substr(0, octet)) {
            if (c == '\n') {
                ++at.line;
                at.column = 1;
            } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
                ++at.column;
            }
        }
        return at;
    }

  private:
    std::string_view text_;
    std::string_view file_;
    std::size_t most_;
    Diagnostics diagnostics_;
};

} // namespace gridtwin::wire::crm
