#pragma once
// What the operator keeps: what is going to happen, and the messages it has taken.
#include "models/sms/agenda.hpp"
#include "models/sms/operator.hpp"

#include <cmath>
#include <cstdint>

namespace gridtwin::sms {

/// What comes up; at one instant in this order.
enum class Kind : std::uint8_t {
    change,     ///< a meter comes or goes, a cell, a gateway, the operator
    submission, ///< a message is handed over
    turn_over,  ///< the short number is through with the first of a queue
    attempt,    ///< at the subscriber
    copy,       ///< at the subscriber, of what it has already
    receipt,    ///< the gateway hears of a delivery, or of the end of what was not delivered
    answer,     ///< the gateway hears of the processing
};
inline constexpr std::size_t kKinds = 7;

enum class Change : std::uint8_t { power, coverage, cell, working, bound };

struct SmsEvent {
    SimTime at{};
    std::uint64_t order = 0;  ///< calls in their order, what follows from them by message number
    std::uint64_t handle = 0; ///< answer
    std::uint32_t row = 0;    ///< of the life; change: the meter, cell or gateway
    Kind kind{};
    Change change{};
    bool on = false;        ///< change: is there, works; receipt: it tells of a delivery
    std::uint8_t queue = 0; ///< turn_over
};
static_assert(sizeof(SmsEvent) <= 32);

using SmsAgenda = Agenda<SmsEvent, kKinds, static_cast<std::size_t>(Kind::attempt),
                         static_cast<std::size_t>(Kind::copy)>;

/// A message the operator has taken, until nobody asks for it any more.
struct alignas(64) Life {
    std::uint64_t handle = 0;
    std::uint64_t reference = 0;
    std::uint64_t number = 0; ///< in order of submission; names its draws. 0: not yet taken
    SimTime expires = kNever;
    SimTime attempt_at = kNever; ///< of the one attempt that counts; kNever: none is due
    MeterId subscriber{};
    std::uint32_t octets = 0;
    DeliveryState state = DeliveryState::sent;
    std::uint8_t tries = 0;
    std::uint8_t gateway = 0;
    std::uint8_t pending = 0; ///< copies and receipts of an end that are still to come
    bool to_meter : 1 = true;
    bool said : 1 = false; ///< that it is on its way
    bool delivered : 1 = false;
    bool over : 1 = false;    ///< but for what is pending
    bool paged : 1 = false;   ///< its cell has a slot for it at attempt_at
    bool absent : 1 = false;  ///< listed with its subscriber
    bool blocked : 1 = false; ///< behind another one to the same subscriber

    [[nodiscard]] SmsMessage message() const {
        return {.handle = handle,
                .subscriber = subscriber,
                .to_meter = to_meter,
                .octets = octets,
                .gateway = gateway,
                .reference = reference,
                .expires = expires};
    }
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
