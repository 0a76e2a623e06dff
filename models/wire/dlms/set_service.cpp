#include "models/wire/dlms/set_service.hpp"

#include "models/wire/dlms/service_codec.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

namespace gridtwin::wire::dlms {

using namespace codec;

void encode(SetRequestNormal const& apdu, std::vector<std::byte>& out) {
    put_head(ApduTag::set_request, 1, apdu.invoke, out);
    put(apdu.attribute, out);
    put_data(apdu.value, out);
}

void encode(SetRequestWithFirstDatablock const& apdu, std::vector<std::byte>& out) {
    put_head(ApduTag::set_request, 2, apdu.invoke, out);
    put(apdu.attribute, out);
    put(apdu.block, out);
}

void encode(SetRequestWithDatablock const& apdu, std::vector<std::byte>& out) {
    put_head(ApduTag::set_request, 3, apdu.invoke, out);
    put(apdu.block, out);
}

void encode(SetRequestWithList const& apdu, std::vector<std::byte>& out) {
    if (apdu.attributes.size() != apdu.values.size()) {
        throw SimulationError(fmt::format("DLMS: {} attributes, {} values to set",
                                          apdu.attributes.size(), apdu.values.size()));
    }
    put_head(ApduTag::set_request, 4, apdu.invoke, out);
    put_list(apdu.attributes, out);
    put_data_list(apdu.values, out);
}

void encode(SetRequestWithListAndFirstDatablock const& apdu, std::vector<std::byte>& out) {
    put_head(ApduTag::set_request, 5, apdu.invoke, out);
    put_list(apdu.attributes, out);
    put(apdu.block, out);
}

void encode(SetResponseNormal const& apdu, std::vector<std::byte>& out) {
    put_head(ApduTag::set_response, 1, apdu.invoke, out);
    put(apdu.result, out);
}

void encode(SetResponseDatablock const& apdu, std::vector<std::byte>& out) {
    put_head(ApduTag::set_response, 2, apdu.invoke, out);
    put_uint32(apdu.block, out);
}

void encode(SetResponseLastDatablock const& apdu, std::vector<std::byte>& out) {
    put_head(ApduTag::set_response, 3, apdu.invoke, out);
    put(apdu.result, out);
    put_uint32(apdu.block, out);
}

void encode(SetResponseLastDatablockWithList const& apdu, std::vector<std::byte>& out) {
    put_head(ApduTag::set_response, 4, apdu.invoke, out);
    put_list(apdu.results, out);
    put_uint32(apdu.block, out);
}

void encode(SetResponseWithList const& apdu, std::vector<std::byte>& out) {
    put_head(ApduTag::set_response, 5, apdu.invoke, out);
    put_list(apdu.results, out);
}

void encode(std::vector<Octets> const& values, std::vector<std::byte>& out) {
    put_data_list(values, out);
}

Parsed<std::vector<Octets>> values_of(std::span<std::byte const> octets) {
    return whole<std::vector<Octets>>(octets, data_list);
}

namespace {

std::vector<SelectedAttribute> attributes(OctetReader& cursor) {
    return list<SelectedAttribute>(cursor, kSelectedOctets, "the number of attributes", selected);
}

std::vector<DataAccessResult> results(OctetReader& cursor) {
    return list<DataAccessResult>(cursor, 1, "the number of results", access_result);
}

SetRequestWithList with_list(OctetReader& cursor, InvokeId invoke) {
    SetRequestWithList apdu{.invoke = invoke, .attributes = attributes(cursor), .values = {}};
    std::size_t const begin = cursor.at();
    apdu.values = data_list(cursor);
    if (apdu.values.size() != apdu.attributes.size()) {
        cursor.fail_at(begin, fmt::format("{} values for {} attributes", apdu.values.size(),
                                          apdu.attributes.size()));
    }
    return apdu;
}

} // namespace

namespace codec {

Apdu set_request(OctetReader& cursor) {
    auto const [form, invoke] = head(cursor);
    // Members are read in their order: braces evaluate from left to right.
    switch (form) {
    case 1:
        return SetRequestNormal{
            .invoke = invoke, .attribute = selected(cursor), .value = data(cursor)};
    case 2:
        return SetRequestWithFirstDatablock{
            .invoke = invoke, .attribute = selected(cursor), .block = block(cursor)};
    case 3:
        return SetRequestWithDatablock{.invoke = invoke, .block = block(cursor)};
    case 4:
        return with_list(cursor, invoke);
    case 5:
        return SetRequestWithListAndFirstDatablock{
            .invoke = invoke, .attributes = attributes(cursor), .block = block(cursor)};
    default:
        return no_form(cursor, form, "set-request");
    }
}

Apdu set_response(OctetReader& cursor) {
    auto const [form, invoke] = head(cursor);
    constexpr std::string_view kBlock = "the block's number";
    switch (form) {
    case 1:
        return SetResponseNormal{.invoke = invoke, .result = access_result(cursor)};
    case 2:
        return SetResponseDatablock{.invoke = invoke, .block = cursor.uint32(kBlock)};
    case 3:
        return SetResponseLastDatablock{
            .invoke = invoke, .result = access_result(cursor), .block = cursor.uint32(kBlock)};
    case 4:
        return SetResponseLastDatablockWithList{
            .invoke = invoke, .results = results(cursor), .block = cursor.uint32(kBlock)};
    case 5:
        return SetResponseWithList{.invoke = invoke, .results = results(cursor)};
    default:
        return no_form(cursor, form, "set-response");
    }
}

} // namespace codec
} // namespace gridtwin::wire::dlms
