#include "models/grid/protection/standard_curves.hpp"

#include <utility>

namespace gridtwin::grid::protection {
namespace {

TccCurve table(std::string name, std::vector<double> multiple, std::vector<double> time_s) {
    TccCurve curve;
    curve.name = std::move(name);
    curve.multiple = std::move(multiple);
    curve.time_s = std::move(time_s);
    return curve;
}

TccCurve formula(std::string name, double a_s, double b_s, double p, double reset_s) {
    TccCurve curve;
    curve.name = std::move(name);
    curve.a_s = a_s;
    curve.b_s = b_s;
    curve.p = p;
    curve.reset_s = reset_s;
    return curve;
}

std::vector<TccCurve> all_curves() {
    std::vector<double> const recloser{1.0, 2.5, 4.5, 8.0, 14.0};
    std::vector<double> const inverse{1.1, 1.3, 1.5, 2.0,  3.0,  4.0,  5.0,  6.0,
                                      7.0, 8.0, 9.0, 10.0, 20.0, 50.0, 100.0};
    return {
        table("a", recloser, {0.15, 0.07, 0.05, 0.045, 0.045}),
        table("d", recloser, {6.0, 0.7, 0.2, 0.06, 0.02}),
        table("tlink", {2.0, 2.1, 3.0, 4.0, 6.0, 22.0, 50.0},
              {300.0, 100.0, 10.1, 4.0, 1.4, 0.1, 0.02}),
        table("klink", {2.0, 2.2, 3.0, 4.0, 6.0, 30.0}, {300.0, 20.0, 4.0, 1.3, 0.41, 0.02}),
        table("uv1547", {0.5, 0.9}, {0.166, 2.0}),
        table("ov1547", {1.1, 1.2}, {2.0, 0.166}),
        table("mod_inv", inverse,
              {27.1053, 9.9029, 6.439, 3.8032, 2.4322, 1.9458, 1.6883, 1.5255, 1.4117, 1.3267,
               1.2604, 1.2068, 0.9481, 0.7468, 0.6478}),
        table("very_inv", inverse,
              {93.872, 28.9113, 16.179, 7.0277, 2.9423, 1.7983, 1.3081, 1.0513, 0.8995, 0.8023,
               0.7361, 0.6891, 0.5401, 0.4988, 0.493}),
        table("ext_inv", inverse,
              {134.4074, 40.9913, 22.6817, 9.5217, 3.6467, 2.0017, 1.2967, 0.9274, 0.7092, 0.5693,
               0.4742, 0.4065, 0.1924, 0.133, 0.1245}),
        table("definite", {1.0, 1.001, 100.0}, {300.0, 1.0, 1.0}),
        formula("ieee_mod_inv", 0.0515, 0.1140, 0.02, 4.85),
        formula("ieee_very_inv", 19.61, 0.491, 2.0, 21.6),
        formula("ieee_ext_inv", 28.2, 0.1217, 2.0, 29.1),
        formula("iec_std_inv", 0.14, 0.0, 0.02, 9.7),
        formula("iec_very_inv", 13.5, 0.0, 1.0, 43.2),
        formula("iec_ext_inv", 80.0, 0.0, 2.0, 58.2),
    };
}

} // namespace

std::span<TccCurve const> standard_curves() {
    static std::vector<TccCurve> const curves = all_curves();
    return curves;
}

TccCurve const* standard_curve(std::string_view name) {
    for (TccCurve const& curve : standard_curves()) {
        if (curve.name == name) {
            return &curve;
        }
    }
    return nullptr;
}

} // namespace gridtwin::grid::protection
