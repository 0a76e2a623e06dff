#pragma once
// The operations centre's view over time: what the head-end knows of its own work, as a series.
#include "sim/results/writer.hpp"
#include "sim/twin/headend_federate.hpp"

namespace gridtwin::twin {

/// /series/operations, a row each `headend.operations.every`.
class OperationsSeries {
  public:
    /// @param every zero: nothing is written
    OperationsSeries(SimDuration every, HeadEndFederate const& head_end, results::Writer& writer);

    /// Writes the row of `at`, if it is time for one.
    void note(SimTime at);

  private:
    SimDuration every_;
    HeadEndFederate const& head_end_;
    results::Writer& writer_;
    results::SeriesId series_{};
    SimTime next_ = kStart;
};

} // namespace gridtwin::twin
