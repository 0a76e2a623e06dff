#include "models/grid/carson.hpp"

#include <Eigen/Dense>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gridtwin::grid {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kMu0 = 4e-7 * kPi;          // H/m
constexpr double kEpsilon0 = 8.854e-12;      // F/m, as the reference engine rounds it
constexpr double kTapeRho_ohm_m = 2.3718e-8; // copper tape at 50 degrees C

double distance(LineConductor const& a, LineConductor const& b) {
    return std::hypot(a.x_m - b.x_m, a.h_m - b.h_m);
}

bool power_frequency(double f_hz) {
    return f_hz > 40.0 && f_hz < 1000.0;
}

/// What the earth adds, ohm/m: to a conductor's own impedance for a == b, else between two. The
/// distance's logarithm, ln 1/d, is not in it.
Complex earth_return(LineConductor const& a, LineConductor const& b, EarthModel model, double f_hz,
                     double rho_ohm_m) {
    double const w = 2.0 * kPi * f_hz;
    double const heights = std::abs(a.h_m) + std::abs(b.h_m);
    double const across = a.x_m - b.x_m;
    if (model == EarthModel::carson) {
        return {w * kMu0 / 8.0,
                w * kMu0 / (2.0 * kPi) * std::log(658.5 * std::sqrt(rho_ohm_m / f_hz))};
    }
    if (model == EarthModel::deri) {
        Complex const depth = 1.0 / std::sqrt(Complex(0.0, w * kMu0 / rho_ohm_m));
        Complex const h = heights + 2.0 * depth;
        return Complex(0.0, w * kMu0 / (2.0 * kPi)) * std::log(std::sqrt(h * h + across * across));
    }
    // Carson's series in the distance to the image, measured in depths
    double const image = std::hypot(heights, across);
    double const theta = std::acos(std::min(1.0, heights / image));
    double const m = image * std::sqrt(w * kMu0 / rho_ohm_m);
    constexpr double b1 = std::numbers::sqrt2 / 6.0;
    constexpr double b2 = 1.0 / 16.0;
    constexpr double b3 = b1 / 15.0;
    constexpr double b4 = b2 / 24.0;
    constexpr double d2 = b2 * kPi / 4.0;
    constexpr double d4 = b4 * kPi / 4.0;
    constexpr double c2 = 1.3659315;
    constexpr double c4 = c2 + 1.0 / 4.0 + 1.0 / 6.0;
    double const m2 = m * m;
    double const p =
        kPi / 8.0 - b1 * m * std::cos(theta) +
        b2 * m2 * ((c2 - std::log(m)) * std::cos(2.0 * theta) + theta * std::sin(2.0 * theta)) +
        b3 * m2 * m * std::cos(3.0 * theta) - d4 * m2 * m2 * std::cos(4.0 * theta);
    double const q =
        0.5 * std::log(1.85138 / m) + b1 * m * std::cos(theta) - d2 * m2 * std::cos(2.0 * theta) +
        b3 * m2 * m * std::cos(3.0 * theta) -
        b4 * m2 * m2 * ((c4 - std::log(m)) * std::cos(4.0 * theta) + theta * std::sin(4.0 * theta));
    return Complex(p, q + 0.5 * std::log(image)) * (w * kMu0 / kPi);
}

/// Radius of the circle on which the screen's current flows.
double screen_radius_m(LineConductor const& c) {
    return c.screen == Screen::concentric_neutral ? 0.5 * (c.cable_diameter_m - c.strand_diameter_m)
                                                  : 0.5 * (c.shield_diameter_m - c.tape_m);
}

/// Resistance and geometric mean radius of a screen.
struct ScreenData {
    double r_ohm_per_m;
    double gmr_m;
};

ScreenData screen_data(LineConductor const& c) {
    double const radius = screen_radius_m(c);
    if (c.screen == Screen::concentric_neutral) {
        double const k = c.strands;
        return {c.strand_r_ohm_per_m / k,
                std::pow(c.strand_gmr_m * k * std::pow(radius, k - 1.0), 1.0 / k)};
    }
    // 0.3183 is 1/pi: the tape as a tube, longer by its lap
    return {0.3183 * kTapeRho_ohm_m /
                (c.shield_diameter_m * c.tape_m * std::sqrt(50.0 / (100.0 - c.tape_lap_percent))),
            radius};
}

