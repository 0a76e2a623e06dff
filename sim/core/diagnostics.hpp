#pragma once
// Users' mistakes: collected while loading, all of them, each with its place and what to do.
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin {

/// A place in an input file; line and column count from 1, 0 means "the file as a whole".
struct SourcePos {
    std::string file;
    int line = 0;
    int column = 0;
};

struct Diagnostic {
    SourcePos where;
    std::string what;     ///< what is wrong
    std::string expected; ///< what was expected; may be empty
    std::string hint;     ///< nearest known name; may be empty
};

/// "file:line:column: what; expected ...; did you mean 'x'?"
[[nodiscard]] std::string format(Diagnostic const& d);

/// Collects every mistake of one pass; loading goes on after an error to find the next one.
class Diagnostics {
  public:
    void error(SourcePos where, std::string what, std::string expected = {}, std::string hint = {});
    [[nodiscard]] bool ok() const { return errors_.empty(); }
    [[nodiscard]] std::vector<Diagnostic> const& errors() const { return errors_; }
    /// All mistakes, one a line, in order of file, line and column.
    [[nodiscard]] std::string text() const;

  private:
    std::vector<Diagnostic> errors_;
};

/// Thrown when an input cannot be used at all; carries the diagnostics. Exit code 2.
class InputError : public std::runtime_error {
  public:
    explicit InputError(Diagnostics diagnostics);
    [[nodiscard]] Diagnostics const& diagnostics() const { return diagnostics_; }

  private:
    Diagnostics diagnostics_;
};

/// Our own mistake or a state the models cannot continue from: names the entity and the simulated
/// time. Exit code 3.
class SimulationError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// The candidate nearest to `name` (case-insensitive Damerau-Levenshtein), empty when none is near:
/// at most a third of the name's letters, at least one, may differ.
[[nodiscard]] std::string nearest_name(std::string_view name,
                                       std::span<std::string_view const> candidates);
[[nodiscard]] std::string nearest_name(std::string_view name,
                                       std::span<std::string const> candidates);

} // namespace gridtwin
