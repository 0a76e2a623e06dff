#pragma once
// A modem's modes as media and routes need them: what can be worked out once.
#include "models/plc/spec.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace gridtwin::plc {

class ModeTable {
  public:
    struct Mode {
        medium::ErrorTable errors; ///< in the noise of that channel
        SimDuration ack_time;
        double slowness; ///< time of a full segment and its acknowledgement over the least of all
        std::vector<SimDuration> frame_time; ///< [payload octets], as far as worth keeping
    };

    /// @throws SimulationError when the modem has problems()
    ModeTable(ModemSpec modem, ChannelSpec const& channel);

    [[nodiscard]] ModemSpec const& modem() const { return modem_; }
    [[nodiscard]] std::size_t size() const { return modes_.size(); }
    [[nodiscard]] Mode const& operator[](std::size_t mode) const { return modes_[mode]; }
    [[nodiscard]] std::uint8_t slowest() const {
        return static_cast<std::uint8_t>(modes_.size() - 1);
    }
    [[nodiscard]] std::uint32_t segment_octets() const { return segment_octets_; }
    [[nodiscard]] double hearing_dbuv() const { return hearing_dbuv_; }
    [[nodiscard]] SimDuration frame_time(std::size_t mode, std::uint32_t payload_octets) const {
        auto const& kept = modes_[mode].frame_time;
        return payload_octets < kept.size() ? kept[payload_octets]
                                            : plc::frame_time(modem_, payload_octets, mode);
    }

  private:
    ModemSpec modem_;
    std::vector<Mode> modes_;
    std::uint32_t segment_octets_ = 0;
    double hearing_dbuv_ = 0.0;
};

/// Some milliseconds' work and some 10 kB a mode: made once for all media of equal specs.
/// @throws SimulationError when the modem has problems()
[[nodiscard]] std::shared_ptr<ModeTable const> mode_table(ModemSpec const& modem,
                                                          ChannelSpec const& channel);

} // namespace gridtwin::plc
