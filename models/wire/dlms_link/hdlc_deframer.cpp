#include "models/wire/dlms_link/hdlc_deframer.hpp"

#include <algorithm>

namespace gridtwin::wire {

std::size_t HdlcDeframer::step(std::span<std::byte const> held, std::vector<HdlcFrame>& out) {
    if (held[0] != kHdlcFlag) {
        auto const flag = std::find(held.begin(), held.end(), kHdlcFlag);
        auto const skipped = static_cast<std::size_t>(flag - held.begin());
        counts_.skipped += skipped;
        return skipped;
    }
    if (held.size() > 1 && held[1] == kHdlcFlag) {
        return 1;
    }
    auto const inside = held.subspan(1);
    auto const header = check_hdlc_header(inside);
    if (header.verdict == HdlcHeaderCheck::Verdict::more) {
        return 0;
    }
    if (header.verdict == HdlcHeaderCheck::Verdict::broken) {
        counts_.broken += header.length != 0 ? 1 : 0;
        return 1;
    }
    if (header.length > longest_) {
        ++counts_.oversize;
        return 1;
    }
    if (inside.size() < header.length + 1) {
        return 0;
    }
    if (inside[header.length] != kHdlcFlag) {
        ++counts_.broken;
        return 1;
    }
    auto decoded = decode_hdlc_frame(inside.first(header.length));
    if (!decoded.ok()) {
        ++(decoded.unknown_control ? counts_.unknown : counts_.broken);
        return 1;
    }
    ++counts_.frames;
    out.push_back(std::move(decoded.frame));
    return 1 + header.length; // the closing flag stays: it may open the next frame
}

void HdlcDeframer::walk(std::vector<HdlcFrame>& out, bool all) {
    std::size_t done = 0;
    while (done < held_.size()) {
        std::size_t taken = step(std::span(held_).subspan(done), out);
        if (taken == 0) {
            if (!all) {
                break;
            }
            taken = 1;
        }
        done += taken;
    }
    held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(done));
}

void HdlcDeframer::feed(std::span<std::byte const> octets, std::vector<HdlcFrame>& out) {
    // In pieces, so that what is held stays about one frame long however much comes at once.
    constexpr std::size_t kPiece = 4096;
    while (!octets.empty()) {
        auto const piece = octets.first(std::min(octets.size(), kPiece));
        held_.insert(held_.end(), piece.begin(), piece.end());
        walk(out, false);
        octets = octets.subspan(piece.size());
    }
}

void HdlcDeframer::silence(std::vector<HdlcFrame>& out) {
    walk(out, true);
}

} // namespace gridtwin::wire
