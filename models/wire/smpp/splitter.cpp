#include "models/wire/smpp/splitter.hpp"

#include <fmt/format.h>

namespace gridtwin::wire::smpp {
namespace {

std::uint32_t number_at(std::vector<std::byte> const& octets, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = at; i < at + 4; ++i) {
        value = value << 8U | std::to_integer<std::uint32_t>(octets[i]);
    }
    return value;
}

} // namespace

void Splitter::feed(std::span<std::byte const> octets) {
    if (!ok()) {
        return;
    }
    octets_.erase(octets_.begin(), octets_.begin() + static_cast<std::ptrdiff_t>(at_));
    before_ += at_;
    at_ = 0;
    octets_.insert(octets_.end(), octets.begin(), octets.end());
}

std::optional<std::span<std::byte const>> Splitter::next() {
    if (!ok() || waiting() < 4) {
        return std::nullopt;
    }
    std::size_t const length = number_at(octets_, at_);
    if (length < kHeaderOctets || length > limit_) {
        problem_ = fmt::format("octet {}: command_length {}, {}..{} can be", before_ + at_, length,
                               kHeaderOctets, limit_);
        if (waiting() >= kHeaderOctets) {
            sequence_ = number_at(octets_, at_ + 12);
        }
        octets_ = {};
        at_ = 0;
        return std::nullopt;
    }
    if (waiting() < length) {
        return std::nullopt;
    }
    auto const pdu = std::span<std::byte const>(octets_).subspan(at_, length);
    at_ += length;
    return pdu;
}

Pdu Splitter::nack() const {
    return {.command = CommandId::generic_nack,
            .status = CommandStatus::invalid_command_length,
            .sequence = sequence_,
            .body = NoBody{},
            .tlvs = {}};
}

} // namespace gridtwin::wire::smpp
