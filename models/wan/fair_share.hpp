#pragma once
// A link whose users get equal shares of what it carries, worked out as one flow for all of them.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

namespace gridtwin::wan {

/// Processor sharing by virtual time: `v_` is what each user has got since the link was idle, so a
/// user that joins with w units is through when v_ has grown by w, however many come and go before
/// (Parekh and Gallager, "A generalized processor sharing approach to flow control", 1993). The
/// next to be through is the top of a heap: O(log users) a change.
class FairShare {
  public:
    /// `user` is not in it.
    void join(std::uint32_t user, std::uint64_t units) {
        heap_.push_back({v_ + static_cast<double>(units), joined_++, user});
        std::push_heap(heap_.begin(), heap_.end(), std::greater{});
    }

    [[nodiscard]] std::size_t users() const { return heap_.size(); }

    /// What the link is to carry, for all, until the next is through; 1 or more. There is a user.
    [[nodiscard]] std::uint64_t units_to_next() const {
        double const units = (heap_.front().through - v_) * static_cast<double>(heap_.size());
        return static_cast<std::uint64_t>(std::max(1.0, std::ceil(units - kRounding)));
    }

    /// The link has carried this much; nobody has joined or left meanwhile.
    void carry(double units) {
        if (!heap_.empty()) {
            v_ += units / static_cast<double>(heap_.size());
        }
    }

    /// Takes out those that are through, to within half a unit; the first first, of several at once
    /// the one that joined first.
    void take_through(std::vector<std::uint32_t>& out) {
        while (!heap_.empty() && heap_.front().through <= v_ + 0.5) {
            out.push_back(heap_.front().user);
            std::pop_heap(heap_.begin(), heap_.end(), std::greater{});
            heap_.pop_back();
        }
        if (heap_.empty()) {
            clear();
        }
    }

    /// Takes out all, through or not.
    void take_all(std::vector<std::uint32_t>& out) {
        for (Row const& row : heap_) {
            out.push_back(row.user);
        }
        clear();
    }

  private:
    void clear() {
        heap_.clear();
        v_ = 0.0;
    }

    static constexpr double kRounding = 1e-3; ///< of sums that should be whole

    struct Row {
        double through = 0.0; ///< v_ when it is
        std::uint64_t joined = 0;
        std::uint32_t user = 0;

        friend bool operator>(Row const& a, Row const& b) {
            return a.through != b.through ? a.through > b.through : a.joined > b.joined;
        }
    };
    std::vector<Row> heap_;
    double v_ = 0.0;
    std::uint64_t joined_ = 0;
};

} // namespace gridtwin::wan
