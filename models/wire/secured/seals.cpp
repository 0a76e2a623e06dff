#include "models/wire/secured/seals.hpp"

#include "models/wire/dlms_link/wrapper.hpp"
#include "models/wire/secured/framing.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

namespace gridtwin::wire::secured {
namespace {

constexpr std::uint16_t kClientPort = 1; ///< the management client; of the server likewise

bool between_strangers(MessageKind kind) {
    return kind == MessageKind::call || kind == MessageKind::hello;
}

/// As sizes.hpp has it.
Envelope envelope_of(MessageKind kind, Channel channel) {
    bool const first = kind == MessageKind::alarm || kind == MessageKind::enroll;
    return first || channel == Channel::wan ? Envelope::general : Envelope::service_specific;
}

/// Octets of what was made: without those that are counted alone.
std::uint32_t made_octets(Message const& message, Channel channel, SizeSpec const& sizes) {
    std::uint32_t const all = encoded_octets(message, channel, sizes);
    if (channel != Channel::wan) {
        return all;
    }
    std::uint32_t const segment = sizes.segment_octets + sizes.tcp_ip_octets;
    std::uint32_t const segments = (all + segment - 1) / segment;
    return all - segments * sizes.tcp_ip_octets - image_octets(message);
}

} // namespace

Seals::Seals(SealSpec const& spec)
    : spec_(spec), links_(spec.master, spec.seed),
      short_messages_(spec.master, spec.seed, spec.short_number) {
    if (!spec.sizes.secured) {
        throw SimulationError("messages that are real are secured, too");
    }
}

Seals::Ends Seals::ends_of(Message const& message, Channel channel) {
    Party const concentrator = party(message.concentrator);
    Party const other = channel == Channel::wan           ? kHeadEnd
                        : message.meter == kNone<MeterId> ? kGroup
                                                          : party(message.meter);
    bool const by_concentrator = (channel == Channel::wan) != goes_down(message.kind);
    return by_concentrator ? Ends{concentrator, other} : Ends{other, concentrator};
}

apdu::Context Seals::context(SecondProfile second) const {
    auto context = spec_.context;
    context.load = second.interval;
    context.load_channels = second.channels;
    return context;
}

void Seals::encode(Message const& message, Channel channel, SecondProfile second,
                   std::vector<std::byte>& out) {
    if (channel == Channel::sms) {
        short_messages_.seal(message, out);
        return;
    }
    auto const [from, to] = ends_of(message, channel);
    auto const envelope = envelope_of(message.kind, channel);
    std::vector<std::byte> plain;
    std::vector<std::byte> ciphered;
    if (channel == Channel::wan) {
        apdu::encode_data(message, plain);
        links_.protect(from, to, envelope, plain, ciphered);
        encode_wrapper(kClientPort, kClientPort, ciphered, out);
        return;
    }
    apdu::encode(message, context(second), plain);
    if (!between_strangers(message.kind)) {
        links_.protect(from, to, envelope, plain, ciphered);
    }
    frame_apdu(ciphered.empty() ? plain : ciphered, goes_down(message.kind),
               spec_.sizes.information_octets, out);
}

void Seals::seal(Message& message, Channel channel, SecondProfile second) {
    std::vector<std::byte> octets;
    encode(message, channel, second, octets);
    if (auto const due = made_octets(message, channel, spec_.sizes); octets.size() != due) {
        throw SimulationError(
            fmt::format("a {} message over {} takes {} octets, and {} are counted",
                        name(message.kind), name(channel), octets.size(), due));
    }
    ++counts_.sealed;
    message.value = 0;
    message.count = 0;
    message.occurred = kStart;
    message.payload = std::move(octets);
    message.sealed = true;
}

std::string Seals::decode(Message& message, Channel channel, SecondProfile second, MeterId at) {
    auto const octets = std::move(message.payload);
    message.payload = {};
    if (channel == Channel::sms) {
        auto const refusal = short_messages_.open(octets, message);
        return refusal == sms::Refusal::none ? "" : std::string(sms::name(refusal));
    }
    auto const [from, to] = ends_of(message, channel);
    std::vector<std::byte> apdu;
    if (channel == Channel::wan) {
        auto wrapped = decode_wrapper(octets);
        if (!wrapped.ok()) {
            return wrapped.problem;
        }
        apdu = std::move(wrapped.pdu.apdu);
    } else if (auto problem = unframe_apdu(octets, goes_down(message.kind), apdu);
               !problem.empty()) {
        return problem;
    }
    if (!between_strangers(message.kind)) {
        Party const receiver = to == kGroup ? party(at) : to;
        auto opened = links_.unprotect(from, to, receiver, apdu);
        if (!opened.ok()) {
            return opened.problem;
        }
        apdu = std::move(opened.apdu);
    }
    return channel == Channel::wan ? apdu::decode_data(apdu, message)
                                   : apdu::decode(apdu, context(second), message);
}

std::string Seals::open(Message& message, Channel channel, SecondProfile second, MeterId at) {
    if (!message.sealed) {
        throw SimulationError(
            fmt::format("a {} message that is not sealed is opened", name(message.kind)));
    }
    message.sealed = false;
    auto problem = decode(message, channel, second, at);
    ++(problem.empty() ? counts_.opened : counts_.refused);
    if (!problem.empty()) {
        message.payload.clear();
    }
    return problem;
}

} // namespace gridtwin::wire::secured
