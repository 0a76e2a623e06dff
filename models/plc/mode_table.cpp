#include "models/plc/mode_table.hpp"

#include "models/medium/spec_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gridtwin::plc {
namespace {

ModemSpec sound(ModemSpec modem) {
    medium::require_none(fmt::format("modem {}", modem.name), {problems(modem)});
    return modem;
}

} // namespace

ModeTable::ModeTable(ModemSpec modem, ChannelSpec const& channel)
    : modem_(sound(std::move(modem))), segment_octets_(plc::segment_octets(modem_)),
      hearing_dbuv_(plc::hearing_dbuv(modem_)) {
    constexpr std::uint32_t kMostKept = 255;
    double least_s = 0.0;
    for (std::size_t k = 0; k < modem_.modes.size(); ++k) {
        Mode mode{.errors = medium::ErrorTable(modem_.modes[k].ber,
                                               disturbance(channel, modem_.modes[k])),
                  .ack_time = ack_time(modem_, k),
                  .slowness = to_s(plc::frame_time(modem_, segment_octets_, k)) +
                              to_s(ack_time(modem_, k)) + 2.0 * modem_.turnaround_s,
                  .frame_time = {}};
        for (std::uint32_t octets = 0; octets <= std::min(segment_octets_, kMostKept); ++octets) {
            mode.frame_time.push_back(plc::frame_time(modem_, octets, k));
        }
        least_s = k == 0 ? mode.slowness : std::min(least_s, mode.slowness);
        modes_.push_back(std::move(mode));
    }
    for (auto& mode : modes_) {
        mode.slowness /= least_s;
    }
}

std::shared_ptr<ModeTable const> mode_table(ModemSpec const& modem, ChannelSpec const& channel) {
    return std::make_shared<ModeTable const>(modem, channel);
}

} // namespace gridtwin::plc
