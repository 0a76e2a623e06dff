#include "sim/live/socket_address.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <charconv>

namespace gridtwin::live {

ParsedAddress parse_address(std::string_view text) {
    ParsedAddress parsed;
    auto const colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        parsed.problem = fmt::format("'{}' has no port", text);
        return parsed;
    }
    auto host = text.substr(0, colon);
    auto const port = text.substr(colon + 1);
    unsigned number = 0;
    auto const [rest, failure] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (failure != std::errc{} || rest != port.data() + port.size() || number > 65535) {
        parsed.problem = fmt::format("'{}' is no port", port);
        return parsed;
    }
    bool const bracketed = host.size() > 1 && host.front() == '[' && host.back() == ']';
    if (bracketed) {
        host = host.substr(1, host.size() - 2);
    }
    parsed.address = {.host = host == "localhost" ? "127.0.0.1" : std::string(host),
                      .v6 = bracketed,
                      .port = static_cast<std::uint16_t>(number)};
    in6_addr octets{};
    if (inet_pton(bracketed ? AF_INET6 : AF_INET, parsed.address.host.c_str(), &octets) != 1) {
        parsed.problem = fmt::format("'{}' is no address", host);
    }
    return parsed;
}

bool is_loopback(SocketAddress const& address) {
    if (address.v6) {
        in6_addr octets{};
        return inet_pton(AF_INET6, address.host.c_str(), &octets) == 1 &&
               IN6_IS_ADDR_LOOPBACK(&octets) != 0;
    }
    return address.host.starts_with("127.");
}

std::string to_text(SocketAddress const& address) {
    return address.v6 ? fmt::format("[{}]:{}", address.host, address.port)
                      : fmt::format("{}:{}", address.host, address.port);
}

} // namespace gridtwin::live
