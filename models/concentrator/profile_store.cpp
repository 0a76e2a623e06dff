#include "models/concentrator/profile_store.hpp"

#include "sim/core/diagnostics.hpp"

#include <algorithm>

namespace gridtwin::concentrator {
namespace {

wire::ProfileBlock read_back(std::span<std::byte const> octets) {
    wire::DecodedBlocks decoded = wire::decode(octets);
    if (!decoded.ok() || decoded.blocks.size() != 1) {
        throw SimulationError("a concentrator's store does not read back: " + decoded.problem);
    }
    return std::move(decoded.blocks.front());
}

} // namespace

void ProfileStore::add(MeterId meter, std::uint32_t first_interval,
                       std::span<wire::ProfileRow const> rows, bool uploaded) {
    Entry entry{.meter = meter,
                .first = first_interval,
                .count = static_cast<std::uint32_t>(rows.size()),
                .octets = 0,
                .begin = octets_.size(),
                .uploaded = uploaded};
    wire::encode(meter, first_interval, rows, octets_);
    entry.octets = static_cast<std::uint32_t>(octets_.size() - entry.begin);
    entries_.push_back(entry);
    if (!uploaded) {
        waiting_octets_ += entry.octets;
    }
    while (octets() > limit_octets_ && entries_[dropped_entries_].uploaded) {
        drop_oldest();
    }
}

void ProfileStore::drop_oldest() {
    dropped_octets_ += entries_[dropped_entries_].octets;
    ++dropped_entries_;
    if (dropped_octets_ < octets_.size() / 2) {
        return; // moving the rest down pays only when half of it is dead
    }
    octets_.erase(octets_.begin(), octets_.begin() + static_cast<std::ptrdiff_t>(dropped_octets_));
    entries_.erase(entries_.begin(),
                   entries_.begin() + static_cast<std::ptrdiff_t>(dropped_entries_));
    for (Entry& entry : entries_) {
        entry.begin -= dropped_octets_;
    }
    next_upload_ -= std::min(next_upload_, dropped_entries_);
    dropped_octets_ = 0;
    dropped_entries_ = 0;
}

std::uint32_t ProfileStore::take_batch(std::size_t batch_octets, std::vector<std::byte>& out) {
    std::uint32_t rows = 0;
    std::size_t taken = 0;
    next_upload_ = std::max(next_upload_, dropped_entries_);
    for (; next_upload_ < entries_.size(); ++next_upload_) {
        Entry& entry = entries_[next_upload_];
        if (entry.uploaded) {
            continue;
        }
        if (taken > 0 && taken + entry.octets > batch_octets) {
            break;
        }
        auto const begin = octets_.begin() + static_cast<std::ptrdiff_t>(entry.begin);
        out.insert(out.end(), begin, begin + static_cast<std::ptrdiff_t>(entry.octets));
        entry.uploaded = true;
        taken += entry.octets;
        rows += entry.count;
    }
    waiting_octets_ -= taken;
    return rows;
}

void ProfileStore::withhold(MeterId meter, std::uint32_t first, std::uint32_t count) {
    std::uint64_t const end = std::uint64_t{first} + count;
    std::vector<wire::ProfileBlock> rest;
    for (std::size_t e = std::max(next_upload_, dropped_entries_); e < entries_.size(); ++e) {
        Entry& entry = entries_[e];
        std::uint64_t const entry_end = std::uint64_t{entry.first} + entry.count;
        if (entry.uploaded || entry.meter != meter || entry.first >= end || entry_end <= first) {
            continue;
        }
        if (entry.first < first || entry_end > end) {
            rest.push_back(read_back(std::span(octets_).subspan(entry.begin, entry.octets)));
        }
        entry.uploaded = true;
        waiting_octets_ -= entry.octets;
    }
    for (auto const& block : rest) { // what lies before and behind waits by itself
        std::span<wire::ProfileRow const> const rows(block.rows);
        std::uint64_t const block_end = std::uint64_t{block.first_interval} + rows.size();
        if (block.first_interval < first) {
            add(meter, block.first_interval, rows.first(first - block.first_interval), false);
        }
        if (block_end > end) {
            add(meter, static_cast<std::uint32_t>(end),
                rows.last(static_cast<std::size_t>(block_end - end)), false);
        }
    }
}

void ProfileStore::collect(MeterId meter, std::uint32_t first, std::span<wire::ProfileRow> rows,
                           std::span<std::uint8_t> have) const {
    std::uint64_t const end = std::uint64_t{first} + rows.size();
    for (std::size_t e = dropped_entries_; e < entries_.size(); ++e) {
        Entry const& entry = entries_[e];
        std::uint64_t const entry_end = std::uint64_t{entry.first} + entry.count;
        if (entry.meter != meter || entry.first >= end || entry_end <= first) {
            continue;
        }
        wire::ProfileBlock const block =
            read_back(std::span(octets_).subspan(entry.begin, entry.octets));
        std::uint64_t const to = std::min(end, entry_end);
        for (std::uint64_t k = std::max(entry.first, first); k < to; ++k) {
            if (have[k - first] == 0) {
                have[k - first] = 1;
                rows[k - first] = block.rows[k - entry.first];
            }
        }
    }
}

} // namespace gridtwin::concentrator
