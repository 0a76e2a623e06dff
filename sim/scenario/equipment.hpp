#pragma once
// What meters have beyond the plain ones, class by class, as the scenario gives it.
#include "models/meter/adder.hpp"
#include "models/meter/credit.hpp"
#include "models/meter/limiter.hpp"
#include "models/meter/load_profile.hpp"
#include "models/meter/lockout.hpp"
#include "models/meter/module_faults.hpp"
#include "models/meter/quality.hpp"
#include "models/meter/tamper.hpp"
#include "sim/core/diagnostics.hpp"

#include <optional>
#include <string>
#include <vector>

namespace gridtwin::scenario {

/// The name of the meters of what the feeder file publishes, beside the customers' groups.
inline constexpr std::string_view kBulkCustomers = "bulk";

/// What a class of customers has.
template <typename Spec>
struct OfCustomers {
    std::string customers; ///< name of a group, or kBulkCustomers
    SourcePos where;
    Spec spec;
};

/// A point that sums meters.
struct AdderPoint {
    std::string name;
    std::vector<std::string> members; ///< customers, "homes/17"
    std::uint32_t feeder = 1;         ///< which copy; from 1
    SourcePos where;
    SourcePos members_where;
    meter::AdderSpec spec;
};

/// Customers who steal, drawn by the seed.
struct TheftSpec {
    double thieves_frac = 0.0;
    std::vector<meter::TamperInput> inputs{meter::TamperInput::bypass}; ///< drawn evenly
    SimDuration from{};                                                 ///< they begin ...
    SimDuration until{}; ///< ... at instants drawn evenly between these two, since the start
};

/// An account for payment in advance, in the meter. What a customer begins with is drawn evenly, to
/// the cent, between two amounts.
struct PrepaidClass {
    meter::CreditSpec credit; ///< without the time of the week
    Money balance{};
    Money balance_up_to{}; ///< >= balance
    Money debt{};
    Money debt_up_to{}; ///< >= debt
};

struct MeterEquipment {
    std::vector<OfCustomers<meter::LoadProfileSpec>> profiles; ///< at most one a class
    std::vector<OfCustomers<meter::LimiterSpec>> limiters;     ///< at most one a class
    std::vector<OfCustomers<PrepaidClass>> credit;             ///< at most one a class
    std::vector<AdderPoint> adders;
    std::optional<meter::AdderSpec>
        transformer_adders;               ///< one at each LV network, of all its meters
    double stuck_frac = 0.0;              ///< of relays whose contacts are welded from the start
    meter::ModuleFaultSpec module_faults; ///< of all meters, each channel's module by itself
    std::optional<meter::TamperSpec> tampering; ///< of all meters
    TheftSpec theft;
    std::optional<meter::LockoutSpec> lockout; ///< of all meters
    std::optional<meter::QualitySpec> quality; ///< of all meters
};

} // namespace gridtwin::scenario
