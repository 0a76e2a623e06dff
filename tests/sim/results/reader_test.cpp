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

void write_meters(std::filesystem::path const& path, std::vector<std::uint32_t> const& stored) {
    auto const n = stored.size();
    std::vector<std::string> names;
    std::vector<std::string> because;
    for (std::size_t m = 0; m < n; ++m) {
        names.push_back("homes/" + std::to_string(m + 1));
        because.push_back(stored[m] < 80 ? "no route" : "");
    }
    Writer out(path, sample_meta({}));
    out.write_table("/entities/meters", {{"name", "", names}});
    out.write_table("/entities/concentrators", {{"name", "", std::vector<std::string>{"dc-1"}}});
    out.write_table("/meters",
                    {{"intervals_expected", "", std::vector<std::uint32_t>(n, 80)},
                     {"intervals_stored", "", stored},
                     {"unread_because", "", because},
                     {"concentrator_end", "", std::vector<std::uint32_t>(n, n > 3 ? 0 : ~0U)}});
    out.close(true, "");
}

TEST_F(ReadingResults, InfoNamesTheMetersThatWereReadWorstWithTheReason) {
    write_meters(file("a.h5"), {80, 20, 80, 0, 79});
    EXPECT_THAT(info_text(Reader(file("a.h5"))),
                HasSubstr("\nof 3 of 5 meters the head-end lacks intervals that were due\n"
                          "  meter       stored   expected     read  read by  because\n"
                          "  homes/4          0         80    0.0 %  dc-1     no route\n"
                          "  homes/2         20         80   25.0 %  dc-1     no route\n"
                          "  homes/5         79         80   98.8 %  dc-1     no route\n"));
    write_meters(file("b.h5"), {0, 1, 80});
    EXPECT_THAT(info_text(Reader(file("b.h5"))),
                HasSubstr("  homes/1          0         80    0.0 %  -        no route\n"));
    write_meters(file("c.h5"), std::vector<std::uint32_t>(1200, 7));
    EXPECT_THAT(info_text(Reader(file("c.h5"))),
                HasSubstr("  and 1,190 more: /meters in the file\n"));
    write_meters(file("d.h5"), {80, 80});
    EXPECT_THAT(info_text(Reader(file("d.h5"))),
                HasSubstr("\nof all 2 meters the head-end has every interval that was due\n"));
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
