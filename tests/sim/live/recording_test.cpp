#include "sim/core/diagnostics.hpp"
#include "sim/live/recording.hpp"
#include "sim/live/replay.hpp"
#include "sim/live/socket_address.hpp"
#include "sim/scenario/world.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace gridtwin::live {
namespace {

std::filesystem::path scratch_file() {
    return std::filesystem::path(testing::TempDir()) / fmt::format("session-{}.jsonl", getpid());
}

/// Ten meters, all but the first with an SMS modem.
scenario::World ten_meters() {
    scenario::World world;
    for (int m = 0; m < 10; ++m) {
        world.meters.name.push_back(fmt::format("farms/{}", m + 1));
        world.meters.way.push_back({.primary = m == 0 ? Channel::plc : Channel::sms});
    }
    return world;
}

TEST(RecordingTest, IsReadAsItWasWritten) {
    scenario::Scenario scenario;
    scenario.text = "a scenario";
    Input message{.kind = Input::Kind::short_message, .at = from_ns(5), .connection = 3};
    message.message = {.source = "77\x01\xFF",
                       .meter = MeterId{2},
                       .has_header = true,
                       .user_data = {std::byte{0}, std::byte{0xFF}},
                       .validity = std::chrono::minutes{5}};
    Input relay{.kind = Input::Kind::relay, .at = from_ns(7), .connection = 4};
    relay.meter = MeterId{9};
    relay.close = true;
    auto const file = scratch_file();
    {
        RecordingWriter writer(file, scenario);
        writer.write(message);
        writer.write(relay);
        writer.end(from_ns(11), false);
    }
    auto const read = read_recording(file, scenario, ten_meters());
    ASSERT_EQ(read.inputs.size(), 2U);
    EXPECT_EQ(read.inputs[1], relay);
    EXPECT_EQ(read.inputs[0].message.user_data, message.message.user_data);
    EXPECT_EQ(read.inputs[0].message.validity, message.message.validity);
    EXPECT_EQ(read.end, from_ns(11));
    EXPECT_FALSE(read.complete);
    scenario.text += '\n';
    EXPECT_THROW((void)read_recording(file, scenario, ten_meters()), InputError);
    std::filesystem::remove(file);
}

TEST(RecordingTest, OneOfBeforeIsRead) {
    scenario::Scenario scenario;
    scenario.text = "a scenario";
    scenario.seed = Seed{42};
    scenario.duration = SimDuration{11};
    auto const file = scratch_file();
    std::ofstream(file)
        << R"({"format":1,"gridtwin":"recording","scenario":"","scenario_sha256":")"
        << R"(C6F49A4E673A3ABE0ADDA4B7839B7F866562D4414329F72AF5964EE8C2CBBA46","seed":42})"
        << "\n"
        << R"({"at_ns":5,"connection":3,"header":false,"kind":"short_message","meter":2,)"
        << R"("octets":"00abFF","source":"7788","validity_ns":0})"
        << "\n"
        << R"({"complete":true,"end_ns":11})"
        << "\n";
    auto const read = read_recording(file, scenario, ten_meters());
    ASSERT_EQ(read.inputs.size(), 1U);
    EXPECT_EQ(read.inputs[0].message.user_data,
              (std::vector{std::byte{0}, std::byte{0xAB}, std::byte{0xFF}}));
    std::filesystem::remove(file);
}

constexpr std::string_view kHead =
    R"({"format":1,"gridtwin":"recording","scenario_sha256":"C6F49A4E673A3ABE0ADDA4B7839B7F866562D4)"
    R"(414329F72AF5964EE8C2CBBA46","seed":42})";

/// What is wrong with a recording of 24 h of "a scenario", without the file's name.
std::string mistakes_in(std::string_view lines) {
    scenario::Scenario scenario;
    scenario.text = "a scenario";
    scenario.file = "town.yaml";
    scenario.seed = Seed{42};
    auto const file = scratch_file();
    std::ofstream(file) << lines;
    std::string told;
    try {
        (void)read_recording(file, scenario, ten_meters());
    } catch (InputError const& e) {
        told = e.diagnostics().text();
        auto const name = file.string() + ':';
        for (auto at = told.find(name); at != std::string::npos; at = told.find(name)) {
            told.erase(at, name.size());
        }
    }
    std::filesystem::remove(file);
    return told;
}

