#pragma once
// Which concentrator reads which meter, as the concentrators tell: late, doubled and out of order.
#include "models/headend/ports/fleet.hpp"
#include "models/headend/ports/ports.hpp"
#include "models/headend/ports/state_io.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace gridtwin::headend {

struct RegistryConfig {
    /// A concentrator that goes on reading a meter that is another's is told again to let it go,
    /// after so long: it had not heard. Assumption.
    SimDuration release_again = std::chrono::hours(1);
};
/// One sentence, empty when nothing is wrong.
[[nodiscard]] std::string problem(RegistryConfig const& config);

struct RegistryCounts {
    std::uint64_t registered = 0;
    std::uint64_t given_up = 0;
    std::uint64_t moved = 0;    ///< registrations by another concentrator than the one before
    std::uint64_t released = 0; ///< words to let a meter go
    std::uint64_t outdated = 0; ///< doubled, or older than what is known
};

/// A registration carries the meter's own count of them, so that the latest one is known whatever
/// the order they come in; within one registration it is given up after it was made.
class Registry final {
  public:
    /// @param fleet whose concentrators follow the registrations
    Registry(RegistryConfig const& config, Fleet& fleet, Ports const& ports);

    /// The meter and the concentrator must be known.
    /// @return true when it is a new one, so that the concentrator waits to hear what is lacked
    bool on_registration(Registration const& registration);
    void on_read_by(MeterId meter, ConcentratorId concentrator);
    void save(StateWriter& out) const;
    void restore(StateReader& in);

    /// Nobody has it: it was given up, and not registered since.
    [[nodiscard]] bool given_up(MeterId meter) const { return latest_[index(meter)] % 2 != 0; }
    /// A registration of it has been heard of.
    [[nodiscard]] bool heard_of(MeterId meter) const { return latest_[index(meter)] != 0; }
    [[nodiscard]] RegistryCounts const& counts() const { return counts_; }

  private:
    void release(MeterId meter, ConcentratorId concentrator);

    RegistryConfig config_;
    Fleet& fleet_;
    Ports ports_;
    std::vector<std::uint64_t> latest_; ///< [meter] 2 * number, and 1 more when it was given up
    std::vector<SimTime> released_;     ///< [meter] last word to let it go
    RegistryCounts counts_;
};

} // namespace gridtwin::headend
