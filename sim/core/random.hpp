#pragma once
// Randomness as a function: every draw is named by (seed, entity, purpose, count), so that adding
// an entity or a thread moves nobody else's draws. Generator: Philox4x32-10, Salmon et al.,
// "Parallel random numbers: as easy as 1, 2, 3", SC'11; the tests hold the published known answers.
#include <array>
#include <cstdint>

namespace gridtwin {

struct Seed {
    std::uint64_t value = 0;
};

/// What a draw is for. The numbers are part of results: append, never renumber.
enum class Purpose : std::uint32_t {
    street_layout = 1,
    customer_size = 2,
    demand_noise = 3,
    clock_drift = 4,
    frame_error = 5,
    backoff = 6,
    sms_delay = 7,
    sms_loss = 8,
    last_gasp = 9,
    shadowing = 10,
    power_factor = 11,
    stuck_contact = 12,
    module_broken = 13,
    module_change = 14,
    noise_source = 20,
    source_level = 21,
    source_start = 22,
    source_run = 23,
    sms_duplicate = 24,
    sms_receipt = 25,
    sms_coverage = 26,
    alarm_repetition = 27,
    transformer_meter = 28,
    theft = 29,
    opening_credit = 30,
    test = 1000,
};

/// The kinds of things that draw; with a row number they make an EntityKey.
enum class EntityKind : std::uint32_t {
    world = 0,
    meter = 1,
    lv_network = 2,
    concentrator = 3,
    medium = 4,
    sms_operator = 5,
    link = 6,
    radio = 7, ///< row: area, its low 16 bits the node
};

struct EntityKey {
    std::uint64_t value = 0;
    constexpr EntityKey(EntityKind kind, std::uint64_t row)
        : value((static_cast<std::uint64_t>(kind) << 48) | row) {} ///< row < 2^48
};

/// One Philox4x32-10 block.
[[nodiscard]] std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                                      std::array<std::uint32_t, 2> key);

/// 64 random bits; same arguments, same bits, on any thread and in any order.
/// Purpose must be below 2^16, n below 2^64.
[[nodiscard]] std::uint64_t draw_bits(Seed seed, EntityKey who, Purpose why, std::uint64_t n);
/// Uniform in [0, 1).
[[nodiscard]] double draw01(Seed seed, EntityKey who, Purpose why, std::uint64_t n);
/// Standard normal (Box-Muller on one block).
[[nodiscard]] double draw_normal(Seed seed, EntityKey who, Purpose why, std::uint64_t n);
/// Exponential with the given mean.
[[nodiscard]] double draw_exponential(Seed seed, EntityKey who, Purpose why, std::uint64_t n,
                                      double mean);

} // namespace gridtwin
