#pragma once
// A second load profile beside the billing one: for a class of meters, of an interval and with
// channels of its own.
#include "models/meter/clock.hpp"
#include "models/wire/meter_data.hpp"
#include "sim/core/ids.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace gridtwin::meter {

/// What an interval's row may hold. Means of current, voltage and frequency are over the time with
/// voltage, 0 when there was none.
enum class ProfileChannel : std::uint8_t {
    energy,    ///< net register's difference, mWh
    power,     ///< mean active power of the interval, W, > 0 consumes
    current,   ///< mean of |S| / U, mA; single-phase meters only
    voltage,   ///< mean, mV
    frequency, ///< mean, mHz
};
inline constexpr std::size_t kProfileChannels = 5;
[[nodiscard]] std::string_view name(ProfileChannel channel);
[[nodiscard]] constexpr std::uint8_t bit(ProfileChannel channel) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(channel));
}

/// Profile intervals that meters know, minutes: each divides the hour.
inline constexpr std::array<int, 9> kProfileMinutes{1, 2, 3, 5, 10, 15, 20, 30, 60};
[[nodiscard]] bool known_interval(SimDuration interval);

struct LoadProfileSpec {
    SimDuration interval = std::chrono::minutes(15);
    std::uint8_t channels = bit(ProfileChannel::energy); ///< bits
    std::uint32_t rows = 96;                             ///< kept, the oldest overwritten
};

/// One closed interval: [ProfileChannel], in its unit; channels that are not kept are 0.
using LoadProfileRow = wire::LoadRow;
static_assert(kProfileChannels == wire::kLoadChannels);

/// What is constant over a stretch of time.
struct Measured {
    double p_w = 0.0;
    double q_var = 0.0;
    double u_v = 0.0; ///< 0 without voltage
    double f_hz = 0.0;
    std::uint8_t status = 0;
};

struct LoadProfiles {
    static constexpr std::uint8_t kNoClass = 255;
    struct Sums { ///< over the open interval
        double p_ws = 0.0;
        double length_s = 0.0;
        double current_as = 0.0;
        double voltage_vs = 0.0;
        double frequency_hz_s = 0.0;
        double powered_s = 0.0;
        std::int64_t opened_mwh = 0; ///< register when it began
        std::uint8_t status = 0;
    };

    std::vector<LoadProfileSpec> classes;
    std::vector<std::uint8_t> of_meter; ///< [meter] its class; empty without any
    std::vector<std::uint32_t> slot;    ///< [meter] row of the columns below
    std::vector<std::uint32_t> last_closed;
    std::vector<SimTime> closes_at; ///< true time
    std::vector<Sums> sums;
    std::vector<std::size_t> first_cell;  ///< of `cells`: [row][channel kept], a ring
    std::vector<std::size_t> first_state; ///< of `states`: [row]
    std::vector<std::int32_t> cells;
    std::vector<std::uint8_t> states;

    [[nodiscard]] bool kept_by(std::size_t meter) const {
        return !of_meter.empty() && of_meter[meter] != kNoClass;
    }
};

/// Gives meters a class. @param meters each at most once in all classes
/// @throws SimulationError for an interval that is not known, no rows or channels, a meter twice
void add_profile(LoadProfiles& profiles, LoadProfileSpec const& spec, std::size_t meter_count,
                 std::span<MeterId const> meters);

/// Begins anew with the clock as it is; only before the first advance.
/// @param status what the first interval has earned already
void begin_profile(LoadProfiles& profiles, std::size_t meter, Clock const& clock,
                   std::uint8_t status);

/// Adds a stretch that no interval's end divides.
void add_stretch(LoadProfiles& profiles, std::size_t meter, Measured const& measured, double dt_s);

/// Closes the open interval at its end. @param register_mwh the net register then
/// @throws SimulationError when a value does not fit its row
void close_profile(LoadProfiles& profiles, std::size_t meter, Clock const& clock,
                   std::int64_t register_mwh);

/// The clock was set at true time t: the open interval ends by what it shows now; those that it
/// has passed are closed.
/// @param status what the open interval, and those passed, have earned by it
void reset_end(LoadProfiles& profiles, std::size_t meter, Clock const& clock,
               std::int64_t register_mwh, std::uint8_t status, SimTime t);

/// The closed interval's row; nothing when it is not (or no longer) held.
[[nodiscard]] std::optional<LoadProfileRow> find_row(LoadProfiles const& profiles, MeterId meter,
                                                     std::uint32_t interval);

/// Octets of all meters together.
[[nodiscard]] std::size_t bytes(LoadProfiles const& profiles);

} // namespace gridtwin::meter
