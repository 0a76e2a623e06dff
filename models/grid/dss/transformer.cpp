// Transformers of any number of windings, and the codes that stand in for them.
#include "models/grid/dss/transformer.hpp"

#include "models/grid/dss/transformer_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace gridtwin::grid::dss {
namespace {

constexpr double kUsualKv = 12.47;
constexpr double kUsualKva = 1000.0;

Winding usual_winding() {
    Winding winding;
    winding.v_v = kUsualKv * 1e3;
    winding.s_va = kUsualKva * 1e3;
    return winding;
}

/// Replays what was stated, `wdg=` moving the active winding as it goes.
class TransformerReplay {
  public:
    TransformerReplay(Element const& element, Build& build, Report* report)
        : element_(element), build_(build), report_(report) {
        set_windings(2);
    }
    void apply_all(Element const& source, std::uint32_t before);

    Transformer result;
    std::vector<BusName const*> buses;

  private:
    void apply(Assignment const& stated);
    void apply_winding(Assignment const& stated);
    void apply_reactance(Assignment const& stated);
    void set_windings(std::size_t count);
    void set_power(double kva);
    void take_code(Assignment const& stated);
    template <typename Values, typename Set>
    void set_each(Assignment const& stated, Values const& values, Set set);

    [[nodiscard]] Winding& active() { return result.windings[active_]; }

