#pragma once
// GET: reads attributes (IEC 62056-5-3, 6.9). Tag C0 (request) or C4 (response), which form, invoke
// id and priority, then as below. encode() appends; services.hpp decodes.
#include "models/wire/dlms/service_types.hpp"

#include <vector>

namespace gridtwin::wire::dlms {

/// 1: descriptor, 0 or 1 and the selective access
struct GetRequestNormal {
    InvokeId invoke;
    SelectedAttribute attribute;
    friend bool operator==(GetRequestNormal const&, GetRequestNormal const&) = default;
};

/// 2: the number of the last block received
struct GetRequestNext {
    InvokeId invoke;
    std::uint32_t block = 0;
    friend bool operator==(GetRequestNext const&, GetRequestNext const&) = default;
};

/// 3: number, descriptors with their access
struct GetRequestWithList {
    InvokeId invoke;
    std::vector<SelectedAttribute> attributes;
    friend bool operator==(GetRequestWithList const&, GetRequestWithList const&) = default;
};

/// 1: 0 and the value, or 1 and why not
struct GetResponseNormal {
    InvokeId invoke;
    GetDataResult result;
    friend bool operator==(GetResponseNormal const&, GetResponseNormal const&) = default;
};

/// 2: last or not, the block's number, 0 with length and octets, or 1 and why not. All raw octets
/// together are the value; of a list they are its results (results_of).
struct GetResponseWithDatablock {
    InvokeId invoke;
    bool last = false;
    std::uint32_t number = 0;
    std::variant<Octets, DataAccessResult> raw;
    friend bool operator==(GetResponseWithDatablock const&,
                           GetResponseWithDatablock const&) = default;
};

/// 3: number, results
struct GetResponseWithList {
    InvokeId invoke;
    std::vector<GetDataResult> results;
    friend bool operator==(GetResponseWithList const&, GetResponseWithList const&) = default;
};

/// @throws SimulationError for values that are not one well-formed Data each, and for invoke ids
/// above 15
void encode(GetRequestNormal const& apdu, std::vector<std::byte>& out);
void encode(GetRequestNext const& apdu, std::vector<std::byte>& out);
void encode(GetRequestWithList const& apdu, std::vector<std::byte>& out);
void encode(GetResponseNormal const& apdu, std::vector<std::byte>& out);
void encode(GetResponseWithDatablock const& apdu, std::vector<std::byte>& out);
void encode(GetResponseWithList const& apdu, std::vector<std::byte>& out);

/// What the blocks of a response to a list hold together: number, results.
void encode(std::vector<GetDataResult> const& results, std::vector<std::byte>& out);
[[nodiscard]] Parsed<std::vector<GetDataResult>> results_of(std::span<std::byte const> octets);

} // namespace gridtwin::wire::dlms
