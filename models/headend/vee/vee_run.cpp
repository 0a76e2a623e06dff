// Validation and estimation of what has changed, meter by meter: a meter's values depend on no
// other's, so threads share nothing but what they read.
#include "models/headend/vee/vee.hpp"

#include <algorithm>

namespace gridtwin::headend::vee {

/// One meter's turn.
class Vee::MeterRun {
  public:
    struct Found {
        std::vector<Change> changes;
        std::array<std::uint64_t, kSources> estimated{};
    };

    /// @param day the last one
    MeterRun(Vee& vee, std::size_t meter, std::uint32_t day, SimTime now, Found& found)
        : vee_(vee), meter_(meter), last_day_(day), now_(now),
          found_(found), basis_{Series(vee.store_, meter), vee.limits(meter), vee.day_type_,
                                vee.estimation_, vee.rules_} {}

    void operator()() {
        for (std::uint32_t d = 0; d <= last_day_; ++d) {
            if (!vee_.store_.stale(meter_, d)) {
                continue;
            }
            bool const ends_open = d > 0 && basis_.open(d * basis_.series.per_day());
            if (ends_open && (days_.empty() || days_.back() != d - 1)) {
                days_.push_back(d - 1); // its last gap may end in this day
            }
            days_.push_back(d);
        }
        if (days_.empty()) {
            return;
        }
        bool open = false;
        for (std::uint32_t const d : days_) {
            open = validate(d) || open;
            vee_.store_.set_stale(meter_, d, false);
        }
        auto const pairs = touched_pairs();
        std::vector<std::uint32_t> flagged;
        for (RegisterPair const& pair : pairs) {
            check_sum(pair, flagged);
        }
        for (std::uint32_t const d : flagged) {
            validate(d);
        }
        if (open || !pairs.empty()) {
            scale();
            estimate_all();
        }
    }

  private:
    [[nodiscard]] SimDuration interval() const { return vee_.fleet_.interval; }
    [[nodiscard]] std::vector<RegisterPoint> const& points() const {
        return vee_.registers_[meter_];
    }
    [[nodiscard]] RegisterPair pair(std::size_t i) const { return {points()[i], points()[i + 1]}; }
    [[nodiscard]] bool is_over(RegisterPair const& one) const {
        return one.last(interval()) <= (last_day_ + 1) * basis_.series.per_day();
    }
    /// Whether it has to do with one of the days: with the intervals at its ends, too.
    [[nodiscard]] bool touches(RegisterPair const& one) const {
        auto const first = vee_.store_.day_of(std::max(one.first(interval()), 2U) - 1);
        auto const at = std::lower_bound(days_.begin(), days_.end(), first);
        return at != days_.end() && *at <= vee_.store_.day_of(one.last(interval()) + 1);
    }
    [[nodiscard]] std::vector<RegisterPair> touched_pairs() const {
        std::vector<RegisterPair> pairs;
        for (std::size_t i = 0; i + 1 < points().size(); ++i) {
            if (is_over(pair(i)) && touches(pair(i))) {
                pairs.push_back(pair(i));
            }
        }
        return pairs;
    }

    /// @return whether some of it may have to be estimated
    bool validate(std::uint32_t d) {
        DaySummary const sum =
            validate_day(vee_.store_.day(meter_, d), before(d), basis_.limits, basis_.rules);
        auto const count = [&](Quality q) { return sum.of_quality[static_cast<std::size_t>(q)]; };
        return count(Quality::missing) + count(Quality::estimated) + count(Quality::suspect) != 0;
    }

    /// @param days [out] those in which a flag has changed are added
    void check_sum(RegisterPair const& one, std::vector<std::uint32_t>& days) {
        Rules const& rules = basis_.rules;
        if (!rules.on(Rule::sum)) {
            return;
        }
        auto const bounds = sum_bounds(basis_.series, one, rules.replace, basis_.limits,
                                       rules.config.sum_stamp, interval());
        bool const fails = !bounds.admits(one.difference(), rules.config.sum_tolerance_mwh);
        for (std::uint32_t k = one.first(interval()); k <= one.last(interval()); ++k) {
            if (has(basis_.series.flags(k), Rule::sum) == fails) {
                continue;
            }
            if (fails) {
                basis_.series.add_flags(k, bit(Rule::sum));
            } else {
                basis_.series.clear_flags(k, bit(Rule::sum));
            }
            std::uint32_t const d = vee_.store_.day_of(k);
            if (days.empty() || days.back() != d) {
                days.push_back(d);
            }
        }
    }

    /// How the day before `d` ended: counted from as many days back as flags look.
    [[nodiscard]] DayBefore before(std::uint32_t d) {
        DayBefore ended;
        for (std::uint32_t b = d - std::min(d, vee_.reach_); b < d; ++b) {
            ended = day_end(vee_.store_.day(meter_, b), ended);
        }
        return ended;
    }

