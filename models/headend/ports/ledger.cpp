#include "models/headend/ports/ledger.hpp"

#include "models/headend/ports/held_bits.hpp"
#include "models/headend/ports/state_io.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::headend {

namespace {

constexpr std::uint32_t kWordBits = 32;
constexpr std::uint32_t kWords = MemoryLedger::kBlock / kWordBits; ///< of one meter's block

} // namespace

MemoryLedger::MemoryLedger(std::size_t meters, std::uint32_t intervals)
    : meters_(meters), intervals_(intervals), blocks_((intervals + kBlock - 1) / kBlock) {}

bool MemoryLedger::store(Reading const& reading) {
    if (index(reading.meter) >= meters_ || reading.interval == 0 || reading.interval > intervals_) {
        throw SimulationError(fmt::format(
            "ledger of {} meters and {} intervals: reading of meter {}, interval {} at {}", meters_,
            intervals_, index(reading.meter), reading.interval, format_time(reading.received)));
    }
    std::uint32_t const i = reading.interval - 1;
    auto& meters = blocks_[i / kBlock];
    if (meters.empty()) {
        meters.resize(meters_);
    }
    MeterBlock& block = meters[index(reading.meter)];
    std::uint32_t const k = i % kBlock;
    std::uint32_t const bit = std::uint32_t{1} << (k % kWordBits);
    if ((block.held[k / kWordBits] & bit) != 0) {
        return false;
    }
    block.held[k / kWordBits] |= bit;
    block.import_mwh[k] = reading.import_mwh;
    block.import_mvarh[k] = reading.import_mvarh;
    block.voltage_dv[k] = reading.voltage_dv;
    block.status[k] = reading.status;
    ++size_;
    return true;
}

std::uint32_t MemoryLedger::word(MeterId meter, std::uint32_t word) const {
    std::size_t const b = word / kWords;
    if (b >= blocks_.size() || blocks_[b].empty() || index(meter) >= meters_) {
        return 0;
    }
    return blocks_[b][index(meter)].held[word % kWords];
}

bool MemoryLedger::has(MeterId meter, std::uint32_t interval) const {
    return is_held([&](std::uint32_t w) { return word(meter, w); }, interval);
}

std::uint32_t MemoryLedger::held(MeterId meter, std::uint32_t first, std::uint32_t last) const {
    return count_held([&](std::uint32_t w) { return word(meter, w); }, std::max(first, 1U),
                      std::min(last, intervals_));
}

IntervalSpan MemoryLedger::first_gap(MeterId meter, std::uint32_t first, std::uint32_t last) const {
    return headend::first_gap([&](std::uint32_t w) { return word(meter, w); }, first, last);
}

std::optional<Reading> MemoryLedger::find(MeterId meter, std::uint32_t interval) const {
    if (!has(meter, interval)) {
        return std::nullopt;
    }
    std::uint32_t const k = (interval - 1) % kBlock;
    MeterBlock const& block = blocks_[(interval - 1) / kBlock][index(meter)];
    return Reading{.meter = meter,
                   .interval = interval,
                   .import_mwh = block.import_mwh[k],
                   .import_mvarh = block.import_mvarh[k],
                   .voltage_dv = block.voltage_dv[k],
                   .status = block.status[k]};
}

std::int64_t MemoryLedger::import_mwh(MeterId meter, std::uint32_t first,
                                      std::uint32_t last) const {
    std::int64_t sum = 0;
    last = std::min(last, intervals_);
    for (std::uint32_t i = std::max(first, 1U); i <= last; ++i) {
        if (has(meter, i)) {
            sum += blocks_[(i - 1) / kBlock][index(meter)].import_mwh[(i - 1) % kBlock];
        }
    }
    return sum;
}

std::size_t MemoryLedger::bytes() const {
    std::size_t bytes = 0;
    for (auto const& meters : blocks_) {
        bytes += meters.capacity() * sizeof(MeterBlock);
    }
    return bytes;
}

void MemoryLedger::save(std::vector<std::byte>& out) const {
    StateWriter writer(out);
    writer.value(static_cast<std::uint64_t>(meters_));
    writer.value(intervals_);
    writer.value(size_);
    for (auto const& meters : blocks_) {
        writer.column(meters);
    }
}

void MemoryLedger::restore(std::span<std::byte const> state) {
    StateReader reader(state);
    reader.check(reader.value<std::uint64_t>() == meters_);
    reader.check(reader.value<std::uint32_t>() == intervals_);
    size_ = reader.value<std::uint64_t>();
    for (auto& meters : blocks_) {
        reader.list(meters);
        reader.check(meters.empty() || meters.size() == meters_);
    }
    reader.expect_end();
}

} // namespace gridtwin::headend
