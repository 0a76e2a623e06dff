#pragma once
// The parts that the services' codecs are made of; for the sources of this folder.
#include "models/wire/dlms/services.hpp"
#include "models/wire/octets.hpp"

namespace gridtwin::wire::dlms::codec {

inline constexpr std::size_t kDescriptorOctets = 2 + 6 + 1;
inline constexpr std::size_t kSelectedOctets = kDescriptorOctets + 1; ///< without access

// Each appends. @throws SimulationError as services say
void put_head(ApduTag tag, std::uint8_t form, InvokeId invoke, std::vector<std::byte>& out);
void put(AttributeDescriptor const& attribute, std::vector<std::byte>& out);
void put(MethodDescriptor const& method, std::vector<std::byte>& out);
void put(SelectedAttribute const& selected, std::vector<std::byte>& out);
void put(DataBlock const& block, std::vector<std::byte>& out);
void put(GetDataResult const& result, std::vector<std::byte>& out);
void put(DataAccessResult result, std::vector<std::byte>& out);
void put_data(Octets data, std::vector<std::byte>& out);     ///< one Data
void put(DateTime const& time, std::vector<std::byte>& out); ///< length 12 before it

/// A number, then so many. @param least of each, octets
template <typename Element, typename Read>
std::vector<Element> list(OctetReader& cursor, std::size_t least, std::string_view what,
                          Read read) {
    std::vector<Element> elements;
    for (std::uint32_t left = cursor.count(least, what); left > 0 && cursor.ok(); --left) {
        elements.push_back(read(cursor));
    }
    return elements;
}

template <typename Element>
void put_list(std::vector<Element> const& elements, std::vector<std::byte>& out) {
    put_length(elements.size(), out);
    for (Element const& element : elements) {
        put(element, out);
    }
}

AttributeDescriptor attribute(OctetReader& cursor);
MethodDescriptor method(OctetReader& cursor);
SelectedAttribute selected(OctetReader& cursor);
DataBlock block(OctetReader& cursor);
GetDataResult get_data_result(OctetReader& cursor);
DataAccessResult access_result(OctetReader& cursor);
ActionOutcome outcome(OctetReader& cursor);
Octets data(OctetReader& cursor); ///< one Data, read once for its faults
std::vector<Octets> data_list(OctetReader& cursor);
void put_data_list(std::vector<Octets> const& values, std::vector<std::byte>& out);

// What follows the tag; a fault for a form there is not.
Apdu get_request(OctetReader& cursor);
Apdu get_response(OctetReader& cursor);
Apdu set_request(OctetReader& cursor);
Apdu set_response(OctetReader& cursor);
Apdu action_request(OctetReader& cursor);
Apdu action_response(OctetReader& cursor);
Apdu event_notification(OctetReader& cursor);
Apdu data_notification(OctetReader& cursor);
Apdu exception_response(OctetReader& cursor);
Apdu confirmed_service_error(OctetReader& cursor);

/// Form, then invoke id and priority.
struct Head {
    std::uint8_t form = 0;
    InvokeId invoke;
};
Head head(OctetReader& cursor);
/// The form just read is none of `service`'s.
Apdu no_form(OctetReader& cursor, std::uint8_t form, std::string_view service);

/// All of `octets`.
template <typename Value, typename Read>
Parsed<Value> whole(std::span<std::byte const> octets, Read read) {
    OctetReader cursor(octets);
    Parsed<Value> parsed;
    parsed.value = read(cursor);
    cursor.expect_end();
    parsed.problem = cursor.problem();
    return parsed;
}

} // namespace gridtwin::wire::dlms::codec
