// The decoders of DLMS/COSEM on arbitrary octets (entry point of libFuzzer; see standalone.cpp for
// others): APDUs, Data, selections, times. Whatever the octets, they return; what they accept is
// the same when it is encoded and read again; reading ends.
#include "models/wire/dlms/block_transfer.hpp"
#include "tests/models/wire/dlms/accepted.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace gridtwin::wire::dlms {
namespace {

void need(std::string const& problem) {
    if (!problem.empty()) {
        std::fprintf(stderr, "%s\n", problem.c_str());
        std::abort();
    }
}

void read_all(std::span<std::byte const> octets) {
    std::size_t const most = 17 * octets.size() + 1;
    Reader reader(octets);
    std::size_t values = 0;
    while (!reader.at_end() && values <= most) {
        (void)reader.next();
        ++values;
    }
    need(values <= most ? "" : "more values than the octets can hold");
}

/// Octets as a row of blocks, two octets of number and length each.
void receive(std::span<std::byte const> octets) {
    constexpr std::size_t kMost = 256;
    BlockReceiver receiver(kMost);
    while (octets.size() >= 2) {
        auto const first = std::to_integer<std::uint8_t>(octets[0]);
        auto const length =
            std::min<std::size_t>(std::to_integer<std::uint8_t>(octets[1]), octets.size() - 2);
        (void)receiver.take({.last = (first & 128U) != 0,
                             .number = first & 127U,
                             .raw = octets.subspan(2, length)});
        octets = octets.subspan(2 + length);
    }
    need(receiver.octets().size() <= kMost ? "" : "more octets than are taken");
}

} // namespace
} // namespace gridtwin::wire::dlms

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace gridtwin::wire::dlms;
    auto const octets = std::as_bytes(std::span(data, size));
    need(accepted_problem(octets));
    read_all(octets);
    receive(octets);
    return 0;
}
