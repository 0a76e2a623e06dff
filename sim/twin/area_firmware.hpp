#pragma once
// The firmware of an area's meters.
#include "models/meter/firmware.hpp"

#include <cstddef>
#include <vector>

namespace gridtwin::twin {

/// Takes memory only once a firmware is on its way.
class AreaFirmware {
  public:
    /// @param members of the area, the concentrator among them
    [[nodiscard]] meter::FirmwareState& of(std::size_t member, std::size_t members) {
        if (states_.empty()) {
            states_.resize(members);
        }
        return states_[member];
    }
    /// [member]; empty before the first block or question
    [[nodiscard]] std::vector<meter::FirmwareState> const& states() const { return states_; }
    [[nodiscard]] std::size_t bytes() const;

  private:
    std::vector<meter::FirmwareState> states_;
};

} // namespace gridtwin::twin
