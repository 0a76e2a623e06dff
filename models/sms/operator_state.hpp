#pragma once
// What the operator keeps: what is going to happen, and the messages it has taken.
#include "models/sms/operator.hpp"

#include <cmath>
#include <cstdint>

namespace gridtwin::sms {

/// What comes up; at one instant in this order.
enum class Kind : std::uint8_t {
    reachability, ///< a meter comes or goes
    submission,   ///< a message is handed over
    turn_over,    ///< the short number is through with the first of a queue
    attempt,      ///< at the subscriber
    receipt,      ///< the gateway hears of a delivery
    answer,       ///< the gateway hears of the processing
};

struct SmsEvent {
    SimTime at{};
    Kind kind{};
    bool reachable = false;  ///< reachability
    std::uint8_t queue = 0;  ///< turn_over
    std::uint32_t row = 0;   ///< reachability: the meter; attempt, receipt: the life
    std::uint64_t order = 0; ///< calls in their order, what follows from them by message number
    SmsMessage message{};    ///< submission; answer: its handle
};

struct Later {
    bool operator()(SmsEvent const& a, SmsEvent const& b) const {
        if (a.at != b.at) {
            return a.at > b.at;
        }
        return a.kind != b.kind ? a.kind > b.kind : a.order > b.order;
    }
};

/// A message the operator has taken, until nobody asks for it any more.
struct Life {
    SmsMessage message{};
    std::uint64_t number = 0; ///< in order of submission; names its draws
    SimTime expires{};
    SimTime attempt_at = kNever; ///< of the one attempt that counts; kNever: none is due
    DeliveryState state = DeliveryState::sent;
    std::uint8_t tries = 0;
    bool delivered = false;
    bool answered = false; ///< before the receipt
};

/// Whom nobody will ask about after `at`; in order of submission and so of time.
struct Forget {
    SimTime at{};
    std::uint64_t number = 0;
    std::uint32_t row = 0;
};

/// Lognormal by its median and 95th percentile.
struct Lognormal {
    double mu = 0.0;
    double sigma = 0.0;
    Lognormal(double median_s, double p95_s) {
        constexpr double kNormal95 = 1.6448536269514722;
        mu = std::log(median_s);
        sigma = (std::log(p95_s) - mu) / kNormal95;
    }
    [[nodiscard]] double at(double standard_normal) const {
        return std::exp(mu + sigma * standard_normal);
    }
};

} // namespace gridtwin::sms
