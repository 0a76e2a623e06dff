#include "sim/twin/recorder.hpp"

#include "sim/twin/end_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace gridtwin::twin {
namespace {

using results::Column;

constexpr SimDuration kFlushEvery = std::chrono::hours{1};

template <typename T, typename Enum>
std::vector<std::string> names_of(std::vector<T> const& values, Enum&& name_of) {
    std::vector<std::string> out;
    out.reserve(values.size());
    for (auto const& v : values) {
        out.emplace_back(name_of(v));
    }
    return out;
}

template <typename Id>
std::vector<std::uint32_t> rows_of(std::vector<Id> const& ids) {
    std::vector<std::uint32_t> out;
    out.reserve(ids.size());
    for (auto id : ids) {
        out.push_back(static_cast<std::uint32_t>(id));
    }
    return out;
}

} // namespace

Recorder::Recorder(scenario::Scenario const& scenario, scenario::World const& world,
                   meter::MeterTable const& meters, Federates federates, results::Writer& writer)
    : scenario_(scenario), world_(world), meters_(meters), federates_(federates), writer_(writer),
      feeder_level_(scenario.record >= scenario::RecordLevel::feeder),
      meter_level_(scenario.record >= scenario::RecordLevel::meters),
      written_(world.concentrators.size()), dead_(world.meters.size(), 0) {
    write_tables();
    write_adders();
    write_devices();
    add_series();
    operations_.emplace(scenario.headend.operations_every, federates.head_end, writer);
}

void Recorder::write_tables() {
    auto const& c = world_.circuit;
    auto const& solver = federates_.grid.feeder(FeederId{}).feeder();
    std::vector<std::string> bus_name;
    std::vector<double> bus_x, bus_y, bus_v;
    std::vector<std::string> line_name;
    std::vector<std::uint32_t> line_bus1, line_bus2;
    std::vector<std::uint8_t> line_switch;
    std::vector<double> line_length;
    for (std::uint32_t f = 0; f < world_.feeders; ++f) {
        auto const id = static_cast<FeederId>(f);
        auto const names = solver.bus_names();
        auto const row_of = [&](std::string const& bus) {
            auto const found = std::find(names.begin(), names.end(), bus);
            return static_cast<std::uint32_t>(f * names.size() +
                                              static_cast<std::size_t>(found - names.begin()));
        };
        for (auto const& bus : names) {
            auto const [x, y] = world_.position(id, bus);
            auto const info = c.buses.find(bus);
            bus_name.push_back(world_.feeder_prefix(id) + bus);
            bus_x.push_back(x);
            bus_y.push_back(y);
            bus_v.push_back(info == c.buses.end() ? 0.0 : info->second.v_ln_v);
        }
        for (auto const& line : c.lines) {
            line_name.push_back(world_.feeder_prefix(id) + line.name);
            line_bus1.push_back(row_of(line.bus1.bus));
            line_bus2.push_back(row_of(line.bus2.bus));
            line_switch.push_back(line.is_switch ? 1 : 0);
            line_length.push_back(line.length_m);
        }
    }
    writer_.write_table(
        "/entities/buses",
        {{"name", "", bus_name}, {"x_m", "m", bus_x}, {"y_m", "m", bus_y}, {"base_v", "V", bus_v}});
    writer_.write_table("/entities/lines", {{"name", "", line_name},
                                            {"bus1", "", line_bus1},
                                            {"bus2", "", line_bus2},
                                            {"is_switch", "", line_switch},
                                            {"length_m", "m", line_length}});

    std::vector<std::string> lv_name, lv_bus;
    std::vector<std::uint32_t> lv_feeder, lv_concentrator, lv_customers;
    std::vector<std::uint32_t> node_network, node_parent;
    std::vector<float> node_x, node_y;
    for (std::size_t i = 0; i < world_.lv.size(); ++i) {
        auto const& lv = world_.lv[i];
        lv_name.push_back(lv.name);
        lv_bus.push_back(lv.mv_bus);
        lv_feeder.push_back(static_cast<std::uint32_t>(lv.feeder));
        lv_concentrator.push_back(static_cast<std::uint32_t>(lv.concentrator));
        lv_customers.push_back(static_cast<std::uint32_t>(lv.services.size()));
        for (std::size_t n = 0; n < lv.network.size(); ++n) {
            node_network.push_back(static_cast<std::uint32_t>(i));
            node_parent.push_back(static_cast<std::uint32_t>(lv.network.parent[n]));
            node_x.push_back(lv.network.x_m[n]);
            node_y.push_back(lv.network.y_m[n]);
        }
    }
    writer_.write_table("/entities/lv_networks", {{"name", "", lv_name},
                                                  {"mv_bus", "", lv_bus},
                                                  {"feeder", "", lv_feeder},
                                                  {"concentrator", "", lv_concentrator},
                                                  {"customers", "", lv_customers}});
    if (meter_level_) {
        writer_.write_table("/entities/lv_nodes", {{"network", "", node_network},
                                                   {"parent", "", node_parent},
                                                   {"x_m", "m", node_x},
                                                   {"y_m", "m", node_y}});
    }

    auto const& m = world_.meters;
    std::vector<std::uint32_t> meter_node(m.size(), ~0U);
    std::vector<std::uint8_t> meter_phase(m.size(), 255);
    for (auto const& lv : world_.lv) {
        for (auto const& service : lv.services) {
            meter_node[index(service.meter)] = service.node;
            meter_phase[index(service.meter)] = service.phase;
        }
    }
    writer_.write_table(
        "/entities/meters",
        {{"name", "", m.name},
         {"kind", "",
          names_of(m.kind,
                   [](auto k) { return k == scenario::MeterKind::bulk ? "bulk" : "household"; })},
         {"channel", "", names_of(m.way, [](auto way) { return name(way.primary); })},
         {"backup", "",
          names_of(m.way, [](auto way) { return way.has_backup() ? name(way.backup) : "none"; })},
         {"feeder", "", rows_of(m.feeder)},
         {"lv_network", "", rows_of(m.lv)},
         {"node", "", meter_node},
         {"phase", "", meter_phase},
         {"concentrator", "", rows_of(m.concentrator)},
         {"nominal_v", "V", m.u_nominal_v},
         {"x_m", "m", m.x_m},
         {"y_m", "m", m.y_m}});

    std::vector<std::string> dc_name;
    std::vector<std::uint32_t> dc_network;
    std::vector<float> dc_x, dc_y;
    for (auto const& dc : world_.concentrators) {
        auto const& net = world_.lv[index(dc.networks.front())].network;
        dc_name.push_back(dc.name);
        dc_network.push_back(static_cast<std::uint32_t>(dc.networks.front()));
        dc_x.push_back(net.x_m[0]);
        dc_y.push_back(net.y_m[0]);
    }
    writer_.write_table("/entities/concentrators", {{"name", "", dc_name},
                                                    {"lv_network", "", dc_network},
                                                    {"x_m", "m", dc_x},
                                                    {"y_m", "m", dc_y}});
}

