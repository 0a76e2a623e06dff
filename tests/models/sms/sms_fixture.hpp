#pragma once
// A gateway that writes down what it is told, and checks the legal order of states as it goes.
#include "models/sms/operator.hpp"

#include <gtest/gtest.h>

#include <map>
#include <ostream>

namespace gridtwin::sms {

inline void PrintTo(DeliveryState s, std::ostream* out) {
    *out << (static_cast<int>(s) >> 1) << ':' << (static_cast<int>(s) & 1);
}

struct Delivery {
    SmsMessage message;
    std::uint8_t tries = 0;
    SimTime at{};
};

struct Loss {
    SmsMessage message;
    LossReason reason{};
    std::uint8_t tries = 0;
    SimTime at{};
};

class Journal : public SmsSink {
  public:
    std::vector<Delivery> delivered;
    std::vector<Loss> lost;
    std::vector<Delivery> duplicates;
    std::vector<std::pair<std::uint64_t, SimTime>> expired; ///< as receipts say
    std::map<std::uint64_t, std::vector<std::pair<DeliveryState, SimTime>>> states;
    std::map<std::uint64_t, std::vector<std::pair<DeliveryFate, SimTime>>> fates;
    SimTime last = kStart;

    void on_delivered(SmsMessage const& message, std::uint8_t tries, SimTime at) override {
        in_order(at);
        delivered.push_back({message, tries, at});
    }
    void on_duplicate(SmsMessage const& message, SimTime at) override {
        in_order(at);
        duplicates.push_back({message, 0, at});
    }
    void on_fate(std::uint64_t handle, DeliveryFate fate, SimTime at) override {
        in_order(at);
        fates[handle].emplace_back(fate, at);
    }
    void on_expired(std::uint64_t handle, SimTime at) override {
        in_order(at);
        expired.emplace_back(handle, at);
    }
    void on_lost(SmsMessage const& message, LossReason reason, std::uint8_t tries,
                 SimTime at) override {
        in_order(at);
        lost.push_back({message, reason, tries, at});
    }
    void on_state(std::uint64_t handle, DeliveryState state, SimTime at) override {
        in_order(at);
        auto& known = states[handle];
        EXPECT_EQ(static_cast<std::size_t>(state), known.size())
            << "message " << handle << ": 0:0, 0:1, 1:0, 1:1, each once";
        known.emplace_back(state, at);
    }

  private:
    void in_order(SimTime at) {
        EXPECT_GE(at, last) << "the sink is told in order of time";
        last = at;
    }
};

inline constexpr MeterId kMeter{3};
inline constexpr MeterId kOther{4};

inline SmsMessage down(std::uint64_t handle, MeterId meter = kMeter, std::uint32_t octets = 60) {
    return {.handle = handle, .subscriber = meter, .to_meter = true, .octets = octets};
}
inline SmsMessage up(std::uint64_t handle, MeterId meter = kMeter) {
    return {.handle = handle, .subscriber = meter, .to_meter = false, .octets = 60};
}

/// An operator without chance: every message takes five seconds, none is lost.
inline OperatorSpec certain() {
    OperatorSpec spec;
    spec.delay_min_s = 5.0;
    spec.delay_median_s = 5.0;
    spec.delay_p95_s = 5.0 * (1.0 + 1e-12);
    spec.tail_frac = 0.0;
    spec.loss_frac = 0.0;
    return spec;
}

} // namespace gridtwin::sms
