// A wide-area network from a SimGrid platform file: the same as by keys, and its mistakes.
#include "sim/scenario/world.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace gridtwin::scenario {
namespace {

namespace fs = std::filesystem;

class Folder {
  public:
    Folder() : path_(fs::path(testing::TempDir()) / fmt::format("platform-{}", getpid())) {
        fs::create_directories(path_);
        fs::create_directory_symlink(fs::path(GRIDTWIN_SOURCE_DIR) / "scenarios/feeders",
                                     path_ / "feeders");
    }
    ~Folder() { fs::remove_all(path_); }
    Folder(Folder const&) = delete;
    Folder& operator=(Folder const&) = delete;

    void write(std::string const& name, std::string const& text) const {
        std::ofstream(path_ / name) << text;
    }
    /// @return the mistakes, without the folder
    std::string load(std::string const& name, World& world) const {
        Diagnostics diagnostics;
        auto const scenario = read_scenario(path_ / name, diagnostics);
        world = build_world(scenario, diagnostics);
        return without_folder(diagnostics.text());
    }
    /// @return a line each, likewise
    std::string remarks(std::string const& name) const {
        Diagnostics diagnostics;
        auto const scenario = read_scenario(path_ / name, diagnostics);
        EXPECT_EQ(diagnostics.text(), "");
        std::string text;
        for (auto const& [where, what] : scenario.remarks) {
            text += fmt::format("{}:{}:{}: {}\n", where.file, where.line, where.column, what);
        }
        return without_folder(text);
    }

  private:
    [[nodiscard]] std::string without_folder(std::string text) const {
        std::string const prefix = path_.string() + "/";
        for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
            text.erase(at, prefix.size());
        }
        return text;
    }

    fs::path path_;
};

