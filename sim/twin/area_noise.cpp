#include "sim/twin/area_noise.hpp"

namespace gridtwin::twin {

AreaNoise::AreaNoise(PlcArea const& area, plc::NoiseSourceSpec const& spec, Seed seed)
    : noise_dbuv_(area.modems.size()) {
    network_of_modem_.reserve(area.modems.size());
    for (auto const& modem : area.modems) {
        network_of_modem_.push_back(static_cast<std::uint16_t>(modem.network));
    }
    for (auto const& source : plc::noise_sources(spec, area.meters, seed, area.roots)) {
        sources_.push_back({.what = source, .state = {}});
    }
}

bool AreaNoise::switch_sources(GridView const& view, meter::MeterTable const& meters,
                               plc::ChannelSpec const& spec, Seed seed) {
    bool changed = false;
    for (auto& source : sources_) {
        if (view.at >= source.state.until) {
            source.state = plc::source_state(source.what, spec, seed, view.at, view.second_of_day);
        }
        auto const m = index(source.what.meter);
        bool const on = source.state.on && meters.energised[m] != 0 && meters.relay_closed[m] != 0;
        changed = changed || on != source.heard;
        source.heard = on;
    }
    return changed;
}

void AreaNoise::apply(GridView const& view, meter::MeterTable const& meters,
                      plc::ChannelSpec const& spec, std::span<LvNetworkId const> networks,
                      Seed seed, plc::Medium& medium) {
    if (switch_sources(view, meters, spec, seed) || stale_) {
        stale_ = false;
        source_uv2_.clear();
        for (auto const& source : sources_) {
            if (source.heard) {
                source_uv2_.resize(noise_dbuv_.size());
                plc::add_source(source.what, medium.channel(), plc::band_db(medium.modem(), spec),
                                source_uv2_);
            }
        }
    }
    std::vector<double> level_dbuv;
    for (auto const network : networks) {
        level_dbuv.push_back(plc::noise_level_dbuv(medium.modem(), spec, view.second_of_day,
                                                   view.lv_load_w[index(network)]));
    }
    for (std::size_t m = 0; m < noise_dbuv_.size(); ++m) {
        double const level = level_dbuv[network_of_modem_[m]];
        double const rise = source_uv2_.empty() ? 0.0 : plc::source_rise_db(level, source_uv2_[m]);
        noise_dbuv_[m] = static_cast<float>(level + rise);
    }
    medium.set_noise_dbuv(noise_dbuv_);
    medium.set_impulse_factor(plc::impulse_factor(spec, view.second_of_day));
}

std::size_t AreaNoise::bytes() const {
    return network_of_modem_.capacity() * sizeof(std::uint16_t) +
           sources_.capacity() * sizeof(Source) +
           (source_uv2_.capacity() + noise_dbuv_.capacity()) * sizeof(float);
}

} // namespace gridtwin::twin
