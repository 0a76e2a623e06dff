#include "sim/core/diagnostics.hpp"
#include "sim/results/info.hpp"
#include "sim/results/reader.hpp"
#include "tests/sim/results/sample_town.hpp"
#include "tests/sim/results/scratch.hpp"

#include <hdf5.h>

#include <fstream>
#include <functional>

namespace gridtwin::results {
namespace {

using testing::HasSubstr;

class ReadingResults : public ScratchTest {
  protected:
    [[nodiscard]] std::string error(std::string const& name,
                                    std::function<void(Reader const&)> const& use = {}) const {
        try {
            Reader const in(file(name));
            if (use) {
                use(in);
            }
        } catch (InputError const& e) {
            auto const prefix = file(name).string() + ": ";
            std::string const text = e.what();
            EXPECT_EQ(text.substr(0, prefix.size()), prefix);
            return text.substr(std::min(text.size(), prefix.size()));
        }
        return "no error";
    }
};

TEST_F(ReadingResults, SaysWhatIsWrongWithAFile) {
    std::ofstream(file("text.h5")) << "gridtwin: 1\n";
    std::ofstream(file("empty.h5")) << "";
    H5Fclose(H5Fcreate(file("other.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
    std::string const wanted = "; expected a result file written by gridtwin run\n";
    EXPECT_EQ(error("none.h5"), "no such file" + wanted);
    EXPECT_EQ(error("text.h5"), "not an HDF5 file" + wanted);
    EXPECT_EQ(error("empty.h5"), "not an HDF5 file" + wanted);
    EXPECT_EQ(error("other.h5"), "an HDF5 file without /meta" + wanted);
    EXPECT_EQ(error(""), "is a directory" + wanted);
}

TEST_F(ReadingResults, RefusesAnotherSchemaVersion) {
    { Writer(file("a.h5"), sample_meta({})).close(true, ""); }
    auto const h5 = H5Fopen(file("a.h5").c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    ASSERT_GE(h5, 0);
    auto const meta = H5Gopen2(h5, "/meta", H5P_DEFAULT);
    auto const attribute = H5Aopen(meta, "schema_version", H5P_DEFAULT);
    std::uint32_t const version = 7;
    ASSERT_GE(H5Awrite(attribute, H5T_NATIVE_UINT32, &version), 0);
    H5Aclose(attribute);
    H5Gclose(meta);
    H5Fclose(h5);
    EXPECT_EQ(error("a.h5"), "of schema version 7; expected version 1\n");
}

TEST_F(ReadingResults, SaysWhatAFileDoesNotHold) {
    write_sample(file("a.h5"), {.customers_per_network = 2, .step_s = 900, .duration_h = 2});
    EXPECT_EQ(error("a.h5", [](Reader const& in) { (void)in.read_column("/entities/cows/name"); }),
              "has no /entities/cows/name\n");
    EXPECT_EQ(
        error("a.h5", [](Reader const& in) { (void)in.read_numbers("/entities/buses/name"); }),
        "/entities/buses/name holds text; expected numbers\n");
    EXPECT_EQ(error("a.h5", [](Reader const& in) { (void)in.read_strings("/entities/buses/x_m"); }),
              "/entities/buses/x_m holds numbers; expected text\n");
    EXPECT_EQ(error("a.h5", [](Reader const& in) { (void)in.read_series("nodes", "p_w"); }),
              "has no /series/nodes/p_w\n");
    EXPECT_EQ(error("a.h5", [](Reader const& in) { (void)in.read_entity_names("feeder"); }),
              "has no series of entities 'feeder'\n");
    EXPECT_EQ(error("a.h5", [](Reader const& in) { (void)in.read_column("/events"); }),
              "/events: not a type that columns have\n");
}

TEST_F(ReadingResults, ReportsATruncatedFile) {
    write_sample(file("a.h5"), {.customers_per_network = 2, .step_s = 900, .duration_h = 2});
    std::filesystem::resize_file(file("a.h5"), std::filesystem::file_size(file("a.h5")) / 2);
    EXPECT_THAT(error("a.h5"), HasSubstr("cannot open"));
}

TEST_F(ReadingResults, InfoTellsWhatTheFileIs) {
    write_sample(file("a.h5"), {.customers_per_network = 2, .step_s = 900, .duration_h = 24});
    auto const text = info_text(Reader(file("a.h5")));
    EXPECT_THAT(text, HasSubstr("a.h5: results of 'Sample town'\n"));
    EXPECT_THAT(text, HasSubstr("state      complete: reached the end of 24 h\n"));
    EXPECT_THAT(text, HasSubstr("seed       42\n"));
    EXPECT_THAT(text, HasSubstr("duration   1d 00:00:00\n"));
    EXPECT_THAT(text, HasSubstr("/entities/meters                      30 rows\n"));
    EXPECT_THAT(text, HasSubstr("97 x 39  u_pu\n"));
    EXPECT_THAT(text, HasSubstr("/messages                             30 rows\n"));
    EXPECT_THAT(text, HasSubstr("read_success"));
}

TEST_F(ReadingResults, InfoTellsWhyAFileIsPartial) {
    {
        Writer out(file("a.h5"), sample_meta({}));
        EventRecord const event{kStart + std::chrono::hours(14), EventKind::switch_opened,
                                EventEntity::line, 1, 0.0};
        out.append_events({&event, 1});
        out.close(false, "stopped by the user");
    }
    EXPECT_THAT(
        info_text(Reader(file("a.h5"))),
        HasSubstr("state      PARTIAL: stopped by the user; reached 14:00:00 of 1d 00:00:00\n"));
}

} // namespace
} // namespace gridtwin::results
