#include "models/wire/dlms_link/wrapper.hpp"

#include "models/wire/octets.hpp"
#include "sim/core/diagnostics.hpp"

#include <algorithm>

namespace gridtwin::wire {
namespace {

constexpr std::uint16_t kVersion = 1;
constexpr std::size_t kLongest = 0xFFFF;

struct Header {
    std::uint16_t source = 0;
    std::uint16_t destination = 0;
    std::size_t length = 0;
};

/// Of 8 octets at least; faults where the length is beyond `longest`.
Header read_header(OctetReader& reader, std::size_t longest) {
    std::uint16_t const version = reader.uint16("the wrapper's version");
    if (reader.ok() && version != kVersion) {
        reader.fail(fmt::format("wrapper of version {}, {} expected", version, kVersion));
    }
    Header header;
    header.source = reader.uint16("the source wPort");
    header.destination = reader.uint16("the destination wPort");
    header.length = reader.uint16("the length");
    if (reader.ok() && (header.length < 1 || header.length > longest)) {
        reader.fail(fmt::format("an APDU of {} octets, 1 to {} expected", header.length, longest));
    }
    return header;
}

} // namespace

void encode_wrapper(std::uint16_t source, std::uint16_t destination,
                    std::span<std::byte const> apdu, std::vector<std::byte>& out) {
    if (apdu.empty() || apdu.size() > kLongest) {
        throw SimulationError(
            fmt::format("wrapper: an APDU of {} octets, 1 to {} fit", apdu.size(), kLongest));
    }
    put_uint16(kVersion, out);
    put_uint16(source, out);
    put_uint16(destination, out);
    put_uint16(static_cast<std::uint32_t>(apdu.size()), out);
    put_octets(apdu, out);
}

DecodedWrapper decode_wrapper(std::span<std::byte const> datagram) {
    OctetReader reader(datagram);
    Header const header = read_header(reader, kLongest);
    if (reader.ok() && header.length != reader.left()) {
        reader.fail(
            fmt::format("{} octets follow, {} by the length", reader.left(), header.length));
    }
    Octets const apdu = reader.take(reader.ok() ? header.length : 0, "the APDU");
    return {.pdu = {.source = header.source,
                    .destination = header.destination,
                    .apdu = {apdu.begin(), apdu.end()}},
            .problem = reader.problem()};
}

void WrapperSplitter::feed(std::span<std::byte const> octets, std::vector<WrapperPdu>& out) {
    while (ok() && !octets.empty()) {
        // First the header, then what it counts: nothing is held that is not asked for.
        std::size_t wanted = kWrapperHeaderOctets;
        if (held_.size() >= kWrapperHeaderOctets) {
            wanted += std::to_integer<std::size_t>(held_[6]) << 8 |
                      std::to_integer<std::size_t>(held_[7]);
        }
        auto const taken = octets.first(std::min(octets.size(), wanted - held_.size()));
        held_.insert(held_.end(), taken.begin(), taken.end());
        octets = octets.subspan(taken.size());
        if (held_.size() < wanted) {
            continue;
        }
        OctetReader reader(held_, done_);
        Header const header = read_header(reader, longest_);
        if (!reader.ok()) {
            problem_ = reader.problem();
            held_.clear();
        } else if (wanted > kWrapperHeaderOctets) {
            Octets const apdu = reader.take(header.length, "the APDU");
            out.push_back({.source = header.source,
                           .destination = header.destination,
                           .apdu = {apdu.begin(), apdu.end()}});
            done_ += held_.size();
            held_.clear();
        }
    }
}

} // namespace gridtwin::wire
