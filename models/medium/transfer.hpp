#pragma once
// How long a datagram takes on a medium that nobody else uses, and whether it arrives.
#include <cmath>
#include <cstdint>

namespace gridtwin::medium {

struct Transfer {
    double time_s = 0.0;  ///< mean, of those that arrive, until the medium is free again
    double success = 1.0; ///< chance that it arrives within the repeats of each hop
};

/// One frame of a datagram on one hop.
struct FrameTries {
    double right_s;     ///< a try that is acknowledged, all waits included
    double failed_s;    ///< one that is not, but for the random wait that follows
    double data_right;  ///< chance of the frame
    double ack_right;   ///< of its acknowledgement; 1 when nobody acknowledges
    std::uint32_t more; ///< tries after the first
    bool last;          ///< frame of its datagram: it only has to arrive
};

/// Adds that frame's mean time and chance.
/// @param wait_s (k) mean random wait after failure k, from 0
template <typename Wait>
void add_frame(Transfer& sum, FrameTries const& frame, Wait wait_s) {
    double const fails = 1.0 - frame.data_right * frame.ack_right;
    double const all_fail = std::pow(fails, frame.more + 1.0);
    // The last frame only has to arrive; without its acknowledgement none follows another.
    sum.success *=
        1.0 - (frame.last ? std::pow(1.0 - frame.data_right, frame.more + 1.0) : all_fail);
    sum.time_s += frame.right_s;
    for (std::uint32_t k = 0; k < frame.more && all_fail < 1.0; ++k) {
        // chance of more than k failures among those that come to be acknowledged
        double const reached = (std::pow(fails, k + 1.0) - all_fail) / (1.0 - all_fail);
        sum.time_s += reached * (frame.failed_s + wait_s(k));
    }
}

} // namespace gridtwin::medium
