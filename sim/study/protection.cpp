// What the protective devices would do about a solution.
#include "models/grid/protection/devices.hpp"
#include "sim/study/summary.hpp"

namespace gridtwin::study {

ProtectionSummary summarise_protection(grid::FeederSolver const& solver) {
    namespace protection = grid::protection;
    ProtectionSummary out;
    auto const& c = solver.circuit();
    out.devices = c.relays.size() + c.reclosers.size() + c.fuses.size();
    if (out.devices == 0) {
        return out;
    }
    auto devices = protection::make_devices(c);
    protection::measure(devices, solver, kStart);
    auto const next = protection::next_event(devices, kStart);
    if (next == kNever) {
        return out;
    }
    protection::advance(devices, next - kStart);
    std::vector<protection::LogEntry> log;
    static_cast<void>(protection::operate(devices, next, log));
    for (auto const& entry : log) {
        if (entry.what != "resets") {
            out.device = entry.device;
            out.what = entry.what;
            out.after_s = to_s(entry.at);
            break;
        }
    }
    return out;
}

} // namespace gridtwin::study
