#pragma once
// The operator's message centre for real clients: SMPP 3.4 sessions on sockets, what they hand
// over, and what they are told of it (models/wire/smpp has the protocol).
#include "models/sms/external_port.hpp"
#include "models/wire/smpp/session.hpp"
#include "models/wire/smpp/splitter.hpp"
#include "models/wire/smpp/time.hpp"
#include "sim/live/smpp_messages.hpp"
#include "sim/live/socket_server.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gridtwin::live {

struct SmppSpec {
    std::string system_id = "gridtwin"; ///< a client's
    std::string password = "gridtwin";
    wire::smpp::SessionSpec session{};
    std::size_t most_messages = 100'000;  ///< under way or remembered; more: queue full
    std::size_t most_deliveries = 10'000; ///< for clients that are not there; more are dropped
    int delivery_tries = 10;
    SimDuration retry_after = std::chrono::seconds{1}; ///< a client's "not now"
};

/// The simulation, as the message centre needs it.
class SmppBackend {
  public:
    virtual ~SmppBackend() = default;
    /// Whose number it is, of meters with an SMS modem.
    [[nodiscard]] virtual std::optional<MeterId> meter_of(std::string_view number) const = 0;
    [[nodiscard]] virtual std::string number_of(MeterId meter) const = 0;
    /// Simulated time on the calendar.
    [[nodiscard]] virtual wire::smpp::UtcTime utc() const = 0;
    /// Its fate comes by on_state and on_lost, later.
    virtual void submit(ConnectionId from, sms::ExternalMessage message) = 0;
};

struct SmppCounts {
    std::uint64_t binds = 0;
    std::uint64_t wrong_binds = 0;
    // Each submit_sm is one of these, by its answer; without one while it waits for the operator.
    std::uint64_t taken = 0;
    std::uint64_t refused = 0;   ///< by the message centre or the operator
    std::uint64_t throttled = 0; ///< likewise, as too fast

    std::uint64_t delivered = 0; ///< deliver_sm that a client has confirmed
    std::uint64_t dropped = 0;   ///< deliver_sm given up
    std::uint64_t malformed = 0; ///< PDUs, and streams that ended by one
};

class SmppServer final : public Protocol {
  public:
    SmppServer(SmppSpec spec, SocketServer& sockets, SmppBackend& backend);

    void on_open(ConnectionId connection, SimTime now) override;
    void on_octets(ConnectionId connection, std::span<std::byte const> octets,
                   SimTime now) override;
    void on_closed(ConnectionId connection) override;
    void on_time(SimTime now) override;

    /// Of ExternalPort, with the simulated time of each.
    void on_state(std::uint64_t number, DeliveryState state, wire::smpp::UtcTime at);
    void on_lost(std::uint64_t number, LossReason reason, wire::smpp::UtcTime at);
    void on_from_meter(MeterId meter, std::string_view to, std::span<std::byte const> content);

    [[nodiscard]] SmppCounts const& counts() const { return counts_; }

  private:
    struct Client {
        wire::smpp::Session session;
        wire::smpp::Splitter splitter{};
        SimTime not_before{}; ///< it has said "not now"
    };
    struct Delivery {
        wire::smpp::Pdu pdu;
        std::uint64_t serial = 0; ///< they wait in this order
        int tries = 0;
    };

    void hear(ConnectionId id, Client& client, std::span<std::byte const> octets, SimTime now);
    void serve(ConnectionId id, Client& client, wire::smpp::Pdu const& request);
    void bind(ConnectionId id, Client& client, wire::smpp::Pdu const& request);
    void submit(ConnectionId id, Client& client, wire::smpp::Pdu const& request);
    void query(ConnectionId id, Client& client, wire::smpp::Pdu const& request);
    void answer(ConnectionId id, Client& client, std::uint32_t sequence,
                wire::smpp::CommandStatus status, wire::smpp::Body body = {});
    void answer_submit(SentMessage& message, wire::smpp::CommandStatus status);
    void count_submit(wire::smpp::CommandStatus status);
    void confirmed(ConnectionId id, wire::smpp::Waiting const& request,
                   wire::smpp::CommandStatus status, SimTime now);
    void again(Delivery delivery);
    void deliver(wire::smpp::Pdu pdu);
    void flush(SimTime now);
    void send(ConnectionId id, wire::smpp::Pdu const& pdu);
    void finish(SentMessage& message, wire::smpp::MessageState state, wire::smpp::UtcTime at);

    SmppSpec spec_;
    SocketServer& sockets_;
    SmppBackend& backend_;
    std::map<ConnectionId, Client> clients_;
    SmppMessages messages_;
    std::deque<Delivery> waiting_;
    std::uint64_t serial_ = 0;
    std::map<std::pair<ConnectionId, std::uint32_t>, Delivery> unconfirmed_;
    std::uint16_t reference_ = 0; ///< of answers in parts
    SmppCounts counts_;
};

} // namespace gridtwin::live
