#pragma once
// Places in scripts, and the way from a mistake to the diagnostics.
#include "models/grid/circuit.hpp"
#include "sim/core/diagnostics.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::grid::dss {

/// A place in one of the files read; twelve bytes, because every value carries one.
struct Place {
    std::uint32_t file = 0; ///< row of the report's files
    std::int32_t line = 0;  ///< from 1; 0: the file as a whole
    std::int32_t column = 0;
};

/// Bytes of a user's file made fit for a message: at most 60, unprintable ones as '?'.
[[nodiscard]] std::string shown(std::string_view text);

/// "a, b, c or one of 5 more": the first eight of what a message can offer.
[[nodiscard]] std::string offered(std::span<std::string_view const> names);

/// Counts a place for which the text holds; the first one is kept.
void add_note(std::vector<Note>& notes, std::string text, SourcePos where);

class Report {
  public:
    explicit Report(Diagnostics& diagnostics)
        : diagnostics_(diagnostics), errors_before_(diagnostics.errors().size()) {}
    std::uint32_t add_file(std::string name);
    [[nodiscard]] SourcePos position(Place place) const;
    void error(Place place, std::string what, std::string expected = {}, std::string hint = {});
    /// A name that nobody knows: the nearest one, or else what was expected.
    void unknown(Place place, std::string what, std::string hint, std::string expected);
    [[nodiscard]] bool ok() const { return found() == 0; }
    [[nodiscard]] std::size_t found() const {
        return diagnostics_.errors().size() - errors_before_ + dropped_;
    }
    /// A file with so many mistakes is no script, or all have one cause: further ones are counted.
    [[nodiscard]] bool full() const { return found() > kMostMistakes; }
    /// When full: the rest is not read.
    void give_up(Place place);
    /// The last word: how many mistakes were only counted.
    void count_dropped(Place place);
    /// While on, a mistake is reported once, however often it is found; each is compared with all.
    void only_new(bool on) { only_new_ = on; }

  private:
    static constexpr std::size_t kMostMistakes = 1000;

    Diagnostics& diagnostics_;
    std::size_t errors_before_;
    std::size_t dropped_ = 0;
    bool only_new_ = false;
    std::vector<std::string> files_;
};

} // namespace gridtwin::grid::dss
