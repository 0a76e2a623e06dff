#include "sim/live/socket_server.hpp"

#include "sim/core/diagnostics.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace gridtwin::live {
namespace {

constexpr int kBacklog = 64;
constexpr int kAcceptsATurn = 16;
constexpr auto kAfterNoDescriptor = std::chrono::seconds{1}; ///< none is free: try again then

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    [[nodiscard]] int get() const { return fd_; }

  private:
    int fd_;
};

[[noreturn]] void fail(char const* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

struct NativeAddress {
    sockaddr_storage storage{};
    socklen_t length = 0;
};

NativeAddress native(SocketAddress const& address) {
    NativeAddress out;
    if (address.v6) {
        sockaddr_in6 in{};
        in.sin6_family = AF_INET6;
        in.sin6_port = htons(address.port);
        inet_pton(AF_INET6, address.host.c_str(), &in.sin6_addr);
        std::memcpy(&out.storage, &in, sizeof in);
        out.length = sizeof in;
    } else {
        sockaddr_in in{};
        in.sin_family = AF_INET;
        in.sin_port = htons(address.port);
        inet_pton(AF_INET, address.host.c_str(), &in.sin_addr);
        std::memcpy(&out.storage, &in, sizeof in);
        out.length = sizeof in;
    }
    return out;
}

std::uint16_t port_of(int fd) {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    if (getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &length) != 0) {
        fail("getsockname");
    }
    in_port_t port = 0; // at the same place in both families
    std::memcpy(&port, reinterpret_cast<char const*>(&storage) + offsetof(sockaddr_in, sin_port),
                sizeof port);
    return ntohs(port);
}

} // namespace

struct SocketServer::Listener {
    Descriptor fd;
    Protocol* protocol;
    SocketLimits limits;
    std::size_t connections = 0; ///< that are open
    SimTime not_before{};        ///< no descriptor was free
};

struct SocketServer::Connection {
    Descriptor fd;
    Listener* listener;
    SimTime active{}; ///< when an octet went either way, last
    SimTime closed_at = kNever;
    bool dead = false;  ///< ends with this turn
    bool ended = false; ///< the peer has said all that it will
    std::vector<std::byte> out{};
    std::size_t sent = 0; ///< of `out`

    Connection(Descriptor descriptor, Listener* of, SimTime now)
        : fd(std::move(descriptor)), listener(of), active(now) {}

    [[nodiscard]] std::size_t waiting() const { return out.size() - sent; }
    [[nodiscard]] bool closing() const { return closed_at != kNever; }
};

SocketServer::SocketServer() : began_(std::chrono::steady_clock::now()) {}

SocketServer::~SocketServer() = default;

SimTime SocketServer::now() const {
    return kStart + (std::chrono::steady_clock::now() - began_);
}

SocketAddress SocketServer::listen(SocketAddress const& address, Protocol& protocol,
                                   SocketLimits const& limits) {
    int const fd =
        ::socket(address.v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        fail("socket");
    }
    auto listener = std::unique_ptr<Listener>(
        new Listener{.fd = Descriptor(fd), .protocol = &protocol, .limits = limits});
    int const on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    auto const where = native(address);
    if (::bind(fd, reinterpret_cast<sockaddr const*>(&where.storage), where.length) != 0 ||
        ::listen(fd, kBacklog) != 0) {
        fail("bind");
    }
    auto got = address;
    got.port = port_of(fd);
    buffer_.resize(std::max(buffer_.size(), limits.read_octets));
    listeners_.push_back(std::move(listener));
    return got;
}

