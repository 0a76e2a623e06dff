#pragma once
// What came from outside in a served run, so that it can be run again without anybody: lines of
// JSON. The first says of which scenario it is, the last where the run ended.
#include "models/sms/external_port.hpp"
#include "sim/core/time.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::scenario {
struct Scenario;
struct World;
} // namespace gridtwin::scenario

namespace gridtwin::live {

/// Something from outside that changes the simulated world.
struct Input {
    enum class Kind : std::uint8_t { short_message, relay };
    Kind kind{};
    SimTime at{};
    std::uint64_t connection = 0;   ///< who it came from, for readers
    sms::ExternalMessage message{}; ///< short_message; its number is not recorded
    MeterId meter = kNone<MeterId>; ///< relay
    bool close = false;             ///< relay

    friend bool operator==(Input const&, Input const&) = default;
};

struct Recording {
    std::vector<Input> inputs; ///< ascending in time
    SimTime end{};
    bool complete = false; ///< the run came to the scenario's end
};

/// @throws InputError with the place of every mistake; that it is of another scenario, or another
/// seed, is one
[[nodiscard]] Recording read_recording(std::filesystem::path const& file,
                                       scenario::Scenario const& scenario,
                                       scenario::World const& world);

/// Writes line by line, so that what is there is whole whatever happens.
class RecordingWriter {
  public:
    /// @throws InputError when the file cannot be written
    RecordingWriter(std::filesystem::path const& file, scenario::Scenario const& scenario);
    void write(Input const& input);
    void end(SimTime reached, bool complete);

  private:
    std::ofstream out_;
};

} // namespace gridtwin::live
