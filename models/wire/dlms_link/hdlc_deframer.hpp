#pragma once
// Finds frames in the octets of a line, whatever else is on it.
#include "models/wire/dlms_link/hdlc_frame.hpp"

namespace gridtwin::wire {

/// A frame is taken where a flag, a believable header with its right HCS, the counted octets with
/// their right FCS, and a flag follow each other. Elsewhere the search goes on one octet after the
/// last flag, so noise, cut frames and flags inside of frames cost nothing but themselves. A
/// closing flag may open the next frame. Holds at most one frame's octets between calls.
class HdlcDeframer {
  public:
    /// @param longest octets between the flags; a longer frame is passed over
    explicit HdlcDeframer(std::size_t longest = kHdlcLongestFrame) : longest_(longest) {}

    /// Octets that came in, in any pieces; appends the frames they complete.
    void feed(std::span<std::byte const> octets, std::vector<HdlcFrame>& out);

    /// The line fell silent for longer than a pause between octets (by the caller's clock): what
    /// has begun cannot end any more.
    void silence(std::vector<HdlcFrame>& out);

    struct Counts {
        std::uint64_t frames = 0;
        std::uint64_t broken = 0;   ///< headers without their frame
        std::uint64_t oversize = 0; ///< sound headers of frames longer than allowed
        std::uint64_t unknown = 0;  ///< right checksums, but nothing this layer knows
        std::uint64_t skipped = 0;  ///< octets of no frame, flags aside
        bool operator==(Counts const&) const = default;
    };
    [[nodiscard]] Counts const& counts() const { return counts_; }

  private:
    /// Octets done with at the beginning of what is held; 0 when more must come.
    std::size_t step(std::span<std::byte const> held, std::vector<HdlcFrame>& out);
    void walk(std::vector<HdlcFrame>& out, bool all);

    std::size_t longest_;
    std::vector<std::byte> held_;
    Counts counts_;
};

} // namespace gridtwin::wire
