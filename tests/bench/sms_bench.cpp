// A million short messages from submission to their final states: commands and their answers.
#include "models/sms/gateway.hpp"
#include "models/wire/cipher/key_derivation.hpp"
#include "models/wire/sms/guard.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

namespace gridtwin {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kPairs = 500'000;
constexpr std::uint64_t kAnswer = 1'000'000;
constexpr std::size_t kMeters = 100'000;

struct Answering final : sms::SmsSink {
    sms::Gateways* gateways = nullptr;
    std::uint64_t done = 0;
    std::uint64_t lost = 0;
    void on_delivered(sms::SmsMessage const& m, std::uint8_t, SimTime at) override {
        if (m.to_meter) {
            gateways->submit({.handle = m.handle + kAnswer,
                              .subscriber = m.subscriber,
                              .to_meter = false,
                              .octets = 60},
                             at + 3s);
        } else {
            gateways->mark_processed(m.handle - kAnswer, at);
        }
    }
    void on_lost(sms::SmsMessage const&, LossReason, std::uint8_t, SimTime) override { ++lost; }
    void on_state(std::uint64_t, DeliveryState, SimTime) override {}
    void on_fate(std::uint64_t, DeliveryFate fate, SimTime) override {
        done += fate == DeliveryFate::done ? 1U : 0U;
    }
};

/// The same with every message as its octets: encoded, encrypted, and at the other end judged,
/// decrypted and decoded, with the meter's own key; commands and answers alike.
class RealAnswering final : public sms::SmsSink {
  public:
    explicit RealAnswering(sms::Gateways& gateways) : gateways_(gateways), meters_(kMeters) {
        for (std::size_t m = 0; m < kMeters; ++m) {
            meters_[m].code = wire::sms::make_meter_code({.manufacturer = 1, .serial = m});
            meters_[m].key = wire::derive_key({}, "SMS", Seed{1}, m);
        }
    }
    void submit(std::uint64_t handle, SimTime at) {
        auto const m = static_cast<std::size_t>(handle % kMeters);
        content_.clear();
        wire::sms::encode(wire::sms::Command{wire::sms::Switch{.on = handle % 2 == 0}}, content_);
        auto& octets = slot(handle);
        seal(meters_[m], wire::sms::Direction::to_meter, meters_[m].sent[0], octets);
        gateways_.submit({.handle = handle,
                          .subscriber = MeterId{static_cast<std::uint32_t>(m)},
                          .to_meter = true,
                          .octets = static_cast<std::uint32_t>(octets.size())},
                         at);
    }
    void on_delivered(sms::SmsMessage const& sms, std::uint8_t, SimTime at) override {
        auto& meter = meters_[index(sms.subscriber)];
        auto const handle = sms.to_meter ? sms.handle : sms.handle - kAnswer;
        auto& octets = slot(handle);
        gcm_.set_key(meter.key);
        if (!sms.to_meter) {
            auto const verdict = wire::sms::judge(
                wire::sms::UtilityRule{
                    .code = meter.code, .meter_number = "m", .short_number = numbers_[0]},
                meter.utility_has_seen, "m", octets, gcm_);
            if (accept(verdict.outcome, verdict.counter, meter.utility_has_seen) &&
                std::holds_alternative<wire::sms::Answer>(verdict.content)) {
                ++answered;
            }
            std::vector<std::byte>().swap(octets);
            gateways_.mark_processed(handle, at);
            return;
        }
        auto const verdict = wire::sms::judge(wire::sms::MeterRule{.code = meter.code,
                                                                   .short_numbers = numbers_,
                                                                   .top_up_number = {}},
                                              meter.seen, numbers_[0], octets, gcm_);
        auto const* const command = std::get_if<wire::sms::Command>(&verdict.content);
        if (!accept(verdict.outcome, verdict.counter, meter.seen) || command == nullptr) {
            return;
        }
        content_.clear();
        wire::sms::encode(
            wire::sms::Answer{.answered = verdict.counter,
                              .what =
                                  wire::sms::Done{.code = wire::sms::code_of(*command), .at = at}},
            content_);
        octets.clear();
        seal(meter, wire::sms::Direction::from_meter, meter.sent[1], octets);
        gateways_.submit({.handle = handle + kAnswer,
                          .subscriber = sms.subscriber,
                          .to_meter = false,
                          .octets = static_cast<std::uint32_t>(octets.size())},
                         at + 3s);
    }
    void on_lost(sms::SmsMessage const&, LossReason, std::uint8_t, SimTime) override { ++lost; }
    void on_state(std::uint64_t, DeliveryState, SimTime) override {}
    void on_fate(std::uint64_t, DeliveryFate fate, SimTime) override {
        done += fate == DeliveryFate::done ? 1U : 0U;
    }

