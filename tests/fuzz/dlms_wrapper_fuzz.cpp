// A TCP stream's octets through the wrapper's splitter, in one piece and in pieces. The first octet
// is the length of the pieces.
#include "models/wire/dlms_link/wrapper.hpp"
#include "tests/fuzz/need.hpp"

#include <algorithm>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace gridtwin::wire;
    using gridtwin::test::need;
    if (size == 0) {
        return 0;
    }
    auto const stream = std::as_bytes(std::span(data + 1, size - 1));
    constexpr std::size_t kLongest = 300;
    WrapperSplitter whole(kLongest);
    std::vector<WrapperPdu> pdus;
    whole.feed(stream, pdus);
    WrapperSplitter pieces(kLongest);
    std::vector<WrapperPdu> same;
    std::size_t const piece = 1 + data[0] % 64;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
        pieces.feed(stream.subspan(at, std::min(piece, stream.size() - at)), same);
    }
    need(pdus == same && whole.problem() == pieces.problem(), "pieces make no difference");
    need(whole.held() <= kWrapperHeaderOctets + kLongest, "no more is held than one APDU");
    std::vector<std::byte> again;
    for (auto const& pdu : pdus) {
        encode_wrapper(pdu.source, pdu.destination, pdu.apdu, again);
    }
    need(std::equal(again.begin(), again.end(), stream.begin(),
                    stream.begin() + static_cast<long>(again.size())),
         "what was read is written as it was");
    (void)decode_wrapper(stream);
    return 0;
}
