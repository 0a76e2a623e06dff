#pragma once
// Where scripts come from: the disk, or whatever the caller gives in its place.
#include "models/grid/dss/reader.hpp"

#include <filesystem>

namespace gridtwin::grid::dss {

struct FoundFile {
    std::filesystem::path path;
    std::optional<std::string> text; ///< nothing: there is no such file
    std::string hint;                ///< then: the nearest name in its folder
};

class Files {
  public:
    explicit Files(DssFileSource const& source) : source_(source) {}
    /// `name` as a script writes it, with / or \, relative to `folder`.
    [[nodiscard]] FoundFile find(std::filesystem::path const& folder, std::string_view name) const;

  private:
    DssFileSource const& source_;
};

} // namespace gridtwin::grid::dss
