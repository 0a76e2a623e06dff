#pragma once
// Several sessions at one running world, each as if it were alone.
#include "sim/twin/live_world.hpp"

#include <deque>
#include <vector>

namespace gridtwin::twin {

/// Sessions number their messages each by itself; what becomes of one is told to its own session,
/// what meters say to all. They are asked before a window in the order in which they were added.
class SessionFanOut final : public LiveSession {
  public:
    SessionFanOut();
    ~SessionFanOut() override;
    SessionFanOut(SessionFanOut const&) = delete;
    SessionFanOut& operator=(SessionFanOut const&) = delete;

    /// Before the run; it must outlive it.
    void add(LiveSession& session) { sessions_.push_back(&session); }
    [[nodiscard]] bool empty() const { return sessions_.empty(); }

    void begin(LiveWorld& world) override;
    SimTime before_window(SimTime reached, SimTime next) override;
    [[nodiscard]] SimTime next_input() const override;
    void end(SimTime reached, bool complete) override;
    void on_state(std::uint64_t number, DeliveryState state, SimTime at) override;
    void on_lost(std::uint64_t number, LossReason reason, SimTime at) override;
    void on_from_meter(MeterId meter, std::string_view to, std::span<std::byte const> content,
                       SimTime at) override;

  private:
    /// The world of one session: its numbers are spread among those of all.
    class View;

    std::vector<LiveSession*> sessions_;
    std::deque<View> views_;
};

} // namespace gridtwin::twin
