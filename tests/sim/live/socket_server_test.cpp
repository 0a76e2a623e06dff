// Real sockets on loopback, both ends in this thread.
#include "sim/live/socket_server.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace gridtwin::live {
namespace {

using namespace std::chrono_literals;

/// Answers the first octet with as much as the kernel does not take at once.
struct Talker final : Protocol {
    static constexpr std::size_t kOctets = std::size_t{32} << 20U;
    SocketServer* server = nullptr;
    int closed = 0;

    void on_open(ConnectionId, SimTime) override {}
    void on_octets(ConnectionId connection, std::span<std::byte const>, SimTime) override {
        server->send(connection, std::vector<std::byte>(kOctets, std::byte{7}));
    }
    void on_closed(ConnectionId) override { ++closed; }
    void on_time(SimTime) override {}
};

class SocketServerTest : public ::testing::Test {
  protected:
    void SetUp() override {
        talker_.server = &server_;
        auto const address = server_.listen({.host = "127.0.0.1", .port = 0}, talker_,
                                            {.write_octets = 2 * Talker::kOctets, .linger = 30s});
        client_ = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(address.port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ASSERT_EQ(::connect(client_, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
        std::byte const one{1};
        ASSERT_EQ(::send(client_, &one, 1, 0), 1);
    }
    void TearDown() override {
        if (client_ >= 0) {
            ::close(client_);
        }
    }
    /// What the client gets until the server ends the connection.
    std::size_t read_all() {
        std::vector<std::byte> room(1 << 20U);
        std::size_t octets = 0;
        auto const begin = std::chrono::steady_clock::now();
        while (std::chrono::steady_clock::now() - begin < 20s) {
            server_.turn(0ms);
            auto const got = ::recv(client_, room.data(), room.size(), MSG_DONTWAIT);
            if (got == 0 || (got < 0 && errno != EAGAIN)) {
                break;
            }
            octets += got > 0 ? static_cast<std::size_t>(got) : 0;
        }
        return octets;
    }

    SocketServer server_;
    Talker talker_;
    int client_ = -1;
};

TEST_F(SocketServerTest, WhoHasSaidAllThatItWillGetsWhatItAskedFor) {
    ASSERT_EQ(::shutdown(client_, SHUT_WR), 0);
    EXPECT_EQ(read_all(), Talker::kOctets);
    server_.turn(0ms);
    EXPECT_EQ(talker_.closed, 1);
}

TEST_F(SocketServerTest, WhoIsGoneIsForgotten) {
    server_.turn(100ms);
    server_.turn(100ms);
    ASSERT_EQ(::close(std::exchange(client_, -1)), 0);
    for (int i = 0; i < 50 && talker_.closed == 0; ++i) {
        server_.turn(20ms);
    }
    EXPECT_EQ(talker_.closed, 1);
}

} // namespace
} // namespace gridtwin::live
