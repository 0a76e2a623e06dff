#pragma once
// A town's wide-area network in two lines, and traffic for it.
#include "models/wan/wan.hpp"
#include "sim/core/random.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace gridtwin::wan {

enum class Model { builtin, simgrid };

inline std::string model_name(testing::TestParamInfo<Model> const& info) {
    return info.param == Model::builtin ? "Builtin" : "Simgrid";
}

inline void PrintTo(Model model, std::ostream* out) { // CTest shows it behind the test's name
    *out << (model == Model::builtin ? "builtin" : "simgrid");
}

inline constexpr SimTime kHorizon = kStart + std::chrono::hours{48};

/// One SimGrid network a process: one call with Model::simgrid a test.
inline std::unique_ptr<Wan> make(Model model, WanSpec const& spec) {
    return model == Model::builtin ? make_builtin_wan(spec) : make_simgrid_wan(spec, kHorizon);
}

/// `cells` GPRS cells with `per_cell` concentrators each (rows 0 ..., cell after cell), then the
/// gateway and the head-end.
struct Town {
    WanSpec spec;
    EndpointId gateway{};
    EndpointId head_end{};

    Town(std::uint32_t cells, std::uint32_t per_cell) {
        for (std::uint32_t c = 0; c < cells; ++c) {
            spec.cells.push_back(find_cell("gprs").value());
            for (std::uint32_t k = 0; k < per_cell; ++k) {
                spec.endpoints.push_back({.name = fmt::format("c{}.{}", c, k),
                                          .kind = EndpointKind::concentrator,
                                          .cell = c,
                                          .line = {}});
            }
        }
        gateway = static_cast<EndpointId>(spec.endpoints.size());
        spec.endpoints.push_back(
            {.name = "gateway", .kind = EndpointKind::sms_gateway, .line = {}});
        head_end = static_cast<EndpointId>(spec.endpoints.size());
        spec.endpoints.push_back({.name = "head-end", .kind = EndpointKind::head_end, .line = {}});
    }
};

struct Sent {
    WanMessage message;
    SimTime at{};
};

/// Poisson traffic between random concentrators (or the gateway) and the head-end, both ways.
inline std::vector<Sent> random_traffic(Town const& town, std::size_t count, double mean_gap_s,
                                        SimTime from, Seed seed) {
    EntityKey const who(EntityKind::world, 0);
    std::vector<Sent> traffic;
    double at_s = 0.0;
    for (std::uint64_t n = 0; n < count; ++n) {
        auto const draw = [&](std::uint64_t k) {
            return draw01(seed, who, Purpose::test, 4 * n + k);
        };
        at_s += draw_exponential(seed, who, Purpose::backoff, n, mean_gap_s);
        auto const end = static_cast<EndpointId>(
            static_cast<std::uint32_t>(draw(0) * static_cast<double>(index(town.head_end))));
        auto const octets = static_cast<std::uint32_t>(20.0 + 500.0 * draw(1));
        bool const up = draw(2) < 0.6;
        traffic.push_back({{.handle = n,
                            .from = up ? end : town.head_end,
                            .to = up ? town.head_end : end,
                            .octets = octets},
                           from + duration_from_s(at_s)});
    }
    return traffic;
}

} // namespace gridtwin::wan
