#pragma once
// The operator's inside. Private.
#include "models/sms/handle_map.hpp"
#include "models/sms/operator_state.hpp"

#include <array>
#include <deque>
#include <map>
#include <unordered_map>
#include <vector>

namespace gridtwin::sms {

struct Operator::Impl {
    OperatorSpec spec;
    Seed seed;
    std::vector<std::uint32_t> cell_of;
    Lognormal usual;
    Lognormal tail;
    Lognormal receipts;
    SmsAgenda events;
    /// [2 gateway + direction] of lives
    std::array<std::deque<std::uint32_t>, 2 * kSenders> queue{};
    std::vector<Life> lives;
    std::vector<std::uint32_t> free;
    HandleMap by_handle;
    std::deque<Forget> forgets;
    std::map<MeterId, std::vector<std::uint32_t>> absent; // lives whose subscriber was not there
    std::vector<std::uint8_t> away; // [subscriber] kNoPower, kNoCoverage; as far as any was
    struct Cell {
        SimTime free = kStart;
        bool works = true;
    };
    std::vector<Cell> cells;
    bool working = true;
    std::array<bool, kSenders> bound{true, true, true};
    std::array<SimTime, kSenders> limit{}; // when what was submitted is within the limit again
    std::vector<SmsEvent> for_operator;    // that came up while it did not work
    std::array<std::vector<SmsEvent>, kSenders> for_gateway;               // likewise
    std::unordered_map<std::uint64_t, std::deque<std::uint32_t>> in_order; // never iterated
    std::uint64_t calls = 0;
    std::uint64_t taken = 0;
    SimTime now = kStart;
    TrafficCount traffic;
    OperatorCounts counts;

    Impl(OperatorSpec const& s, Seed random_seed, std::vector<std::uint32_t> cells_of);

    void check_date(SimTime at) const;
    void check_meter(MeterId meter, SimTime at) const;
    [[nodiscard]] std::uint32_t new_life(SmsMessage const& message);

    void step(SmsEvent const& event, SmsSink& sink);
    void change(SmsEvent const& event);
    void set_working(bool works);
    void resume(std::vector<SmsEvent>& held);
    void alert(MeterId meter);
    void take(SmsEvent const& event, SmsSink& sink);
    [[nodiscard]] LossReason refusal(Life const& life);
    void start_turn(std::size_t way);
    void turn_over(std::size_t way, SmsSink& sink);
    void forget();

    void plan(std::uint32_t row, SimTime at);
    void attempt(SmsEvent const& event, SmsSink& sink);
    void deliver(std::uint32_t row, SmsSink& sink);
    void copy(std::uint32_t row, SmsSink& sink);
    void send_receipt(std::uint32_t row, bool of_delivery);
    void receipt(SmsEvent const& event, SmsSink& sink);
    void answer(std::uint64_t handle, SmsSink& sink);
    void enter(std::uint32_t row, DeliveryState next, SmsSink& sink);
    void end(std::uint32_t row, LossReason reason, SmsSink& sink);
    void lose(SmsMessage const& message, LossReason reason, std::uint8_t tries, SmsSink& sink);
    void release(std::uint32_t row);
    void unlist(std::uint32_t row);
    void next_in_order(std::uint32_t row);

    [[nodiscard]] double draw(Purpose purpose, std::uint64_t number) const;
    [[nodiscard]] double draw_delay_s(std::uint64_t number) const;
    [[nodiscard]] bool draw_loss(Life const& life) const;

    static constexpr std::uint8_t kNoPower = 1;
    static constexpr std::uint8_t kNoCoverage = 2;
    [[nodiscard]] std::uint8_t& away_of(MeterId subscriber);
    [[nodiscard]] std::uint8_t away_now(MeterId subscriber) const;
    [[nodiscard]] bool drawn_out(std::size_t subscriber) const;
    [[nodiscard]] Cell const* cell(MeterId subscriber) const;
    [[nodiscard]] bool has_network(MeterId subscriber) const;
    [[nodiscard]] bool reachable(MeterId subscriber) const {
        return (away_now(subscriber) & kNoPower) == 0 && has_network(subscriber);
    }
    [[nodiscard]] bool has_slot(std::uint32_t row, SimTime& slot);
    [[nodiscard]] bool counted(SmsEvent const& event) const {
        Life const& life = lives[event.row];
        return life.number == event.order && life.attempt_at == event.at;
    }
    [[nodiscard]] static std::size_t way_of(Life const& life) {
        return 2U * life.gateway + (life.to_meter ? 1U : 0U);
    }
    [[nodiscard]] static std::uint64_t order_key(Life const& life) {
        return 2U * static_cast<std::uint64_t>(life.subscriber) + (life.to_meter ? 1U : 0U);
    }
};

} // namespace gridtwin::sms
