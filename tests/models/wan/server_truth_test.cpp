// The head-end's server against queueing theory: Poisson arrivals, constant service, one core is
// M/D/1, whose mean time in the system is 1 + rho / (2 (1 - rho)) services (Pollaczek-Khinchine).
#include "tests/models/wan/wan_fixture.hpp"

namespace gridtwin::wan {
namespace {

using namespace std::chrono_literals;

constexpr double kService_s = 0.010;

/// A gateway whose line and backbone take nothing worth mentioning: what arrives at the server are
/// the hand-overs, 30 ms later.
Town bare_server() {
    Town town(0, 0);
    town.spec.gateway.bit_rate_bps = 1e12;
    town.spec.backbone.bit_rate_bps = 1e12;
    town.spec.overhead_octets = 0;
    town.spec.servers[0] = {.cores = 1, .message_s = kService_s};
    return town;
}

/// Hands `count` messages over at Poisson instants; returns each one's time in the server, in
/// services.
std::vector<double> time_in_system(Wan& wan, Town const& town, std::size_t count, double load) {
    std::vector<SimTime> sent;
    std::vector<WanArrival> out;
    SimTime at = kStart;
    for (std::uint64_t n = 0; n < count; ++n) {
        at += duration_from_s(draw_exponential(Seed{12}, EntityKey(EntityKind::world, 0),
                                               Purpose::test, n, kService_s / load));
        wan.send({n, town.gateway, town.head_end, 1}, at);
        sent.push_back(at);
        if (n % 1000 == 999) {
            wan.run_until(at, out); // keeps the queue of hand-overs short
        }
    }
    wan.run_until(at + 1h, out);
    std::vector<double> services(count, 0.0);
    for (WanArrival const& a : out) {
        services[a.message.handle] = to_s(a.at - sent[a.message.handle] - 30ms) / kService_s;
    }
    return services;
}

TEST(ServerTest, IsAnMD1QueueAtNineTenthsLoad) {
    Town const town = bare_server();
    auto const wan = make(Model::builtin, town.spec);
    constexpr std::size_t kBatches = 40;
    constexpr std::size_t kBatch = 50'000;
    auto const services = time_in_system(*wan, town, kBatches * kBatch, 0.9);
    // Neighbours in a queue resemble each other: the error is that of the means of long batches.
    std::vector<double> mean(kBatches, 0.0);
    for (std::size_t k = 0; k < services.size(); ++k) {
        mean[k / kBatch] += services[k] / kBatch;
    }
    double total = 0.0;
    double square = 0.0;
    for (double const m : mean) {
        total += m / kBatches;
        square += m * m / kBatches;
    }
    double const error = std::sqrt((square - total * total) / (kBatches - 1));
    EXPECT_LT(error, 0.1) << "else the test says nothing";
    EXPECT_NEAR(total, 1.0 + 0.9 / (2.0 * (1.0 - 0.9)), 4.0 * error);
}

TEST(ServerTest, HoldsEveryMessageAsLongInSimgridAsInTheBuiltinQueue) {
    Town const town = bare_server();
    auto const builtin = make(Model::builtin, town.spec);
    auto const simgrid = make(Model::simgrid, town.spec);
    auto const a = time_in_system(*builtin, town, 30'000, 0.9);
    auto const b = time_in_system(*simgrid, town, 30'000, 0.9);
    for (std::size_t k = 0; k < a.size(); ++k) {
        ASSERT_NEAR(a[k], b[k], 1e-6 / kService_s) << "message " << k;
    }
}

} // namespace
} // namespace gridtwin::wan
