#include "sim/scenario/firmware_check.hpp"

#include "models/meter/firmware.hpp"
#include "models/wire/sizes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace gridtwin::scenario {
namespace {

/// That the image can be cut into blocks that media carry.
void check_blocks(Scenario const& scenario, TimedEvent const& event, Diagnostics& diagnostics) {
    auto const& access = scenario.access;
    Message block;
    block.kind = MessageKind::firmware_block;
    auto const image = concentrator::cut(event.image, access.concentrator.firmware);
    if (image.blocks() > wire::kMostImageBlocks) {
        diagnostics.error(event.where,
                          fmt::format("an image of {} blocks, meters keep {}", image.blocks(),
                                      wire::kMostImageBlocks),
                          "greater access.concentrator.firmware.block_octets");
        return;
    }
    wire::encode(image, block.payload);
    auto const octets =
        wire::encoded_octets(block, Channel::plc, access.concentrator.sizes); // as over radio
    auto const frame = [&](Channel channel) {
        return channel == Channel::plc ? plc::segment_octets(access.plc.modem)
                                       : access.rf.radio.max_payload_octets;
    };
    for (Channel const channel : {Channel::plc, Channel::rf}) {
        bool const used =
            std::any_of(scenario.customers.begin(), scenario.customers.end(),
                        [channel](auto const& group) { return group.meter.has(channel); });
        std::uint32_t const frames = (octets - 1) / frame(channel) + 1;
        if (used && frames > wire::kMostBroadcastFrames) {
            diagnostics.error(
                event.where,
                fmt::format("a block to all meters takes {} frames over {}, at most {} go", frames,
                            name(channel), wire::kMostBroadcastFrames),
                "smaller access.concentrator.firmware.block_octets");
        }
    }
}

/// That some meter below could take the image: one that no earlier event has brought as new a
/// version. And that no concentrator is ordered an older one than before.
void check_version(Scenario const& scenario, World const& world, TimedEvent const& event,
                   PlannedEvent const& planned, Diagnostics& diagnostics) {
    bool some = false;
    std::uint32_t brought = meter::kFactoryFirmware;
    std::optional<std::size_t> ahead; ///< a concentrator that has a newer one to bring
    std::uint32_t ordered = 0;
    for (auto const id : planned.concentrators) {
        auto const c = index(id);
        std::uint32_t newest = meter::kFactoryFirmware;
        for (auto const& other : scenario.events) {
            bool const earlier = other.at < event.at || (other.at == event.at && &other < &event);
            if (other.kind == TimedEvent::Kind::firmware && earlier &&
                world.is_for(other, world.concentrators[c])) {
                newest = std::max(newest, other.image.version);
            }
        }
        if (newest > event.image.version && newest > ordered) {
            ahead = c;
            ordered = newest;
        }
        some = some || event.image.version > newest;
        brought = std::max(brought, newest);
    }
    if (world.concentrators.empty()) {
        diagnostics.error(event.where,
                          fmt::format("no meter of '{}' could take a firmware", event.target),
                          "customers whose meters are read over power line or radio");
    } else if (!some) {
        diagnostics.error(
            event.where,
            fmt::format("no meter of '{}' could take version {}: they have {} by then",
                        event.target, event.image.version, brought),
            "a version above it");
    } else if (ahead) {
        diagnostics.error(event.where,
                          fmt::format("version {} goes to '{}', which is ordered {} before",
                                      event.image.version, world.concentrators[*ahead].name,
                                      ordered),
                          "a version not below it");
    }
}

} // namespace

void check_firmware(Scenario const& scenario, World const& world, TimedEvent const& event,
                    PlannedEvent const& planned, Diagnostics& diagnostics) {
    if (event.image.version == 0 || event.image.octets == 0) {
        return; // its mistake has been reported
    }
    check_blocks(scenario, event, diagnostics);
    check_version(scenario, world, event, planned, diagnostics);
}

std::vector<HurriedFirmware> hurried_firmware(Scenario const& scenario) {
    std::vector<HurriedFirmware> out;
    auto const& spec = scenario.access.concentrator.firmware;
    for (auto const& event : scenario.events) {
        if (event.kind != TimedEvent::Kind::firmware) {
            continue;
        }
        std::uint32_t const blocks = concentrator::cut(event.image, spec).blocks();
        HurriedFirmware const one{.where = event.where,
                                  .blocks = blocks,
                                  .takes = blocks * spec.block_gap,
                                  .left = event.image.activate_at - event.at};
        if (one.takes > one.left) {
            out.push_back(one);
        }
    }
    return out;
}

} // namespace gridtwin::scenario
