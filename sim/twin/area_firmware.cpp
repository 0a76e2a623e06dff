// What an area's meters do with a firmware that reaches them.
#include "sim/twin/area_firmware.hpp"

#include "models/meter/event_log.hpp"
#include "sim/twin/access_area.hpp"

#include <algorithm>

namespace gridtwin::twin {

std::size_t AreaFirmware::bytes() const {
    std::size_t sum = states_.capacity() * sizeof(meter::FirmwareState);
    for (auto const& state : states_) {
        sum += state.blocks.bytes();
    }
    return sum;
}

void AccessArea::hear_firmware(std::size_t member, Message const& message) {
    if (meters_.energised[index(meter_of(member))] != 0 &&
        meter::hear_firmware(firmware_.of(member, outage_.size()), message, now_)) {
        plan_activation(member);
    }
}

void AccessArea::on_firmware_request(std::size_t member, Message const& request, Channel channel) {
    if (meters_.energised[index(meter_of(member))] == 0) {
        ++unanswered_;
        return;
    }
    hear_firmware(member, request);
    if (auto answer = meter::answer_firmware(firmware_.of(member, outage_.size()), request, channel,
                                             now_, meter_numbers_)) {
        reply(member, std::move(*answer), channel, now_);
    }
}

/// Plans made before may stand beside it: whether the time has come is seen then.
void AccessArea::plan_activation(std::size_t member) {
    if (firmware_.states().empty() || !firmware_.states()[member].waits()) {
        return;
    }
    Local local;
    local.kind = LocalKind::activation;
    local.member = static_cast<std::uint32_t>(member);
    auto const clock = meter::clock_of(meters_, meter_of(member));
    local_.push(std::max(now_, meter::activation_at(firmware_.states()[member], clock)),
                std::move(local));
}

void AccessArea::activate_firmware(std::size_t member) {
    constexpr SimDuration kRounding = std::chrono::microseconds(1); // of a clock's inverse
    auto& state = firmware_.of(member, outage_.size());
    MeterId const meter = meter_of(member);
    SimTime const shown = meter::shown_time(meters_, meter, now_);
    bool const due = state.waits() && shown + kRounding >= state.image.activate_at;
    if (!due || meters_.energised[index(meter)] == 0) {
        return; // it is planned anew when its supply, or its clock, changes
    }
    meter::activate(state);
    EventRecord const event{.at = now_,
                            .kind = EventKind::firmware_activated,
                            .entity = EventEntity::meter,
                            .row = static_cast<std::uint32_t>(index(meter)),
                            .value = static_cast<double>(state.active)};
    events_.push_back(event);
    if (meters_.logs.kept()) {
        meter::log_event(meters_.logs, event, shown);
    }
    set_silent(member, rebooting, true);
    Local local;
    local.kind = LocalKind::rebooted;
    local.member = static_cast<std::uint32_t>(member);
    local_.push(now_ + scenario_.meter.firmware_reboot, std::move(local));
}

} // namespace gridtwin::twin
