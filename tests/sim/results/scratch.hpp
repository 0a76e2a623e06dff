#pragma once
// A folder of its own for each test, gone afterwards.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <unistd.h>

namespace gridtwin::results {

class ScratchTest : public testing::Test {
  public:
    ScratchTest() {
        auto const* info = testing::UnitTest::GetInstance()->current_test_info();
        folder_ = std::filesystem::temp_directory_path() /
                  ("gridtwin-" + std::string(info->test_suite_name()) + "-" + info->name() + "-" +
                   std::to_string(getpid()));
        std::filesystem::create_directories(folder_);
    }
    ~ScratchTest() override {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    ScratchTest(ScratchTest const&) = delete;
    ScratchTest& operator=(ScratchTest const&) = delete;

  protected:
    [[nodiscard]] std::filesystem::path file(std::string const& name) const {
        return folder_ / name;
    }

  private:
    std::filesystem::path folder_;
};

} // namespace gridtwin::results