/// What outage management calls a device, in the order of its rows.
void Recorder::write_devices() {
    auto const& tree = federates_.head_end.utility_tree();
    std::vector<std::string> names;
    std::vector<std::string> kinds;
    for (std::size_t d = 0; d < tree.line.size(); ++d) {
        bool const head = tree.line[d] == UtilityTree::kHead;
        names.push_back(world_.feeder_prefix(tree.feeder[d]) +
                        (head ? "head" : "line." + world_.circuit.lines[tree.line[d]].name));
        kinds.emplace_back(name(tree.tree.kind[d]));
    }
    if (!names.empty()) {
        writer_.write_table("/entities/devices", {{"name", "", names},
                                                  {"kind", "", kinds},
                                                  {"upstream", "", rows_of(tree.tree.upstream)}});
    }
}

void Recorder::write_adders() {
    if (world_.adders.empty()) {
        return;
    }
    std::vector<std::string> names;
    std::vector<std::uint32_t> members;
    for (auto const& adder : world_.adders) {
        names.push_back(adder.name);
        members.push_back(static_cast<std::uint32_t>(adder.members.size()));
    }
    writer_.write_table("/entities/adders", {{"name", "", names}, {"members", "", members}});
}

void Recorder::add_series() {
    feeder_series_ = writer_.add_series(
        "feeder", "", {},
        {{"source_p_w", "W", "active power at the sources' terminals"},
         {"source_q_var", "var", "reactive power at the sources' terminals"},
         {"load_p_w", "W", "active power of all customers"},
         {"loss_p_w", "W", "losses of lines, transformers and shunts"},
         {"meters_dead", "1", "meters without voltage"},
         {"meters_believed_dead", "1", "meters the head-end holds to be without"}});
    if (!feeder_level_) {
        return;
    }
    std::vector<std::string> nodes;
    std::vector<std::string> networks;
    for (std::uint32_t f = 0; f < world_.feeders; ++f) {
        auto const& solver = federates_.grid.feeder(static_cast<FeederId>(f)).feeder();
        for (std::size_t n = 0; n < solver.node_count(); ++n) {
            nodes.push_back(world_.feeder_prefix(static_cast<FeederId>(f)) + solver.node_name(n));
        }
    }
    for (auto const& lv : world_.lv) {
        networks.push_back(lv.name);
    }
    node_series_ = writer_.add_series("nodes", "node", nodes,
                                      {{"u_pu", "1", "voltage to ground, 0 when dead"}});
    if (!world_.lv.empty()) {
        lv_series_ = writer_.add_series(
            "lv_networks", "lv_network", networks,
            {{"p_w", "W", "into the service transformer at its MV terminals"},
             {"u_pu", "1", "lowest voltage of its customers, 0 when one is dead"}});
    }
    if (meter_level_) {
        meter_series_ = writer_.add_series("meters", "meter", world_.meters.name,
                                           {{"p_w", "W", "drawn at the instant"},
                                            {"u_pu", "1", "voltage at the meter, 0 when dead"}});
    }
}

