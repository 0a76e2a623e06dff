#include "models/cis/ledger.hpp"
#include "tests/models/cis/backend.hpp"
#include "tests/models/cis/sqlite_backend.hpp"
#include "tests/models/headend/ledger_contract.hpp"

#include <stdlib.h>

namespace gridtwin::cis {

TemporaryFolder::TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "gridtwin-cis-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
        throw std::runtime_error("no temporary folder: " + name);
    }
    folder_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

namespace {
class SqliteBackend final : public Backend {
  public:
    std::string fresh() override { return "sqlite:" + folder_.path(fmt::format("{}.db", ++n_)); }

  private:
    TemporaryFolder folder_;
    int n_ = 0;
};
} // namespace

std::unique_ptr<Backend> sqlite_backend() {
    return std::make_unique<SqliteBackend>();
}

INSTANTIATE_TEST_SUITE_P(Sqlite, Cis, testing::Values(&sqlite_backend),
                         [](auto const&) { return "File"; });

} // namespace gridtwin::cis