std::string shipped(std::string const& name) {
    std::ifstream in(fs::path(GRIDTWIN_SOURCE_DIR) / "scenarios" / name);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::string changed(std::string text, std::string const& from, std::string const& to) {
    auto const at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(WanPlatformTest, IsTheNetworkThatKeysOfTheSameNumbersAre) {
    Folder const folder;
    folder.write("platform-town.xml", shipped("platform-town.xml"));
    folder.write("a.yaml", shipped("platform-town.yaml"));
    auto keys = shipped("platform-town.yaml");
    auto const from = keys.find("wan:\n");
    keys.replace(from, keys.find("headend:") - from, R"(wan:
  technologies:
    - { name: of-hill, based_on: lte-m, up: 1 Mbit/s, down: 1 Mbit/s, latency: 15 ms }
    - { name: of-valley, based_on: gprs, up: 20 kbit/s, down: 40 kbit/s, latency: 350 ms }
  cells:
    - { name: hill, technology: of-hill, concentrators: [dc-1, dc-2] }
    - { name: valley, technology: of-valley, concentrators: [dc-3, dc-4] }
  backbone: { rate: 1 Gbit/s, latency: 10 ms }
  gateway: { rate: 10 Mbit/s, latency: 20 ms }
  servers:
    - { name: front, cores: 4, per_message: 2 ms }
    - { name: spare, cores: 1, per_message: 4 ms }

)");
    folder.write("b.yaml", keys);
    World a;
    World b;
    ASSERT_EQ(folder.load("a.yaml", a), "");
    ASSERT_EQ(folder.load("b.yaml", b), "");
    ASSERT_EQ(a.wan.cells.size(), 2U);
    ASSERT_EQ(b.wan.cells.size(), 2U);
    for (std::size_t c = 0; c < 2; ++c) {
        EXPECT_EQ(a.wan.cells[c].name, b.wan.cells[c].name);
        EXPECT_DOUBLE_EQ(a.wan.cells[c].uplink_bps, b.wan.cells[c].uplink_bps);
        EXPECT_DOUBLE_EQ(a.wan.cells[c].downlink_bps, b.wan.cells[c].downlink_bps);
        EXPECT_DOUBLE_EQ(a.wan.cells[c].latency_s, b.wan.cells[c].latency_s);
        EXPECT_EQ(a.wan.cells[c].attach_s, b.wan.cells[c].attach_s);
        EXPECT_EQ(a.wan.servers[c].cores, b.wan.servers[c].cores);
        EXPECT_DOUBLE_EQ(a.wan.servers[c].message_s, b.wan.servers[c].message_s);
    }
    for (auto const line : {&wan::WanSpec::backbone, &wan::WanSpec::gateway}) {
        EXPECT_DOUBLE_EQ((a.wan.*line).bit_rate_bps, (b.wan.*line).bit_rate_bps);
        EXPECT_DOUBLE_EQ((a.wan.*line).latency_s, (b.wan.*line).latency_s);
    }
    for (std::size_t e = 0; e < a.wan.endpoints.size(); ++e) {
        EXPECT_EQ(a.wan.endpoints[e].cell, b.wan.endpoints[e].cell);
        EXPECT_EQ(a.wan.endpoints[e].server, b.wan.endpoints[e].server);
    }
}

TEST(WanPlatformTest, HostsAndServersThatDoNotMeetAreTold) {
    Folder const folder;
    folder.write("s.yaml", shipped("platform-town.yaml"));
    auto const good = shipped("platform-town.xml");
    auto const with = [&](std::string const& from, std::string const& to) {
        folder.write("platform-town.xml", changed(good, from, to));
        return folder.remarks("s.yaml");
    };
    EXPECT_EQ(with("front", "front"), "");
    EXPECT_EQ(with("</zone>", "<host id=\"dc-1\" speed=\"1Gf\"/></zone>"), "")
        << "of other parts there may be hosts";
    EXPECT_EQ(
        with("\"spare\"", "\"spre\""),
        "platform-town.xml:7:5: the host 'spre' is of no server and passed over; did you mean "
        "'spare'?\n");
    EXPECT_EQ(with("<host id=\"spare\" speed=\"500Mf\"/>", ""),
              "s.yaml:31:7: the platform has no host 'spare': this server's cores and times are "
              "those of the keys\n");
    EXPECT_EQ(with("<host id=\"front\" speed=\"2Gf\" core=\"4\"/>\n    "
                   "<host id=\"spare\" speed=\"500Mf\"/>",
                   ""),
              "")
        << "a file of links alone";
    auto keys = shipped("platform-town.yaml");
    auto const from = keys.find("  servers:\n");
    folder.write("s.yaml", keys.erase(from, keys.find("headend:") - from));
    EXPECT_EQ(with("\"spare\"", "\"servr\""),
              "platform-town.xml:7:5: the host 'servr' is of no server and passed over; did you "
              "mean 'server'?\n")
        << "the only one without a list";
}

TEST(WanPlatformTest, MistakesHaveTheirPlace) {
    Folder const folder;
    folder.write("s.yaml", shipped("platform-town.yaml"));
    auto const good = shipped("platform-town.xml");
    World world;
    EXPECT_EQ(folder.load("s.yaml", world),
              "s.yaml:25:13: platform 'platform-town.xml' is not a file; expected a SimGrid "
              "platform in XML, relative to the scenario\n");
    auto const with = [&](std::string const& from, std::string const& to) {
        folder.write("platform-town.xml", changed(good, from, to));
        return folder.load("s.yaml", world);
    };
    EXPECT_EQ(with("\"hill\"", "\"hil\""),
              "platform-town.xml:9:5: the link 'hil' is of no part of the network; expected "
              "backbone, gateway, or the name of a cell, which may have .up or .down behind it; "
              "did you mean 'hill'?\ns.yaml:27:7: the platform has no link for the cell 'hill', "
              "or too many; expected a link 'hill', or 'hill.up' and 'hill.down'\n");
    EXPECT_EQ(with("</zone>", ""), "platform-town.xml:15:3: no XML: Start-end tags mismatch\n");
    EXPECT_EQ(with("20kbps", "20 kbps"),
              "platform-town.xml:10:5: 'bandwidth' is '20 kbps'; expected a number with its unit, "
              "such as 20kbps or 1MBps\n");
    EXPECT_EQ(with("\"15ms\" sharing_policy=\"SPLITDUPLEX\"", "\"15ms\""),
              "platform-town.xml:9:5: both directions share the link 'hill'; expected "
              "sharing_policy SPLITDUPLEX\n");
    EXPECT_EQ(with("5kBps\" latency=\"350ms", "5kBps\" latency=\"35ms"),
              "platform-town.xml:11:5: 'valley.up' and 'valley.down' differ in latency; expected "
              "one latency for both directions of a cell\n");
    folder.write("platform-town.xml", good);
    folder.write("s.yaml", changed(shipped("platform-town.yaml"), "  cells:\n",
                                   "  backbone: { rate: 1 Mbit/s }\n  cells:\n"));
    EXPECT_EQ(folder.load("s.yaml", world),
              "s.yaml:26:13: 'wan.backbone' is given here and by the platform's link; expected "
              "one of the two\n");
}

} // namespace
} // namespace gridtwin::scenario
