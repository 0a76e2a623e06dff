#include "models/wire/dlms/get_service.hpp"

#include "models/wire/dlms/service_codec.hpp"

namespace gridtwin::wire::dlms {

using namespace codec;

void encode(GetRequestNormal const& apdu, std::vector<std::byte>& out) {
    put_head(ApduTag::get_request, 1, apdu.invoke, out);
    put(apdu.attribute, out);
}

void encode(GetRequestNext const& apdu, std::vector<std::byte>& out) {
    put_head(ApduTag::get_request, 2, apdu.invoke, out);
    put_uint32(apdu.block, out);
}

void encode(GetRequestWithList const& apdu, std::vector<std::byte>& out) {
    put_head(ApduTag::get_request, 3, apdu.invoke, out);
    put_list(apdu.attributes, out);
}

void encode(GetResponseNormal const& apdu, std::vector<std::byte>& out) {
    put_head(ApduTag::get_response, 1, apdu.invoke, out);
    put(apdu.result, out);
}

void encode(GetResponseWithDatablock const& apdu, std::vector<std::byte>& out) {
    put_head(ApduTag::get_response, 2, apdu.invoke, out);
    put_octet(apdu.last ? 1 : 0, out);
    put_uint32(apdu.number, out);
    put_octet(static_cast<std::uint8_t>(apdu.raw.index()), out);
    if (auto const* raw = std::get_if<Octets>(&apdu.raw)) {
        put_length(raw->size(), out);
        put_octets(*raw, out);
    } else {
        put(std::get<DataAccessResult>(apdu.raw), out);
    }
}

void encode(GetResponseWithList const& apdu, std::vector<std::byte>& out) {
    put_head(ApduTag::get_response, 3, apdu.invoke, out);
    encode(apdu.results, out);
}

void encode(std::vector<GetDataResult> const& results, std::vector<std::byte>& out) {
    put_list(results, out);
}

namespace {

/// Each at least a choice and an octet.
std::vector<GetDataResult> results(OctetReader& cursor) {
    return list<GetDataResult>(cursor, 2, "the number of results", get_data_result);
}

GetResponseWithDatablock with_datablock(OctetReader& cursor, InvokeId invoke) {
    GetResponseWithDatablock apdu{.invoke = invoke, .last = false, .number = 0, .raw = {}};
    apdu.last = cursor.boolean("whether it is the last block");
    apdu.number = cursor.uint32("the block's number");
    std::size_t const begin = cursor.at();
    std::uint8_t const choice = cursor.octet("the choice of data or a result");
    if (choice == 0) {
        apdu.raw = cursor.string("the block");
    } else {
        apdu.raw = access_result(cursor);
        if (choice > 1) {
            cursor.fail_at(begin, "neither data nor a result");
        }
    }
    return apdu;
}

} // namespace

Parsed<std::vector<GetDataResult>> results_of(std::span<std::byte const> octets) {
    return whole<std::vector<GetDataResult>>(octets, results);
}

namespace codec {

Apdu get_request(OctetReader& cursor) {
    auto const [form, invoke] = head(cursor);
    switch (form) {
    case 1:
        return GetRequestNormal{.invoke = invoke, .attribute = selected(cursor)};
    case 2:
        return GetRequestNext{.invoke = invoke, .block = cursor.uint32("the block's number")};
    case 3:
        return GetRequestWithList{.invoke = invoke,
                                  .attributes = list<SelectedAttribute>(cursor, kSelectedOctets,
                                                                        "the number of attributes",
                                                                        selected)};
    default:
        return no_form(cursor, form, "get-request");
    }
}

Apdu get_response(OctetReader& cursor) {
    auto const [form, invoke] = head(cursor);
    switch (form) {
    case 1:
        return GetResponseNormal{.invoke = invoke, .result = get_data_result(cursor)};
    case 2:
        return with_datablock(cursor, invoke);
    case 3:
        return GetResponseWithList{.invoke = invoke, .results = results(cursor)};
    default:
        return no_form(cursor, form, "get-response");
    }
}

} // namespace codec
} // namespace gridtwin::wire::dlms
