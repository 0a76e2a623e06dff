#include "models/headend/ports/state_io.hpp"

#include "sim/core/diagnostics.hpp"

namespace gridtwin::headend {

void StateWriter::append(void const* data, std::size_t octets) {
    auto const* const begin = static_cast<std::byte const*>(data);
    out_.insert(out_.end(), begin, begin + octets);
}

void StateReader::check(bool ok) const {
    if (!ok) {
        throw SimulationError("head-end: the saved state is cut short or of another configuration");
    }
}

std::byte const* StateReader::take(std::size_t octets) {
    check(octets <= left_.size());
    std::byte const* const begin = left_.data();
    left_ = left_.subspan(octets);
    return begin;
}

} // namespace gridtwin::headend
