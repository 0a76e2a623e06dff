#pragma once
#include <filesystem>
#include <string>

namespace gridtwin::cis {

/// A folder of its own, removed with the object.
class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(TemporaryFolder const&) = delete;
    TemporaryFolder& operator=(TemporaryFolder const&) = delete;
    [[nodiscard]] std::string path(std::string const& name) const {
        return (folder_ / name).string();
    }

  private:
    std::filesystem::path folder_;
};

} // namespace gridtwin::cis
