#include "models/wire/dlms/action_service.hpp"

#include "models/wire/dlms/service_codec.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

namespace gridtwin::wire::dlms {

using namespace codec;

void encode(ActionRequestNormal const& apdu, std::vector<std::byte>& out) {
    put_head(ApduTag::action_request, 1, apdu.invoke, out);
    put(apdu.method, out);
    put_octet(apdu.parameter ? 1 : 0, out);
    if (apdu.parameter) {
        put_data(*apdu.parameter, out);
    }
}

void encode(ActionRequestNextPblock const& apdu, std::vector<std::byte>& out) {
    put_head(ApduTag::action_request, 2, apdu.invoke, out);
    put_uint32(apdu.block, out);
}

void encode(ActionRequestWithList const& apdu, std::vector<std::byte>& out) {
    if (apdu.methods.size() != apdu.parameters.size()) {
        throw SimulationError(fmt::format("DLMS: {} methods, {} parameters", apdu.methods.size(),
                                          apdu.parameters.size()));
    }
    put_head(ApduTag::action_request, 3, apdu.invoke, out);
    put_list(apdu.methods, out);
    put_data_list(apdu.parameters, out);
}

void encode(ActionRequestWithFirstPblock const& apdu, std::vector<std::byte>& out) {
    put_head(ApduTag::action_request, 4, apdu.invoke, out);
    put(apdu.method, out);
    put(apdu.block, out);
}

void encode(ActionRequestWithListAndFirstPblock const& apdu, std::vector<std::byte>& out) {
    put_head(ApduTag::action_request, 5, apdu.invoke, out);
    put_list(apdu.methods, out);
    put(apdu.block, out);
}

void encode(ActionRequestWithPblock const& apdu, std::vector<std::byte>& out) {
    put_head(ApduTag::action_request, 6, apdu.invoke, out);
    put(apdu.block, out);
}

void encode(ActionResponseNormal const& apdu, std::vector<std::byte>& out) {
    put_head(ApduTag::action_response, 1, apdu.invoke, out);
    encode(apdu.outcome, out);
}

void encode(ActionResponseWithPblock const& apdu, std::vector<std::byte>& out) {
    put_head(ApduTag::action_response, 2, apdu.invoke, out);
    put(apdu.block, out);
}

void encode(ActionResponseWithList const& apdu, std::vector<std::byte>& out) {
    put_head(ApduTag::action_response, 3, apdu.invoke, out);
    encode(apdu.outcomes, out);
}

void encode(ActionResponseNextPblock const& apdu, std::vector<std::byte>& out) {
    put_head(ApduTag::action_response, 4, apdu.invoke, out);
    put_uint32(apdu.block, out);
}

void encode(ActionOutcome const& outcome, std::vector<std::byte>& out) {
    put_octet(static_cast<std::uint8_t>(outcome.result), out);
    put_octet(outcome.returned ? 1 : 0, out);
    if (outcome.returned) {
        put(*outcome.returned, out);
    }
}

void encode(std::vector<ActionOutcome> const& outcomes, std::vector<std::byte>& out) {
    put_length(outcomes.size(), out);
    for (ActionOutcome const& outcome : outcomes) {
        encode(outcome, out);
    }
}

namespace {

std::vector<ActionOutcome> outcomes(OctetReader& cursor) {
    return list<ActionOutcome>(cursor, 2, "the number of responses", outcome);
}

std::vector<MethodDescriptor> methods(OctetReader& cursor) {
    return list<MethodDescriptor>(cursor, kDescriptorOctets, "the number of methods", method);
}

ActionRequestNormal normal(OctetReader& cursor, InvokeId invoke) {
    ActionRequestNormal apdu{.invoke = invoke, .method = method(cursor), .parameter = {}};
    if (cursor.boolean("whether there is a parameter")) {
        apdu.parameter = data(cursor);
    }
    return apdu;
}

ActionRequestWithList with_list(OctetReader& cursor, InvokeId invoke) {
    ActionRequestWithList apdu{.invoke = invoke, .methods = methods(cursor), .parameters = {}};
    std::size_t const begin = cursor.at();
    apdu.parameters = data_list(cursor);
    if (apdu.parameters.size() != apdu.methods.size()) {
        cursor.fail_at(begin, fmt::format("{} parameters for {} methods", apdu.parameters.size(),
                                          apdu.methods.size()));
    }
    return apdu;
}

} // namespace

Parsed<ActionOutcome> outcome_of(std::span<std::byte const> octets) {
    return whole<ActionOutcome>(octets, outcome);
}

Parsed<std::vector<ActionOutcome>> outcomes_of(std::span<std::byte const> octets) {
    return whole<std::vector<ActionOutcome>>(octets, outcomes);
}

namespace codec {

Apdu action_request(OctetReader& cursor) {
    auto const [form, invoke] = head(cursor);
    switch (form) {
    case 1:
        return normal(cursor, invoke);
    case 2:
        return ActionRequestNextPblock{.invoke = invoke,
                                       .block = cursor.uint32("the block's number")};
    case 3:
        return with_list(cursor, invoke);
    case 4:
        return ActionRequestWithFirstPblock{
            .invoke = invoke, .method = method(cursor), .block = block(cursor)};
    case 5:
        return ActionRequestWithListAndFirstPblock{
            .invoke = invoke, .methods = methods(cursor), .block = block(cursor)};
    case 6:
        return ActionRequestWithPblock{.invoke = invoke, .block = block(cursor)};
    default:
        return no_form(cursor, form, "action-request");
    }
}

Apdu action_response(OctetReader& cursor) {
    auto const [form, invoke] = head(cursor);
    switch (form) {
    case 1:
        return ActionResponseNormal{.invoke = invoke, .outcome = outcome(cursor)};
    case 2:
        return ActionResponseWithPblock{.invoke = invoke, .block = block(cursor)};
    case 3:
        return ActionResponseWithList{.invoke = invoke, .outcomes = outcomes(cursor)};
    case 4:
        return ActionResponseNextPblock{.invoke = invoke,
                                        .block = cursor.uint32("the block's number")};
    default:
        return no_form(cursor, form, "action-response");
    }
}

} // namespace codec
} // namespace gridtwin::wire::dlms
