#pragma once
// Where scripts come from: the disk, or whatever the caller gives in its place.
#include "models/grid/dss/lexer.hpp"
#include "models/grid/dss/reader.hpp"

#include <filesystem>

namespace gridtwin::grid::dss {

enum class FileProblem : std::uint8_t {
    none,
    missing,
    directory,
    forbidden,
    not_regular, ///< a device, a pipe
    too_large,   ///< more than 1 GiB
};

/// "is a directory", "does not exist"...
[[nodiscard]] std::string_view text_of(FileProblem problem);

struct FoundFile {
    std::filesystem::path path;
    std::optional<std::string> text; ///< nothing: see `problem`
    std::string hint; ///< of a missing one: the nearest name in its folder that can be meant
    FileProblem problem = FileProblem::none;
};

class Files {
  public:
    /// Both must outlive it.
    explicit Files(DssReadOptions const& options)
        : source_(options.files), on_read_(options.on_read) {}
    /// `name` as a script writes it, with / or \, relative to `folder`.
    /// @param extension  of what is looked for, ".dss"; empty: data of any
    [[nodiscard]] FoundFile find(std::filesystem::path const& folder, std::string_view name,
                                 std::string_view extension = {}) const;
    /// The file that a value of a script names; nothing after reporting.
    /// @param extension  as in find; also tried where there is no file of a name without one
    [[nodiscard]] std::optional<FoundFile> open(std::filesystem::path const& folder,
                                                Word const& name, Report& report,
                                                std::string_view extension = {}) const;

  private:
    [[nodiscard]] FoundFile look(std::filesystem::path path, std::string_view extension) const;

    DssFileSource const& source_;
    std::function<void(std::filesystem::path const&, std::string_view)> const& on_read_;
};

} // namespace gridtwin::grid::dss
