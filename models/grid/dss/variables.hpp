#pragma once
// `Var @name=value` and @name in values.
#include "models/grid/dss/lexer.hpp"

#include <deque>
#include <map>
#include <span>
#include <string>

namespace gridtwin::grid::dss {

/// Variables of a script. A value that begins with @name, or an entry of a list that does, stands
/// for the variable's; what follows a '.' stays, what follows a '^' is joined on. Names of any
/// case.
class Variables {
  public:
    /// `@name=value`; reports names that are none.
    void define(Word const& word, Report& report);
    /// Puts values into a statement's words. The words' views then point into this object, until
    /// the next call or definition. False after reporting an unknown variable, or more than may be
    /// put in: 64 KiB a value, 1 MiB a statement, 32 MiB a script.
    bool expand(std::span<Word> words, Report& report);

  private:
    struct Value {
        std::string text;
        char open = 0;
    };
    struct Found {
        Value const* value = nullptr; ///< null: unknown
        std::size_t length = 0;       ///< of "@name"
    };

    [[nodiscard]] Found find(std::string_view text) const;
    /// False after reporting that the statement, or the script, has put in more than it may.
    bool spend(std::size_t octets, Place at, Report& report);
    bool expand_word(Word& word, Report& report);
    bool expand_list(Word& word, Report& report);

    std::map<std::string, Value, std::less<>> values_; // by lower-case name without its @
    std::deque<std::string> texts_;                    // of words that are no variable's alone
    std::size_t in_statement_ = 0;                     // octets put in
    std::size_t in_script_ = 0;
};

} // namespace gridtwin::grid::dss
