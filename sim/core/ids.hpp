#pragma once
// Typed row numbers. An id is a row of its table and nothing else.
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace gridtwin {

enum class FeederId : std::uint32_t {};    ///< one medium-voltage circuit
enum class LvNetworkId : std::uint32_t {}; ///< one service transformer and the LV lines below it
enum class MeterId : std::uint32_t {};     ///< one metered customer
enum class ConcentratorId : std::uint32_t {};
enum class AreaId : std::uint32_t {};     ///< concentrators that hear each other, and their media
enum class EndpointId : std::uint32_t {}; ///< an end of the wide-area network
enum class CommandId : std::uint64_t {};  ///< one order of the head-end, unique in a run; 0 is none
enum class MessageId : std::uint64_t {
}; ///< unique in a run: source in the high bits, count in the low

template <typename Id>
requires std::is_enum_v<Id>
[[nodiscard]] constexpr std::size_t index(Id id) {
    return static_cast<std::size_t>(static_cast<std::underlying_type_t<Id>>(id));
}

template <typename Id>
inline constexpr Id kNone = static_cast<Id>(~std::underlying_type_t<Id>{0});

} // namespace gridtwin
