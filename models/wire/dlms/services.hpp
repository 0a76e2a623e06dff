#pragma once
// The APDUs of xDLMS with logical names: any of them from octets, and back. Ciphered ones are
// deciphered before (their tags C8 to CF, DB and so on are refused here by name), associations are
// opened elsewhere.
#include "models/wire/dlms/action_service.hpp"
#include "models/wire/dlms/get_service.hpp"
#include "models/wire/dlms/notification.hpp"
#include "models/wire/dlms/set_service.hpp"

#include <string_view>
#include <variant>
#include <vector>

namespace gridtwin::wire::dlms {

/// The first octet.
enum class ApduTag : std::uint8_t {
    confirmed_service_error = 0x0E,
    data_notification = 0x0F,
    get_request = 0xC0,
    set_request = 0xC1,
    event_notification = 0xC2,
    action_request = 0xC3,
    get_response = 0xC4,
    set_response = 0xC5,
    action_response = 0xC7,
    exception_response = 0xD8,
};

using Apdu =
    std::variant<GetRequestNormal, GetRequestNext, GetRequestWithList, GetResponseNormal,
                 GetResponseWithDatablock, GetResponseWithList, SetRequestNormal,
                 SetRequestWithFirstDatablock, SetRequestWithDatablock, SetRequestWithList,
                 SetRequestWithListAndFirstDatablock, SetResponseNormal, SetResponseDatablock,
                 SetResponseLastDatablock, SetResponseLastDatablockWithList, SetResponseWithList,
                 ActionRequestNormal, ActionRequestNextPblock, ActionRequestWithList,
                 ActionRequestWithFirstPblock, ActionRequestWithListAndFirstPblock,
                 ActionRequestWithPblock, ActionResponseNormal, ActionResponseWithPblock,
                 ActionResponseWithList, ActionResponseNextPblock, EventNotification,
                 DataNotification, ExceptionResponse, ConfirmedServiceError>;

/// Exactly one APDU. Views of the value point into `octets`. Every Data in it is well-formed; lists
/// are allocated element by element as they are read.
[[nodiscard]] Parsed<Apdu> decode_apdu(std::span<std::byte const> octets);
Parsed<Apdu> decode_apdu(std::vector<std::byte>&& octets) = delete; ///< views would outlive it
void encode(Apdu const& apdu, std::vector<std::byte>& out);

/// Of any APDU of DLMS, by its tag: "get-request", "glo-get-request"; empty for no such tag.
[[nodiscard]] std::string_view apdu_name(std::uint8_t tag);

} // namespace gridtwin::wire::dlms
