#pragma once
#include "models/headend/ports/events.hpp"
#include "models/headend/ports/state_io.hpp"

#include <cstdint>
#include <set>
#include <tuple>

namespace gridtwin::headend {

/// Tells first copies of alarms from repeated ones: the same meter, kind and instant is the same
/// alarm. Remembers the latest 8 alarms of each meter that ever sent one.
class AlarmFilter {
  public:
    static constexpr std::size_t kRemembered = 8;
    /// @return true if this alarm was not heard before
    bool first(Alarm const& alarm);
    void save(StateWriter& out) const;
    void restore(StateReader& in);

  private:
    using Key = std::tuple<MeterId, SimTime, AlarmKind>;
    std::set<Key> heard_;
};

} // namespace gridtwin::headend
