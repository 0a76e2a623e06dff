#pragma once
// The wrapper of DLMS/COSEM over TCP and UDP (IEC 62056-47, clause 6): 8 octets before an APDU.
//
// version 2 (0001) | source wPort 2 | destination wPort 2 | length 2 | APDU
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::wire {

inline constexpr std::size_t kWrapperHeaderOctets = 8;

/// The wPorts are service access points: 16 the public client, 1 the management client and the
/// management logical device.
struct WrapperPdu {
    std::uint16_t source = 0;
    std::uint16_t destination = 0;
    std::vector<std::byte> apdu{}; ///< 1 to 65535 octets
    bool operator==(WrapperPdu const&) const = default;
};

/// Errors: SimulationError where the APDU is empty or longer than 65535 octets.
void encode_wrapper(std::uint16_t source, std::uint16_t destination,
                    std::span<std::byte const> apdu, std::vector<std::byte>& out);

struct DecodedWrapper {
    WrapperPdu pdu{};
    std::string problem{}; ///< empty when understood
    [[nodiscard]] bool ok() const { return problem.empty(); }
};
/// Of one datagram.
[[nodiscard]] DecodedWrapper decode_wrapper(std::span<std::byte const> datagram);

/// Cuts a TCP stream into its APDUs. A stream has no marks to find the way back by, so the first
/// mistake ends it: the connection is to be closed. Holds at most one APDU between calls.
class WrapperSplitter {
  public:
    /// @param longest octets of an APDU; a longer one is a mistake
    explicit WrapperSplitter(std::size_t longest) : longest_(longest) {}

    /// Octets that came in, in any pieces; appends the APDUs they complete, those before a mistake
    /// too. After a mistake nothing is taken any more.
    void feed(std::span<std::byte const> octets, std::vector<WrapperPdu>& out);

    [[nodiscard]] bool ok() const { return problem_.empty(); }
    [[nodiscard]] std::string const& problem() const { return problem_; } ///< octets of the stream
    /// Octets of an APDU that is not complete: what a half-open connection left.
    [[nodiscard]] std::size_t held() const { return held_.size(); }

  private:
    std::size_t longest_;
    std::uint64_t done_ = 0; ///< octets of the stream before those held
    std::vector<std::byte> held_;
    std::string problem_;
};

} // namespace gridtwin::wire
