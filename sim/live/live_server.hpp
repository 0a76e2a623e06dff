#pragma once
// Real clients in a running world: sockets, protocols, the pace, and the recording.
#include "sim/core/civil_time.hpp"
#include "sim/live/dlms_server.hpp"
#include "sim/live/pace.hpp"
#include "sim/live/recording.hpp"
#include "sim/live/smpp_server.hpp"
#include "sim/live/socket_server.hpp"
#include "sim/twin/live_world.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace gridtwin::live {

struct LiveOptions {
    double speed = 1.0; ///< simulated by wall time; 0: as fast as it goes
    std::optional<SocketAddress> smpp{};
    std::optional<SocketAddress> dlms{};
    SimDuration patience = std::chrono::seconds{30}; ///< with a client: to bind, to answer
    std::filesystem::path record{};                  ///< empty: none
    std::function<bool()> stop_requested{};          ///< asked while nothing happens; may be empty
};

/// Wherever an input comes from, it takes effect at the instant at which the next window begins;
/// from there on the run is as determined as any.
class LiveServer final : public twin::LiveSession, SmppBackend, DlmsBackend {
  public:
    /// Listens from now on. @throws InputError when an address, or the recording, cannot be had
    LiveServer(LiveOptions options, scenario::Scenario const& scenario);

    [[nodiscard]] std::optional<SocketAddress> smpp_address() const { return smpp_address_; }

    [[nodiscard]] std::optional<SocketAddress> dlms_address() const { return dlms_address_; }

    void begin(twin::LiveWorld& world) override;
    SimTime before_window(SimTime reached, SimTime next) override;
    void end(SimTime reached, bool complete) override;

    void on_state(std::uint64_t number, DeliveryState state, SimTime at) override;
    void on_lost(std::uint64_t number, LossReason reason, SimTime at) override;
    void on_from_meter(MeterId meter, std::string_view to, std::span<std::byte const> content,
                       SimTime at) override;

    [[nodiscard]] SmppCounts const& smpp_counts() const { return smpp_->counts(); }
    [[nodiscard]] DlmsCounts const& dlms_counts() const { return dlms_->counts(); }
    [[nodiscard]] SocketCounts const& socket_counts() const { return sockets_.counts(); }
    [[nodiscard]] std::uint64_t inputs() const { return inputs_; }
    /// What SMS meters accepted and refused, once the run has ended.
    [[nodiscard]] wire::sms::GuardCounts const& guard_counts() const { return guard_counts_; }

  private:
    std::optional<MeterId> meter_of(std::string_view number) const override;
    std::string number_of(MeterId meter) const override;
    wire::smpp::UtcTime utc() const override { return utc(now_); }
    void submit(ConnectionId from, sms::ExternalMessage message) override;
    std::optional<MeterView> meter(std::uint32_t row) const override;
    void operate_relay(ConnectionId from, MeterId meter, bool close) override;

    [[nodiscard]] wire::smpp::UtcTime utc(SimTime at) const;
    void take_inputs();

    LiveOptions options_;
    scenario::Scenario const& scenario_;
    CivilClock clock_;
    Pace pace_;
    SocketServer sockets_;
    std::unique_ptr<SmppServer> smpp_;
    std::unique_ptr<DlmsServer> dlms_;
    std::optional<SocketAddress> smpp_address_;
    std::optional<SocketAddress> dlms_address_;
    std::unique_ptr<RecordingWriter> recording_;
    twin::LiveWorld* world_ = nullptr;
    SimTime now_{};              ///< simulated
    SimTime looked_{};           ///< wall time of the last turn
    std::vector<Input> pending_; ///< of this turn
    std::uint64_t inputs_ = 0;
    wire::sms::GuardCounts guard_counts_;
};

} // namespace gridtwin::live
