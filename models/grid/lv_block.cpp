#include "models/grid/lv_block.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

namespace gridtwin::grid {
namespace {

void check(topology::LvNetwork const& network, std::span<topology::LvService const> services,
           LvTransformerSpec const& transformer, LvSpec const& spec, double v_mv_ln_v) {
    std::size_t const n = network.size();
    bool sound = n > 0 && network.parent[0] == -1 && network.length_m.size() == n &&
                 network.cable.size() == n;
    for (std::size_t k = 1; sound && k < n; ++k) {
        sound = network.parent[k] >= 0 && static_cast<std::size_t>(network.parent[k]) < k;
    }
    if (!sound) {
        throw SimulationError("LV network: not a tree with parents before children");
    }
    Diagnostics d;
    if (network.phases == 0 || network.phases > 0b111) {
        d.error({}, fmt::format("LV network has the phase mask {}", network.phases), "1 to 7");
    }
    if (!(transformer.s_va > 0.0) || !(transformer.v_lv_ll_v > 0.0) || !(v_mv_ln_v > 0.0) ||
        !(transformer.tap_pu > 0.0) || transformer.r_pu < 0.0 ||
        !(std::hypot(transformer.r_pu, transformer.x_pu) > 0.0)) {
        d.error({}, "LV transformer has a power, voltage, tap or impedance that is not positive");
    }
    if (!(spec.vmin_pu > 0.0) || !(spec.vmin_pu < spec.vmax_pu)) {
        d.error({},
                fmt::format("LV customers' voltage limits are {} and {} pu", spec.vmin_pu,
                            spec.vmax_pu),
                "0 < vmin < vmax");
    }
    for (std::size_t k = 1; k < n; ++k) {
        if (network.cable[k] >= spec.cables.size()) {
            d.error({}, fmt::format("LV line {} has cable {}", k, network.cable[k]),
                    fmt::format("one of {} cables", spec.cables.size()));
        }
        if (!(network.length_m[k] >= 0.0F)) {
            d.error({}, fmt::format("LV line {} has a length of {} m", k, network.length_m[k]));
        }
    }
    for (std::size_t k = 0; k < services.size(); ++k) {
        if (services[k].node >= n || services[k].phase > 2 ||
            (network.phases >> services[k].phase & 1U) == 0) {
            d.error({},
                    fmt::format("LV service {} is at node {}, phase {}", k, services[k].node,
                                services[k].phase),
                    fmt::format("a node below {} and a phase of mask {}", n, network.phases));
        }
    }
    if (!d.ok()) {
        throw InputError(std::move(d));
    }
}

} // namespace

LvBlock::LvBlock(topology::LvNetwork const& network, std::span<topology::LvService const> services,
                 LvTransformerSpec const& transformer, LvSpec const& spec, double v_mv_ln_v)
    : phases_(network.phases), tolerance_pu_(spec.tolerance_pu),
      max_iterations_(spec.max_iterations) {
    check(network, services, transformer, spec, v_mv_ln_v);
    base_v_ = transformer.v_lv_ll_v / std::numbers::sqrt3;
    ratio_ = base_v_ * transformer.tap_pu / v_mv_ln_v;
    double const units = std::popcount(network.phases);
    double const va_per_phase = transformer.s_va / units;
    double const low_v = base_v_ * transformer.tap_pu;
    zt_r_ohm_ = transformer.r_pu * low_v * low_v / va_per_phase;
    zt_x_ohm_ = transformer.x_pu * low_v * low_v / va_per_phase;
    y_shunt_s_ = Complex(transformer.no_load_loss_frac, -transformer.magnetising_frac) *
                 va_per_phase / (v_mv_ln_v * v_mv_ln_v);
    vmin2_v2_ = std::pow(spec.vmin_pu * base_v_, 2);
    vmax2_v2_ = std::pow(spec.vmax_pu * base_v_, 2);
    lay_rows(network, services, spec);
}

void LvBlock::lay_rows(topology::LvNetwork const& network,
                       std::span<topology::LvService const> services, LvSpec const& spec) {
    std::size_t const n = network.size();
    std::vector<std::uint8_t> fed(n, 0); // phases with a customer at the node or below
    for (topology::LvService const& s : services) {
        fed[s.node] = static_cast<std::uint8_t>(fed[s.node] | 1U << s.phase);
    }
    for (std::size_t k = n - 1; k > 0; --k) {
        auto const p = static_cast<std::size_t>(network.parent[k]);
        fed[p] = static_cast<std::uint8_t>(fed[p] | fed[k]);
    }
    fed[0] = network.phases;

    std::vector<std::array<std::uint32_t, 3>> row_of(n);
    for (std::size_t k = 0; k < n; ++k) {
        double const length_m = network.length_m[k];
        LvCable const cable = k == 0 ? LvCable{} : spec.cables[network.cable[k]];
        auto const first = static_cast<std::uint32_t>(parent_.size());
        auto const count = static_cast<std::uint32_t>(std::popcount(fed[k]));
        for (std::size_t phase = 0; phase < 3; ++phase) {
            if ((fed[k] >> phase & 1U) == 0) {
                continue;
            }
            row_of[k][phase] = static_cast<std::uint32_t>(parent_.size());
            if (k == 0) {
                busbar_row_[phase] = static_cast<std::int32_t>(parent_.size());
            }
            row_node_.push_back(static_cast<std::uint32_t>(k));
            parent_.push_back(k == 0 ? 0
                                     : row_of[static_cast<std::size_t>(network.parent[k])][phase]);
            bool const alone = count == 1;
            r_ohm_.push_back(length_m *
                             (cable.r_self_ohm_per_m - (alone ? 0.0 : cable.r_mutual_ohm_per_m)));
            x_ohm_.push_back(length_m *
                             (cable.x_self_ohm_per_m - (alone ? 0.0 : cable.x_mutual_ohm_per_m)));
        }
        if (k == 0) {
            busbar_rows_ = parent_.size();
        } else if (count > 1) {
            coupled_.push_back({first, count, length_m * cable.r_mutual_ohm_per_m,
                                length_m * cable.x_mutual_ohm_per_m});
        }
    }
    for (topology::LvService const& s : services) {
        service_row_.push_back(row_of[s.node][s.phase]);
    }
    std::size_t const rows = parent_.size();
    for (auto* column : {&u_re_v_, &u_im_v_, &i_re_a_, &i_im_a_, &drop_re_v_, &drop_im_v_}) {
        column->assign(rows, 0.0);
    }
    for (auto* column : {&p_w_, &q_var_, &service_re_a_, &service_im_a_, &u_v_, &delivered_p_w_,
                         &delivered_q_var_}) {
        column->assign(services.size(), 0.0);
    }
}

void LvBlock::set_line(std::size_t node, bool closed) {
    std::erase(open_, static_cast<std::uint32_t>(node));
    if (!closed) {
        open_.push_back(static_cast<std::uint32_t>(node));
    }
    auto const was_dead = dead_;
    dead_.clear();
    if (!open_.empty()) {
        dead_.assign(parent_.size(), 0);
    }
    for (std::size_t row = busbar_rows_; row < parent_.size(); ++row) {
        if (!dead_.empty() &&
            (dead_[parent_[row]] != 0 ||
             std::find(open_.begin(), open_.end(), row_node_[row]) != open_.end())) {
            dead_[row] = 1;
            u_re_v_[row] = u_im_v_[row] = 0.0; // and so no current, from the next backward on
        } else if (!was_dead.empty() && was_dead[row] != 0) {
            u_re_v_[row] = u_re_v_[parent_[row]];
            u_im_v_[row] = u_im_v_[parent_[row]];
        }
    }
}

void LvBlock::start_flat(Phases const& u_mv_v) {
    u_mv_v_ = u_mv_v;
    started_ = true;
    for (std::size_t phase = 0; phase < 3; ++phase) {
        if (busbar_row_[phase] >= 0) {
            auto const row = static_cast<std::size_t>(busbar_row_[phase]);
            u_re_v_[row] = ratio_ * u_mv_v[phase].real();
            u_im_v_[row] = ratio_ * u_mv_v[phase].imag();
        }
    }
    for (std::size_t row = busbar_rows_; row < parent_.size(); ++row) {
        bool const live = dead_.empty() || dead_[row] == 0;
        u_re_v_[row] = live ? u_re_v_[parent_[row]] : 0.0;
        u_im_v_[row] = live ? u_im_v_[parent_[row]] : 0.0;
    }
}

void LvBlock::backward() {
    std::fill(i_re_a_.begin(), i_re_a_.end(), 0.0);
    std::fill(i_im_a_.begin(), i_im_a_.end(), 0.0);
    for (std::size_t k = 0; k < p_w_.size(); ++k) {
        std::uint32_t const row = service_row_[k];
        double const re_v = u_re_v_[row];
        double const im_v = u_im_v_[row];
        // conj(S / V) = conj(S) V / |V|^2; holding |V|^2 at its limits makes the customer an
        // impedance outside them.
        double const v2 = std::min(std::max(re_v * re_v + im_v * im_v, vmin2_v2_), vmax2_v2_);
        double const per_v2 = 1.0 / v2;
        service_re_a_[k] = (p_w_[k] * re_v + q_var_[k] * im_v) * per_v2;
        service_im_a_[k] = (p_w_[k] * im_v - q_var_[k] * re_v) * per_v2;
    }
    for (std::size_t k = 0; k < p_w_.size(); ++k) {
        i_re_a_[service_row_[k]] += service_re_a_[k];
        i_im_a_[service_row_[k]] += service_im_a_[k];
    }
    for (std::size_t row = parent_.size(); row-- > busbar_rows_;) {
        i_re_a_[parent_[row]] += i_re_a_[row];
        i_im_a_[parent_[row]] += i_im_a_[row];
    }
}

double LvBlock::forward(Phases const& u_mv_v) {
    u_mv_v_ = u_mv_v;
    std::size_t const rows = parent_.size();
    double greatest = 0.0;
    auto const move_to = [&](std::size_t row, double re_v, double im_v) {
        double const d_re = re_v - u_re_v_[row];
        double const d_im = im_v - u_im_v_[row];
        greatest = std::max(greatest, d_re * d_re + d_im * d_im);
        u_re_v_[row] = re_v;
        u_im_v_[row] = im_v;
    };
    for (std::size_t phase = 0; phase < 3; ++phase) {
        if (busbar_row_[phase] >= 0) {
            auto const row = static_cast<std::size_t>(busbar_row_[phase]);
            double const i_re = i_re_a_[row];
            double const i_im = i_im_a_[row];
            move_to(row, ratio_ * u_mv_v[phase].real() - (zt_r_ohm_ * i_re - zt_x_ohm_ * i_im),
                    ratio_ * u_mv_v[phase].imag() - (zt_r_ohm_ * i_im + zt_x_ohm_ * i_re));
        }
    }
    for (std::size_t row = busbar_rows_; row < rows; ++row) {
        drop_re_v_[row] = r_ohm_[row] * i_re_a_[row] - x_ohm_[row] * i_im_a_[row];
        drop_im_v_[row] = r_ohm_[row] * i_im_a_[row] + x_ohm_[row] * i_re_a_[row];
    }
    for (Coupled const& c : coupled_) {
        double sum_re = 0.0;
        double sum_im = 0.0;
        for (std::size_t row = c.first; row < c.first + c.count; ++row) {
            sum_re += i_re_a_[row];
            sum_im += i_im_a_[row];
        }
        double const re_v = c.r_ohm * sum_re - c.x_ohm * sum_im;
        double const im_v = c.r_ohm * sum_im + c.x_ohm * sum_re;
        for (std::size_t row = c.first; row < c.first + c.count; ++row) {
            drop_re_v_[row] += re_v;
            drop_im_v_[row] += im_v;
        }
    }
    for (std::size_t row = busbar_rows_; row < rows; ++row) {
        if (dead_.empty() || dead_[row] == 0) {
            move_to(row, u_re_v_[parent_[row]] - drop_re_v_[row],
                    u_im_v_[parent_[row]] - drop_im_v_[row]);
        }
    }
    return std::sqrt(greatest) / base_v_;
}

void LvBlock::finish() {
    for (std::size_t k = 0; k < p_w_.size(); ++k) {
        std::uint32_t const row = service_row_[k];
        double const re_v = u_re_v_[row];
        double const im_v = u_im_v_[row];
        u_v_[k] = std::sqrt(re_v * re_v + im_v * im_v);
        delivered_p_w_[k] = re_v * service_re_a_[k] + im_v * service_im_a_[k];
        delivered_q_var_[k] = im_v * service_re_a_[k] - re_v * service_im_a_[k];
    }
    line_loss_w_ = 0.0;
    for (std::size_t row = busbar_rows_; row < parent_.size(); ++row) {
        line_loss_w_ += drop_re_v_[row] * i_re_a_[row] + drop_im_v_[row] * i_im_a_[row];
    }
    transformer_loss_w_ = 0.0;
    input_va_ = {};
    Phases const i_a = i_mv_a();
    for (std::size_t phase = 0; phase < 3; ++phase) {
        if (busbar_row_[phase] >= 0) {
            auto const row = static_cast<std::size_t>(busbar_row_[phase]);
            double const i2 = i_re_a_[row] * i_re_a_[row] + i_im_a_[row] * i_im_a_[row];
            Complex const u_v = u_mv_v_[phase];
            transformer_loss_w_ += zt_r_ohm_ * i2 + y_shunt_s_.real() * std::norm(u_v);
            input_va_ += u_v * std::conj(i_a[phase] + y_shunt_s_ * u_v);
        }
    }
}

SolveStatus LvBlock::solve(Phases const& u_mv_v) {
    bool restart = !started_;
    for (std::size_t phase = 0; phase < 3; ++phase) { // a phase died or came back
        restart = restart || (u_mv_v[phase] == Complex{}) != (u_mv_v_[phase] == Complex{});
    }
    if (restart) {
        start_flat(u_mv_v);
    }
    SolveStatus status;
    while (!status.converged && status.iterations < max_iterations_) {
        backward();
        status.mismatch_pu = forward(u_mv_v);
        ++status.iterations;
        status.converged = status.mismatch_pu < tolerance_pu_;
    }
    finish();
    if (!status.converged) {
        status.worst_bus = "low voltage";
    }
    return status;
}

LvBlock::Phases LvBlock::i_mv_a() const {
    Phases i_a{};
    for (std::size_t phase = 0; phase < 3; ++phase) {
        if (busbar_row_[phase] >= 0) {
            auto const row = static_cast<std::size_t>(busbar_row_[phase]);
            i_a[phase] = Complex(i_re_a_[row], i_im_a_[row]) * ratio_;
        }
    }
    return i_a;
}

double LvBlock::busbar_u_v(std::size_t phase) const {
    if (busbar_row_[phase] < 0) {
        return 0.0;
    }
    auto const row = static_cast<std::size_t>(busbar_row_[phase]);
    return std::hypot(u_re_v_[row], u_im_v_[row]);
}

} // namespace gridtwin::grid
