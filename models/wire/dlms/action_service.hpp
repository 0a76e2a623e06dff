#pragma once
// ACTION: invokes methods (IEC 62056-5-3, 6.11). Tag C3 (request) or C7 (response), which form,
// invoke id and priority, then as below. encode() appends; services.hpp decodes.
#include "models/wire/dlms/service_types.hpp"

#include <vector>

namespace gridtwin::wire::dlms {

/// 1: descriptor, 0 or 1 and the parameter
struct ActionRequestNormal {
    InvokeId invoke;
    MethodDescriptor method;
    std::optional<Octets> parameter;
    friend bool operator==(ActionRequestNormal const&, ActionRequestNormal const&) = default;
};

/// 2: the number of the last block received
struct ActionRequestNextPblock {
    InvokeId invoke;
    std::uint32_t block = 0;
    friend bool operator==(ActionRequestNextPblock const&,
                           ActionRequestNextPblock const&) = default;
};

/// 3: number, descriptors; number, parameters: as many, null-data where a method has none
struct ActionRequestWithList {
    InvokeId invoke;
    std::vector<MethodDescriptor> methods;
    std::vector<Octets> parameters;
    friend bool operator==(ActionRequestWithList const&, ActionRequestWithList const&) = default;
};

/// 4: descriptor, block. All raw octets together are the parameter.
struct ActionRequestWithFirstPblock {
    InvokeId invoke;
    MethodDescriptor method;
    DataBlock block;
    friend bool operator==(ActionRequestWithFirstPblock const&,
                           ActionRequestWithFirstPblock const&) = default;
};

/// 5: number, descriptors; block. All raw octets together are the parameters (values_of).
struct ActionRequestWithListAndFirstPblock {
    InvokeId invoke;
    std::vector<MethodDescriptor> methods;
    DataBlock block;
    friend bool operator==(ActionRequestWithListAndFirstPblock const&,
                           ActionRequestWithListAndFirstPblock const&) = default;
};

/// 6: block
struct ActionRequestWithPblock {
    InvokeId invoke;
    DataBlock block;
    friend bool operator==(ActionRequestWithPblock const&,
                           ActionRequestWithPblock const&) = default;
};

/// Result; 0, or 1 and what the method returns (0 and a value, or 1 and why there is none).
struct ActionOutcome {
    ActionResult result = ActionResult::success;
    std::optional<GetDataResult> returned;
    friend bool operator==(ActionOutcome const&, ActionOutcome const&) = default;
};

/// 1: outcome
struct ActionResponseNormal {
    InvokeId invoke;
    ActionOutcome outcome;
    friend bool operator==(ActionResponseNormal const&, ActionResponseNormal const&) = default;
};

/// 2: block. All raw octets together are the outcome, or a list's outcomes (assumption: the book
/// leaves open where the result is, and a block has no other place for it).
struct ActionResponseWithPblock {
    InvokeId invoke;
    DataBlock block;
    friend bool operator==(ActionResponseWithPblock const&,
                           ActionResponseWithPblock const&) = default;
};

/// 3: number, outcomes
struct ActionResponseWithList {
    InvokeId invoke;
    std::vector<ActionOutcome> outcomes;
    friend bool operator==(ActionResponseWithList const&, ActionResponseWithList const&) = default;
};

/// 4: the number of the block received
struct ActionResponseNextPblock {
    InvokeId invoke;
    std::uint32_t block = 0;
    friend bool operator==(ActionResponseNextPblock const&,
                           ActionResponseNextPblock const&) = default;
};

/// @throws SimulationError for parameters that are not one well-formed Data each, or not as many as
/// the methods, and for invoke ids above 15
void encode(ActionRequestNormal const& apdu, std::vector<std::byte>& out);
void encode(ActionRequestNextPblock const& apdu, std::vector<std::byte>& out);
void encode(ActionRequestWithList const& apdu, std::vector<std::byte>& out);
void encode(ActionRequestWithFirstPblock const& apdu, std::vector<std::byte>& out);
void encode(ActionRequestWithListAndFirstPblock const& apdu, std::vector<std::byte>& out);
void encode(ActionRequestWithPblock const& apdu, std::vector<std::byte>& out);
void encode(ActionResponseNormal const& apdu, std::vector<std::byte>& out);
void encode(ActionResponseWithPblock const& apdu, std::vector<std::byte>& out);
void encode(ActionResponseWithList const& apdu, std::vector<std::byte>& out);
void encode(ActionResponseNextPblock const& apdu, std::vector<std::byte>& out);

/// What the blocks of a response hold together.
void encode(ActionOutcome const& outcome, std::vector<std::byte>& out);
void encode(std::vector<ActionOutcome> const& outcomes, std::vector<std::byte>& out);
[[nodiscard]] Parsed<ActionOutcome> outcome_of(std::span<std::byte const> octets);
[[nodiscard]] Parsed<std::vector<ActionOutcome>> outcomes_of(std::span<std::byte const> octets);

} // namespace gridtwin::wire::dlms
