#include "tests/sim/results/sample_town.hpp"

#include "sim/core/random.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>

namespace gridtwin::results {
namespace {

struct Bus {
    char const* name;
    double x_m;
    double y_m;
};
constexpr std::array<Bus, 13> kBuses{{{"650", 600, 1500},
                                      {"632", 600, 1120},
                                      {"633", 800, 1120},
                                      {"634", 920, 1120},
                                      {"645", 430, 1120},
                                      {"646", 290, 1120},
                                      {"671", 600, 610},
                                      {"680", 600, 300},
                                      {"684", 420, 610},
                                      {"611", 290, 610},
                                      {"652", 420, 330},
                                      {"692", 700, 610},
                                      {"675", 860, 610}}};
struct Branch {
    char const* name;
    std::uint32_t bus1;
    std::uint32_t bus2;
    bool is_switch;
};
constexpr std::array<Branch, 12> kLines{{{"650632", 0, 1, false},
                                         {"632633", 1, 2, false},
                                         {"xfm1", 2, 3, false},
                                         {"632645", 1, 4, false},
                                         {"645646", 4, 5, false},
                                         {"632671", 1, 6, false},
                                         {"671680", 6, 7, false},
                                         {"671684", 6, 8, false},
                                         {"684611", 8, 9, false},
                                         {"684652", 8, 10, false},
                                         {"671692", 6, 11, true},
                                         {"692675", 11, 12, false}}};
constexpr std::uint32_t kSwitch = 10;
// The bus of each low-voltage network; 692 and 675 lie behind the switch.
constexpr std::array<std::uint32_t, 15> kNetworkBus{2, 3,  4,  5,  6,  6,  7, 7,
                                                    9, 10, 10, 11, 12, 12, 12};
constexpr int kOpens_s = 14 * 3600;
constexpr int kCloses_s = 15 * 3600 + 1800;

struct Meters {
    std::vector<std::string> name;
    std::vector<std::uint32_t> network;
    std::vector<std::uint32_t> node;
    std::vector<std::uint8_t> phase;
    std::vector<std::uint8_t> channel;
    std::vector<std::uint32_t> concentrator;
    std::vector<std::string> kind;
    std::vector<float> x_m;
    std::vector<float> y_m;
};

struct Streets {
    std::vector<std::uint32_t> network;
    std::vector<std::int64_t> parent;
    std::vector<float> x_m;
    std::vector<float> y_m;
};

double jitter(SampleTown const& town, std::uint64_t row, std::uint64_t n) {
    return draw01({town.seed}, {EntityKind::lv_network, row}, Purpose::test, n) - 0.5;
}

// Two streets leave each transformer; customers stand on both sides.
void lay_out(SampleTown const& town, Meters& meters, Streets& streets) {
    for (std::uint32_t k = 0; k < kNetworkBus.size(); ++k) {
        auto const& bus = kBuses[kNetworkBus[k]];
        auto const angle = 2.0 * std::numbers::pi * (jitter(town, k, 0) + 0.5);
        auto const cos = std::cos(angle);
        auto const sin = std::sin(angle);
        auto const add_node = [&](std::int64_t parent, double along_m, double across_m) {
            streets.network.push_back(k);
            streets.parent.push_back(parent);
            streets.x_m.push_back(static_cast<float>(bus.x_m + along_m * cos - across_m * sin));
            streets.y_m.push_back(static_cast<float>(bus.y_m + along_m * sin + across_m * cos));
        };
        add_node(-1, 20.0, 0.0);
        std::int64_t nodes = 1;
        std::int64_t last = 0;
        for (std::uint32_t c = 0; c < town.customers_per_network; ++c) {
            if (c % 2 == 0) {
                add_node(last, 30.0 + 11.0 * c, 0.0);
                last = nodes++;
            }
            add_node(last, 30.0 + 11.0 * (c - c % 2), (c % 2 == 0 ? 14.0 : -14.0));
            auto const row = meters.name.size();
            bool const sms = row % 12 == 11;
            meters.name.push_back(fmt::format("homes/{}", row));
            meters.network.push_back(k);
            meters.node.push_back(static_cast<std::uint32_t>(nodes++));
            meters.phase.push_back(static_cast<std::uint8_t>(c % 3));
            meters.channel.push_back(static_cast<std::uint8_t>(sms ? Channel::sms : Channel::plc));
            meters.concentrator.push_back(sms ? static_cast<std::uint32_t>(kNone<ConcentratorId>)
                                              : k % 4);
            meters.kind.emplace_back("residential");
            meters.x_m.push_back(streets.x_m.back());
            meters.y_m.push_back(streets.y_m.back());
        }
    }
}

void write_entities(Writer& out, Meters const& meters, Streets const& streets) {
    std::vector<std::string> names;
    std::vector<double> x_m;
    std::vector<double> y_m;
    for (auto const& b : kBuses) {
        names.emplace_back(b.name);
        x_m.push_back(b.x_m);
        y_m.push_back(b.y_m);
    }
    out.write_table("/entities/buses",
                    {{"name", "", names},
                     {"x_m", "m", x_m},
                     {"y_m", "m", y_m},
                     {"base_v", "V", std::vector<double>(names.size(), 2401.8)}});
    std::vector<std::uint32_t> bus1;
    std::vector<std::uint32_t> bus2;
    std::vector<std::uint8_t> is_switch;
    names.clear();
    for (auto const& l : kLines) {
        names.emplace_back(l.name);
        bus1.push_back(l.bus1);
        bus2.push_back(l.bus2);
        is_switch.push_back(l.is_switch ? 1 : 0);
    }
    out.write_table("/entities/lines", {{"name", "", names},
                                        {"bus1", "", bus1},
                                        {"bus2", "", bus2},
                                        {"is_switch", "", is_switch}});
    out.write_table("/entities/lv_nodes", {{"network", "", streets.network},
                                           {"parent", "", streets.parent},
                                           {"x_m", "m", streets.x_m},
                                           {"y_m", "m", streets.y_m}});
    out.write_table("/entities/meters", {{"name", "", meters.name},
                                         {"lv_network", "", meters.network},
                                         {"node", "", meters.node},
                                         {"phase", "", meters.phase},
                                         {"channel", "", meters.channel},
                                         {"concentrator", "", meters.concentrator},
                                         {"kind", "", meters.kind},
                                         {"x_m", "m", meters.x_m},
                                         {"y_m", "m", meters.y_m}});
    std::vector<float> concentrator_x_m;
    std::vector<float> concentrator_y_m;
    for (std::size_t node = 0; node < streets.parent.size(); ++node) {
        if (streets.parent[node] < 0 && concentrator_x_m.size() < 4) {
            concentrator_x_m.push_back(streets.x_m[node]);
            concentrator_y_m.push_back(streets.y_m[node]);
        }
    }
    out.write_table("/entities/concentrators",
                    {{"name", "", std::vector<std::string>{"dc-0", "dc-1", "dc-2", "dc-3"}},
                     {"lv_network", "", std::vector<std::uint32_t>{0, 1, 2, 3}},
                     {"x_m", "m", concentrator_x_m},
                     {"y_m", "m", concentrator_y_m}});
}

bool behind_switch(std::uint32_t network) {
    return kNetworkBus[network] >= 11;
}

// Two peaks of a residential day, 0..1.
double shape(double hour) {
    auto const bump = [hour](double at, double width) {
        return std::exp(-(hour - at) * (hour - at) / (2.0 * width * width));
    };
    return 0.3 + 0.35 * bump(7.5, 1.2) + 0.7 * bump(19.5, 2.2);
}

void write_series(Writer& out, SampleTown const& town, Meters const& meters) {
    auto const feeder = out.add_series("feeder", "", {},
                                       {{"source_p_w", "W", "active power at the source"},
                                        {"load_p_w", "W", "active power of all customers"},
                                        {"loss_p_w", "W", "losses over all elements"},
                                        {"meters_dead", "", "meters without supply"}});
    std::vector<std::string> nodes;
    for (auto const& b : kBuses) {
        for (int phase = 1; phase <= 3; ++phase) {
            nodes.push_back(fmt::format("{}.{}", b.name, phase));
        }
    }
    auto const node_series =
        out.add_series("nodes", "node", nodes, {{"u_pu", "pu", "phase-to-ground voltage"}});
    auto const dead = static_cast<float>(std::count_if(meters.network.begin(), meters.network.end(),
                                                       [](auto k) { return behind_switch(k); }));
    std::vector<float> u_pu(nodes.size());
    for (int t_s = 0; t_s <= town.duration_h * 3600; t_s += town.step_s) {
        bool const open = t_s >= kOpens_s && t_s < kCloses_s;
        auto const noise = draw_normal({town.seed}, {EntityKind::world, 0}, Purpose::test,
                                       static_cast<std::uint64_t>(t_s));
        auto const load_w =
            3.4e6 * shape(t_s / 3600.0) * (open ? 0.75 : 1.0) * (1.0 + 0.01 * noise);
        auto const loss_w = 0.032 * load_w * load_w / 3.4e6;
        std::array<float, 4> const values{static_cast<float>(load_w + loss_w),
                                          static_cast<float>(load_w), static_cast<float>(loss_w),
                                          open ? dead : 0.0F};
        std::array<std::span<float const>, 4> rows;
        for (std::size_t v = 0; v < values.size(); ++v) {
            rows[v] = std::span(&values[v], 1);
        }
        out.append(feeder, kStart + std::chrono::seconds(t_s), rows);
        for (std::size_t n = 0; n < nodes.size(); ++n) {
            auto const depth = static_cast<double>(n) / static_cast<double>(nodes.size());
            u_pu[n] = static_cast<float>(1.04 - 0.09 * depth * load_w / 3.4e6);
            if (open && n / 3 >= 11) {
                u_pu[n] = 0.0F;
            }
        }
        std::array<std::span<float const>, 1> const row{u_pu};
        out.append(node_series, kStart + std::chrono::seconds(t_s), row);
    }
}

void write_logs(Writer& out, Meters const& meters) {
    auto const at = [](int seconds) { return kStart + std::chrono::seconds(seconds); };
    std::vector<EventRecord> events{
        {at(kOpens_s), EventKind::switch_opened, EventEntity::line, kSwitch, 0},
        {at(kCloses_s), EventKind::switch_closed, EventEntity::line, kSwitch, 0}};
    std::vector<MessageRecord> messages;
    std::vector<RouteRecord> routes;
    std::vector<BeliefRecord> beliefs;
    MessageNumbers numbers(1);
    for (std::uint32_t m = 0; m < meters.name.size(); ++m) {
        bool const sms = meters.channel[m] == static_cast<std::uint8_t>(Channel::sms);
        MessageRecord record{.id = numbers.next(), .channel = sms ? Channel::sms : Channel::plc};
        record.kind = MessageKind::profile;
        record.fate = m % 40 == 39 ? Fate::lost : Fate::delivered;
        record.reason = m % 40 == 39 ? LossReason::noise : LossReason::none;
        record.meter = static_cast<MeterId>(m);
        record.concentrator = static_cast<ConcentratorId>(meters.concentrator[m]);
        record.octets = 96;
        record.sent = at(3600 + static_cast<int>(m));
        record.done = record.sent + std::chrono::milliseconds(900 + 10 * m);
        messages.push_back(record);
        if (!sms) {
            routes.push_back({at(60), record.concentrator, record.meter, kNone<MeterId>,
                              Channel::plc, 1, 1.25F});
        }
        if (behind_switch(meters.network[m])) {
            events.push_back({at(kOpens_s), EventKind::power_lost, EventEntity::meter, m, 0});
            events.push_back({at(kCloses_s), EventKind::power_restored, EventEntity::meter, m, 0});
            auto const seen = 20 + static_cast<int>(7 * (m % 32));
            if (m % 16 != 3) { // an alarm that never arrived
                beliefs.push_back({at(kOpens_s + seen), EventEntity::meter, m, 0, 0.9F});
                beliefs.push_back({at(kCloses_s + 2 * seen), EventEntity::meter, m, 1, 1.0F});
            }
        }
    }
    auto const by_time = [](auto const& a, auto const& b) { return a.at < b.at; };
    std::stable_sort(events.begin(), events.end(), by_time);
    std::stable_sort(beliefs.begin(), beliefs.end(), by_time);
    out.append_events(events);
    out.append_messages(messages);
    out.append_routes(routes);
    out.append_beliefs(beliefs);
}

} // namespace

Meta sample_meta(SampleTown const& town) {
    return {.name = "Sample town",
            .scenario_path = "scenarios/sample.yaml",
            .scenario_text = "gridtwin: 1\nname: Sample town\n",
            .program_version = "0.1.0",
            .seed = town.seed,
            .start_iso = "2026-01-15T00:00:00",
            .time_zone = "Asia/Baku",
            .start_unix_s = 1768420800,
            .duration_s = 3600.0 * town.duration_h,
            .threads = town.threads};
}

void write_sample(std::filesystem::path const& file, SampleTown const& town) {
    Writer out(file, sample_meta(town));
    Meters meters;
    Streets streets;
    lay_out(town, meters, streets);
    write_entities(out, meters, streets);
    write_series(out, town, meters);
    write_logs(out, meters);
    std::vector<Kpi> const kpis{
        {"read_success", "1", 0.991667, "profile intervals at the head-end after 24 h"},
        {"reads.retries", "", 1234, ""},
        {"energy.metered", "Wh", 41.2e6, ""},
        {"energy.losses", "1", 0.0281, "of the energy at the source"},
        {"energy.residual", "1", 3.1e-12, ""},
        {"voltage.min", "pu", 0.9534, "675.3 at 19:31"},
        {"voltage.max", "pu", 1.0563, ""},
        {"latency.plc.p95", "s", 2.31, ""},
        {"latency.sms.p95", "s", 29.4, ""},
        {"outage.customer_minutes", "min", 5760, "90 min for 64 customers"},
        {"run.wall_s", "s", 1.9 * town.threads, ""},
    };
    out.write_kpis(kpis);
    out.close(true, "reached the end of 24 h");
}

} // namespace gridtwin::results
