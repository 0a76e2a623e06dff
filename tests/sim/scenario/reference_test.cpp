#include "sim/scenario/reference.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace gridtwin::scenario {
namespace {

std::string read(std::string const& path) {
    std::ifstream in(std::filesystem::path(GRIDTWIN_SOURCE_DIR) / path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

TEST(ReferenceTest, TheDocumentedKeysAreTheKeysThatAreRead) {
    EXPECT_THAT(read("docs/scenario.md"), testing::HasSubstr(key_reference()))
        << "paste the output of `gridtwin check --keys` into docs/scenario.md";
}

TEST(ReferenceTest, TheSchemaForEditorsIsUpToDate) {
    EXPECT_EQ(read("docs/scenario.schema.json"), json_schema())
        << "write the output of `gridtwin check --schema` to docs/scenario.schema.json";
    auto const schema = nlohmann::json::parse(json_schema());
    EXPECT_EQ(schema["properties"]["grid"]["properties"]["feeder"]["type"][0], "string");
    EXPECT_EQ(schema["properties"]["customers"]["items"]["required"][0], "name");
}

} // namespace
} // namespace gridtwin::scenario
