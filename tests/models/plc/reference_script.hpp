#pragma once
// What a street of 100 meters does to its medium in a day, for the medium and its reference alike.
#include "tests/models/plc/plc_fixtures.hpp"

#include <cstdint>
#include <vector>

namespace gridtwin::plc::testing {

inline constexpr std::uint16_t kMeters = 100;
inline constexpr std::uint64_t kAlarm = 1ULL << 40;
inline constexpr std::uint64_t kAnswer = 1ULL << 41;

/// What the area does from outside, in the order of time.
struct Deed {
    enum class Kind : std::uint8_t { send, noise, power, line, root };
    SimTime at;
    Kind kind = Kind::send;
    Datagram datagram{};
    std::vector<float> noise_dbuv{};
    double impulse_factor = 0.0;
    std::uint16_t modem = 0;
    std::uint16_t root = 0; ///< that it goes over to
    bool powered = false;   ///< or closed
    std::uint32_t line = 0; ///< of the fuses, one of the street's lines
};

/// Rounds of polls every quarter of an hour, commands that overtake them, more at once than a
/// queue holds, cuts of a part of the street with last gasps and returns, noise of every minute.
std::vector<Deed> script(Seed seed, double begin_s, double end_s, ChannelSpec const& channel);

/// The same with modem 1 as a second concentrator: half of the meters are its own, now and then
/// some change over or are given up, and whoever speaks with a concentrator does so with its own,
/// but for some that are asked to join, by either.
std::vector<Deed> with_two_roots(std::vector<Deed> deeds, Seed seed, double begin_s, double end_s);

} // namespace gridtwin::plc::testing
