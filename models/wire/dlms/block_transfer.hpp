#pragma once
// What does not fit one APDU goes in blocks (IEC 62056-5-3, 6.9 to 6.11, service-specific block
// transfer): numbered from 1, each answered before the next. A long response is asked for with the
// number of the block that came (get-request-next, next-pblock); of a long request each block is
// answered with its number. Both ends are the same either way; who waits how long, and sends what
// again, is the caller's affair.
#include "models/wire/dlms/service_types.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gridtwin::wire::dlms {

// Octets of an APDU beside a block's raw ones and their length.
inline constexpr std::size_t kGetBlockHead = 9;          ///< get-response-with-datablock
inline constexpr std::size_t kBlockHead = 8;             ///< with-datablock, with-pblock
inline constexpr std::size_t kFirstActionBlockHead = 17; ///< with-first-pblock
inline constexpr std::size_t kFirstSetBlockHead = 18;    ///< with-first-datablock, without access

/// The most raw octets in an APDU of so many; 0 if there is no room.
[[nodiscard]] std::size_t block_room(std::size_t apdu_octets, std::size_t head);

/// Sends. The block in hand is `block()`; the other end's number decides what follows.
class BlockSender {
  public:
    enum class Next {
        send,         ///< block(): the one after
        send_again,   ///< block(): the other end is still at the one before
        finished,     ///< it has the last
        wrong_number, ///< neither; nothing changes: answer data-block-number-invalid and give up
    };

    /// @param octets what a single APDU would hold
    /// @param first,others raw octets in the first block, and in all others but the last
    /// @throws SimulationError if others is 0, or more than 2^32 - 1 blocks were needed
    BlockSender(std::vector<std::byte> octets, std::size_t first, std::size_t others);

    [[nodiscard]] DataBlock block() const; ///< its raw octets are kept here
    Next received(std::uint32_t number);   ///< the other end has this one

  private:
    std::vector<std::byte> octets_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0; ///< of the block in hand
    std::size_t others_ = 0;
    std::uint32_t number_ = 1;
};

/// Receives, and puts together. Once something was wrong nothing more is taken.
class BlockReceiver {
  public:
    enum class Fate {
        more,         ///< taken; answer with its number
        complete,     ///< taken, and the last
        repeated,     ///< the one before once more, nothing changes: answer as then
        wrong_number, ///< answer data-block-number-invalid
        too_long,     ///< more octets than are taken: long-set-aborted, long-action-aborted
        empty,        ///< a block without octets that is neither the first nor the last
    };

    explicit BlockReceiver(std::size_t most_octets) : most_(most_octets) {}

    Fate take(DataBlock const& block);
    [[nodiscard]] std::uint32_t number() const { return number_; } ///< of the last taken; 0: none
    [[nodiscard]] bool complete() const { return complete_; }
    [[nodiscard]] std::vector<std::byte> const& octets() const { return octets_; }

  private:
    std::size_t most_;
    std::vector<std::byte> octets_;
    std::uint32_t number_ = 0;
    bool complete_ = false;
    bool broken_ = false;
};

} // namespace gridtwin::wire::dlms
