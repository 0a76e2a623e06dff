#include "models/headend/billed_energy.hpp"

#include <algorithm>

namespace gridtwin::headend {

std::uint8_t billed_quality(vee::Quality quality) {
    switch (quality) {
    case vee::Quality::missing:
        return billing::kMissing;
    case vee::Quality::actual:
    case vee::Quality::validated:
    case vee::Quality::suspect:
    case vee::Quality::edited:
        return billing::kActual;
    case vee::Quality::estimated:
        return billing::kEstimated;
    }
    return billing::kMissing;
}

BilledEnergy::BilledEnergy(Ledger const& ledger, Books const& books, vee::Vee const* vee,
                           std::uint32_t intervals, SimDuration interval)
    : ledger_(ledger), books_(books), vee_(vee), intervals_(intervals),
      per_day_(static_cast<std::uint32_t>(SimDuration(std::chrono::hours(24)) / interval)) {}

bool BilledEnergy::intervals(MeterId meter, std::uint32_t first, std::span<std::int32_t> energy_mwh,
                             std::span<std::uint8_t> quality) const {
    std::ranges::fill(energy_mwh, 0);
    std::ranges::fill(quality, billing::kMissing);
    return vee_ != nullptr ? validated(meter, first, energy_mwh, quality)
                           : as_read(meter, first, energy_mwh, quality);
}

bool BilledEnergy::validated(MeterId meter, std::uint32_t first, std::span<std::int32_t> energy_mwh,
                             std::span<std::uint8_t> quality) const {
    bool any = false;
    std::uint32_t const end =
        std::min(first + static_cast<std::uint32_t>(quality.size()), intervals_ + 1);
    for (std::uint32_t k = first; k < end;) {
        std::uint32_t const day = (k - 1) / per_day_;
        std::uint32_t const day_end = std::min(end, (day + 1) * per_day_ + 1);
        if (vee_->held(day)) {
            auto const values = vee_->day(meter, day);
            for (; k < day_end; ++k) {
                std::uint32_t const of_day = (k - 1) % per_day_;
                auto const q = billed_quality(vee::quality_of(values.grade[of_day]));
                if (q != billing::kMissing) {
                    energy_mwh[k - first] = values.value_mwh[of_day];
                    quality[k - first] = q;
                    any = true;
                }
            }
        }
        k = day_end;
    }
    return any;
}

bool BilledEnergy::as_read(MeterId meter, std::uint32_t first, std::span<std::int32_t> energy_mwh,
                           std::span<std::uint8_t> quality) const {
    bool any = false;
    std::uint32_t const end =
        std::min(first + static_cast<std::uint32_t>(quality.size()), intervals_ + 1);
    for (std::uint32_t k = first; k < end; ++k) {
        if (ledger_.has(meter, k)) {
            energy_mwh[k - first] = static_cast<std::int32_t>(ledger_.import_mwh(meter, k, k));
            quality[k - first] = billing::kActual;
            any = true;
        }
    }
    return any;
}

std::vector<RegisterReading> BilledEnergy::registers(MeterId meter) const {
    std::vector<RegisterReading> of_meter;
    auto const& all = books_.registers();
    for (auto at = all.lower_bound({meter, SimTime::min(), 0});
         at != all.end() && std::get<MeterId>(at->first) == meter; ++at) {
        of_meter.push_back(at->second);
    }
    return of_meter;
}

} // namespace gridtwin::headend