/// Distance between a screen and a conductor that is not its core.
double screen_distance(LineConductor const& screen, LineConductor const& other) {
    double const d = distance(screen, other);
    if (screen.screen != Screen::concentric_neutral) {
        return d;
    }
    double const k = screen.strands;
    return std::pow(std::pow(d, k) - std::pow(screen_radius_m(screen), k), 1.0 / k);
}

double cable_capacitance(LineConductor const& c) {
    double const outer = 0.5 * c.insulation_diameter_m;
    double const inner = outer - c.insulation_m;
    double logarithm = std::log(outer / inner);
    if (c.screen == Screen::concentric_neutral && !c.semiconducting) {
        double const k = c.strands;
        double const radius = screen_radius_m(c);
        logarithm = std::log(radius / inner) - std::log(k * 0.5 * c.strand_diameter_m / radius) / k;
    }
    return 2.0 * kPi * kEpsilon0 * c.relative_permittivity / logarithm;
}

/// Of the bare conductors and their images; a cable's field ends at its screen.
std::vector<double> capacitances(std::span<LineConductor const> conductors) {
    std::size_t const n = conductors.size();
    std::vector<double> c(n * n, 0.0);
    bool const cables = std::any_of(conductors.begin(), conductors.end(),
                                    [](auto const& k) { return k.screen != Screen::none; });
    if (cables) {
        for (std::size_t i = 0; i < n; ++i) {
            if (conductors[i].screen != Screen::none) {
                c[i * n + i] = cable_capacitance(conductors[i]);
            }
        }
        return c;
    }
    auto const size = static_cast<Eigen::Index>(n);
    Eigen::MatrixXd p(size, size);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
            auto const& a = conductors[i];
            auto const& b = conductors[j];
            double const radius =
                a.capacitance_radius_m > 0.0 ? a.capacitance_radius_m : a.radius_m;
            double const image = std::hypot(a.x_m - b.x_m, a.h_m + b.h_m);
            p(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) =
                std::log(image / (i == j ? radius : distance(a, b))) / (2.0 * kPi * kEpsilon0);
        }
    }
    Eigen::MatrixXd const nodal = p.inverse();
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
            c[i * n + j] = nodal(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j));
        }
    }
    return c;
}

/// Modified Bessel functions' ratio I0(z)/I1(z) from their power series.
Complex bessel_ratio(Complex z) {
    if (std::abs(z) > 35.0) {
        return 1.0;
    }
    Complex const quarter = z * z / 4.0;
    Complex term0 = 1.0;
    Complex term1 = z / 2.0;
    Complex i0 = term0;
    Complex i1 = term1;
    for (int k = 1; k < 1000; ++k) {
        term0 *= quarter / static_cast<double>(k * k);
        term1 *= quarter / static_cast<double>(k * (k + 1));
        i0 += term0;
        i1 += term1;
        if (std::norm(term0) < 1e-34 * std::norm(i0) && std::norm(term1) < 1e-34 * std::norm(i1)) {
            break;
        }
    }
    return i0 / i1;
}

} // namespace

Complex internal_impedance(double r_dc_ohm_per_m, double f_hz) {
    if (!(r_dc_ohm_per_m > 0.0)) {
        return {};
    }
    Complex const z = Complex(1.0, 1.0) * std::sqrt(f_hz * kMu0 / r_dc_ohm_per_m);
    return Complex(1.0, 1.0) * bessel_ratio(z) * (std::sqrt(r_dc_ohm_per_m * f_hz * kMu0) / 2.0);
}

std::string conductor_mistake(std::span<LineConductor const> conductors) {
    bool const cables = std::any_of(conductors.begin(), conductors.end(),
                                    [](auto const& c) { return c.screen != Screen::none; });
    for (std::size_t i = 0; i < conductors.size(); ++i) {
        auto const& a = conductors[i];
        if (!cables && !(a.h_m > 0.0)) {
            return fmt::format("conductor {} is not above ground", i + 1);
        }
        for (std::size_t j = 0; j < i; ++j) {
            double const d = distance(a, conductors[j]);
            if (!(d > 0.0) || d < a.radius_m + conductors[j].radius_m) {
                return fmt::format("conductors {} and {} take the same space", j + 1, i + 1);
            }
        }
    }
    return {};
}

