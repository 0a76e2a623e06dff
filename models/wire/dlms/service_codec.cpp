#include "models/wire/dlms/service_codec.hpp"

#include "models/wire/dlms/data_reader.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

namespace gridtwin::wire::dlms::codec {

void put_head(ApduTag tag, std::uint8_t form, InvokeId invoke, std::vector<std::byte>& out) {
    if (invoke.id > 15) {
        throw SimulationError(fmt::format("DLMS: invoke id {} has no encoding", invoke.id));
    }
    put_octet(static_cast<std::uint8_t>(tag), out);
    put_octet(form, out);
    put_octet(octet_of(invoke), out);
}

void put(AttributeDescriptor const& attribute, std::vector<std::byte>& out) {
    put_uint16(attribute.class_id, out);
    put_octets(octets_of(attribute.instance), out);
    put_octet(static_cast<std::uint8_t>(attribute.attribute), out);
}

void put(MethodDescriptor const& method, std::vector<std::byte>& out) {
    put_uint16(method.class_id, out);
    put_octets(octets_of(method.instance), out);
    put_octet(static_cast<std::uint8_t>(method.method), out);
}

void put(SelectedAttribute const& selected, std::vector<std::byte>& out) {
    put(selected.attribute, out);
    put_octet(selected.access ? 1 : 0, out);
    if (selected.access) {
        put_octet(selected.access->selector, out);
        put_data(selected.access->parameters, out);
    }
}

void put(DataBlock const& block, std::vector<std::byte>& out) {
    put_octet(block.last ? 1 : 0, out);
    put_uint32(block.number, out);
    put_length(block.raw.size(), out);
    put_octets(block.raw, out);
}

void put(GetDataResult const& result, std::vector<std::byte>& out) {
    put_octet(static_cast<std::uint8_t>(result.index()), out);
    if (auto const* data = std::get_if<Octets>(&result)) {
        put_data(*data, out);
    } else {
        put(std::get<DataAccessResult>(result), out);
    }
}

void put(DataAccessResult result, std::vector<std::byte>& out) {
    put_octet(static_cast<std::uint8_t>(result), out);
}

void put_data(Octets data, std::vector<std::byte>& out) {
    if (!is_data(data)) {
        throw SimulationError(
            fmt::format("DLMS: {} octets are not one Data that could be sent", data.size()));
    }
    put_octets(data, out);
}

void put(DateTime const& time, std::vector<std::byte>& out) {
    put_octet(12, out);
    encode(time, out);
}

void put_data_list(std::vector<Octets> const& values, std::vector<std::byte>& out) {
    put_length(values.size(), out);
    for (Octets const value : values) {
        put_data(value, out);
    }
}

AttributeDescriptor attribute(OctetReader& cursor) {
    AttributeDescriptor attribute;
    attribute.class_id = cursor.uint16("the class");
    if (Octets const name = cursor.take(6, "the logical name"); cursor.ok()) {
        attribute.instance = obis_of(name.first<6>());
    }
    attribute.attribute = static_cast<std::int8_t>(cursor.octet("the attribute"));
    return attribute;
}

MethodDescriptor method(OctetReader& cursor) {
    auto const [class_id, instance, number] = attribute(cursor); // the same octets
    return {.class_id = class_id, .instance = instance, .method = number};
}

SelectedAttribute selected(OctetReader& cursor) {
    SelectedAttribute selected;
    selected.attribute = attribute(cursor);
    if (cursor.boolean("whether there is selective access")) {
        auto& access = selected.access.emplace();
        access.selector = cursor.octet("the access selector");
        access.parameters = data(cursor);
    }
    return selected;
}

DataBlock block(OctetReader& cursor) {
    DataBlock block;
    block.last = cursor.boolean("whether it is the last block");
    block.number = cursor.uint32("the block's number");
    block.raw = cursor.string("the block");
    return block;
}

GetDataResult get_data_result(OctetReader& cursor) {
    std::size_t const begin = cursor.at();
    std::uint8_t const choice = cursor.octet("the choice of data or a result");
    if (choice == 0) {
        return data(cursor);
    }
    if (choice > 1) {
        cursor.fail_at(begin, fmt::format("neither data nor a result, but choice {}", choice));
    }
    return access_result(cursor);
}

DataAccessResult access_result(OctetReader& cursor) {
    return static_cast<DataAccessResult>(cursor.octet("the result"));
}

ActionOutcome outcome(OctetReader& cursor) {
    ActionOutcome outcome;
    outcome.result = static_cast<ActionResult>(cursor.octet("the result"));
    if (cursor.boolean("whether something is returned")) {
        outcome.returned = get_data_result(cursor);
    }
    return outcome;
}

Octets data(OctetReader& cursor) {
    if (!cursor.ok()) {
        return {};
    }
    Reader reader(cursor.rest(), cursor.base() + cursor.at());
    Octets const data = reader.skip();
    if (!reader.ok()) {
        cursor.fail_as(reader.problem());
        return {};
    }
    return cursor.take(data.size(), "a value");
}

std::vector<Octets> data_list(OctetReader& cursor) {
    return list<Octets>(cursor, 1, "the number of values", data);
}

Head head(OctetReader& cursor) {
    std::uint8_t const form = cursor.octet("the form of the service");
    return {.form = form, .invoke = invoke_id_of(cursor.octet("invoke id and priority"))};
}

Apdu no_form(OctetReader& cursor, std::uint8_t form, std::string_view service) {
    cursor.fail_at(1, fmt::format("{} has no form {}", service, form));
    return {};
}

} // namespace gridtwin::wire::dlms::codec