void Recorder::append_feeder(SimTime at) {
    auto const power = federates_.grid.power();
    std::array<float, 6> values{
        static_cast<float>(power.source_p_w),
        static_cast<float>(power.source_q_var),
        static_cast<float>(power.bulk_load_p_w + power.service_p_w),
        static_cast<float>(power.line_loss_w + power.transformer_loss_w + power.shunt_loss_w +
                           power.service_transformer_loss_w + power.lv_line_loss_w),
        static_cast<float>(dead_count_),
        static_cast<float>(federates_.head_end.believed_dark())};
    std::array<std::span<float const>, 6> spans;
    for (std::size_t i = 0; i < spans.size(); ++i) {
        spans[i] = {&values[i], 1};
    }
    writer_.append(feeder_series_, at, spans);
    if (!feeder_level_) {
        return;
    }
    row_a_.clear();
    for (std::uint32_t f = 0; f < world_.feeders; ++f) {
        auto const& solver = federates_.grid.feeder(static_cast<FeederId>(f)).feeder();
        for (std::size_t n = 0; n < solver.node_count(); ++n) {
            row_a_.push_back(solver.energised(n) ? static_cast<float>(solver.u_pu(n)) : 0.0F);
        }
    }
    std::array<std::span<float const>, 1> const nodes{row_a_};
    writer_.append(node_series_, at, nodes);

    if (world_.lv.empty()) {
        return;
    }
    row_b_.clear();
    for (auto const& lv : world_.lv) {
        double lowest = 1e9;
        for (auto const& service : lv.services) {
            auto const m = index(service.meter);
            lowest = std::min(lowest, meters_.u_v[m] / static_cast<double>(meters_.nominal_u_v[m]));
        }
        row_b_.push_back(lv.services.empty() ? 0.0F : static_cast<float>(lowest));
    }
    std::array<std::span<float const>, 2> const networks{federates_.grid.lv_load_w(), row_b_};
    writer_.append(lv_series_, at, networks);
}

void Recorder::append_meters(SimTime at) {
    row_a_.clear();
    row_b_.clear();
    for (std::size_t m = 0; m < meters_.size(); ++m) {
        row_a_.push_back(static_cast<float>(meters_.p_w[m]));
        row_b_.push_back(
            static_cast<float>(meters_.u_v[m] / static_cast<double>(meters_.nominal_u_v[m])));
    }
    std::array<std::span<float const>, 2> const spans{row_a_, row_b_};
    writer_.append(meter_series_, at, spans);
}

template <typename Medium>
void Recorder::append_routes(SimTime at, std::size_t a, AreaMedium<Medium> const& on,
                             Channel channel, WrittenRoutes& written) {
    auto const updates = on.medium.counters().route_updates;
    if (updates == written.updates) {
        return;
    }
    written.updates = updates;
    auto const routes = on.medium.routes();
    written.routes.resize(routes.size());
    written.roots.resize(routes.size(), medium::kNoNode);
    auto const& area = federates_.access.area(a);
    auto const meter = [&](std::size_t station) { return area.meter_of(on.member[station]); };
    std::size_t const roots = area.concentrators();
    for (std::size_t station = roots; station < routes.size(); ++station) {
        auto const& r = routes[station];
        auto& last = written.routes[station];
        auto& last_root = written.roots[station];
        std::uint16_t const root = on.medium.root(static_cast<std::uint16_t>(station));
        bool const moved = root != last_root;
        if (!moved && r.parent == last.parent && r.hops == last.hops && last.etx != 0.0F) {
            continue;
        }
        last = r;
        last_root = root;
        if (root == medium::kNoNode) {
            continue; // nobody's
        }
        bool const direct = r.parent < roots || r.parent == medium::kNoNode;
        route_rows_.push_back({.at = at,
                               .concentrator = area.concentrator(root).id(),
                               .meter = meter(station),
                               .via = direct ? kNone<MeterId> : meter(r.parent),
                               .channel = channel,
                               .hops = r.hops,
                               .etx = r.etx});
    }
}

