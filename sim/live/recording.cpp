#include "sim/live/recording.hpp"

#include "sim/core/diagnostics.hpp"
#include "sim/core/hex.hpp"
#include "sim/results/sha256.hpp"
#include "sim/scenario/scenario.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace gridtwin::live {
namespace {

using nlohmann::json;

constexpr int kFormat = 1;

Input read_input(json const& line) {
    Input input;
    input.at = from_ns(line.at("at_ns").get<std::int64_t>());
    input.connection = line.at("connection").get<std::uint64_t>();
    auto const kind = line.at("kind").get<std::string>();
    auto const meter = static_cast<MeterId>(line.at("meter").get<std::uint32_t>());
    if (kind == "relay") {
        input.kind = Input::Kind::relay;
        input.meter = meter;
        input.close = line.at("close").get<bool>();
    } else if (kind == "short_message") {
        input.kind = Input::Kind::short_message;
        input.message.meter = meter;
        input.message.source = line.at("source").get<std::string>();
        input.message.has_header = line.at("header").get<bool>();
        auto octets = from_hex(line.at("octets").get<std::string>());
        if (!octets) {
            throw std::invalid_argument("hexadecimal digits");
        }
        input.message.user_data = std::move(*octets);
        input.message.validity = SimDuration{line.at("validity_ns").get<std::int64_t>()};
    } else {
        throw std::invalid_argument("kind short_message or relay");
    }
    return input;
}

/// One line of the file; what does not fit throws.
void read_line(json const& line, bool first, bool& ended, Recording& recording) {
    if (first) {
        if (line.at("gridtwin").get<std::string>() != "recording" ||
            line.at("format").get<int>() != kFormat) {
            throw std::invalid_argument("the first line of a recording");
        }
        recording.scenario_sha256 = line.at("scenario_sha256").get<std::string>();
        recording.seed = line.at("seed").get<std::uint64_t>();
    } else if (line.contains("end_ns")) {
        recording.end = from_ns(line.at("end_ns").get<std::int64_t>());
        recording.complete = line.at("complete").get<bool>();
        ended = true;
    } else {
        auto input = read_input(line);
        if (!recording.inputs.empty() && input.at < recording.inputs.back().at) {
            throw std::invalid_argument("times that ascend");
        }
        recording.inputs.push_back(std::move(input));
    }
}

} // namespace

Recording read_recording(std::filesystem::path const& file) {
    std::ifstream in(file);
    Diagnostics mistakes;
    Recording recording;
    bool ended = false;
    std::string text;
    int number = 0;
    while (std::getline(in, text) && mistakes.errors().size() < 100) {
        ++number;
        try {
            if (ended) {
                throw std::invalid_argument("nothing behind the end");
            }
            read_line(json::parse(text), number == 1, ended, recording);
        } catch (std::exception const& e) { // of the JSON library, or ours
            mistakes.error({file.string(), number, 1}, "this is no line of a recording", e.what());
        }
    }
    if (number == 0) {
        mistakes.error({file.string(), 0, 0}, "the recording cannot be read",
                       "a file that 'gridtwin serve --record' has written");
    } else if (mistakes.ok() && !ended) {
        mistakes.error({file.string(), number, 1}, "the recording has no end",
                       "a line with end_ns, as a run writes it that is not killed");
    }
    if (!mistakes.ok()) {
        throw InputError(std::move(mistakes));
    }
    return recording;
}

namespace {

/// Of the scenario and of what it reads orders from.
std::string fingerprint(scenario::Scenario const& scenario) {
    auto all = scenario.text;
    for (auto const& document : scenario.crm.orders) {
        all += '\0' + document.xml;
    }
    return to_hex(results::sha256(all));
}

} // namespace

void check_recording(Recording const& recording, std::filesystem::path const& file,
                     scenario::Scenario const& scenario) {
    Diagnostics mistakes;
    if (recording.scenario_sha256 != fingerprint(scenario)) {
        mistakes.error({file.string(), 1, 1}, "this was recorded with another scenario",
                       scenario.file.string() + " as it was then");
    }
    if (recording.seed != scenario.seed.value) {
        mistakes.error({file.string(), 1, 1},
                       fmt::format("this was recorded with seed {}", recording.seed),
                       fmt::format("seed {}", scenario.seed.value));
    }
    if (!mistakes.ok()) {
        throw InputError(std::move(mistakes));
    }
}

RecordingWriter::RecordingWriter(std::filesystem::path const& file,
                                 scenario::Scenario const& scenario)
    : out_(file) {
    json const head{{"gridtwin", "recording"},
                    {"format", kFormat},
                    {"scenario", scenario.name},
                    {"scenario_sha256", fingerprint(scenario)},
                    {"seed", scenario.seed.value}};
    out_ << head.dump() << std::endl;
    if (!out_) {
        Diagnostics mistakes;
        mistakes.error({file.string(), 0, 0}, "the recording cannot be written",
                       "a file in a folder that is there");
        throw InputError(std::move(mistakes));
    }
}

void RecordingWriter::write(Input const& input) {
    json line{{"at_ns", to_ns(input.at)}, {"connection", input.connection}};
    if (input.kind == Input::Kind::relay) {
        line["kind"] = "relay";
        line["meter"] = index(input.meter);
        line["close"] = input.close;
    } else {
        line["kind"] = "short_message";
        line["meter"] = index(input.message.meter);
        line["source"] = input.message.source;
        line["header"] = input.message.has_header;
        line["octets"] = to_hex(input.message.user_data);
        line["validity_ns"] = input.message.validity.count();
    }
    // Numbers of outside senders may be anything but UTF-8.
    out_ << line.dump(-1, ' ', true, json::error_handler_t::replace) << std::endl;
}

void RecordingWriter::end(SimTime reached, bool complete) {
    out_ << json{{"end_ns", to_ns(reached)}, {"complete", complete}}.dump() << std::endl;
}

} // namespace gridtwin::live
