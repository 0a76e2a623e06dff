#include "sim/twin/real_wire.hpp"

#include "models/wire/cipher/key_derivation.hpp"
#include "models/wire/secured/framing.hpp"
#include "sim/core/diagnostics.hpp"

namespace gridtwin::twin {
namespace {

/// Nothing secret is simulated, and every key follows from this one and the seed. It is not that of
/// live clients (DlmsServer, sms_key), who count on their own.
wire::AesKey master_key(Seed seed) {
    return wire::derive_key({}, "simulated wire", seed, 0);
}

} // namespace

RealWire::RealWire(scenario::Scenario const& scenario, meter::MeterTable const* meters)
    : meters_(meters), flip_every_(scenario.flip_every),
      information_octets_(scenario.access.concentrator.sizes.information_octets) {
    if (scenario.wire == scenario::WireModel::sized) {
        return;
    }
    auto const& concentrator = scenario.access.concentrator;
    seals_.emplace(wire::secured::SealSpec{
        .master = master_key(scenario.seed),
        .seed = scenario.seed,
        .sizes = concentrator.sizes,
        .context = {.start_unix_s = scenario.clock().start_unix_s(),
                    .profile = scenario.headend.profile,
                    .clock_uncertainty_ms = static_cast<std::uint32_t>(
                        concentrator.clock_broadcast.uncertainty / std::chrono::milliseconds(1)),
                    .firmware_runs = concentrator.firmware.most_runs},
        .short_number = scenario.sms.spec.short_number});
}

wire::secured::SecondProfile RealWire::second_profile(Message const& message) const {
    bool const load = message.kind == MessageKind::load || message.kind == MessageKind::read_load;
    if (!load || meters_ == nullptr || message.meter == kNone<MeterId>) {
        return {};
    }
    auto const& profiles = meters_->profiles;
    if (!profiles.kept_by(index(message.meter))) {
        return {};
    }
    auto const& spec = profiles.classes[profiles.of_meter[index(message.meter)]];
    return {.interval = spec.interval, .channels = spec.channels};
}

void RealWire::seal(Message& message, Channel channel) {
    if (!seals_) {
        return;
    }
    seals_->seal(message, channel, second_profile(message));
    if (flip_every_ != 0 && seals_->counts().sealed % flip_every_ == 0) {
        flip(message, channel);
    }
}

/// One bit is another. What has a tag is framed anew, so that nothing but the tag can tell; calls
/// and hellos have none, and short messages no frames.
void RealWire::flip(Message& message, Channel channel) const {
    auto const flip_middle = [](std::vector<std::byte>& octets) {
        octets[octets.size() / 2] ^= std::byte{4};
    };
    if (channel == Channel::sms || wire::between_strangers(message.kind)) {
        flip_middle(message.payload);
        return;
    }
    std::vector<std::byte> apdu;
    auto const problem = wire::secured::disclose(message.payload, message.kind, channel, apdu);
    if (!problem.empty()) {
        throw SimulationError(problem);
    }
    flip_middle(apdu);
    message.payload.clear();
    wire::secured::enclose(apdu, message.kind, channel, information_octets_, message.payload);
}

bool RealWire::open(Message& message, Channel channel, MeterId at) {
    return !seals_ || seals_->open(message, channel, second_profile(message), at).empty();
}

EventRecord refusal_of(EventEntity entity, std::uint32_t row, Channel channel, SimTime at) {
    return {.at = at,
            .kind = EventKind::message_refused,
            .entity = entity,
            .row = row,
            .value = static_cast<double>(channel)};
}

Channel channel_to_head_end(Message const& message) {
    bool const sms =
        message.concentrator == kNone<ConcentratorId> || message.uplink == Channel::sms;
    return sms ? Channel::sms : Channel::wan;
}

} // namespace gridtwin::twin