TEST(RecordingTest, AllMistakesAreToldWithTheirPlaces) {
    EXPECT_EQ(
        mistakes_in(fmt::format("{}\n{}", kHead,
                                R"({"at_ns":5,"connection":1,"kind":"relay","meter":10,"close":true}
{"at_ns":7,"connection":1,"kind":"relay","meter":-1,"close":1}
{"at_ns":6,"connection":1,"kind":"relay","meter":2.5,"close":true}
{"at_ns":"8","connection":1,"kind":"rely"}
{"at_ns":86400000000001,"connection":1,"kind":"relay","metre":1,"close":true}
{"at_ns":9,"connection":1,"kind":"short_message","meter":0,"header":false,"octets":"0","source":"","validity_ns":-1}
[1]
{"at_ns":9,"connection":18446744073709551615,"kind":"rel
{"complete":true,"end_ns":8}
{})")),
        "2:50: 'meter' is 10; expected a whole number from 0 to 9\n"
        "3:50: 'meter' is -1; expected a whole number from 0 to 9\n"
        "3:61: 'close' is 1; expected true or false\n"
        "4:10: 'at_ns' is 6: time goes back; expected 7, which was before, or more\n"
        "4:50: 'meter' is 2.5; expected a whole number from 0 to 9\n"
        "5:10: 'at_ns' is \"8\"; expected a whole number from 0 to 86400000000000\n"
        "5:36: there is no kind 'rely'; expected short_message or relay; did you mean 'relay'?\n"
        "6:1: 'meter' is missing; did you mean 'metre'?\n"
        "6:10: 'at_ns' is 86400000000001; expected a whole number from 0 to 86400000000000\n"
        "6:55: unknown key 'metre'; expected at_ns, connection, kind, meter, close; did you mean "
        "'meter'?\n"
        "7:58: meter 0, 'farms/1', has no SMS modem; expected one that has\n"
        "7:84: 'octets' is no short message; expected at most 140 octets of two hexadecimal "
        "digits\n"
        "7:97: 'source' has 0 characters; expected 1 to 20\n"
        "7:114: 'validity_ns' is -1; expected a whole number from 0 to 6324480000000000000\n"
        "8:1: this is no line of a recording; expected an object of JSON, whole\n"
        "9:57: the line is cut; expected an object of JSON, whole\n"
        "10:27: 'end_ns' is 8: time goes back; expected 9, which was before, or more\n"
        "11:1: this stands behind the end; expected nothing\n");
}

TEST(RecordingTest, OneOfAnotherScenarioWithoutAnEndIsToldAtOnce) {
    EXPECT_EQ(
        mistakes_in(R"({"format":2,"gridtwin":"recording","scenario_sha256":"C6","seed":43}
{"at_ns":5,"connection":1,"kind":"relay","meter":10,"close":true}
)"),
        "1:11: 'format' is 2; expected 1\n"
        "1:54: this was recorded with another scenario; expected town.yaml as it was then\n"
        "1:66: this was recorded with seed 43; expected seed 42\n"
        "2:1: the recording has no end; expected a line with end_ns, as a run writes it that is "
        "not killed\n");
    EXPECT_EQ(mistakes_in(fmt::format("{}\n{}", kHead, R"({"complete":true,"end_ns":8})")),
              "2:27: 'end_ns' is 8 of a complete run; expected 86400000000000\n");
}

TEST(RecordingTest, FieldsThatNobodyReadsAndDoubledOnesAreTold) {
    EXPECT_EQ(
        mistakes_in(
            R"({"format":1,"gridtwin":"recording","scenario":"a","seed":42,"sead":1,"scenario_sha256":")"
            R"(C6F49A4E673A3ABE0ADDA4B7839B7F866562D4414329F72AF5964EE8C2CBBA46","seed":42}
{"at_ns":5,"connection":1,"kind":"relay","meter":2,"meter":3,"close":true,"octets":"00","meter": 4}
{"at_ns":7,"connection":1,"kind":"short_message","meter":2,"header":false,"octets":"00","source":"Zürich","välid":1,"validity_ns":0}
{"complete":true,"end_ns":86400000000000,"end":{"end_ns":1}}
)"),
        "1:61: unknown key 'sead'; expected gridtwin, format, scenario_sha256, seed, scenario; did "
        "you mean 'seed'?\n"
        "1:155: key 'seed' stands twice; expected it once\n"
        "2:75: unknown key 'octets'; expected at_ns, connection, kind, meter, close\n"
        "2:89: key 'meter' stands twice; expected it once\n"
        "3:107: unknown key 'välid'; expected at_ns, connection, kind, meter, header, source, "
        "octets, validity_ns\n"
        "4:42: unknown key 'end'; expected end_ns, complete\n");
}

