#include "sim/live/recording.hpp"

#include "models/grid/dss/reader.hpp"
#include "models/wire/sms/user_data.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/hex.hpp"
#include "sim/live/json_line.hpp"
#include "sim/results/sha256.hpp"
#include "sim/scenario/feeder_options.hpp"
#include "sim/scenario/world.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

namespace gridtwin::live {
namespace {

using nlohmann::json;

constexpr int kFormat = 1;
constexpr std::string_view kShortMessage = "short_message";
constexpr std::string_view kRelay = "relay";

constexpr auto kLongestValidity = std::chrono::hours{24 * 366 * 200}; // SMPP's two digits of years
constexpr std::size_t kMostMistakes = 100;
constexpr std::size_t kMostCharacters = 20; // of a number

/// Of the scenario and of the files that it names, the feeder's scripts and data among them.
std::string fingerprint(scenario::Scenario const& scenario) {
    auto all = scenario.text;
    auto const add = [&all](std::string_view file) { all += '\0' + to_hex(results::sha256(file)); };
    for (auto const& file : scenario.beside) {
        add(file);
    }
    auto const feeder = scenario.file.parent_path() / scenario.grid.feeder;
    if (std::filesystem::is_regular_file(feeder)) {
        Diagnostics told_by_the_scenario;
        auto options = scenario::feeder_options(scenario);
        options.on_read = [&add](auto const&, std::string_view text) { add(text); };
        (void)grid::read_dss(feeder, told_by_the_scenario, options);
    }
    return to_hex(results::sha256(all));
}

/// Line by line; what is there is good if there was no mistake.
class RecordingReader {
  public:
    RecordingReader(scenario::Scenario const& scenario, scenario::World const& world)
        : scenario_(scenario), world_(world) {}

    void read_head(JsonLine& line);
    void read_next(JsonLine& line);

    [[nodiscard]] bool ended() const { return ended_; }
    [[nodiscard]] Recording take() { return std::move(recording_); }

  private:
    std::optional<SimTime> read_time(JsonLine& line, std::string_view key);
    void read_end(JsonLine& line);
    MeterId read_meter(JsonLine& line, bool by_sms);
    void read_message(JsonLine& line, sms::ExternalMessage& message);

