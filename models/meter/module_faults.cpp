#include "models/meter/module_faults.hpp"

namespace gridtwin::meter {
namespace {

constexpr double kYearS = 365.25 * 86400.0;

} // namespace

double broken_frac(ModuleFaultSpec const& spec) {
    double const r = spec.failures_per_year * to_s(spec.repair) / kYearS;
    return r / (1.0 + r);
}

ModuleLife module_life(ModuleFaultSpec const& spec, Seed seed, MeterId meter, Channel channel,
                       SimTime end) {
    ModuleLife life;
    if (spec.failures_per_year <= 0.0) {
        return life;
    }
    EntityKey const who(EntityKind::meter, index(meter));
    auto const of_channel = static_cast<std::uint64_t>(channel);
    life.broken_at_start =
        draw01(seed, who, Purpose::module_broken, of_channel) < broken_frac(spec);
    double const works_s = kYearS / spec.failures_per_year;
    double const end_s = to_s(end - kStart);
    bool broken = life.broken_at_start;
    std::uint64_t n = of_channel << 32U;
    // In seconds up to the comparison: a sojourn of centuries does not fit into SimTime.
    for (double at_s = 0.0;;) {
        at_s += draw_exponential(seed, who, Purpose::module_change, n++,
                                 broken ? to_s(spec.repair) : works_s);
        if (at_s >= end_s) {
            return life;
        }
        life.changes.push_back(kStart + duration_from_s(at_s));
        broken = !broken;
    }
}

} // namespace gridtwin::meter