TEST(RecordingTest, AnEmptyOneIsToldAtItsFirstLineAndNoFileAsAWhole) {
    EXPECT_EQ(mistakes_in(""), "1:1: the recording is empty; expected lines that 'gridtwin serve "
                               "--record' has written\n");
    EXPECT_EQ(mistakes_in("\n"), "1:1: this is no line of a recording; expected an object of JSON, "
                                 "whole\n");
    for (std::filesystem::path const& none :
         {scratch_file() / "none", scratch_file().parent_path()}) {
        try {
            (void)read_recording(none, {}, {});
            ADD_FAILURE() << none;
        } catch (InputError const& e) {
            EXPECT_EQ(e.diagnostics().text(),
                      none.string() + ": the recording cannot be read; expected a file that "
                                      "'gridtwin serve --record' has written\n");
        }
    }
}

TEST(RecordingTest, IsOfTheFilesThatTheScenarioNamesAsWell) {
    namespace fs = std::filesystem;
    auto const folder = fs::path(testing::TempDir()) / fmt::format("recorded-{}", getpid());
    fs::create_directories(folder);
    std::ofstream(folder / "town.yaml")
        << "gridtwin: 1\nname: t\nduration: 1 h\ngrid: { feeder: street.dss }\n"
           "customers: [{ name: homes, count: 1, at: all loads, profile: residential, peak: 2 kW, "
           "meter: sms }]\n"
           "crm: { orders: [{ at: 10 min, file: orders.xml }, { at: 20 min, file: orders.xml }] }\n"
           "wan:\n  platform: lines.xml\n"
           "  availability: [{ of: backbone, file: rates.csv }]\n";
    std::map<std::string, std::string> const files{
        {"lines.xml", "<platform version=\"4.1\"/>"},
        {"rates.csv", "10 min,50 %\n"},
        {"street.dss", "Clear\nNew Circuit.street basekv=11\nRedirect more.dss\n"},
        {"more.dss", "New Line.a bus1=sourcebus bus2=b length=1\n"},
        {"orders.xml", "<exchange xmlns=\"urn:gridtwin:crm:1\" number=\"2\" "
                       "created=\"2026-01-15T05:00:00Z\"/>"}};
    for (auto const& [name, text] : files) {
        std::ofstream(folder / name) << text;
    }
    auto const read = [&folder] {
        Diagnostics mistakes;
        auto scenario = scenario::read_scenario(folder / "town.yaml", mistakes);
        EXPECT_EQ(mistakes.text(), "");
        return scenario;
    };
    auto const file = folder / "session.jsonl";
    RecordingWriter(file, read()).end(from_ns(5), false);
    EXPECT_EQ(read_recording(file, read(), {}).end, from_ns(5));
    for (auto const& [name, text] : files) {
        std::ofstream(folder / name) << text << '\n';
        try {
            (void)read_recording(file, read(), {});
            ADD_FAILURE() << name;
        } catch (InputError const& e) {
            EXPECT_THAT(e.diagnostics().text(),
                        testing::HasSubstr("this was recorded with another scenario; expected " +
                                           (folder / "town.yaml").string() +
                                           " and the files that it names, as they were then\n"));
        }
        std::ofstream(folder / name) << text;
    }
    fs::remove_all(folder);
}

TEST(SocketAddressTest, OnlyWhatCannotBeReachedFromOutsideIsLoopback) {
    for (auto const* text : {"127.0.0.1:0", "127.1.2.3:65535", "[::1]:2775", "localhost:1"}) {
        auto const parsed = parse_address(text);
        EXPECT_TRUE(parsed.ok()) << text << parsed.problem;
        EXPECT_TRUE(is_loopback(parsed.address)) << text;
    }
    for (auto const* text : {"0.0.0.0:1", "10.0.0.1:1", "[::]:1", "[::ffff:127.0.0.1]:1"}) {
        auto const parsed = parse_address(text);
        EXPECT_TRUE(parsed.ok()) << text << parsed.problem;
        EXPECT_FALSE(is_loopback(parsed.address)) << text;
    }
    for (auto const* text : {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:x",
                             "127.0.0.1:1 ", "::1:1", "127.1:1", "localhost.:1", "[127.0.0.1]:1"}) {
        EXPECT_FALSE(parse_address(text).ok()) << text;
    }
}

} // namespace
} // namespace gridtwin::live