    scenario::Scenario const& scenario_;
    scenario::World const& world_;
    Recording recording_;
    SimTime last_ = kStart; ///< of the lines until now
    bool fits_ = true;      ///< is of this scenario, else its meters and times cannot be judged
    bool ended_ = false;
};

void RecordingReader::read_head(JsonLine& line) {
    if (line.text("gridtwin").value_or("recording") != "recording") {
        line.error("gridtwin", "this is no recording", "\"recording\"");
    }
    (void)line.integer("format", kFormat, kFormat);
    auto const sha256 = line.text("scenario_sha256");
    fits_ = !sha256 || *sha256 == fingerprint(scenario_);
    if (!fits_) {
        line.error("scenario_sha256", "this was recorded with another scenario",
                   scenario_.file.string() +
                       (scenario_.beside.empty()
                            ? " as it was then"
                            : " and the files that it names, as they were then"));
    }
    auto const own = static_cast<std::int64_t>(scenario_.seed.value);
    auto const seed = line.integer("seed", 0, static_cast<std::int64_t>(scenario::kGreatestSeed));
    if (seed.value_or(own) != own) {
        line.error("seed", fmt::format("this was recorded with seed {}", *seed),
                   fmt::format("seed {}", own));
    }
    line.pass_over("scenario");
    line.finish();
}

/// None when it is a mistake, which is told.
std::optional<SimTime> RecordingReader::read_time(JsonLine& line, std::string_view key) {
    auto const most = fits_ ? to_ns(kStart + scenario_.duration) : to_ns(kNever);
    auto const read = line.integer(key, 0, most);
    if (!read) {
        return std::nullopt;
    }
    auto const at = from_ns(*read);
    if (at < last_) {
        line.error(key, fmt::format("'{}' is {}: time goes back", key, *read),
                   fmt::format("{}, which was before, or more", to_ns(last_)));
        return std::nullopt;
    }
    last_ = at;
    return at;
}

void RecordingReader::read_end(JsonLine& line) {
    ended_ = true;
    auto const end = read_time(line, "end_ns");
    recording_.end = end.value_or(kStart);
    recording_.complete = line.flag("complete").value_or(false);
    SimTime const horizon = kStart + scenario_.duration;
    if (end && fits_ && recording_.complete && *end != horizon) {
        line.error("end_ns", fmt::format("'end_ns' is {} of a complete run", to_ns(*end)),
                   fmt::format("{}", to_ns(horizon)));
    }
    line.finish();
}

MeterId RecordingReader::read_meter(JsonLine& line, bool by_sms) {
    auto const& meters = world_.meters;
    constexpr auto kAny = static_cast<std::int64_t>(index(kNone<MeterId>)) - 1;
    auto const last = fits_ ? static_cast<std::int64_t>(meters.size()) - 1 : kAny;
    auto const row = line.integer("meter", 0, last);
    if (row && fits_ && by_sms && !meters.way[static_cast<std::size_t>(*row)].has(Channel::sms)) {
        line.error("meter",
                   fmt::format("meter {}, '{}', has no SMS modem", *row,
                               meters.name[static_cast<std::size_t>(*row)]),
                   "one that has");
    }
    return static_cast<MeterId>(row.value_or(0));
}

void RecordingReader::read_message(JsonLine& line, sms::ExternalMessage& message) {
    message.meter = read_meter(line, true);
    message.has_header = line.flag("header").value_or(false);
    if (auto source = line.text("source")) {
        auto const characters =
            std::ranges::count_if(*source, [](char c) { return (c & 0xC0) != 0x80; });
        if (characters < 1 || static_cast<std::size_t>(characters) > kMostCharacters) {
            line.error("source", fmt::format("'source' has {} characters", characters),
                       fmt::format("1 to {}", kMostCharacters));
        }
        message.source = std::move(*source);
    }
    if (auto const digits = line.text("octets")) {
        auto octets = from_hex(*digits);
        if (!octets || octets->size() > wire::sms::kUserDataOctets) {
            line.error("octets", "'octets' is no short message",
                       fmt::format("at most {} octets of two hexadecimal digits",
                                   wire::sms::kUserDataOctets));
        }
        message.user_data = std::move(octets).value_or(std::vector<std::byte>{});
    }
    message.validity = SimDuration{
        line.integer("validity_ns", 0, SimDuration{kLongestValidity}.count()).value_or(0)};
}

void RecordingReader::read_next(JsonLine& line) {
    if (line.has("end_ns")) {
        return read_end(line);
    }
    Input input;
    input.at = read_time(line, "at_ns").value_or(last_);
    input.connection = static_cast<std::uint64_t>(
        line.integer("connection", 0, std::numeric_limits<std::int64_t>::max()).value_or(0));
    auto const kind = line.text("kind");
    if (kind == kRelay) {
        input.kind = Input::Kind::relay;
        input.meter = read_meter(line, false);
        input.close = line.flag("close").value_or(false);
    } else if (kind == kShortMessage) {
        input.kind = Input::Kind::short_message;
        read_message(line, input.message);
    } else if (kind) {
        line.error("kind", fmt::format("there is no kind '{}'", *kind),
                   fmt::format("{} or {}", kShortMessage, kRelay),
                   nearest_name(*kind, std::array{kShortMessage, kRelay}));
    }
    if (kind == kRelay || kind == kShortMessage) { // else who knows what it may have
        line.finish();
    }
    recording_.inputs.push_back(std::move(input));
}

} // namespace

Recording read_recording(std::filesystem::path const& file, scenario::Scenario const& scenario,
                         scenario::World const& world) {
    std::ifstream in(file);
    Diagnostics mistakes;
    RecordingReader reader(scenario, world);
    std::string text;
    int number = 0;
    bool whole = true; // the last line
    while (std::getline(in, text) && mistakes.errors().size() < kMostMistakes) {
        SourcePos const where{file.string(), ++number, 1};
        if (reader.ended()) {
            mistakes.error(where, "this stands behind the end", "nothing");
            continue;
        }
        JsonLine line(where, text, mistakes);
        whole = line.ok();
        if (whole && number == 1) {
            reader.read_head(line);
        } else if (whole) {
            reader.read_next(line);
        }
    }
    if (number == 0 && in.is_open() && !in.bad()) {
        mistakes.error({file.string(), 1, 1}, "the recording is empty",
                       "lines that 'gridtwin serve --record' has written");
    } else if (number == 0) {
        mistakes.error({file.string(), 0, 0}, "the recording cannot be read",
                       "a file that 'gridtwin serve --record' has written");
    } else if (whole && !reader.ended() && mistakes.errors().size() < kMostMistakes) {
        mistakes.error({file.string(), number, 1}, "the recording has no end",
                       "a line with end_ns, as a run writes it that is not killed");
    }
    if (!mistakes.ok()) {
        throw InputError(std::move(mistakes));
    }
    return reader.take();
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
        line["kind"] = kRelay;
        line["meter"] = index(input.meter);
        line["close"] = input.close;
    } else {
        line["kind"] = kShortMessage;
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