void Recorder::append_routes(SimTime at) {
    route_rows_.clear();
    for (std::size_t a = 0; a < federates_.access.area_count(); ++a) {
        auto const& area = federates_.access.area(a);
        if (area.plc() != nullptr) {
            append_routes(at, a, *area.plc(), Channel::plc, written_[a].plc);
        }
        if (area.rf() != nullptr) {
            append_routes(at, a, *area.rf(), Channel::rf, written_[a].rf);
        }
    }
    writer_.append_routes(route_rows_);
}

void Recorder::on_grid(GridView const& view) {
    drain(view.at);
    for (auto const& event : view.meter_events) {
        if (event.kind == EventKind::power_lost && dead_[event.row] == 0) {
            dead_[event.row] = 1;
            ++dead_count_;
        } else if (event.kind == EventKind::power_restored && dead_[event.row] != 0) {
            dead_[event.row] = 0;
            --dead_count_;
        }
    }
    append_feeder(view.at);
    operations_->note(view.at);
    if (meter_level_ && view.at >= next_meter_row_) {
        append_meters(view.at);
        append_routes(view.at);
        while (next_meter_row_ <= view.at) {
            next_meter_row_ += scenario_.record_every;
        }
    }
    if (view.at - last_flush_ >= kFlushEvery) {
        writer_.flush();
        last_flush_ = view.at;
    }
}

void Recorder::drain(SimTime until) {
    events_ = federates_.grid.take_events();
    messages_.clear();
    federates_.access.take_records(messages_, events_);
    federates_.sms_operator.take_events(until, events_);
    auto& heard = federates_.head_end.events();
    events_.insert(events_.end(), heard.begin(), heard.end());
    heard.clear();
    std::stable_sort(events_.begin(), events_.end(), [](auto const& a, auto const& b) {
        return std::tie(a.at, a.kind, a.entity, a.row) < std::tie(b.at, b.kind, b.entity, b.row);
    });
    auto& wan = federates_.wan.message_records();
    messages_.insert(messages_.end(), wan.begin(), wan.end());
    wan.clear();
    std::stable_sort(messages_.begin(), messages_.end(),
                     [](auto const& a, auto const& b) { return a.done < b.done; });
    count(events_);
    count(messages_);
    auto& beliefs = federates_.head_end.beliefs();
    if (feeder_level_) {
        writer_.append_beliefs(beliefs);
        if (!events_.empty()) {
            writer_.append_events(events_);
        }
    }
    beliefs.clear();
    if (meter_level_) {
        writer_.append_messages(messages_);
    }
}

void Recorder::count(std::span<EventRecord const> events) {
    for (auto const& e : events) {
        ++totals_.events[static_cast<std::size_t>(e.kind)];
        tally_.note(e, world_);
        if (e.kind == EventKind::outage_inferred && e.entity != EventEntity::device) {
            bool const network = e.entity == EventEntity::lv_network && e.row < world_.lv.size();
            ++(network ? totals_.transformers_inferred : totals_.customers_inferred);
        }
        if (e.kind == EventKind::alarm_received) {
            ++totals_.alarms_received[static_cast<std::size_t>(e.value)];
        }
    }
}

void Recorder::count(std::span<MessageRecord const> messages) {
    for (auto const& m : messages) {
        if (m.fate == Fate::delivered) {
            totals_.latency_s[static_cast<std::size_t>(m.channel)].push_back(to_s(m.done - m.sent));
        }
    }
}

void Recorder::finish(SimTime end) {
    drain(end);
    messages_ = federates_.sms_operator.records();
    for (std::size_t a = 0; a < federates_.access.area_count(); ++a) {
        federates_.access.area(a).walk_in_flight(messages_);
    }
    federates_.wan.walk_in_flight(messages_);
    count(messages_);
    if (meter_level_) {
        writer_.append_messages(messages_);
        if (meter_series_ != results::SeriesId{} && end >= next_meter_row_) {
            append_meters(end);
        }
    }
    write_end_tables(writer_, scenario_, world_, federates_, meters_, tally_, end);
}

} // namespace gridtwin::twin
