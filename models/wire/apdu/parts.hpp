#pragma once
// The parts of apdu.hpp, by kind of message. Each encoder @throws SimulationError as encode() does,
// each decoder returns what is wrong.
#include "models/wire/apdu/apdu.hpp"
#include "models/wire/dlms/data_reader.hpp"
#include "models/wire/dlms/services.hpp"

namespace gridtwin::wire::apdu {

// actions.cpp: actions that go to meters
void encode_action(Message const& message, Context const& context, std::vector<std::byte>& out);
[[nodiscard]] std::string decode_action(dlms::Apdu const& apdu, Context const& context,
                                        Message& message);
// clock_setting.cpp: a set_clock that has_validity()
void encode_clock_setting(Message const& message, Context const& context,
                          std::vector<std::byte>& out);
[[nodiscard]] std::string decode_clock_setting(dlms::ActionRequestWithList const& action,
                                               Context const& context, Message& message);
// requests.cpp: these, gets and sets
void encode_request(Message const& message, Context const& context, std::vector<std::byte>& out);
[[nodiscard]] std::string decode_request(dlms::Apdu const& apdu, Context const& context,
                                         Message& message);
// blocks.cpp: the value of a get-response with a profile, load, registers or events
void encode_block(Message const& message, Context const& context, std::vector<std::byte>& out);
[[nodiscard]] std::string decode_block(std::span<std::byte const> data, Context const& context,
                                       Message& message);
// responses.cpp: what meters answer and tell
void encode_response(Message const& message, Context const& context, std::vector<std::byte>& out);
[[nodiscard]] std::string decode_response(dlms::Apdu const& apdu, Context const& context,
                                          Message& message);
// credit.cpp: what a set_credit says, and an answer of an account
void encode_difference(Message const& message, std::vector<std::byte>& out);
void decode_difference(dlms::Reader& reader, Message& message);
void encode_account(Message const& message, Context const& context, std::vector<std::byte>& out);
void decode_account(dlms::Reader& reader, Context const& context, Message& message);
// discovery.cpp: between strangers
void encode_call(Message const& message, std::vector<std::byte>& out);
[[nodiscard]] std::string decode_call(std::span<std::byte const> octets, Message& message);
/// An answer's {what the caller's way costs, who answered}.
void encode_found(Message const& message, std::vector<std::byte>& out);
[[nodiscard]] std::string decode_found(std::span<std::byte const> data, Message& message);

} // namespace gridtwin::wire::apdu
