// What protection of short messages costs: 60 octets sealed by one side and opened by the other.
#include "models/wire/dlms_link/meter_keys.hpp"
#include "models/wire/dlms_link/security.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

namespace gridtwin::wire {
namespace {

constexpr std::size_t kApduOctets = 60;

struct Ends {
    SecurityContext head_end;
    SecurityContext meter;
};

std::vector<Ends> fleet(std::uint32_t meters) {
    std::vector<Ends> all;
    SystemTitle const head_end{std::byte{'H'}};
    for (std::uint32_t m = 0; m < meters; ++m) {
        auto const keys = derive_meter_keys({}, Seed{1}, MeterId{m});
        auto const title = meter_system_title(MeterId{m});
        all.push_back({.head_end = {.own = head_end, .peer = title, .keys = keys},
                       .meter = {.own = title, .peer = head_end, .keys = keys}});
    }
    return all;
}

/// One message to each of so many meters in turn, under its own key; one context of OpenSSL at
/// each end, so that both set the key anew where there is more than one meter.
void protect_and_open(benchmark::State& state) {
    auto ends = fleet(static_cast<std::uint32_t>(state.range(0)));
    AesGcm sender;
    AesGcm receiver;
    std::vector<std::byte> const apdu(kApduOctets, std::byte{0xC0});
    std::vector<std::byte> message;
    std::size_t next = 0;
    for (auto _ : state) {
        auto& pair = ends[next];
        next = next + 1 == ends.size() ? 0 : next + 1;
        message.clear();
        if (!protect(pair.head_end, sender, kAuthenticatedEncryption, Envelope::service_specific,
                     apdu, message) ||
            !unprotect(pair.meter, receiver, message).ok()) {
            state.SkipWithError("a message was refused");
        }
    }
    state.counters["per_item_s"] =
        benchmark::Counter(static_cast<double>(state.iterations()),
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(protect_and_open)->Name("wire/protect_and_open")->Arg(1)->Arg(10'000)->Arg(100'000);

/// The three keys of one meter.
void derive(benchmark::State& state) {
    std::uint32_t meter = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(derive_meter_keys({}, Seed{1}, MeterId{meter++}));
    }
    state.counters["per_item_s"] =
        benchmark::Counter(static_cast<double>(state.iterations()),
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(derive)->Name("wire/derive_keys");

} // namespace
} // namespace gridtwin::wire
