#pragma once
// A recording in the place of clients.
#include "sim/live/recording.hpp"
#include "sim/twin/live_world.hpp"

namespace gridtwin::live {

/// Hands a recording's inputs over as they came, one instant a window: the same windows follow.
class Replay final : public twin::LiveSession {
  public:
    explicit Replay(Recording recording) : recording_(std::move(recording)) {}

    void begin(twin::LiveWorld& world) override { world_ = &world; }
    /// @throws SimulationError when the run has come past an input
    SimTime before_window(SimTime reached, SimTime next) override;
    [[nodiscard]] SimTime next_input() const override;
    void end(SimTime, bool) override {}

    /// The recorded run ended here.
    [[nodiscard]] bool over() const { return !recording_.complete && reached_ >= recording_.end; }

    void on_state(std::uint64_t, DeliveryState, SimTime) override {}
    void on_lost(std::uint64_t, LossReason, SimTime) override {}
    void on_from_meter(MeterId, std::string_view, std::span<std::byte const>, SimTime) override {}

  private:
    Recording recording_;
    std::size_t next_input_ = 0;
    twin::LiveWorld* world_ = nullptr;
    SimTime reached_{};
};

/// Hands one input over. @return what became of a relay's order
twin::RelayAnswer apply(twin::LiveWorld& world, Input const& input);

} // namespace gridtwin::live
