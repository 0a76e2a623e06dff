#pragma once
// PDUs out of a stream of octets, however the network cut it.
#include "models/wire/smpp/pdu.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::wire::smpp {

/// Feed what came, then take PDUs until there is none: half ones wait for the rest. A length that
/// cannot be ends the stream for good, since nobody knows where the next PDU begins; it is seen as
/// soon as its four octets are there. Holds no more than was fed and not taken: feed no more than
/// the connection's read buffer before taking.
class Splitter {
  public:
    /// @param limit longest PDU that is taken, at least kHeaderOctets
    explicit Splitter(std::size_t limit = kMostPduOctets) : limit_(limit) {}

    /// Does nothing once there is a problem.
    void feed(std::span<std::byte const> octets);
    /// The next whole PDU; valid until feed() or next() is called again.
    [[nodiscard]] std::optional<std::span<std::byte const>> next();

    [[nodiscard]] std::size_t waiting() const { return octets_.size() - at_; }
    /// "octet 48: command_length 7, ..."; the octet counts from the stream's beginning.
    [[nodiscard]] std::string const& problem() const { return problem_; }
    [[nodiscard]] bool ok() const { return problem_.empty(); }
    /// The generic_nack that answers the problem, with the PDU's number if its header had come.
    [[nodiscard]] Pdu nack() const;

  private:
    std::size_t limit_;
    std::vector<std::byte> octets_;
    std::size_t at_ = 0;       ///< octets before it are taken
    std::uint64_t before_ = 0; ///< octets of the stream before octets_
    std::uint32_t sequence_ = 0;
    std::string problem_;
};

} // namespace gridtwin::wire::smpp