    Element const& element_;
    Build& build_;
    Report* report_;
    std::size_t active_ = 0;
    double norm_kva_ = 1.1 * kUsualKva;
    double named_x_pu_[3] = {0.07, 0.35, 0.30}; // XHL, XHT, XLT
};

/// Windings begin anew; what XHL, XHT and XLT said of the first three stays.
void TransformerReplay::set_windings(std::size_t count) {
    result.windings.assign(count, usual_winding());
    buses.assign(count, nullptr);
    result.x_pu.assign(count * (count - 1) / 2, 0.30);
    for (std::size_t i = 0; i < std::min(std::size(named_x_pu_), result.x_pu.size()); ++i) {
        result.x_pu[i] = named_x_pu_[i];
    }
    active_ = 0;
}

/// Winding 1's rating is every winding's until told otherwise; of two windings both follow.
void TransformerReplay::set_power(double kva) {
    active().s_va = kva * 1e3;
    if (active_ == 0 || result.windings.size() == 2) {
        for (auto& winding : result.windings) {
            winding.s_va = kva * 1e3;
        }
    }
    if (active_ == 0) {
        norm_kva_ = 1.1 * kva;
        result.rating_stated = false;
    }
}

template <typename Values, typename Set>
void TransformerReplay::set_each(Assignment const& stated, Values const& values, Set set) {
    if (values.size() > result.windings.size() && report_ != nullptr) {
        report_->error(stated.at,
                       fmt::format("{} of {} has {} entries", stated.property->name,
                                   element_.label(), values.size()),
                       fmt::format("at most {}, one for each winding", result.windings.size()));
    }
    for (std::size_t i = 0; i < std::min(values.size(), result.windings.size()); ++i) {
        set(i, values[i]);
    }
    active_ = result.windings.size() - 1;
}

void TransformerReplay::take_code(Assignment const& stated) {
    auto const* code = build_.elements.find("xfmrcode", stated.text());
    if (code == nullptr || code->defined > stated.statement) {
        if (report_ != nullptr) {
            report_->error(stated.at,
                           fmt::format("xfmrcode '{}' of {} is not defined", shown(stated.text()),
                                       element_.label()),
                           "an XfmrCode defined before its use",
                           nearest_name(stated.text(), build_.elements.names("xfmrcode")));
        }
        return;
    }
    auto const before = result;
    auto const known_buses = buses;
    TransformerReplay replay(*code, build_, nullptr); // its mistakes have been reported
    replay.apply_all(*code, stated.statement);
    result = std::move(replay.result);
    buses = std::move(replay.buses);
    norm_kva_ = replay.norm_kva_;
    std::copy(std::begin(replay.named_x_pu_), std::end(replay.named_x_pu_), named_x_pu_);
    active_ = std::min(active_, result.windings.size() - 1);
    result.bank = before.bank;
    result.lead_lag_euro = before.lead_lag_euro;
    for (std::size_t i = 0; i < std::min(known_buses.size(), buses.size()); ++i) {
        buses[i] = known_buses[i];
    }
}

void TransformerReplay::apply_winding(Assignment const& stated) {
    switch (stated.property->tag) {
    case kTrWinding:
        if (static_cast<std::size_t>(stated.integer()) > result.windings.size()) {
            if (report_ != nullptr) {
                report_->error(stated.at,
                               fmt::format("wdg of {} is {}", element_.label(), stated.integer()),
                               fmt::format("1..{}, as windings={} says", result.windings.size(),
                                           result.windings.size()));
            }
            return;
        }
        active_ = static_cast<std::size_t>(stated.integer()) - 1;
        break;
    case kTrBus:
        buses[active_] = &stated.bus();
        break;
    case kTrConn:
        active().connection = static_cast<Connection>(stated.integer());
        break;
    case kTrKv:
        active().v_v = stated.number() * 1e3;
        break;
    case kTrKva:
        set_power(stated.number());
        break;
    case kTrTap:
        active().tap_pu = stated.number();
        ++active().tap_statements;
        break;
    case kTrR:
        active().r_pu = stated.number() * 0.01;
        break;
    case kTrRneut:
        active().r_neutral_ohm = stated.number();
        break;
    case kTrXneut:
        active().x_neutral_ohm = stated.number();
        break;
    case kTrMaxTap:
        active().tap_max_pu = stated.number();
        break;
    case kTrMinTap:
        active().tap_min_pu = stated.number();
        break;
    case kTrNumTaps:
        active().taps = stated.integer();
        break;
    default:
        break;
    }
}

void TransformerReplay::apply_reactance(Assignment const& stated) {
    auto const set = [this, &stated](std::size_t row) {
        if (result.windings.size() > 3 && report_ != nullptr) {
            report_->error(stated.at,
                           fmt::format("{} of {} with {} windings", stated.property->name,
                                       element_.label(), result.windings.size()),
                           fmt::format("Xscarray=[{} numbers]", result.x_pu.size()));
        }
        named_x_pu_[row] = stated.number() * 0.01;
        if (row < result.x_pu.size()) {
            result.x_pu[row] = named_x_pu_[row];
        }
    };
    switch (stated.property->tag) {
    case kTrXhl:
        set(0);
        break;
    case kTrXht:
        set(1);
        break;
    case kTrXlt:
        set(2);
        break;
    case kTrXscArray:
        if (stated.numbers().size() != result.x_pu.size()) {
            if (report_ != nullptr) {
                report_->error(
                    stated.at,
                    fmt::format("Xscarray of {} has {} numbers", element_.label(),
                                stated.numbers().size()),
                    fmt::format("{}, one for each pair of windings", result.x_pu.size()));
            }
            return;
        }
        for (std::size_t i = 0; i < result.x_pu.size(); ++i) {
            result.x_pu[i] = stated.numbers()[i] * 0.01;
        }
        break;
    default:
        break;
    }
}

void TransformerReplay::apply(Assignment const& stated) {
    auto& windings = result.windings;
    switch (stated.property->tag) {
    case kTrPhases:
        result.phases = stated.integer();
        break;
    case kTrWindings:
        if (static_cast<std::size_t>(stated.integer()) != windings.size()) {
            set_windings(static_cast<std::size_t>(stated.integer()));
        }
        break;
    case kTrBuses:
        set_each(stated, stated.buses(),
                 [this](std::size_t i, BusName const& bus) { buses[i] = &bus; });
        break;
    case kTrConns:
        set_each(stated, stated.numbers(), [&windings](std::size_t i, double value) {
            windings[i].connection = static_cast<Connection>(static_cast<int>(value));
        });
        break;
    case kTrKvs:
        set_each(stated, stated.numbers(),
                 [&windings](std::size_t i, double value) { windings[i].v_v = value * 1e3; });
        break;
    case kTrKvas:
        set_each(stated, stated.numbers(),
                 [&windings](std::size_t i, double value) { windings[i].s_va = value * 1e3; });
        norm_kva_ = 1.1e-3 * windings[0].s_va;
        result.rating_stated = false;
        break;
    case kTrNormKva:
        norm_kva_ = stated.number();
        result.rating_stated = true;
        break;
    case kTrTaps:
        set_each(stated, stated.numbers(), [&windings](std::size_t i, double value) {
            windings[i].tap_pu = value;
            ++windings[i].tap_statements;
        });
        break;
    case kTrRs:
        set_each(stated, stated.numbers(),
                 [&windings](std::size_t i, double value) { windings[i].r_pu = value * 0.01; });
        break;
    case kTrLoadLoss: // shared evenly by the first two windings
        for (std::size_t i = 0; i < std::min<std::size_t>(2, windings.size()); ++i) {
            windings[i].r_pu = stated.number() / 2.0 / 100.0;
        }
        break;
    case kTrNoLoadLoss:
        result.no_load_loss_frac = stated.number() * 0.01;
        break;
    case kTrImag:
        result.magnetising_frac = stated.number() * 0.01;
        break;
    case kTrPpm:
        result.ppm_antifloat = stated.number();
        break;
    case kTrBank:
        result.bank = stated.text();
        break;
    case kTrCode:
        take_code(stated);
        break;
    case kTrLeadLag:
        result.lead_lag_euro = stated.yes();
        break;
    default:
        apply_winding(stated);
        apply_reactance(stated);
        break;
    }
}

void TransformerReplay::apply_all(Element const& source, std::uint32_t before) {
    for (auto const& stated : source.assignments) {
        if (stated.statement < before) {
            apply(stated);
        }
    }
    result.rating_va = norm_kva_ * 1e3;
}

constexpr std::uint32_t kAlways = 0xFFFFFFFFU;

/// Its admittances are the square of its conductors.
bool is_of_sensible_size(Transformer const& transformer, Element const& element, Build& build) {
    constexpr int kMostConductors = 512;
    int conductors = 0;
    for (auto const& winding : transformer.windings) {
        conductors += conductors_of(winding.connection, transformer.phases);
    }
    if (conductors > kMostConductors) {
        build.report.error(element.where,
                           fmt::format("{} has {} phases and {} windings, which is {} conductors",
                                       element.label(), transformer.phases,
                                       transformer.windings.size(), conductors),
                           fmt::format("at most {}", kMostConductors));
    }
    return conductors <= kMostConductors;
}

bool finish_windings(TransformerReplay& replay, Element const& element, Build& build) {
    auto& result = replay.result;
    bool const bus_reported =
        element.flawed && (element.is_stated(kTrBus) || element.is_stated(kTrBuses));
    bool good = true;
    for (std::size_t i = 0; i < result.windings.size(); ++i) {
        auto& winding = result.windings[i];
        if (replay.buses[i] == nullptr && bus_reported) {
            good = false;
            continue;
        }
        if (replay.buses[i] == nullptr) {
            build.report.error(element.where,
                               fmt::format("winding {} of {} has no bus", i + 1, element.label()),
                               fmt::format("wdg={} bus=<bus>, or buses=[...]", i + 1));
            good = false;
            continue;
        }
        winding.bus = build.terminal(*replay.buses[i], result.phases,
                                     conductors_of(winding.connection, result.phases), element);
        if (winding.tap_min_pu >= winding.tap_max_pu) {
            build.report.error(element.where,
                               fmt::format("winding {} of {} has MinTap {:g} and MaxTap {:g}",
                                           i + 1, element.label(), winding.tap_min_pu,
                                           winding.tap_max_pu),
                               "MinTap below MaxTap");
            good = false;
        }
    }
    return good;
}

} // namespace

void check_transformer_code(Element const& code, Build& build) {
    TransformerReplay replay(code, build, &build.report);
    replay.apply_all(code, kAlways);
}

void convert_transformer(Element const& element, Build& build) {
    TransformerReplay replay(element, build, &build.report);
    replay.apply_all(element, kAlways);
    auto& result = replay.result;
    result.enabled = build.common(element);
    result.name = element.name;
    result.where = build.report.position(element.where);
    if (result.windings.size() < 2) {
        build.report.error(element.where, fmt::format("{} has 1 winding", element.label()),
                           "windings=2 or more");
        return;
    }
    if (!is_of_sensible_size(result, element, build) || !finish_windings(replay, element, build)) {
        return;
    }
    build.circuit.transformers.push_back(std::move(result));
}

} // namespace gridtwin::grid::dss
