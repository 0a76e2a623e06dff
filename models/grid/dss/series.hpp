#pragma once
// Long rows of numbers: stated in a script or read from data files, CSV or binary.
#include "models/grid/dss/files.hpp"
#include "models/grid/dss/lexer.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gridtwin::grid::dss {

/// Shared, because `like` copies values and a year of minutes has 525,600.
struct Series {
    std::shared_ptr<std::vector<double> const> values; ///< row by row
    std::size_t columns = 1;                           ///< numbers in each row
};

enum class DataFormat : std::uint8_t { csv, binary64, binary32 };

/// Reads the data files that a script names. Bounds: 20 million numbers a file or list, 200 million
/// for a whole script (1.6 GB); what is beyond is an error. Binary files are little-endian.
class DataFiles {
  public:
    DataFiles(Files const& files, Report& report) : files_(files), report_(report) {}

    /// Relative names start here from now on.
    void enter(std::filesystem::path folder) { folder_ = std::move(folder); }

    /// A property's list of numbers: `(1 2 3)`, `(file=x.csv, column=2, header=yes)`,
    /// `(dblfile=x)`, `(sngfile=x)`. `label` names it in messages: "mult of loadshape 's'".
    [[nodiscard]] std::optional<Series> list(Word const& word, std::string const& label);
    /// The whole of a file. Every row of a CSV file has as many numbers as the first.
    [[nodiscard]] std::optional<Series> file(Word const& name, DataFormat format);

  private:
    struct Columns {
        int one = 0; ///< counted from 1; 0: all
        bool header = false;
    };

    std::optional<Series> in_script(Word const& word, std::string const& label);
    std::optional<Series> named(Word const& word, std::string const& label);
    std::optional<Series> read(Word const& name, DataFormat format, Columns columns);
    std::optional<Series> parse_csv(std::string_view text, std::string const& path,
                                    Columns columns);
    bool spend(std::size_t numbers, Place at);

    Files const& files_;
    Report& report_;
    std::filesystem::path folder_;
    std::size_t spent_ = 0; // numbers read so far
};

} // namespace gridtwin::grid::dss
