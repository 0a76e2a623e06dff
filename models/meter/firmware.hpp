#pragma once
// A meter's firmware: the version that runs, and the image that is being collected beside it.
#include "models/meter/block_set.hpp"
#include "models/meter/clock.hpp"
#include "models/wire/firmware.hpp"
#include "sim/core/message.hpp"
#include "sim/core/time.hpp"

#include <cstdint>
#include <optional>

namespace gridtwin::meter {

inline constexpr std::uint32_t kFactoryFirmware = 1; ///< the version that all meters come with

/// In flash: survives a loss of supply. Images are signed, so a meter that is locked out takes
/// them, too.
struct FirmwareState {
    std::uint32_t active = kFactoryFirmware;
    wire::FirmwareImage image{};      ///< collected, or waiting for its time; version 0: none
    BlockSet blocks{};                ///< of it
    SimTime whole_at = kNever;        ///< true time at which its last block came
    SimTime active_whole_at = kNever; ///< likewise, of the version that runs

    /// Holds an image that does not run yet.
    [[nodiscard]] bool waits() const { return image.version != 0 && blocks.full(); }
};

/// A block, or a question for gaps, of one meter or of all. A version above the active one and the
/// collected one begins a new image, and so does the collected one cut otherwise; of the collected
/// one the latest time counts. All else changes nothing.
/// @return whether the time to activate may have changed
bool hear_firmware(FirmwareState& state, Message const& message, SimTime now);

/// What a meter answers when such a message, already heard, went to it alone: what it still wants
/// of that version, no blocks of one that is below the collected or not above the active one.
/// Nothing for a message of another kind, or one that does not decode.
[[nodiscard]] std::optional<Message> answer_firmware(FirmwareState const& state,
                                                     Message const& request, Channel channel,
                                                     SimTime now, MessageNumbers& numbers);

/// True time at which the clock shows the time to activate; kNever without an image that waits.
[[nodiscard]] SimTime activation_at(FirmwareState const& state, Clock const& clock);

/// True time at which the last block of that version came; kNever of one that it neither holds nor
/// runs: it may run, or hold, a later one.
[[nodiscard]] SimTime whole_at(FirmwareState const& state, std::uint32_t version);

/// The image that waits becomes the active one.
void activate(FirmwareState& state);

} // namespace gridtwin::meter
