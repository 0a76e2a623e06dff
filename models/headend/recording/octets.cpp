#include "models/headend/recording/octets.hpp"

#include "sim/core/diagnostics.hpp"

namespace gridtwin::headend::recording {

void OctetWriter::append(void const* data, std::size_t octets) {
    auto const* first = static_cast<std::byte const*>(data);
    out_.insert(out_.end(), first, first + octets);
}

void OctetReader::get(std::string& text) {
    std::uint64_t size = 0;
    get(size);
    check(size <= left_.size());
    text.assign(reinterpret_cast<char const*>(take(size)), size);
}

std::byte const* OctetReader::take(std::size_t octets) {
    check(octets <= left_.size());
    auto const* begin = left_.data();
    left_ = left_.subspan(octets);
    return begin;
}

void OctetReader::check(bool ok) const {
    if (!ok) {
        throw SimulationError("the recording ends within an entry");
    }
}

} // namespace gridtwin::headend::recording
