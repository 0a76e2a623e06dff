#include "models/meter/firmware.hpp"

#include "models/wire/sizes.hpp"

#include <algorithm>

namespace gridtwin::meter {
namespace {

/// Of a block or a question; version 0 for what is neither, or does not decode.
wire::FirmwareImage image_of(Message const& message) {
    if (message.kind != MessageKind::firmware_block && message.kind != MessageKind::read_gaps) {
        return {};
    }
    auto const decoded = wire::decode_image(message.payload);
    bool const good = decoded.ok() && decoded.blocks.size() == 1 && decoded.blocks[0].blocks() > 0;
    return good ? decoded.blocks[0] : wire::FirmwareImage{};
}

bool same_cut(wire::FirmwareImage const& a, wire::FirmwareImage const& b) {
    return a.version == b.version && a.octets == b.octets && a.block_octets == b.block_octets;
}

} // namespace

bool hear_firmware(FirmwareState& state, Message const& message, SimTime now) {
    auto const image = image_of(message);
    if (image.version <= state.active || image.version < state.image.version) {
        return false;
    }
    bool news = image.activate_at != state.image.activate_at;
    if (!same_cut(image, state.image)) {
        state.blocks = BlockSet(image.blocks());
        state.whole_at = kNever;
        news = true;
    }
    state.image = image;
    bool const block = message.kind == MessageKind::firmware_block && message.value >= 0 &&
                       message.value < image.blocks();
    if (block && state.blocks.insert(static_cast<std::uint32_t>(message.value)) &&
        state.blocks.full()) {
        state.whole_at = now;
        news = true;
    }
    return news;
}

std::optional<Message> answer_firmware(FirmwareState const& state, Message const& request,
                                       Channel channel, SimTime now, MessageNumbers& numbers) {
    auto const image = image_of(request);
    if (image.version == 0) {
        return std::nullopt;
    }
    // After a block the gaps are told from the first on.
    std::int64_t const from = request.kind == MessageKind::read_gaps ? request.value : 0;
    wire::FirmwareGaps gaps{
        .version = image.version,
        .first = static_cast<std::uint32_t>(std::clamp<std::int64_t>(from, 0, image.blocks())),
        .runs = {}};
    if (same_cut(image, state.image)) {
        gaps.runs =
            state.blocks.gaps(std::clamp(request.count, 1U, wire::kMaxBlockRuns), gaps.first);
    } else if (image.version > state.active && image.version >= state.image.version &&
               gaps.first < image.blocks()) {
        gaps.runs = {{gaps.first, image.blocks() - gaps.first}};
    }
    Message answer;
    answer.id = numbers.next();
    answer.kind = MessageKind::gaps;
    answer.meter = request.meter;
    answer.concentrator = request.concentrator;
    answer.command = request.command;
    answer.created = now;
    answer.occurred = now;
    wire::encode(gaps, answer.payload);
    answer.octets = wire::encoded_octets(answer, channel);
    return answer;
}

SimTime activation_at(FirmwareState const& state, Clock const& clock) {
    return state.waits() ? when_shown(clock, state.image.activate_at) : kNever;
}

SimTime whole_at(FirmwareState const& state, std::uint32_t version) {
    return version == state.active          ? state.active_whole_at
           : version == state.image.version ? state.whole_at
                                            : kNever;
}

void activate(FirmwareState& state) {
    state.active = state.image.version;
    state.active_whole_at = state.whole_at;
    state.image = {};
    state.blocks = {};
    state.whole_at = kNever;
}

} // namespace gridtwin::meter
