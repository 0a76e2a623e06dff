#pragma once
// Meters that answer real DLMS/COSEM clients over the TCP wrapper, as behind a gateway: the
// destination wPort says which meter, the source wPort which client.
#include "models/wire/dlms/block_transfer.hpp"
#include "models/wire/dlms/services.hpp"
#include "models/wire/dlms_link/association.hpp"
#include "models/wire/dlms_link/wrapper.hpp"
#include "sim/live/dlms_objects.hpp"
#include "sim/live/socket_server.hpp"
#include "sim/twin/live_world.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <vector>

namespace gridtwin::live {

/// Destination wPort of a meter: its row and this. Below are the standard's own.
inline constexpr std::uint16_t kFirstMeterPort = 17;
/// Reads everything with the scenario's password, low level security.
inline constexpr std::uint16_t kReadingClient = 2;

/// The simulation, as DLMS needs it.
class DlmsBackend {
  public:
    virtual ~DlmsBackend() = default;
    /// Nothing for a row that is none, or a meter without voltage.
    [[nodiscard]] virtual std::optional<MeterView> meter(std::uint32_t row) const = 0;
    /// Its fate comes by DlmsServer::on_relay, later, in the order of the calls.
    virtual void operate_relay(ConnectionId from, MeterId meter, bool close) = 0;
};

struct DlmsCounts {
    std::uint64_t associations = 0;
    std::uint64_t refused = 0; ///< associations, and what security refused
    std::uint64_t requests = 0;
    std::uint64_t malformed = 0; ///< APDUs, and streams that ended by one
};

/// A meter has one association at a time: another that is accepted takes its place.
class DlmsServer final : public Protocol {
  public:
    DlmsServer(DlmsBackend& backend, SocketServer& sockets, Seed seed,
               std::string_view reading_password);

    void on_open(ConnectionId connection, SimTime now) override;
    void on_octets(ConnectionId connection, std::span<std::byte const> octets,
                   SimTime now) override;
    void on_closed(ConnectionId connection) override;
    void on_time(SimTime) override {}

    void on_relay(twin::RelayAnswer answer);

    [[nodiscard]] DlmsCounts const& counts() const { return counts_; }

  private:
    static constexpr std::uint16_t kLongestApdu = 4096; ///< octets that a meter can receive

    struct Device {
        wire::ServerAssociation association;
        ConnectionId owner{};
        std::uint16_t client = 0; ///< source wPort
        std::optional<wire::dlms::BlockSender> long_get{};
    };
    /// A request under way: where its answer goes, and how it is protected.
    struct Request {
        ConnectionId connection{};
        std::uint32_t row = 0;
        std::uint16_t client = 0;
        wire::Unprotected as{};
        wire::dlms::InvokeId invoke{};
    };

    void hear(ConnectionId id, wire::WrapperPdu const& pdu);
    void serve(Device& device, Request request);
    void open(ConnectionId id, Device& device, wire::WrapperPdu const& pdu);
    void get(Device& device, Request const& request, wire::dlms::GetRequestNormal const& asked);
    void get_next(Device& device, Request const& request, wire::dlms::GetRequestNext const& asked);
    /// The block that its long answer has come to.
    void answer_block(Device& device, Request const& request);
    void act(Device& device, Request const& request, wire::dlms::ActionRequestNormal const& asked);
    void answer(Device& device, Request const& request, wire::dlms::Apdu const& apdu);
    void refuse(Device& device, Request const& request, wire::dlms::ServiceError error,
                std::optional<std::uint32_t> counter = {});
    void send(Request const& to, std::span<std::byte const> apdu);
    [[nodiscard]] Device& device_of(std::uint32_t row);
    [[nodiscard]] std::size_t room(Device const& device, Request const& request) const;

    DlmsBackend& backend_;
    SocketServer& sockets_;
    Seed seed_;
    std::vector<wire::AssociationPolicy> policies_;
    std::map<ConnectionId, wire::WrapperSplitter> streams_;
    std::map<std::uint32_t, Device> devices_; ///< by meter's row, of those spoken to
    std::vector<Request> relays_;             ///< oldest first: orders not yet answered
    wire::AesGcm gcm_;
    std::random_device challenges_;
    DlmsCounts counts_;
};

} // namespace gridtwin::live
