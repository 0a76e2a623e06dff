#pragma once
// Where a server listens: "127.0.0.1:2775", "[::1]:0"; port 0 is any that is free.
#include <cstdint>
#include <string>
#include <string_view>

namespace gridtwin::live {

struct SocketAddress {
    std::string host; ///< numeric, IPv4 or IPv6
    bool v6 = false;
    std::uint16_t port = 0;
};

struct ParsedAddress {
    SocketAddress address;
    std::string problem; ///< empty when it is one
    [[nodiscard]] bool ok() const { return problem.empty(); }
};
/// Names are not looked up, so that nobody listens where he did not mean to; "localhost" is
/// 127.0.0.1.
[[nodiscard]] ParsedAddress parse_address(std::string_view text);

/// Reached from this machine alone: 127.0.0.0/8 or ::1.
[[nodiscard]] bool is_loopback(SocketAddress const& address);

[[nodiscard]] std::string to_text(SocketAddress const& address);

} // namespace gridtwin::live
