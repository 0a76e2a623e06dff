// How far estimates are off, over synthetic households with readings missing at random.
#include "tests/models/headend/vee/vee_desk.hpp"

#include <cmath>

namespace gridtwin::headend::vee {
namespace {

constexpr std::uint32_t kHouses = 40;
constexpr std::uint32_t kDays = 15; // a fortnight, and the reads of its last midnight

/// Mean power of a household: 150 W, a morning and an evening, and appliances that come and go.
std::int32_t household(std::uint32_t house, std::uint32_t day, std::uint32_t i) {
    auto const draw = [&](std::uint64_t n) {
        return draw01(Seed{7}, EntityKey(EntityKind::meter, house), Purpose::test,
                      n * 100'000 + day * kDay + i);
    };
    double const hour = i / 4.0;
    auto const bump = [&](double at, double width) {
        return std::exp(-(hour - at) * (hour - at) / (2.0 * width * width));
    };
    double const size = 0.5 + house / 20.0;
    double w = 150.0 + size * (400.0 * bump(7.5, 1.0) + 900.0 * bump(19.5, 2.0));
    w *= 0.8 + 0.4 * draw(1);
    w += draw(2) < 0.05 ? 2000.0 * draw(3) : 0.0;
    return static_cast<std::int32_t>(w * 250.0);
}

struct Accuracy {
    double rms_mwh = 0.0;
    double bias_frac = 0.0; ///< error of the missing energy
    double mean_mwh = 0.0;  ///< truth of what was estimated
    std::int64_t energy_error_mwh = 0;
    std::uint64_t estimated = 0;
    std::uint64_t of_method = 0;
};

Accuracy measure(Source method, double missing, bool registers) {
    VeeConfig config;
    config.estimation.order = {method};
    if (method == Source::scaled) {
        config.estimation.order = {Source::scaled, Source::linear, Source::like_day,
                                   Source::history};
    }
    Desk desk(kHouses, kDays, config);
    std::vector<std::int64_t> used(kHouses, 0);
    for (std::uint32_t h = 0; h < kHouses; ++h) {
        desk.registers(h, kStart, 0);
        for (std::uint32_t d = 0; d + 1 < kDays; ++d) {
            for (std::uint32_t i = 0; i < kDay; ++i) {
                std::int32_t const mwh = household(h, d, i);
                used[h] += mwh;
                double const draw =
                    draw01(Seed{11}, EntityKey(EntityKind::meter, h), Purpose::test, d * kDay + i);
                if (draw >= missing) {
                    desk.reading(h, d * kDay + i + 1, mwh);
                }
            }
            if (registers) {
                desk.registers(h, end_of((d + 1) * kDay), used[h]);
            }
        }
    }
    desk.vee.run(kDays - 2);
    Accuracy result;
    double squares = 0.0;
    double off = 0.0;
    double energy = 0.0;
    for (std::uint32_t h = 0; h < kHouses; ++h) {
        for (std::uint32_t k = 1; k <= (kDays - 1) * kDay; ++k) {
            Value const v = desk.vee.value(meter(h), k);
            std::int32_t const truth = household(h, (k - 1) / kDay, (k - 1) % kDay);
            result.energy_error_mwh += v.mwh - truth;
            if (v.grade.quality == Quality::estimated) {
                ++result.estimated;
                result.of_method += v.grade.source == method ? 1U : 0U;
                squares += std::pow(static_cast<double>(v.mwh - truth), 2);
                off += static_cast<double>(v.mwh - truth);
                energy += truth;
            }
        }
    }
    auto const n = static_cast<double>(result.estimated);
    result.rms_mwh = std::sqrt(squares / n);
    result.bias_frac = off / energy;
    result.mean_mwh = energy / n;
    return result;
}

TEST(VeeAccuracy, ScaledEstimatesKeepTheEnergyExactlyWhateverIsMissing) {
    for (double const missing : {0.02, 0.1}) {
        Accuracy const a = measure(Source::scaled, missing, true);
        EXPECT_EQ(a.energy_error_mwh, 0) << missing;
        EXPECT_EQ(a.of_method, a.estimated) << missing;
        EXPECT_NEAR(static_cast<double>(a.estimated), missing * kHouses * 14 * kDay,
                    missing * kHouses * 14 * kDay * 0.1);
    }
}

TEST(VeeAccuracy, EveryMethodIsWithinItsRmsAndItsBias) {
    struct Case {
        Source method;
        bool registers;
        double most_rms_wh;
        double most_bias_frac;
    };
    for (auto const& c : {Case{Source::scaled, true, 100.0, 1e-12},
                          {Source::linear, false, 100.0, 0.05},
                          {Source::like_day, false, 100.0, 0.05},
                          {Source::history, false, 100.0, 0.05}}) {
        for (double const missing : {0.02, 0.1}) {
            Accuracy const a = measure(c.method, missing, c.registers);
            fmt::print("{:>8}, {:>4.0f} % missing: {} estimates of mean {:.1f} Wh, rms {:.1f} Wh, "
                       "bias {:+.2f} %\n",
                       name(c.method), missing * 100.0, a.estimated, a.mean_mwh / 1000.0,
                       a.rms_mwh / 1000.0, a.bias_frac * 100.0);
            EXPECT_LT(a.rms_mwh, c.most_rms_wh * 1000.0);
            EXPECT_LE(std::abs(a.bias_frac), c.most_bias_frac);
        }
    }
}

} // namespace
} // namespace gridtwin::headend::vee
