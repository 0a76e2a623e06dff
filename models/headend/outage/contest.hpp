#pragma once
// All places below one, weighed against each other: what locate() and locate_nested() share.
#include "models/headend/outage/location.hpp"

#include <cstdint>
#include <vector>

namespace gridtwin::headend {

/// Per transformer, in the order of the tree; sums over what is below a device are differences.
struct Sums {
    explicit Sums(std::size_t transformers) : score(transformers + 1), reports(transformers + 1) {}
    std::vector<double> score;
    std::vector<std::uint32_t> reports;
    std::size_t filled = 0;
    void add(double s, std::uint32_t r) {
        score[filled + 1] = score[filled] + s;
        reports[filled + 1] = reports[filled] + r;
        ++filled;
    }
};

struct Priors {
    double device;
    double transformer;
};

/// Weighs all places below `top` whose transformers `sums` holds, from the transformer at `base`.
class Contest {
  public:
    Contest(Evidence const& evidence, Sums const& sums, std::size_t base, std::uint32_t min_reports,
            Priors const& log_prior)
        : tree_(evidence.tree), sums_(sums), base_(base), min_reports_(min_reports),
          log_prior_(log_prior) {}

    /// The best place's score, reports and confidence; reports 0: none has enough.
    [[nodiscard]] LocatedEvent best(Place const& top);

  private:
    void enter(Place const& place, double log_prior);

    TreeOrder const& tree_;
    Sums const& sums_;
    std::size_t base_;
    std::uint32_t min_reports_;
    Priors log_prior_;
    LocatedEvent best_;
    std::vector<double> scores_;
};

template <typename Visit>
void for_meters(Evidence const& evidence, Place const& place, Visit visit) {
    for (LvNetworkId const t : evidence.tree.transformers(place)) {
        for (MeterId const m : evidence.members.of(t)) {
            visit(m, evidence.records[index(m)]);
        }
    }
}

} // namespace gridtwin::headend
