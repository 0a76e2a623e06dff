#include "models/wan/platform.hpp"

#include <gtest/gtest.h>
#include <simgrid/s4u.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace gridtwin::wan {
namespace {

std::string around(std::string const& inside) {
    return "<?xml version='1.0'?> <!DOCTYPE platform SYSTEM "
           "\"https://simgrid.org/simgrid.dtd\">\n<platform version=\"4.1\">\n<zone id=\"z\" "
           "routing=\"None\">\n" +
           inside + "\n</zone>\n</platform>\n";
}

std::string mistakes(std::string const& text) {
    Diagnostics found;
    (void)parse_platform("p.xml", text, found);
    return found.text();
}

TEST(PlatformTest, ReadsTheNumbersThatSimgridReads) {
    // given the file of an example, and one with every unit
    auto const folder = std::filesystem::path(GRIDTWIN_SOURCE_DIR);
    std::ifstream in(folder / "scenarios/platform-town.xml");
    std::ostringstream example;
    example << in.rdbuf();
    std::string const units = around(R"(<host id="h1" speed="1.5Gf" core="3"/>
<host id="h2" speed="200kf"/><host id="h3" speed="2Tf"/><host id="h4" speed="3e6f"/>
<link id="a" bandwidth="1Mbps" latency="15ms" sharing_policy="SPLITDUPLEX"/>
<link id="b" bandwidth="2.5kBps" latency="100us"/>
<link id="c" bandwidth="3KiBps" latency="20ns"/>
<link id="d" bandwidth="4Gibps" latency="0.5s" sharing_policy="FATPIPE"/>
<link id="e" bandwidth="5Tbps" latency="1m"/><link id="f" bandwidth="64bps" latency="7ps"/>
<link id="g" bandwidth="6MiBps" latency="0s"/>)");
    auto const file = std::filesystem::path(testing::TempDir()) / "gridtwin-units.xml";
    // In one file, as SimGrid has one engine and takes one platform: zones within a zone.
    auto const zone_of = [](std::string const& text, char const* id) {
        auto const from = text.find("<zone");
        auto const to = text.find("</zone>") + 7;
        auto zone = text.substr(from, to - from);
        auto const name = zone.find("id=\"");
        return zone.replace(name, zone.find('"', name + 4) + 1 - name,
                            std::string("id=\"") + id + "\"");
    };
    std::string const both = around(zone_of(example.str(), "one") + "\n" + zone_of(units, "two"));
    std::ofstream(file) << both;
    Diagnostics found;
    auto const platform = parse_platform(file.string(), both, found);
    EXPECT_EQ(found.text(), "");
    EXPECT_EQ(platform.links.size(), 5U + 7U);
    EXPECT_EQ(platform.hosts.size(), 2U + 4U);
    // when SimGrid loads it
    std::vector<std::string> arguments{"test", "--log=root.thres:error"};
    std::vector<char*> argv{arguments[0].data(), arguments[1].data(), nullptr};
    int argc = 2;
    auto* const engine = new simgrid::s4u::Engine(&argc, argv.data()); // never deleted, as ours
    engine->load_platform(file.string());
    for (auto const& link : platform.links) {
        auto const* own = simgrid::s4u::Link::by_name_or_null(link.name);
        own = own != nullptr ? own : simgrid::s4u::Link::by_name_or_null(link.name + "_UP");
        ASSERT_NE(own, nullptr) << link.name;
        EXPECT_DOUBLE_EQ(own->get_bandwidth(), link.bit_rate_bps / 8.0) << link.name;
        EXPECT_DOUBLE_EQ(own->get_latency(), link.latency_s) << link.name;
    }
    for (auto const& host : platform.hosts) {
        auto const* const own = simgrid::s4u::Host::by_name_or_null(host.name);
        ASSERT_NE(own, nullptr) << host.name;
        EXPECT_DOUBLE_EQ(own->get_speed(), host.speed_flops) << host.name;
        EXPECT_EQ(own->get_core_count(), static_cast<int>(host.cores)) << host.name;
    }
    std::filesystem::remove(file);
}

TEST(PlatformTest, MistakesHaveTheirLine) {
    EXPECT_EQ(mistakes(around("<link id=\"a\" bandwidth=\"20xyz\" latency=\"0s\"/>")),
              "p.xml:4:1: 'bandwidth' is '20xyz'; expected a number with its unit, such as 20kbps "
              "or 1MBps\n");
    EXPECT_EQ(mistakes(around("<link id=\"a\" bandwidth=\"1kbps\" latency=\"5\"/>")),
              "p.xml:4:1: 'latency' is '5'; expected a number with its unit, such as 350ms\n");
    EXPECT_EQ(mistakes(around("<link id=\"a\" latency=\"0s\"/>\n  <host id=\"a\" speed=\"-1f\"/>")),
              "p.xml:4:1: 'bandwidth' is ''; expected a number with its unit, such as 20kbps or "
              "1MBps\np.xml:5:3: 'speed' is '-1f'; expected a number with its unit, such as 1Gf\n");
    EXPECT_EQ(mistakes(around("<link id=\"a\" bandwidth=\"1kbps\" latency=\"0s\"/>\n"
                              "<link id=\"a\" bandwidth=\"1kbps\" latency=\"0s\"/>")),
              "p.xml:5:1: a link 'a' exists already; expected names that differ\n");
    EXPECT_EQ(
        mistakes(around("<link bandwidth=\"1kbps\" latency=\"0s\" sharing_policy=\"WIFI\"/>")),
        "p.xml:4:1: the link has no 'id'; expected a name\np.xml:4:1: the sharing policy is "
        "'WIFI'; expected SHARED | SPLITDUPLEX | FATPIPE\n");
    EXPECT_EQ(mistakes(around("<cluster id=\"c\"/><host id=\"h\" speed=\"1f\" core=\"0\"/>")),
              "p.xml:4:1: 'cluster' is not understood; expected zones of hosts and "
              "links\np.xml:4:18: 'core' is '0'; expected 1 to 1024\n");
    EXPECT_EQ(
        mistakes(around("<link id=\"a\" bandwidth=\"1bps\" latency=\"0s\" state_file=\"x\"/>")),
        "p.xml:4:1: 'state_file' is not understood; expected profiles in "
        "wan.availability\n");
    EXPECT_EQ(mistakes(around("<host id=\"Zürich\" speed=\"1f\"/><host id=\"b\" speed=\"1\"/>")),
              "p.xml:4:31: 'speed' is '1'; expected a number with its unit, such as 1Gf\n")
        << "columns count characters";
    EXPECT_EQ(mistakes("<platform version=\"3\"/>"),
              "p.xml:1:1: a platform of version '3'; expected 4.1\n");
    EXPECT_EQ(mistakes("<a/>"),
              "p.xml:1:1: 'a' is no platform; expected an element 'platform' of SimGrid\n");
    EXPECT_EQ(mistakes("<platform version=\"4.1\">\n<zone>\n</platform>").substr(0, 17),
              "p.xml:3:3: no XML");
    EXPECT_NE(mistakes(""), "");
}

} // namespace
} // namespace gridtwin::wan
