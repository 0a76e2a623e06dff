#include "models/wire/apdu/apdu.hpp"

#include "models/wire/apdu/parts.hpp"
#include "models/wire/sizes.hpp"
#include "sim/core/diagnostics.hpp"

namespace gridtwin::wire::apdu {

void encode(Message const& message, Context const& context, std::vector<std::byte>& out) {
    if (between_strangers(message.kind)) {
        encode_call(message, out);
    } else if (goes_down(message.kind)) {
        encode_request(message, context, out);
    } else {
        encode_response(message, context, out);
    }
}

std::string decode(std::span<std::byte const> octets, Context const& context, Message& message) {
    message.value = 0;
    message.count = 0;
    message.occurred = kStart;
    message.payload.clear();
    if (between_strangers(message.kind)) {
        return decode_call(octets, message);
    }
    auto const apdu = dlms::decode_apdu(octets);
    if (!apdu.ok()) {
        return apdu.problem;
    }
    try { // blocks that have no encoding
        return goes_down(message.kind) ? decode_request(apdu.value, context, message)
                                       : decode_response(apdu.value, context, message);
    } catch (SimulationError const& error) {
        return error.what();
    }
}

} // namespace gridtwin::wire::apdu
