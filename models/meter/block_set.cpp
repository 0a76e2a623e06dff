#include "models/meter/block_set.hpp"

namespace gridtwin::meter {

bool BlockSet::insert(std::uint32_t block) {
    if (contains(block)) {
        return false;
    }
    bits_[block / 64] |= std::uint64_t{1} << block % 64;
    ++held_;
    return true;
}

std::vector<wire::BlockRun> BlockSet::gaps(std::uint32_t most_runs, std::uint32_t first) const {
    std::vector<wire::BlockRun> found;
    for (std::uint32_t block = first; block < blocks_ && !full(); ++block) {
        if (contains(block)) {
            continue;
        }
        if (!found.empty() && found.back().first + found.back().count == block) {
            ++found.back().count;
        } else if (found.size() == most_runs) {
            break;
        } else {
            found.push_back({block, 1});
        }
    }
    return found;
}

} // namespace gridtwin::meter
