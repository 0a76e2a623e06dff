// Files of a script on disk and how they are found.
#include "tests/models/grid/dss/scripts.hpp"
#include "tests/sim/results/scratch.hpp"

#include <fstream>

namespace gridtwin::grid {
namespace {

using test::read_scripts;

class DssFiles : public results::ScratchTest {
  protected:
    void write(std::string const& name, std::string const& text) const {
        std::filesystem::create_directories(std::filesystem::path(file(name)).parent_path());
        std::ofstream(file(name)) << text;
    }
    [[nodiscard]] Circuit read(std::string const& name) const {
        Diagnostics diagnostics;
        auto circuit = read_dss(file(name), diagnostics);
        EXPECT_EQ(diagnostics.text(), "");
        return circuit;
    }
};

TEST_F(DssFiles, AreFoundInOtherLetterCase) {
    write("main.dss", "New Circuit.c bus1=a\nRedirect SUB\\DEEP\\Loads.DSS\n");
    write("Sub/deep/loads.dss", "New LoadShape.s npts=2 mult=(file=..\\DATA\\S.CSV)\n"
                                "New Load.l bus1=a daily=s\n");
    write("Sub/Data/s.csv", "0.25\n0.75\n");
    auto const c = read("MAIN.dss");
    ASSERT_EQ(c.load_shapes.size(), 1U);
    EXPECT_EQ(c.load_shapes[0].p_mult, (std::vector<double>{0.25, 0.75}));
    EXPECT_EQ(c.loads.size(), 1U);
}

TEST_F(DssFiles, ThatAreMissingAreLikenedToFilesThatCanBeMeant) {
    write("main.dss", "New Circuit.c bus1=a\nRedirect loads.dss\nNew LoadShape.s npts=2 "
                      "mult=(file=day.csv)\nBusCoords where.txt\n");
    for (auto const* name : {"loads.err", "loads.txt", "load.dss", "day.dss", "days.csv"}) {
        write(name, "");
    }
    Diagnostics diagnostics;
    static_cast<void>(read_dss(file("main.dss"), diagnostics));
    auto const& found = diagnostics.errors();
    ASSERT_EQ(found.size(), 3U) << diagnostics.text();
    EXPECT_EQ(found[0].hint, "load.dss");
    EXPECT_EQ(found[1].hint, "days.csv");
    EXPECT_EQ(found[2].hint, "");
}

TEST_F(DssFiles, OfTheVeryNameAreTakenBeforeOthers) {
    write("main.dss", "New Circuit.c bus1=a\nRedirect LOADS.dss\n");
    write("LOADS.dss", "New Load.upper bus1=a\n");
    write("Loads.dss", "New Load.mixed bus1=a\n");
    EXPECT_EQ(read("main.dss").loads.at(0).name, "upper");
}

TEST_F(DssFiles, MayBeRedirectedToWithoutTheirExtension) {
    write("main.dss", "New Circuit.c bus1=a\nRedirect Parts/loads\nCompile parts/master\n"
                      "Redirect more.txt\n");
    write("parts/LOADS.dss", "New Load.l bus1=a\n");
    write("parts/master.dss", "New Load.m bus1=a\n");
    write("parts/more.txt", "New Load.n bus1=a\n");
    EXPECT_EQ(read("main.dss").loads.size(), 3U);
    auto const absent = read_scripts(
        {{"main.dss", "New Circuit.c bus1=a\nRedirect lines\nBusCoords xy"}, {"xy.dss", ""}});
    EXPECT_EQ(absent.diagnostics.text(),
              "main.dss:2:10: file 'lines' does not exist; expected a file in folder '.'\n"
              "main.dss:3:11: file 'xy' does not exist; expected a file in folder '.'\n");
}

} // namespace
} // namespace gridtwin::grid
