#pragma once
// What both ends of a link do with segments; for hdlc_client.cpp and hdlc_server.cpp, and for
// secured/framing.cpp, which has APDUs in frames without a link.
#include "models/wire/dlms_link/hdlc_link.hpp"
#include "models/wire/octets.hpp"

#include <algorithm>
#include <iterator>

namespace gridtwin::wire {

constexpr std::uint8_t next_number(std::uint8_t number) {
    return static_cast<std::uint8_t>((number + 1U) & 7U);
}

/// The next segment goes into an I frame; V(S) counts it.
inline void put_segment(HdlcTransfer& transfer, std::size_t information, HdlcFrame& frame) {
    transfer.in_flight = std::min<std::size_t>(information, transfer.outgoing.size());
    auto const end = transfer.outgoing.begin() + static_cast<std::ptrdiff_t>(transfer.in_flight);
    frame.information.assign(transfer.outgoing.begin(), end);
    frame.segmented = transfer.in_flight < transfer.outgoing.size();
    frame.send = transfer.send;
    frame.receive = transfer.receive;
    transfer.send = next_number(transfer.send);
}

/// The segment in flight has arrived.
inline void acknowledge(HdlcTransfer& transfer) {
    transfer.outgoing.erase(transfer.outgoing.begin(),
                            transfer.outgoing.begin() +
                                static_cast<std::ptrdiff_t>(transfer.in_flight));
    transfer.in_flight = 0;
}

/// What follows the LLC header; nothing where that is another.
inline std::optional<std::vector<std::byte>> without_llc(Octets information, Octets llc) {
    if (information.size() < llc.size() ||
        !std::equal(llc.begin(), llc.end(), information.begin())) {
        return std::nullopt;
    }
    return std::vector<std::byte>(information.begin() + static_cast<std::ptrdiff_t>(llc.size()),
                                  information.end());
}

inline std::vector<std::byte> with_llc(Octets apdu, Octets llc) {
    std::vector<std::byte> octets;
    octets.reserve(llc.size() + apdu.size());
    put_octets(llc, octets);
    put_octets(apdu, octets);
    return octets;
}

} // namespace gridtwin::wire
