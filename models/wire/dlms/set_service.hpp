#pragma once
// SET: writes attributes (IEC 62056-5-3, 6.10). Tag C1 (request) or C5 (response), which form,
// invoke id and priority, then as below. encode() appends; services.hpp decodes.
#include "models/wire/dlms/service_types.hpp"

#include <vector>

namespace gridtwin::wire::dlms {

/// 1: descriptor with its access, value
struct SetRequestNormal {
    InvokeId invoke;
    SelectedAttribute attribute;
    Octets value;
    friend bool operator==(SetRequestNormal const&, SetRequestNormal const&) = default;
};

/// 2: descriptor with its access, block. All raw octets together are the value.
struct SetRequestWithFirstDatablock {
    InvokeId invoke;
    SelectedAttribute attribute;
    DataBlock block;
    friend bool operator==(SetRequestWithFirstDatablock const&,
                           SetRequestWithFirstDatablock const&) = default;
};

/// 3: block
struct SetRequestWithDatablock {
    InvokeId invoke;
    DataBlock block;
    friend bool operator==(SetRequestWithDatablock const&,
                           SetRequestWithDatablock const&) = default;
};

/// 4: number, descriptors with their access; number, values: as many
struct SetRequestWithList {
    InvokeId invoke;
    std::vector<SelectedAttribute> attributes;
    std::vector<Octets> values;
    friend bool operator==(SetRequestWithList const&, SetRequestWithList const&) = default;
};

/// 5: number, descriptors with their access; block. All raw octets together are the values
/// (values_of).
struct SetRequestWithListAndFirstDatablock {
    InvokeId invoke;
    std::vector<SelectedAttribute> attributes;
    DataBlock block;
    friend bool operator==(SetRequestWithListAndFirstDatablock const&,
                           SetRequestWithListAndFirstDatablock const&) = default;
};

/// 1: result
struct SetResponseNormal {
    InvokeId invoke;
    DataAccessResult result = DataAccessResult::success;
    friend bool operator==(SetResponseNormal const&, SetResponseNormal const&) = default;
};

/// 2: the number of the block received
struct SetResponseDatablock {
    InvokeId invoke;
    std::uint32_t block = 0;
    friend bool operator==(SetResponseDatablock const&, SetResponseDatablock const&) = default;
};

/// 3: result, the number of the block received
struct SetResponseLastDatablock {
    InvokeId invoke;
    DataAccessResult result = DataAccessResult::success;
    std::uint32_t block = 0;
    friend bool operator==(SetResponseLastDatablock const&,
                           SetResponseLastDatablock const&) = default;
};

/// 4: number, results, the number of the block received
struct SetResponseLastDatablockWithList {
    InvokeId invoke;
    std::vector<DataAccessResult> results;
    std::uint32_t block = 0;
    friend bool operator==(SetResponseLastDatablockWithList const&,
                           SetResponseLastDatablockWithList const&) = default;
};

/// 5: number, results
struct SetResponseWithList {
    InvokeId invoke;
    std::vector<DataAccessResult> results;
    friend bool operator==(SetResponseWithList const&, SetResponseWithList const&) = default;
};

/// @throws SimulationError for values that are not one well-formed Data each, values that are not
/// as many as the attributes, and for invoke ids above 15
void encode(SetRequestNormal const& apdu, std::vector<std::byte>& out);
void encode(SetRequestWithFirstDatablock const& apdu, std::vector<std::byte>& out);
void encode(SetRequestWithDatablock const& apdu, std::vector<std::byte>& out);
void encode(SetRequestWithList const& apdu, std::vector<std::byte>& out);
void encode(SetRequestWithListAndFirstDatablock const& apdu, std::vector<std::byte>& out);
void encode(SetResponseNormal const& apdu, std::vector<std::byte>& out);
void encode(SetResponseDatablock const& apdu, std::vector<std::byte>& out);
void encode(SetResponseLastDatablock const& apdu, std::vector<std::byte>& out);
void encode(SetResponseLastDatablockWithList const& apdu, std::vector<std::byte>& out);
void encode(SetResponseWithList const& apdu, std::vector<std::byte>& out);

/// What the blocks of a list hold together, of SET and of ACTION: number, values.
void encode(std::vector<Octets> const& values, std::vector<std::byte>& out);
[[nodiscard]] Parsed<std::vector<Octets>> values_of(std::span<std::byte const> octets);

} // namespace gridtwin::wire::dlms
