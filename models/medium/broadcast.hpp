#pragma once
// One frame to all who hear it: who has heard which broadcast, and whose supply did not last.
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gridtwin::medium {

/// As a datagram's or a frame's receiver: whoever hears it. No node has this number.
inline constexpr std::uint16_t kEverybody = 0xfffe;

/// Takes memory only once there is something to broadcast: 8 octets a node.
class Broadcasts {
  public:
    /// A new one, which its sender knows. @return its number, from 1
    std::uint32_t begin(std::size_t nodes, std::uint16_t from);
    /// Whether that node hears it for the first time; from now on it does not. One that is older
    /// than 32 others the node has heard of counts as heard.
    bool first_heard(std::uint32_t number, std::uint16_t node);

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
        return heard_.capacity() * sizeof(Heard) + frames_.capacity() * sizeof(Frame) +
               changed_.capacity() * 2;
    }

  private:
    struct Heard {
        std::uint32_t latest = 0;
        std::uint32_t before = 0; ///< bit k: number latest - 1 - k
    };
    struct Frame {
        std::uint32_t id;
        std::uint32_t changes_before; ///< rows of changed_
    };
    std::uint32_t last_ = 0;
    std::vector<Heard> heard_; ///< [node]
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
