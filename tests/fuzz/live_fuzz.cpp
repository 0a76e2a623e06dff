// The servers of live mode on arbitrary octets (entry point of libFuzzer): the first octet says
// which server, whether a session is open already, and how the stream is cut. Whatever comes,
// nothing is thrown, and what enters the simulation is what it can take.
#include "models/wire/sms/user_data.hpp"
#include "sim/live/dlms_server.hpp"
#include "sim/live/smpp_server.hpp"
#include "tests/fuzz/need.hpp"

#include <cstdint>

namespace gridtwin::live {
namespace {

using test::need;

constexpr std::size_t kMeters = 3;

class Meters final : public SmppBackend, public DlmsBackend {
  public:
    Meters()
        : table_(meter::make_meters(spec_, Seed{1}, std::array<double, kMeters>{230, 230, 230})) {}

    std::optional<MeterId> meter_of(std::string_view number) const override {
        return number == "1" ? std::optional(MeterId{1}) : std::nullopt;
    }
    std::string number_of(MeterId) const override { return "1"; }
    wire::smpp::UtcTime utc() const override {
        return wire::smpp::UtcTime{std::chrono::seconds{1'800'000'000}};
    }
    void submit(ConnectionId, sms::ExternalMessage message) override {
        need(message.user_data.size() <= wire::sms::kUserDataOctets, "a message beyond 140 octets");
        need(message.validity >= SimDuration{}, "a validity before now");
        taken.push_back(message.number);
    }
    std::optional<MeterView> meter(std::uint32_t row) const override {
        return row < kMeters ? std::optional(MeterView{.table = table_,
                                                       .spec = spec_,
                                                       .clock = clock_,
                                                       .meter = static_cast<MeterId>(row),
                                                       .now = kStart})
                             : std::nullopt;
    }
    void operate_relay(ConnectionId, MeterId, bool) override { ++relays; }

    std::vector<std::uint64_t> taken;
    int relays = 0;

  private:
    meter::MeterSpec spec_;
    meter::MeterTable table_;
    CivilClock clock_{"2026-01-15T00:00:00", "UTC"};
};

constexpr ConnectionId kClient{1};

void feed(Protocol& protocol, std::span<std::byte const> octets, std::size_t piece) {
    auto now = kStart;
    while (!octets.empty()) {
        auto const taken = octets.first(std::min(piece, octets.size()));
        // Of exactly its size, so that a sanitizer sees any overrun.
        std::vector<std::byte> const own(taken.begin(), taken.end());
        octets = octets.subspan(taken.size());
        protocol.on_octets(kClient, own, now);
        now += std::chrono::seconds{7};
        protocol.on_time(now);
    }
}

std::vector<std::byte> octets_of(std::string_view text) {
    auto const octets = std::as_bytes(std::span(text));
    return {octets.begin(), octets.end()};
}

void fuzz_smpp(std::span<std::byte const> octets, bool bound, std::size_t piece) {
    SocketServer sockets;
    Meters meters;
    SmppServer server({}, sockets, meters);
    server.on_open(kClient, kStart);
    if (bound) {
        std::vector<std::byte> bind;
        wire::smpp::encode({.command = wire::smpp::CommandId::bind_transceiver,
                            .sequence = 1,
                            .body = wire::smpp::Bind{.system_id = "gridtwin",
                                                     .password = "gridtwin",
                                                     .system_type = {},
                                                     .address_range = {}},
                            .tlvs = {}},
                           bind);
        server.on_octets(kClient, bind, kStart);
        need(server.counts().binds == 1, "the bind was refused");
    }
    feed(server, octets, piece);
    for (auto const number : meters.taken) {
        server.on_state(number, DeliveryState::sent, meters.utc());
        number % 2 == 0 ? server.on_lost(number, LossReason::expired, meters.utc())
                        : server.on_state(number, DeliveryState::received, meters.utc());
    }
    server.on_from_meter(MeterId{1}, "7788", std::vector<std::byte>(200));
    server.on_time(kStart);
    server.on_closed(kClient);
}

void fuzz_dlms(std::span<std::byte const> octets, bool associated, std::size_t piece) {
    SocketServer sockets;
    Meters meters;
    DlmsServer server(meters, sockets, Seed{1}, "12345678");
    server.on_open(kClient, kStart);
    if (associated) {
        std::vector<std::byte> aarq;
        wire::Aarq request{.mechanism = wire::Mechanism::low,
                           .authentication_value = octets_of("12345678")};
        wire::encode(wire::InitiateRequest{.conformance = 0x1014, .max_pdu_size = 64},
                     request.user_information);
        wire::encode(request, aarq);
        std::vector<std::byte> wrapped;
        wire::encode_wrapper(kReadingClient, kFirstMeterPort, aarq, wrapped);
        server.on_octets(kClient, wrapped, kStart);
        need(server.counts().associations == 1, "the association was refused");
    }
    feed(server, octets, piece);
    for (; meters.relays > 0; --meters.relays) {
        server.on_relay(twin::RelayAnswer::ordered);
    }
    server.on_closed(kClient);
}

} // namespace
} // namespace gridtwin::live

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    auto const rest = std::as_bytes(std::span(data, size)).subspan(1);
    bool const open = (data[0] & 2U) != 0;
    std::size_t const piece = 1 + (data[0] >> 2U) * 8U;
    if ((data[0] & 1U) != 0) {
        gridtwin::live::fuzz_smpp(rest, open, piece);
    } else {
        gridtwin::live::fuzz_dlms(rest, open, piece);
    }
    return 0;
}
