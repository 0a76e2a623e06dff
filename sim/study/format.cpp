#include "sim/study/format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gridtwin::study {
namespace {

/// W, VA, Wh: what reads 0 in kilo-units is the solution's rounding and has no ratio.
constexpr double kNoPower = 0.5;

} // namespace

std::string number_text(double value) {
    double const size = std::abs(value);
    int const decimals = size >= 10000.0 ? 0 : size >= 100.0 ? 1 : size >= 10.0 ? 2 : 3;
    auto const text = fmt::format("{:.{}f}", value, decimals);
    return text.find_first_not_of("-0.") == std::string::npos ? "0" : text;
}

std::string kw_text(double p_w) {
    return number_text(p_w / 1e3) + " kW";
}
std::string kvar_text(double q_var) {
    return number_text(q_var / 1e3) + " kvar";
}
std::string kwh_text(double e_wh) {
    return number_text(e_wh / 1e3) + " kWh";
}

std::string percent_text(double frac) {
    double const percent = 100.0 * frac;
    return std::abs(percent) >= 99.95 ? fmt::format("{:.0f} %", percent)
           : std::abs(percent) >= 10  ? fmt::format("{:.1f} %", percent)
                                      : fmt::format("{:.2f} %", percent);
}

std::string share_text(double part, double whole) {
    return whole >= kNoPower ? percent_text(part / whole) : "-";
}

double power_factor(Complex s_va) {
    double const size = std::abs(s_va);
    if (!(size >= kNoPower)) {
        return 0.0;
    }
    double const pf = std::abs(s_va.real()) / size;
    return s_va.real() * s_va.imag() < 0.0 ? -pf : pf;
}

std::string power_factor_text(Complex s_va) {
    double const pf = power_factor(s_va);
    if (pf == 0.0) {
        return "-";
    }
    return std::abs(pf) >= 0.9995
               ? "1.000"
               : fmt::format("{:.3f} {}", std::abs(pf), pf < 0.0 ? "leading" : "lagging");
}

std::string clock_text(double t_s) {
    auto const ms = std::llround(t_s * 1000.0);
    auto const s = ms / 1000;
    std::string out = s >= 86400 && s != 86400 ? fmt::format("day {} ", s / 86400 + 1) : "";
    auto const of_day = s == 86400 ? s : s % 86400;
    out += fmt::format("{:02}:{:02}", of_day / 3600, of_day / 60 % 60);
    if (of_day % 60 != 0 || ms % 1000 != 0) {
        out += fmt::format(":{:02}", of_day % 60);
    }
    return ms % 1000 != 0 ? out + fmt::format(".{:03}", ms % 1000) : out;
}

std::string plural(std::size_t n, std::string const& one, std::string const& many) {
    return fmt::format("{} {}", n, n == 1 ? one : many);
}

std::string node_text(NodeVoltage const& node) {
    return fmt::format("{}.{}", node.bus, node.phase);
}

char const* mode_name(grid::SolutionMode mode) {
    switch (mode) {
    case grid::SolutionMode::daily:
        return "daily";
    case grid::SolutionMode::yearly:
        return "yearly";
    case grid::SolutionMode::dutycycle:
        return "duty cycle";
    case grid::SolutionMode::direct:
        return "direct";
    default:
        return "snapshot";
    }
}

char const* storage_mode_name(grid::StorageMode mode) {
    switch (mode) {
    case grid::StorageMode::charging:
        return "charging";
    case grid::StorageMode::discharging:
        return "discharging";
    default:
        return "idling";
    }
}

std::string duration_text(double s) {
    if (s >= 3600.0 && std::fmod(s, 3600.0) == 0.0) {
        return fmt::format("{:g} h", s / 3600.0);
    }
    if (s >= 60.0 && std::fmod(s, 60.0) == 0.0) {
        return fmt::format("{:g} min", s / 60.0);
    }
    return fmt::format("{:g} s", s);
}

std::string list_text(std::vector<std::string> const& names) {
    constexpr std::size_t kMost = 8;
    std::string out;
    for (std::size_t k = 0; k < names.size() && k < kMost; ++k) {
        out += (k > 0 ? ", " : "") + names[k];
    }
    if (names.size() > kMost) {
        out += fmt::format(" and {} more", names.size() - kMost);
    }
    return out;
}

} // namespace gridtwin::study
