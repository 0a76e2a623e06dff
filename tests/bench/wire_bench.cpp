// What a message costs that is octets: sealed and opened again, an order and a profile of 16 rows.
#include "models/wire/profile_block.hpp"
#include "models/wire/secured/seals.hpp"

#include <benchmark/benchmark.h>

#include <chrono>

namespace gridtwin {
namespace {

void sealed(benchmark::State& state, MessageKind kind, Channel channel) {
    Message message;
    message.kind = kind;
    message.meter = MeterId{17};
    message.concentrator = channel == Channel::sms ? kNone<ConcentratorId> : ConcentratorId{1};
    if (kind == MessageKind::profile) {
        std::vector<wire::ProfileRow> const rows(16, {.import_mwh = 250'000, .voltage_dv = 2301});
        wire::encode(message.meter, 1, rows, message.payload);
    }
    message.octets = wire::encoded_octets(message, channel);
    wire::secured::Seals seals(
        {.context = {.start_unix_s = 1'768'000'000, .profile = std::chrono::minutes(15)}});
    for (auto _ : state) {
        Message travelling = message;
        seals.seal(travelling, channel);
        benchmark::DoNotOptimize(seals.open(travelling, channel));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(sealed, order_plc, MessageKind::set_relay, Channel::plc)->Name("wire/order/plc");
BENCHMARK_CAPTURE(sealed, profile_plc, MessageKind::profile, Channel::plc)
    ->Name("wire/profile/plc");
BENCHMARK_CAPTURE(sealed, order_sms, MessageKind::set_relay, Channel::sms)->Name("wire/order/sms");
BENCHMARK_CAPTURE(sealed, profile_wan, MessageKind::profile, Channel::wan)
    ->Name("wire/profile/wan");

} // namespace
} // namespace gridtwin
