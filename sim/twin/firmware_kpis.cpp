#include "sim/twin/firmware_kpis.hpp"

#include <algorithm>
#include <map>

namespace gridtwin::twin {
namespace {

struct Sums {
    concentrator::FirmwareCounts counts;
    std::uint64_t meters = 0; ///< below concentrators that have an order
    std::uint64_t with_image = 0;
    std::uint64_t activated = 0;
    SimDuration longest{};
};

/// Of the latest campaign of a concentrator.
void add_campaign(Sums& sums, AccessArea const& area,
                  concentrator::Concentrator const& concentrator) {
    sums.counts += concentrator.firmware_counts();
    auto const* const campaign = concentrator.firmware();
    if (campaign == nullptr) {
        return;
    }
    auto const version = campaign->image().version;
    for (std::size_t row = 0; row < area.meters().size(); ++row) {
        if (area.discovery().registrations.concentrator[row] != concentrator.id()) {
            continue; // as it holds itself for another's, or for nobody's
        }
        ++sums.meters;
        auto const* const state = area.firmware(area.meters()[row]);
        bool const runs = state != nullptr && state->active >= version;
        bool const holds = state != nullptr && state->waits() && state->image.version >= version;
        sums.activated += runs ? 1 : 0;
        if (runs || holds) {
            ++sums.with_image;
        }
        SimTime const whole = state == nullptr ? kNever : meter::whole_at(*state, version);
        if (whole != kNever) { // a later version says nothing of when this one came
            sums.longest = std::max(sums.longest, whole - campaign->began());
        }
    }
}

} // namespace

void add_firmware_kpis(std::vector<results::Kpi>& kpis, Federates const& federates) {
    Sums sums;
    for (std::size_t a = 0; a < federates.access.area_count(); ++a) {
        auto const& area = federates.access.area(a);
        for (std::size_t p = 0; p < area.concentrators(); ++p) {
            add_campaign(sums, area, area.concentrator(p));
        }
    }
    std::map<ConcentratorId, std::uint64_t> reported; // of the latest version
    for (auto const& [key, progress] : federates.head_end.head_end().books().firmware()) {
        reported[progress.concentrator] = progress.done;
    }
    std::uint64_t done = 0;
    for (auto const& [concentrator, meters] : reported) {
        done += meters;
    }
    auto const add = [&kpis](char const* name, std::uint64_t value, char const* text) {
        kpis.push_back({name, "", static_cast<double>(value), text});
    };
    add("firmware.orders", sums.counts.orders, "campaigns of concentrators");
    add("firmware.blocks_to_all", sums.counts.to_all, "each over every channel");
    add("firmware.blocks_to_one", sums.counts.to_one, "gaps filled at a single meter");
    add("firmware.questions", sums.counts.asked, "for gaps");
    add("firmware.meters", sums.meters, "below concentrators with an order");
    add("firmware.with_image", sums.with_image, "of them, that hold all of it, or run it");
    add("firmware.reported", done, "of them, as the head-end knows");
    add("firmware.activated", sums.activated, "of them, that run it");
    kpis.push_back({"firmware.activated_share", "1",
                    sums.meters == 0
                        ? 0.0
                        : static_cast<double>(sums.activated) / static_cast<double>(sums.meters),
                    "of the meters"});
    kpis.push_back({"firmware.last_after", "s", to_s(sums.longest),
                    "from an order at its concentrator to the last meter that got all of it"});
}

std::vector<std::string> firmware_kpi_names() {
    std::vector<std::string> names;
    for (auto const* figure :
         {"orders", "blocks_to_all", "blocks_to_one", "questions", "meters", "with_image",
          "reported", "activated", "activated_share", "last_after"}) {
        names.push_back(std::string("firmware.") + figure);
    }
    return names;
}

} // namespace gridtwin::twin
