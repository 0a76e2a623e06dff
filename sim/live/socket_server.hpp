#pragma once
// TCP connections of several protocols in one thread, by poll(2). Nothing blocks but turn(), for as
// long as it is told; nothing that a client does costs more than the limits say.
#include "sim/core/time.hpp"
#include "sim/live/socket_address.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

namespace gridtwin::live {

/// Unique in a server's life, ascending from 1.
enum class ConnectionId : std::uint64_t {};

/// What a protocol does with its connections. Times are the server's: wall time since it began.
class Protocol {
  public:
    virtual ~Protocol() = default;
    virtual void on_open(ConnectionId connection, SimTime now) = 0;
    virtual void on_octets(ConnectionId connection, std::span<std::byte const> octets,
                           SimTime now) = 0;
    /// It is gone, whoever ended it; nothing can be sent any more.
    virtual void on_closed(ConnectionId connection) = 0;
    /// Once a turn.
    virtual void on_time(SimTime now) = 0;
};

/// All are assumptions. Of one protocol.
struct SocketLimits {
    std::size_t connections = 64;      ///< at once; more are closed as they come
    std::size_t read_octets = 8192;    ///< of a connection in a turn: the rest waits in the kernel
    std::size_t write_octets = 262144; ///< not yet taken by a client; above half of it nothing is
                                       ///< read of it, beyond it the connection is closed
    SimDuration idle = std::chrono::minutes{5};   ///< without an octet either way
    SimDuration linger = std::chrono::seconds{5}; ///< for what is left to send, once closed
};

struct SocketCounts {
    std::uint64_t opened = 0;
    std::uint64_t too_many = 0; ///< closed as they came
    std::uint64_t idle = 0;     ///< closed for it
    std::uint64_t overflow = 0; ///< closed: the client did not take what was sent
    std::uint64_t faults = 0;   ///< closed: a mistake of ours, which shall not stop the run
};

class SocketServer {
  public:
    SocketServer();
    ~SocketServer();
    SocketServer(SocketServer const&) = delete;
    SocketServer& operator=(SocketServer const&) = delete;

    /// @return where it listens, with the port it got
    /// @param protocol must outlive the server's last turn
    /// @throws std::system_error when the address cannot be had
    SocketAddress listen(SocketAddress const& address, Protocol& protocol,
                         SocketLimits const& limits = {});

    /// Waits at most so long for something to happen, and deals with it; 0: only looks.
    void turn(std::chrono::milliseconds wait);

    /// Hands octets over; what does not go at once goes in later turns. Nothing of a connection
    /// that is closed.
    void send(ConnectionId connection, std::span<std::byte const> octets);
    /// Once what was handed over is sent; nothing more is read.
    void close(ConnectionId connection);

    [[nodiscard]] SimTime now() const; ///< wall time since it began
    [[nodiscard]] SocketCounts const& counts() const { return counts_; }

  private:
    struct Listener;
    struct Connection;

    void accept(Listener& listener, SimTime now);
    void read(ConnectionId id, Connection& connection, SimTime now);
    void write(Connection& connection, SimTime now);
    void drop_dead(SimTime now);

    std::chrono::steady_clock::time_point began_;
    std::vector<std::unique_ptr<Listener>> listeners_;
    std::map<ConnectionId, std::unique_ptr<Connection>> connections_;
    std::uint64_t last_id_ = 0;
    SocketCounts counts_;
    std::vector<std::byte> buffer_;
};

} // namespace gridtwin::live
