// What a concentrator and the head-end tell each other by data.
#include "models/wire/apdu/apdu.hpp"
#include "models/wire/dlms/data_reader.hpp"
#include "models/wire/dlms/services.hpp"
#include "models/wire/sms/message_content.hpp"

#include <fmt/format.h>

namespace gridtwin::wire::apdu {

void encode_data(Message const& message, std::vector<std::byte>& out) {
    std::vector<std::byte> content;
    sms::encode_sms(message, content);
    std::vector<std::byte> value;
    dlms::Writer(value).octet_string(content);
    dlms::encode(dlms::DataNotification{.invoke = {}, .time = std::nullopt, .value = Octets(value)},
                 out);
}

std::string decode_data(std::span<std::byte const> octets, Message& message) {
    auto const apdu = dlms::decode_apdu(octets);
    if (!apdu.ok()) {
        return apdu.problem;
    }
    auto const* const push = std::get_if<dlms::DataNotification>(&apdu.value);
    if (push == nullptr) {
        return "not the data-notification of a data session";
    }
    dlms::Reader reader(push->value);
    Octets const content = reader.octet_string("the content");
    reader.expect_end();
    if (!reader.ok()) {
        return reader.problem();
    }
    auto decoded = sms::decode_sms(content);
    if (!decoded.ok()) {
        return decoded.problem;
    }
    auto const kind = decoded.message.kind;
    return sms::tell(std::move(decoded), message)
               ? ""
               : fmt::format("a {} message instead of {}", name(kind), name(message.kind));
}

} // namespace gridtwin::wire::apdu
