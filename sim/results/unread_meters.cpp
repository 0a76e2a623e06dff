#include "sim/results/unread_meters.hpp"

#include "sim/results/value_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace gridtwin::results {
namespace {

std::string count_text(std::size_t n) {
    return value_text(static_cast<double>(n), "").number;
}

std::string const& name_of(std::vector<std::string> const& names, std::int64_t row) {
    static std::string const none = "-";
    return row >= 0 && static_cast<std::size_t>(row) < names.size()
               ? names[static_cast<std::size_t>(row)]
               : none;
}

} // namespace

std::string unread_meters_text(Reader const& reader) {
    constexpr std::size_t kShown = 10;
    if (!reader.has("/meters/unread_because")) {
        return {};
    }
    auto const expected = reader.read_integers("/meters/intervals_expected");
    auto const stored = reader.read_integers("/meters/intervals_stored");
    std::vector<std::size_t> unread;
    for (std::size_t m = 0; m < stored.size(); ++m) {
        if (stored[m] < expected[m]) {
            unread.push_back(m);
        }
    }
    if (unread.empty()) {
        return fmt::format("of all {} meters the head-end has every interval that was due\n",
                           count_text(stored.size()));
    }
    auto const share = [&](std::size_t m) {
        return static_cast<double>(stored[m]) / static_cast<double>(expected[m]);
    };
    auto const shown = std::min(kShown, unread.size());
    std::partial_sort(unread.begin(), unread.begin() + static_cast<std::ptrdiff_t>(shown),
                      unread.end(), [&](std::size_t a, std::size_t b) {
                          return share(a) != share(b) ? share(a) < share(b) : a < b;
                      });
    auto const names = reader.read_strings("/entities/meters/name");
    auto const because = reader.read_strings("/meters/unread_because");
    auto const concentrators = reader.read_strings("/entities/concentrators/name");
    auto const read_by = reader.read_integers("/meters/concentrator_end");
    std::size_t width = 5;
    std::size_t width_by = 7;
    for (std::size_t k = 0; k < shown; ++k) {
        width = std::max(width, text_width(names[unread[k]]));
        width_by = std::max(width_by, text_width(name_of(concentrators, read_by[unread[k]])));
    }
    auto out = fmt::format("of {} of {} meters the head-end lacks intervals that were due\n"
                           "  {:<{}}  {:>9}  {:>9}  {:>7}  {:<{}}  {}\n",
                           count_text(unread.size()), count_text(stored.size()), "meter", width,
                           "stored", "expected", "read", "read by", width_by, "because");
    for (std::size_t k = 0; k < shown; ++k) {
        auto const m = unread[k];
        out += fmt::format("  {:<{}}  {:>9}  {:>9}  {:>5.1f} %  {:<{}}  {}\n", names[m], width,
                           stored[m], expected[m], 100.0 * share(m),
                           name_of(concentrators, read_by[m]), width_by, because[m]);
    }
    if (unread.size() > shown) {
        out +=
            fmt::format("  and {} more: /meters in the file\n", count_text(unread.size() - shown));
    }
    return out;
}

} // namespace gridtwin::results
