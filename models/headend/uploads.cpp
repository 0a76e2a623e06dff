#include "models/headend/uploads.hpp"

namespace gridtwin::headend {

bool Uploads::first(ConcentratorId concentrator, std::uint32_t number) {
    auto& seen = seen_[index(concentrator)];
    if (number < seen.all_below || !seen.ahead.insert(number).second) {
        ++repeated_;
        return false;
    }
    while (!seen.ahead.empty() && *seen.ahead.begin() == seen.all_below) {
        seen.ahead.erase(seen.ahead.begin());
        ++seen.all_below;
    }
    return true;
}

} // namespace gridtwin::headend