    /// What the interval divided by the pair's beginning holds, if it is open.
    [[nodiscard]] std::optional<std::int32_t> head_of(std::uint32_t k, bool decided) const {
        if (!scaled_.empty() && scaled_.back().interval == k) {
            return scaled_.back().mwh;
        }
        Value const now = basis_.series.value(k);
        if (!decided && now.grade == Grade{Quality::estimated, Source::scaled}) {
            return now.mwh; // by the pair before, which has not changed
        }
        auto const other = estimate(basis_, k);
        return other ? other->mwh : std::optional<std::int32_t>{};
    }

    /// Scales what is open in pairs that have to do with the days. A pair's first interval may be
    /// the last one of the pair before: if that has changed, the pair follows.
    void scale() {
        bool decided = false; // the pair before was looked at
        bool moved = false;   // and its last interval has changed
        for (std::size_t i = 0; i + 1 < points().size(); ++i) {
            RegisterPair const one = pair(i);
            if (!is_over(one) || !(touches(one) || moved)) {
                decided = moved = false;
                continue;
            }
            std::uint32_t const k = one.first(interval()) - 1;
            bool const divided = k != 0 && kStart + k * interval() > one.from.read;
            bool const before = divided && i != 0 && basis_.open(k);
            auto const head = before ? head_of(k, decided) : std::optional<std::int32_t>{};
            std::vector<Estimate> const found =
                before && !head ? std::vector<Estimate>{} : scale_to_register(basis_, one, head);
            scaled_.insert(scaled_.end(), found.begin(), found.end());
            std::uint32_t const last = one.last(interval());
            look_at(divided && i == 0 ? k : k + 1, last);
            bool const known = !found.empty() && found.back().interval == last;
            moved = basis_.open(last) &&
                    !(known && basis_.series.value(last) ==
                                   Value{found.back().mwh, {Quality::estimated, Source::scaled}});
            decided = true;
        }
    }

    void look_at(std::uint32_t first, std::uint32_t last) {
        for (std::uint32_t k = first; k <= last; ++k) {
            if (basis_.open(k)) {
                looked_at_.push_back(k);
            }
        }
    }

    /// All that is open in the days, and in the pairs that were looked at.
    void estimate_all() {
        std::uint32_t const per_day = basis_.series.per_day();
        for (std::uint32_t const d : days_) {
            look_at(d * per_day + 1, (d + 1) * per_day);
        }
        std::sort(looked_at_.begin(), looked_at_.end());
        looked_at_.erase(std::unique(looked_at_.begin(), looked_at_.end()), looked_at_.end());
        auto next = scaled_.begin();
        for (std::uint32_t const k : looked_at_) {
            bool const scaled = next != scaled_.end() && next->interval == k;
            put(k, scaled ? (next++)->mwh : std::optional<std::int32_t>{});
        }
    }

    void put(std::uint32_t k, std::optional<std::int32_t> scaled) {
        auto const after = estimate(basis_, k, scaled);
        Value const before = basis_.series.value(k);
        if (after && *after != before) {
            ++found_.estimated[static_cast<std::size_t>(after->grade.source)];
            found_.changes.push_back(
                change_of(now_, static_cast<MeterId>(meter_), k, before, *after, Why::estimated));
            basis_.series.set(k, *after);
        }
    }

    Vee& vee_;
    std::size_t meter_;
    std::uint32_t last_day_;
    SimTime now_;
    Found& found_;
    Basis basis_;
    std::vector<std::uint32_t> days_;      ///< to be validated, in order
    std::vector<Estimate> scaled_;         ///< in order
    std::vector<std::uint32_t> looked_at_; ///< open intervals
};

void Vee::run(std::uint32_t day, ThreadPool* pool) {
    day = std::min(day, store_.days() - 1);
    for (std::uint32_t d = 0; d <= day; ++d) {
        store_.touch(d);
    }
    constexpr std::size_t kChunk = 256; // meters
    std::size_t const chunks = (fleet_.meters() + kChunk - 1) / kChunk;
    std::vector<MeterRun::Found> found(chunks);
    SimTime const now = clock_.now();
    auto const work = [&](std::size_t chunk) {
        std::size_t const last = std::min(fleet_.meters(), (chunk + 1) * kChunk);
        for (std::size_t m = chunk * kChunk; m < last; ++m) {
            MeterRun(*this, m, day, now, found[chunk])();
        }
    };
    if (pool != nullptr) {
        pool->for_each(chunks, work);
    } else {
        for (std::size_t c = 0; c < chunks; ++c) {
            work(c);
        }
    }
    for (auto const& one : found) {
        for (Change const& change : one.changes) {
            trail_.append(change);
        }
        for (std::size_t s = 0; s < kSources; ++s) {
            counts_.estimated[s] += one.estimated[s];
        }
    }
}

SumTotals Vee::sums() const {
    SumTotals sums;
    for (std::size_t m = 0; m < fleet_.meters(); ++m) {
        auto const& points = registers_[m];
        for (std::size_t i = 0; i + 1 < points.size(); ++i) {
            ++sums.pairs;
            RegisterPair const pair{points[i], points[i + 1]};
            std::uint32_t const k = pair.last(fleet_.interval);
            sums.failed += has(flags(static_cast<MeterId>(m), k), Rule::sum) ? 1U : 0U;
        }
    }
    return sums;
}

} // namespace gridtwin::headend::vee
