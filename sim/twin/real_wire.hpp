#pragma once
// Where messages become octets and come back from them, with `wire: real`; with `wire: sized`
// nothing happens to them.
#include "models/meter/table.hpp"
#include "models/wire/secured/seals.hpp"
#include "sim/core/event.hpp"
#include "sim/scenario/scenario.hpp"

#include <cstdint>
#include <optional>

namespace gridtwin::twin {

/// Of one area or federate, which alone uses it: all links that begin or end there.
class RealWire {
  public:
    /// @param meters of which the second profiles are known at both ends; nullptr: it has none
    RealWire(scenario::Scenario const& scenario, meter::MeterTable const* meters);

    /// As the message leaves; message.octets is set.
    void seal(Message& message, Channel channel);
    /// As it has arrived. @param at of a message to all: who has heard it
    /// @return whether it could be opened; else nothing is to be done
    [[nodiscard]] bool open(Message& message, Channel channel, MeterId at = kNone<MeterId>);

    /// Messages that could not be opened.
    [[nodiscard]] std::uint64_t refused() const { return seals_ ? seals_->counts().refused : 0; }
    [[nodiscard]] std::size_t bytes() const { return seals_ ? seals_->bytes() : 0; }

  private:
    [[nodiscard]] wire::secured::SecondProfile second_profile(Message const& message) const;
    void flip(Message& message, Channel channel) const;

    meter::MeterTable const* meters_;
    std::optional<wire::secured::Seals> seals_;
    std::uint64_t flip_every_ = 0;
    std::uint32_t information_octets_ = 0;
};

/// The event of a message that could not be opened.
[[nodiscard]] EventRecord refusal_of(EventEntity entity, std::uint32_t row, Channel channel,
                                     SimTime at);
/// How a message goes between the head-end and a meter or concentrator.
[[nodiscard]] Channel channel_to_head_end(Message const& message);

} // namespace gridtwin::twin