    std::uint64_t done = 0;
    std::uint64_t lost = 0;
    std::uint64_t answered = 0;

  private:
    struct Meter {
        wire::sms::MeterCode code;
        wire::AesKey key{};
        std::uint32_t sent[2]{}; ///< [direction]
        wire::sms::MeterMemory seen{};
        wire::sms::GuardMemory utility_has_seen{};
    };

    std::vector<std::byte>& slot(std::uint64_t handle) {
        if (octets_.size() <= handle) {
            octets_.resize(handle + 1);
        }
        return octets_[handle];
    }
    void seal(Meter const& meter, wire::sms::Direction direction, std::uint32_t& sent,
              std::vector<std::byte>& out) {
        gcm_.set_key(meter.key);
        wire::sms::seal(
            {.code = meter.code, .direction = direction, .counter = wire::sms::next_counter(sent)},
            numbers_[0], content_, gcm_, out);
    }
    static bool accept(wire::sms::Outcome outcome, std::uint32_t counter, auto& memory) {
        if (outcome != wire::sms::Outcome::accepted) {
            return false;
        }
        wire::sms::remember(memory, counter);
        return true;
    }

    sms::Gateways& gateways_;
    std::vector<Meter> meters_;
    std::vector<std::string> numbers_{"7788", "7789"};
    std::vector<std::vector<std::byte>> octets_; ///< [command] it, and then its answer, on the way
    std::vector<std::byte> content_;
    wire::AesGcm gcm_;
};

sms::OperatorSpec million_spec() {
    sms::OperatorSpec spec;
    spec.rate_hz = 2000.0;
    spec.validity_s = 1e7; // longer than the longest delay
    spec.loss_frac = 0.0;
    return spec;
}

void sms_real(benchmark::State& state) {
    for (auto _ : state) {
        sms::Gateways gateways(million_spec(), {}, Seed{1});
        RealAnswering sink(gateways);
        SimTime at = kStart;
        for (std::uint64_t k = 0; k < kPairs; ++k) {
            sink.submit(k, at);
            at += 1ms;
            if (k % 1000 == 999) {
                gateways.run_until(at, sink);
            }
        }
        gateways.run_until(at + 24h * 30, sink);
        if (sink.done != 2 * kPairs || sink.answered != kPairs || sink.lost != 0) {
            state.SkipWithError("not all were done");
        }
    }
    state.counters["per_item_s"] =
        benchmark::Counter(static_cast<double>(state.iterations() * 2 * kPairs),
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(sms_real)->Name("sms/real")->Unit(benchmark::kSecond)->Iterations(1);

/// 500,000 commands, a thousand a second, and as many answers.
void sms_sized(benchmark::State& state) {
    for (auto _ : state) {
        sms::Gateways gateways(million_spec(), {}, Seed{1});
        Answering sink;
        sink.gateways = &gateways;
        SimTime at = kStart;
        for (std::uint64_t k = 0; k < kPairs; ++k) {
            gateways.submit({.handle = k,
                             .subscriber = MeterId{static_cast<std::uint32_t>(k % kMeters)},
                             .to_meter = true,
                             .octets = 100},
                            at);
            at += 1ms;
            if (k % 1000 == 999) {
                gateways.run_until(at, sink);
            }
        }
        gateways.run_until(at + 24h * 30, sink);
        if (sink.done != 2 * kPairs || sink.lost != 0) {
            state.SkipWithError("not all were done");
        }
    }
    state.counters["per_item_s"] =
        benchmark::Counter(static_cast<double>(state.iterations() * 2 * kPairs),
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(sms_sized)->Name("sms/sized")->Unit(benchmark::kSecond)->Iterations(1);

} // namespace
} // namespace gridtwin
