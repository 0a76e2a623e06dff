#include "models/headend/vee/apportion.hpp"

#include <algorithm>
#include <numeric>

namespace gridtwin::headend::vee {

__extension__ using Wide = __int128; // of two 62-bit factors

std::vector<std::int64_t> apportion(std::int64_t total, std::span<std::int64_t const> weights) {
    std::vector<std::int64_t> weight(weights.begin(), weights.end());
    auto sum = std::accumulate(weight.begin(), weight.end(), std::int64_t{0});
    if (sum == 0) {
        std::fill(weight.begin(), weight.end(), 1);
        sum = static_cast<std::int64_t>(weight.size());
    }
    std::int64_t const size = total < 0 ? -total : total;
    std::vector<std::int64_t> part(weight.size());
    std::vector<std::int64_t> rest(weight.size());
    std::int64_t left = size;
    for (std::size_t i = 0; i < weight.size(); ++i) {
        Wide const product = Wide{size} * weight[i];
        part[i] = static_cast<std::int64_t>(product / sum);
        rest[i] = static_cast<std::int64_t>(product % sum);
        left -= part[i];
    }
    std::vector<std::size_t> order(weight.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return rest[a] > rest[b]; });
    for (std::size_t i = 0; left != 0; ++i, --left) {
        ++part[order[i]];
    }
    if (total < 0) {
        std::for_each(part.begin(), part.end(), [](std::int64_t& p) { p = -p; });
    }
    return part;
}

} // namespace gridtwin::headend::vee
