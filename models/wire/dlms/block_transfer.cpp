#include "models/wire/dlms/block_transfer.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace gridtwin::wire::dlms {

std::size_t block_room(std::size_t apdu_octets, std::size_t head) {
    struct Form {
        std::size_t octets; ///< of the length
        std::size_t most;   ///< that it can tell
    };
    constexpr Form kForms[] = {{1, 0x7F}, {2, 0xFF}, {3, 0xFFFF}, {5, 0xFFFFFFFF}};
    std::size_t room = 0;
    for (auto const& [octets, most] : kForms) {
        if (apdu_octets > head + octets) {
            room = std::max(room, std::min(apdu_octets - head - octets, most));
        }
    }
    return room;
}

BlockSender::BlockSender(std::vector<std::byte> octets, std::size_t first, std::size_t others)
    : octets_(std::move(octets)), end_(std::min(first, octets_.size())), others_(others) {
    if (others == 0 ||
        (octets_.size() - end_) / others >= std::numeric_limits<std::uint32_t>::max() - 1) {
        throw SimulationError(
            fmt::format("DLMS: {} octets in blocks of {}", octets_.size(), others));
    }
}

DataBlock BlockSender::block() const {
    return {.last = end_ == octets_.size(),
            .number = number_,
            .raw = std::span(octets_).subspan(begin_, end_ - begin_)};
}

BlockSender::Next BlockSender::received(std::uint32_t number) {
    if (number == number_) {
        if (end_ == octets_.size()) {
            return Next::finished;
        }
        begin_ = end_;
        end_ = std::min(octets_.size(), begin_ + others_);
        ++number_;
        return Next::send;
    }
    return number_ > 1 && number == number_ - 1 ? Next::send_again : Next::wrong_number;
}

BlockReceiver::Fate BlockReceiver::take(DataBlock const& block) {
    if (!broken_ && number_ > 0 && block.number == number_) {
        return Fate::repeated;
    }
    Fate fate = block.last ? Fate::complete : Fate::more;
    if (broken_ || complete_ || number_ == std::numeric_limits<std::uint32_t>::max() ||
        block.number != number_ + 1) {
        fate = Fate::wrong_number;
    } else if (block.raw.size() > most_ - octets_.size()) {
        fate = Fate::too_long;
    } else if (block.raw.empty() && !block.last && number_ > 0) {
        fate = Fate::empty;
    }
    if (fate != Fate::more && fate != Fate::complete) {
        broken_ = true;
        return fate;
    }
    octets_.insert(octets_.end(), block.raw.begin(), block.raw.end());
    number_ = block.number;
    complete_ = block.last;
    return fate;
}

} // namespace gridtwin::wire::dlms
