#include "sim/core/random.hpp"

#include <cmath>
#include <numbers>

namespace gridtwin {

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
    constexpr std::uint64_t kMul0 = 0xD2511F53;
    constexpr std::uint64_t kMul1 = 0xCD9E8D57;
    constexpr std::uint32_t kWeyl0 = 0x9E3779B9;
    constexpr std::uint32_t kWeyl1 = 0xBB67AE85;
    for (int round = 0; round < 10; ++round) {
        std::uint64_t const p0 = kMul0 * counter[0];
        std::uint64_t const p1 = kMul1 * counter[2];
        counter = {static_cast<std::uint32_t>(p1 >> 32) ^ counter[1] ^ key[0],
                   static_cast<std::uint32_t>(p1),
                   static_cast<std::uint32_t>(p0 >> 32) ^ counter[3] ^ key[1],
                   static_cast<std::uint32_t>(p0)};
        key[0] += kWeyl0;
        key[1] += kWeyl1;
    }
    return counter;
}

namespace {

// counter = (n, entity), key = seed mixed with the purpose: distinct names never share a block.
std::array<std::uint32_t, 4> block(Seed seed, EntityKey who, Purpose why, std::uint64_t n) {
    auto const lo = [](std::uint64_t v) { return static_cast<std::uint32_t>(v); };
    auto const hi = [](std::uint64_t v) { return static_cast<std::uint32_t>(v >> 32); };
    return philox4x32({lo(n), hi(n), lo(who.value), hi(who.value)},
                      {lo(seed.value), hi(seed.value) ^ (static_cast<std::uint32_t>(why) << 16)});
}

double unit(std::uint32_t high, std::uint32_t low) {
    std::uint64_t const bits = (static_cast<std::uint64_t>(high) << 32) | low;
    return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

} // namespace

std::uint64_t draw_bits(Seed seed, EntityKey who, Purpose why, std::uint64_t n) {
    auto const b = block(seed, who, why, n);
    return (static_cast<std::uint64_t>(b[0]) << 32) | b[1];
}

double draw01(Seed seed, EntityKey who, Purpose why, std::uint64_t n) {
    auto const b = block(seed, who, why, n);
    return unit(b[0], b[1]);
}

double draw_normal(Seed seed, EntityKey who, Purpose why, std::uint64_t n) {
    auto const b = block(seed, who, why, n);
    double const radius = std::sqrt(-2.0 * std::log(1.0 - unit(b[0], b[1])));
    return radius * std::cos(2.0 * std::numbers::pi * unit(b[2], b[3]));
}

double draw_exponential(Seed seed, EntityKey who, Purpose why, std::uint64_t n, double mean) {
    return -mean * std::log(1.0 - draw01(seed, who, why, n));
}

} // namespace gridtwin
