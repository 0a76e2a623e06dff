#pragma once
// Frames to all who hear them: who has heard which broadcast, who still has it to send, and whose
// supply did not last.
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gridtwin::medium {

/// As a datagram's or a frame's receiver: whoever hears it. No node has this number.
inline constexpr std::uint16_t kEverybody = 0xfffe;

/// Takes memory only once there is something to broadcast: an octet for eight nodes for each that
/// somebody has to send at the same time.
class Broadcasts {
  public:
    /// A new one, which its sender knows and has to send.
    /// @param nodes of the medium, always as many
    /// @return its number, not 0, until it is over; then another may have it
    std::uint32_t begin(std::size_t nodes, std::uint16_t from);
    /// Whether that node hears it for the first time; from now on it does not, however late.
    bool first_heard(std::uint32_t number, std::uint16_t node);
    /// One more has to send it.
    void repeat(std::uint32_t number) { ++to_send_[number - 1]; }
    /// Somebody has sent it, or will not. @return whether nobody has it to send any more: it is
    /// over
    bool sent(std::uint32_t number);

    /// A frame to everybody begins.
    void on_air(std::uint32_t frame);
    /// Some node's supply went or came.
    void power_changed(std::uint16_t node) {
        if (!frames_.empty()) {
            changed_.push_back(node);
        }
    }
    /// It is over. @return nodes whose supply changed since it began, in any order
    std::vector<std::uint16_t> off_air(std::uint32_t frame);

    /// Memory held, octets.
    [[nodiscard]] std::size_t bytes() const {
        return (heard_.capacity() + to_send_.capacity() + over_.capacity()) * 4 +
               frames_.capacity() * sizeof(Frame) + changed_.capacity() * 2;
    }

  private:
    struct Frame {
        std::uint32_t id;
        std::uint32_t changes_before; ///< rows of changed_
    };
    std::size_t words_ = 0;              ///< a bit a node
    std::vector<std::uint32_t> heard_;   ///< [number - 1][word]
    std::vector<std::uint32_t> to_send_; ///< [number - 1] nodes that have it to send
    std::vector<std::uint32_t> over_;    ///< numbers that nothing has
    std::vector<Frame> frames_;
    std::vector<std::uint16_t> changed_; ///< while frames_ has any
};

/// A frame begins: whether its receiver, if it has one, is without supply already.
/// @param powered (node)
template <typename Frame, typename Powered>
void note_begin(Broadcasts& broadcasts, Frame& frame, Powered powered) {
    bool const to_all = frame.to == kEverybody;
    if (to_all) {
        broadcasts.on_air(frame.id);
    }
    frame.unpowered = !to_all && !powered(frame.to);
}

/// Who has others below it, and so repeats what is to spread: [node] 1 or 0.
template <typename Routes>
[[nodiscard]] std::vector<std::uint8_t> forwarders(Routes const& routes) {
    std::vector<std::uint8_t> out(routes.size(), 0);
    for (auto const& route : routes) {
        if (route.hops > 0) {
            out[route.parent] = 1;
        }
    }
    return out;
}

} // namespace gridtwin::medium
