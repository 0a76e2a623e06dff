#include "models/wire/secured/seals.hpp"

#include "models/wire/secured/framing.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

namespace gridtwin::wire::secured {

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
    auto const envelope =
        carries_title(message.kind, channel) ? Envelope::general : Envelope::service_specific;
    std::vector<std::byte> plain;
    std::vector<std::byte> ciphered;
    if (channel == Channel::wan) {
        apdu::encode_data(message, plain);
    } else {
        apdu::encode(message, context(second), plain);
    }
    if (!between_strangers(message.kind)) {
        links_.protect(from, to, envelope, plain, ciphered);
    }
    enclose(ciphered.empty() ? plain : ciphered, message.kind, channel,
            spec_.sizes.information_octets, out);
}

void Seals::seal(Message& message, Channel channel, SecondProfile second) {
    std::vector<std::byte> octets;
    encode(message, channel, second, octets);
    auto const takes =
        sealed_octets(static_cast<std::uint32_t>(octets.size()), message, channel, spec_.sizes);
    // Of a short message, message.octets may say what carries it to the operator.
    auto const due =
        channel == Channel::sms ? encoded_octets(message, channel, spec_.sizes) : message.octets;
    if (takes != due) {
        throw SimulationError(
            fmt::format("a {} message over {} takes {} octets, and {} are counted",
                        name(message.kind), name(channel), takes, due));
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
    if (auto problem = disclose(octets, message.kind, channel, apdu); !problem.empty()) {
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
