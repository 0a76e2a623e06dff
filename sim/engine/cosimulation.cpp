#include "sim/engine/cosimulation.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <tuple>

namespace gridtwin::engine {

std::string_view name(FederateId id) {
    static constexpr std::array<std::string_view, kFederates> kNames{"grid", "access", "operator",
                                                                     "wan", "head-end"};
    return kNames[static_cast<std::size_t>(id)];
}

void Cosimulation::exchange(std::size_t sender, SimTime window_start, SimTime window_end) {
    auto& sent = outboxes_[sender].envelopes();
    std::sort(sent.begin(), sent.end(), [](Envelope const& a, Envelope const& b) {
        return std::tie(a.at, a.source, a.sequence) < std::tie(b.at, b.source, b.sequence);
    });
    for (auto& e : sent) {
        auto const receiver = static_cast<std::size_t>(e.to);
        // The grid is the only one that has run at window_start alone, so all others may still hear
        // it.
        SimTime const earliest = receiver > sender ? window_start : window_end;
        if (e.at < earliest || federates_[receiver] == nullptr) {
            throw SimulationError(fmt::format("{}: message {} from {} to {} row {} for {} is too "
                                              "early: its channel's lookahead is broken "
                                              "(earliest {})",
                                              format_time(window_start),
                                              static_cast<std::uint64_t>(e.message.id),
                                              name(static_cast<FederateId>(sender)), name(e.to),
                                              e.entity, format_time(e.at), format_time(earliest)));
        }
        federates_[receiver]->accept(std::move(e));
    }
    sent.clear();
}

SimTime Cosimulation::next_event() const {
    SimTime next = kNever;
    for (auto const* f : federates_) {
        if (f != nullptr) {
            next = std::min(next, f->next_event());
        }
    }
    return next;
}

Cosimulation::Outcome Cosimulation::run(SimTime horizon, Hooks const& hooks) {
    auto& grid = *federates_.front();
    Outcome outcome;
    auto const run_federate = [&](std::size_t i, SimTime until) {
        if (!hooks.time_federates) {
            federates_[i]->run_until(until, outboxes_[i]);
            return;
        }
        auto const begin = std::chrono::steady_clock::now();
        federates_[i]->run_until(until, outboxes_[i]);
        outcome.wall_s[i] +=
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    for (;;) {
        SimTime next = next_event();
        bool due = true;
        if (hooks.before_window) {
            SimTime const came = hooks.before_window(outcome.reached, std::min(next, horizon));
            next = next_event();
            SimTime const until = std::min(next, horizon);
            due = came >= until;
            // Until then nothing happens.
            outcome.reached = std::max(outcome.reached, std::min(came, until));
        }
        if (due && next >= horizon) {
            outcome.reached = horizon;
            outcome.complete = true;
            break;
        }
        if (hooks.stop_requested && hooks.stop_requested()) {
            break;
        }
        if (!due) {
            continue;
        }
        SimTime const start = std::max(next, outcome.reached);
        if (grid.next_event() <= start) {
            run_federate(0, start + SimDuration{1});
            exchange(0, start, start);
        }
        SimTime const input =
            hooks.next_input ? std::max(hooks.next_input(), start + SimDuration{1}) : kNever;
        SimTime const end = std::min({start + lookahead_, grid.next_event(), horizon, input});
        for (std::size_t i = 1; i < federates_.size(); ++i) {
            if (federates_[i] != nullptr && federates_[i]->next_event() < end) {
                run_federate(i, end);
                exchange(i, start, end);
            }
        }
        outcome.reached = end;
        ++outcome.windows;
        if (hooks.on_window) {
            hooks.on_window({end, outcome.windows});
        }
    }
    for (auto* f : federates_) {
        if (f != nullptr) {
            f->finish(outcome.reached);
        }
    }
    return outcome;
}

} // namespace gridtwin::engine