void SocketServer::accept(Listener& listener, SimTime now) {
    for (int i = 0; i < kAcceptsATurn; ++i) {
        Descriptor fd(::accept4(listener.fd.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (fd.get() < 0) {
            if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
                listener.not_before = now + kAfterNoDescriptor;
            }
            return;
        }
        if (listener.connections >= listener.limits.connections) {
            ++counts_.too_many;
            continue;
        }
        int const on = 1;
        setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        auto const id = static_cast<ConnectionId>(++last_id_);
        ++counts_.opened;
        ++listener.connections;
        connections_.emplace(id, std::make_unique<Connection>(std::move(fd), &listener, now));
        listener.protocol->on_open(id, now);
    }
}

void SocketServer::read(ConnectionId id, Connection& connection, SimTime now) {
    auto const room = std::span(buffer_).first(connection.listener->limits.read_octets);
    auto const got = ::recv(connection.fd.get(), room.data(), room.size(), 0);
    if (got == 0) { // it may still take what it has asked for
        connection.ended = true;
        connection.closed_at = std::min(connection.closed_at, now);
    } else if (got < 0 && errno != EAGAIN && errno != EINTR) {
        connection.dead = true;
    } else if (got > 0 && !connection.closing()) {
        connection.active = now;
        try {
            connection.listener->protocol->on_octets(id, room.first(static_cast<std::size_t>(got)),
                                                     now);
        } catch (std::exception const&) { // of ours: the client loses its session, nobody else his
            ++counts_.faults;
            connection.dead = true;
        }
    }
}

void SocketServer::write(Connection& connection, SimTime now) {
    while (connection.waiting() > 0) {
        auto const gone = ::send(connection.fd.get(), connection.out.data() + connection.sent,
                                 connection.waiting(), MSG_NOSIGNAL);
        if (gone < 0) {
            connection.dead = connection.dead || (errno != EAGAIN && errno != EINTR);
            return;
        }
        connection.active = now;
        connection.sent += static_cast<std::size_t>(gone);
    }
    connection.out.clear();
    connection.sent = 0;
}

void SocketServer::send(ConnectionId id, std::span<std::byte const> octets) {
    auto const found = connections_.find(id);
    if (found == connections_.end() || found->second->dead || found->second->closing()) {
        return;
    }
    auto& connection = *found->second;
    if (connection.waiting() + octets.size() > connection.listener->limits.write_octets) {
        ++counts_.overflow;
        connection.dead = true;
        return;
    }
    if (connection.sent > 0) {
        connection.out.erase(connection.out.begin(),
                             connection.out.begin() + static_cast<std::ptrdiff_t>(connection.sent));
        connection.sent = 0;
    }
    connection.out.insert(connection.out.end(), octets.begin(), octets.end());
    write(connection, now());
}

void SocketServer::close(ConnectionId id) {
    auto const found = connections_.find(id);
    if (found != connections_.end() && !found->second->closing()) {
        found->second->closed_at = now();
    }
}

void SocketServer::drop_dead(SimTime now) {
    for (auto it = connections_.begin(); it != connections_.end();) {
        auto& connection = *it->second;
        auto const& limits = connection.listener->limits;
        if (!connection.closing() && now - connection.active >= limits.idle) {
            ++counts_.idle;
            connection.dead = true;
        }
        bool const done = connection.closing() && (connection.waiting() == 0 ||
                                                   now - connection.closed_at >= limits.linger);
        if (!connection.dead && !done) {
            ++it;
            continue;
        }
        auto const id = it->first;
        auto& listener = *connection.listener;
        --listener.connections;
        it = connections_.erase(it);
        listener.protocol->on_closed(id);
    }
}

void SocketServer::turn(std::chrono::milliseconds wait) {
    std::vector<pollfd> polled;
    std::vector<ConnectionId> ids;
    SimTime const before = now();
    for (auto const& listener : listeners_) {
        bool const listens = before >= listener->not_before;
        polled.push_back({listens ? listener->fd.get() : -1, POLLIN, 0});
    }
    for (auto const& [id, connection] : connections_) {
        // Who does not take what he is told need not be heard: a flood stays his own.
        bool const heard = !connection->ended &&
                           connection->waiting() <= connection->listener->limits.write_octets / 2;
        auto const events = (heard ? POLLIN : 0) | (connection->waiting() > 0 ? POLLOUT : 0);
        polled.push_back({connection->fd.get(), static_cast<short>(events), 0});
        ids.push_back(id);
    }
    int const ready =
        ::poll(polled.data(), static_cast<nfds_t>(polled.size()), static_cast<int>(wait.count()));
    SimTime const after = now();
    for (std::size_t i = 0; ready > 0 && i < ids.size(); ++i) {
        auto const events = polled[listeners_.size() + i].revents;
        auto& connection = *connections_.at(ids[i]); // none is erased before drop_dead
        if ((events & POLLOUT) != 0) {
            write(connection, after);
        }
        if ((events & (POLLIN | POLLHUP | POLLERR | POLLNVAL)) != 0 && !connection.dead) {
            read(ids[i], connection, after);
        }
    }
    for (std::size_t i = 0; ready > 0 && i < listeners_.size(); ++i) {
        if ((polled[i].revents & POLLIN) != 0) {
            accept(*listeners_[i], after);
        }
    }
    for (auto const& listener : listeners_) {
        listener->protocol->on_time(after);
    }
    drop_dead(after);
}

} // namespace gridtwin::live