LineConstants line_constants(std::span<LineConductor const> conductors, EarthModel model,
                             double f_hz, double rho_ohm_m) {
    std::size_t const n = conductors.size();
    Complex const jx(0.0, f_hz * kMu0); // j w mu0 / 2 pi
    auto const z_of = [&](double d, LineConductor const& a, LineConductor const& b) {
        return earth_return(a, b, model, f_hz, rho_ohm_m) - jx * std::log(d);
    };
    std::vector<std::size_t> screened;
    for (std::size_t i = 0; i < n; ++i) {
        if (conductors[i].screen != Screen::none) {
            screened.push_back(i);
        }
    }
    DenseMatrix z(n + screened.size());
    for (std::size_t i = 0; i < n; ++i) {
        auto const& a = conductors[i];
        Complex own(a.r_ac_ohm_per_m, kMu0 * f_hz / 4.0);
        if (model == EarthModel::deri) {
            own = internal_impedance(a.r_dc_ohm_per_m, f_hz);
        }
        bool const by_gmr = power_frequency(f_hz);
        z(i, i) = z_of(by_gmr ? a.gmr_m : a.radius_m, a, a) + (by_gmr ? own.real() : own);
        for (std::size_t j = 0; j < i; ++j) {
            z(i, j) = z(j, i) = z_of(distance(a, conductors[j]), a, conductors[j]);
        }
    }
    for (std::size_t s = 0; s < screened.size(); ++s) {
        auto const& a = conductors[screened[s]];
        auto const data = screen_data(a);
        std::size_t const row = n + s;
        z(row, row) = data.r_ohm_per_m + z_of(data.gmr_m, a, a);
        for (std::size_t t = 0; t < s; ++t) {
            auto const& b = conductors[screened[t]];
            z(row, n + t) = z(n + t, row) = z_of(distance(a, b), a, b);
        }
        for (std::size_t j = 0; j < n; ++j) {
            auto const& b = conductors[j];
            double const d = j == screened[s] ? screen_radius_m(a) : screen_distance(a, b);
            z(row, j) = z(j, row) = z_of(d, a, b);
        }
    }
    return {kron_reduced(z, n).value_or(z), capacitances(conductors)};
}

std::optional<DenseMatrix> kron_reduced(DenseMatrix const& z, std::size_t keep) {
    using Matrix = Eigen::Matrix<Complex, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    if (keep >= z.size) {
        return z;
    }
    auto const n = static_cast<Eigen::Index>(z.size);
    auto const k = static_cast<Eigen::Index>(keep);
    Eigen::Map<Matrix const> const all(z.values.data(), n, n);
    Eigen::FullPivLU<Matrix> const lu(all.bottomRightCorner(n - k, n - k));
    if (!lu.isInvertible()) {
        return std::nullopt;
    }
    DenseMatrix out(keep);
    Eigen::Map<Matrix>(out.values.data(), k, k) =
        all.topLeftCorner(k, k) -
        all.topRightCorner(k, n - k) * lu.solve(all.bottomLeftCorner(n - k, k));
    return out;
}

std::optional<LineConstants> reduced(LineConstants const& all, std::size_t keep) {
    auto z = kron_reduced(all.z_ohm_per_m, keep);
    if (!z || keep > all.z_ohm_per_m.size) {
        return std::nullopt;
    }
    // a grounded conductor has no voltage: its row and column of the nodal matrix drop out
    LineConstants out{std::move(*z), {}};
    for (std::size_t i = 0; i < keep; ++i) {
        for (std::size_t j = 0; j < keep; ++j) {
            out.c_f_per_m.push_back(all.c_f_per_m[i * all.z_ohm_per_m.size + j]);
        }
    }
    return out;
}

} // namespace gridtwin::grid
