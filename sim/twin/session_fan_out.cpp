#include "sim/twin/session_fan_out.hpp"

#include <algorithm>

namespace gridtwin::twin {

class SessionFanOut::View final : public LiveWorld {
  public:
    View(LiveWorld& world, std::uint64_t row, std::uint64_t sessions)
        : world_(world), row_(row), sessions_(sessions) {}

    scenario::Scenario const& scenario() const override { return world_.scenario(); }
    scenario::World const& world() const override { return world_.world(); }
    meter::MeterTable const& meters() const override { return world_.meters(); }
    wire::sms::GuardCounts const& guard_counts() const override { return world_.guard_counts(); }
    void submit(SimTime at, sms::ExternalMessage const& message) override {
        auto numbered = message;
        if (numbered.number != 0) { // else nobody wants to hear of it
            numbered.number = numbered.number * sessions_ + row_;
        }
        world_.submit(at, numbered);
    }
    RelayAnswer operate_relay(SimTime at, MeterId meter, bool close) override {
        return world_.operate_relay(at, meter, close);
    }

  private:
    LiveWorld& world_;
    std::uint64_t row_;
    std::uint64_t sessions_;
};

SessionFanOut::SessionFanOut() = default;
SessionFanOut::~SessionFanOut() = default;

void SessionFanOut::begin(LiveWorld& world) {
    for (std::size_t i = 0; i < sessions_.size(); ++i) {
        sessions_[i]->begin(views_.emplace_back(world, i, sessions_.size()));
    }
}

SimTime SessionFanOut::before_window(SimTime reached, SimTime next) {
    for (auto* session : sessions_) {
        next = std::min(next, session->before_window(reached, next));
    }
    return next;
}

SimTime SessionFanOut::next_input() const {
    SimTime next = kNever;
    for (auto const* session : sessions_) {
        next = std::min(next, session->next_input());
    }
    return next;
}

void SessionFanOut::end(SimTime reached, bool complete) {
    for (auto* session : sessions_) {
        session->end(reached, complete);
    }
}

void SessionFanOut::on_state(std::uint64_t number, DeliveryState state, SimTime at) {
    sessions_[number % sessions_.size()]->on_state(number / sessions_.size(), state, at);
}

void SessionFanOut::on_lost(std::uint64_t number, LossReason reason, SimTime at) {
    sessions_[number % sessions_.size()]->on_lost(number / sessions_.size(), reason, at);
}

void SessionFanOut::on_from_meter(MeterId meter, std::string_view to,
                                  std::span<std::byte const> content, SimTime at) {
    for (auto* session : sessions_) {
        session->on_from_meter(meter, to, content, at);
    }
}

} // namespace gridtwin::twin
