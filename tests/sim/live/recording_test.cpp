#include "sim/core/diagnostics.hpp"
#include "sim/live/recording.hpp"
#include "sim/live/replay.hpp"
#include "sim/live/socket_address.hpp"
#include "sim/scenario/scenario.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace gridtwin::live {
namespace {

std::filesystem::path scratch_file() {
    return std::filesystem::path(testing::TempDir()) / fmt::format("session-{}.jsonl", getpid());
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
    auto const read = read_recording(file);
    EXPECT_NO_THROW(check_recording(read, file, scenario));
    ASSERT_EQ(read.inputs.size(), 2U);
    EXPECT_EQ(read.inputs[1], relay);
    EXPECT_EQ(read.inputs[0].message.user_data, message.message.user_data);
    EXPECT_EQ(read.inputs[0].message.validity, message.message.validity);
    EXPECT_EQ(read.end, from_ns(11));
    EXPECT_FALSE(read.complete);
    scenario.text += '\n';
    EXPECT_THROW(check_recording(read, file, scenario), InputError);
    std::filesystem::remove(file);
}

TEST(RecordingTest, OneOfBeforeIsRead) {
    scenario::Scenario scenario;
    scenario.text = "a scenario";
    scenario.seed = Seed{42};
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
    auto const read = read_recording(file);
    EXPECT_NO_THROW(check_recording(read, file, scenario));
    ASSERT_EQ(read.inputs.size(), 1U);
    EXPECT_EQ(read.inputs[0].message.user_data,
              (std::vector{std::byte{0}, std::byte{0xAB}, std::byte{0xFF}}));
    std::filesystem::remove(file);
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
