#pragma once
// What meters tell beside their billing profile, as it travels: registers, logged events, rows of a
// second profile; and the parameters that they are given. Compact blocks, several of a kind may
// follow each other. Integers are LEB128 varints in their shortest form, signed ones zigzag.
#include "models/wire/decoded.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::wire {

/// Import, export, four quadrants: mWh, mWh, then mvarh (models/meter/registers.hpp). A meter
/// without billing registers tells its net ones: import less export first, inductive less
/// capacitive third.
inline constexpr std::size_t kRegisterValues = 6;
inline constexpr std::size_t kMaxRegisterSets = 9; ///< total, and eight tariffs

struct RegisterBlock {
    MeterId meter = kNone<MeterId>;
    SimTime read{};                                              ///< by the meter's clock
    std::vector<std::array<std::int64_t, kRegisterValues>> sets; ///< total, then tariff by tariff
    friend bool operator==(RegisterBlock const&, RegisterBlock const&) = default;
};

struct LoggedEvent {
    std::uint8_t kind = 0; ///< EventKind
    SimTime occurred{};    ///< by the meter's clock
    float value = 0.0F;    ///< see EventKind

    friend bool operator==(LoggedEvent const&, LoggedEvent const&) = default;
};
inline constexpr std::size_t kMaxLoggedEvents = 1024; ///< in a block

/// Consecutive entries of one meter's log, numbered from 1.
struct EventBlock {
    MeterId meter = kNone<MeterId>;
    std::uint32_t first = 0;
    std::vector<LoggedEvent> events;
    friend bool operator==(EventBlock const&, EventBlock const&) = default;
};

inline constexpr std::size_t kLoadChannels = 5; ///< models/meter/load_profile.hpp names them
/// One closed interval; channels that are not kept are 0.
struct LoadRow {
    std::array<std::int32_t, kLoadChannels> value{};
    std::uint8_t status = 0; ///< bits as in ProfileRow

    friend bool operator==(LoadRow const&, LoadRow const&) = default;
};

/// Consecutive intervals of a second profile; numbered as those of the billing one are.
struct LoadBlock {
    MeterId meter = kNone<MeterId>;
    std::uint32_t first_interval = 0;
    std::uint8_t channels = 0; ///< bits; none: the meter has no such profile, and no rows
    std::vector<LoadRow> rows;
    friend bool operator==(LoadBlock const&, LoadBlock const&) = default;
};

/// One parameter, now or later.
struct ParameterSetting {
    std::uint8_t parameter = 0;   ///< meter::Parameter
    bool delayed = false;         ///< takes effect when the meter's clock shows `effective`
    std::int64_t value_milli = 0; ///< thousandths of its unit
    SimTime effective{};
    friend bool operator==(ParameterSetting const&, ParameterSetting const&) = default;
};

/// Append a block; each checks what decode() checks. @throws SimulationError for a block that has
/// no encoding
void encode(RegisterBlock const& block, std::vector<std::byte>& out);
void encode(EventBlock const& block, std::vector<std::byte>& out);
void encode(LoadBlock const& block, std::vector<std::byte>& out);
void encode(ParameterSetting const& setting, std::vector<std::byte>& out);

/// Decode all blocks that follow each other. Never read beyond `octets`, whatever they hold, and
/// accept exactly what encode() writes.
[[nodiscard]] Decoded<RegisterBlock> decode_registers(std::span<std::byte const> octets);
[[nodiscard]] Decoded<EventBlock> decode_events(std::span<std::byte const> octets);
[[nodiscard]] Decoded<LoadBlock> decode_load(std::span<std::byte const> octets);
[[nodiscard]] Decoded<ParameterSetting> decode_parameters(std::span<std::byte const> octets);

} // namespace gridtwin::wire
