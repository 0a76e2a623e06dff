#pragma once
// What SNRM proposes and UA settles (IEC 62056-46, 6.4.4.4.3.2): group 80 of format 81,
// each parameter an identifier, a length and a value. Absent ones have the defaults.
//
// 81 80 14 | 05 02 tttt | 06 02 rrrr | 07 04 tttttttt | 08 04 rrrrrrrr
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::wire {

/// From the sender's point of view.
struct HdlcParameters {
    std::uint32_t information_transmit = 128; ///< octets, at least 1
    std::uint32_t information_receive = 128;
    std::uint32_t window_transmit = 1; ///< frames, 1 to 7
    std::uint32_t window_receive = 1;
    bool operator==(HdlcParameters const&) const = default;
};

/// The group as information of SNRM or UA: 23 octets.
void encode(HdlcParameters const& parameters, std::vector<std::byte>& out);

struct DecodedHdlcParameters {
    HdlcParameters parameters{};
    std::string problem{}; ///< empty when understood
    [[nodiscard]] bool ok() const { return problem.empty(); }
};
/// Of nothing: the defaults. Values of 1 to 4 octets; unknown parameters and the user-defined
/// group are passed over.
[[nodiscard]] DecodedHdlcParameters decode_hdlc_parameters(std::span<std::byte const> information);

/// What the answering side settles on: of every parameter the lesser of its own and what the
/// other's opposite direction allows.
[[nodiscard]] HdlcParameters negotiated(HdlcParameters const& own, HdlcParameters const& proposed);

} // namespace gridtwin::wire
