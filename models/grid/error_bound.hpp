#pragma once
// When an iteration may end.
#include <algorithm>

namespace gridtwin::grid {

/// How far an iterate may be from the solution, by the changes that led to it. Where every step
/// leaves at most a share q of the last one's change, that is q / (1 - q) times the last change
/// (Banach's fixed-point theorem). q is taken as the greater of the last two shares seen. Below 1/2
/// the bound is doubled, but never above the change itself. Where nothing shrinks (q of 1 and more,
/// rounding) or only two steps were seen, it is the change.
class ErrorBound {
  public:
    /// Bound after a step that changed the iterate by so much.
    double after(double change_pu) {
        double const share = last_pu_ > 0.0 ? change_pu / last_pu_ : 1.0;
        double const q = std::max(share, last_share_);
        last_share_ = share;
        last_pu_ = change_pu;
        if (q < 0.5) {
            return std::min(change_pu, 2.0 * change_pu * q / (1.0 - q));
        }
        return q < 1.0 ? change_pu * q / (1.0 - q) : change_pu;
    }

  private:
    double last_pu_ = 0.0;
    double last_share_ = 0.5; // of the step before the first: unknown
};

} // namespace gridtwin::grid
