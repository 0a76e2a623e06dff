#include "tests/models/concentrator/mesh_field.hpp"

#include <algorithm>
#include <limits>

namespace gridtwin::concentrator {
namespace {

constexpr SimDuration kHop = std::chrono::milliseconds(300);
constexpr std::uint32_t kLedgerIntervals = 96 * 30;

MeterId id_of(std::size_t meter) {
    return static_cast<MeterId>(meter);
}

headend::Fleet fleet_of(MeshSpec const& spec) {
    headend::Fleet fleet;
    fleet.interval = spec.concentrator.interval;
    fleet.concentrators = static_cast<std::uint32_t>(spec.concentrators);
    fleet.feeders = 1;
    fleet.feeder.assign(spec.concentrators, FeederId{0});
    for (std::size_t m = 0; m < spec.meters; ++m) {
        std::size_t const c = spec.own.empty() ? 0 : spec.own[m];
        fleet.channel.push_back(Channel::plc);
        fleet.lv_network.push_back(static_cast<LvNetworkId>(c));
        fleet.concentrator.push_back(static_cast<ConcentratorId>(c));
    }
    return fleet;
}

wire::ProfileRow row_of(std::size_t meter, std::int64_t interval) {
    return {.import_mwh =
                static_cast<std::int32_t>(10'000 * static_cast<std::int64_t>(meter) + interval),
            .import_mvarh = 0,
            .voltage_dv = 2300};
}

} // namespace

MeshField::~MeshField() = default;

MeshField::MeshField(MeshSpec const& spec)
    : wan_up(spec.concentrators, 1), dead(spec.concentrators + spec.meters, 0), spec_(spec),
      tree_(spec.meters, kNoTree), etx_(dead.size(), std::vector<double>(dead.size(), 0.0)),
      registrations_(meter::make_registrations(spec.meters)), stations_(spec.concentrators),
      ledger_(spec.meters, kLedgerIntervals), uploads_(spec.concentrators) {
    std::vector<MeterId> ids;
    for (std::size_t m = 0; m < spec.meters; ++m) {
        ids.push_back(id_of(m));
    }
    for (std::size_t c = 0; c < spec.concentrators; ++c) {
        std::vector<std::uint8_t> own;
        for (std::size_t m = 0; m < spec.meters; ++m) {
            own.push_back(spec.own.empty() || spec.own[m] == c ? 1 : 0);
        }
        ConcentratorSpec mine = spec.concentrator;
        mine.clock.schedule = {};
        mine.poll_offset += static_cast<int>(c) * std::chrono::minutes(7);
        mine.discovery.search_offset += static_cast<int>(c) * std::chrono::minutes(11);
        auto& station = stations_[c];
        station.field = this;
        station.c = c;
        station.concentrator = std::make_unique<Concentrator>(
            mine, static_cast<ConcentratorId>(c), ids, std::span<MeterWay const>{},
            MessageNumbers(static_cast<std::uint32_t>(100 + c)), own, spec.commissioned);
    }
    headend::Ports const ports{.clock = *this,
                               .commands = *this,
                               .ledger = ledger_,
                               .journal = *this,
                               .beliefs = *this,
                               .suspicions = *this};
    head_ = std::make_unique<headend::HeadEnd>(headend::HeadEndConfig{}, fleet_of(spec), ports);
    head_->start();
}

void MeshField::link(std::size_t a, std::size_t b, double etx) {
    etx_[a][b] = etx_[b][a] = etx;
}

void MeshField::commission() {
    for (std::size_t m = 0; m < spec_.meters; ++m) {
        tree_[m] = spec_.own.empty() ? 0 : spec_.own[m];
    }
    for (std::size_t m = 0; m < spec_.meters; ++m) {
        std::size_t const c = spec_.own.empty() ? 0 : spec_.own[m];
        auto const way = path(c, m);
        meter::commission(registrations_, m, Channel::plc, static_cast<ConcentratorId>(c), kStart);
        meter::set_cost(registrations_, m, Channel::plc,
                        wire::to_cost_milli(way.empty() ? 1e6 : cost_of(way)));
    }
}

double MeshField::draw() {
    return draw01(Seed{spec_.seed}, EntityKey(EntityKind::world, 7), Purpose::test, draws_++);
}

void MeshField::later(SimDuration wait, std::function<void()> what) {
    air_.emplace(std::pair(now_at + wait, sequence_++), std::move(what));
}

void MeshField::run_to(SimTime end) {
    for (std::uint64_t steps = 0;; ++steps) {
        ASSERT_LT(steps, 5'000'000U) << "does not come to rest";
        SimTime next = std::min(air_.empty() ? kNever : air_.begin()->first.first,
                                timers_.empty() ? kNever : timers_.begin()->first);
        Station* due = nullptr;
        for (auto& station : stations_) {
            SimTime const at = station.concentrator->next_event();
            if (at < next && dead[station.c] == 0) {
                next = at;
                due = &station;
            }
        }
        if (next > end) {
            break;
        }
        ASSERT_GE(next, now_at) << "a timer in the past";
        now_at = next;
        if (due != nullptr) {
            due->concentrator->on_timer(now_at, *due, *due);
        } else if (!air_.empty() && air_.begin()->first.first == next) {
            auto const what = std::move(air_.begin()->second);
            air_.erase(air_.begin());
            what();
        } else {
            auto const id = timers_.begin()->second;
            timers_.erase(timers_.begin());
            head_->on_timer(id);
        }
    }
    now_at = end;
}

// --- the medium ----------------------------------------------------------------------------------

std::vector<std::size_t> MeshField::path(std::size_t c, std::size_t meter, bool joining) const {
    std::vector<double> cost(dead.size(), std::numeric_limits<double>::infinity());
    std::vector<std::size_t> before(dead.size(), 0);
    std::vector<std::uint8_t> done(dead.size(), 0);
    cost[c] = 0.0;
    for (;;) {
        std::size_t best = dead.size();
        for (std::size_t n = 0; n < dead.size(); ++n) {
            bool const first = best == dead.size() || cost[n] < cost[best];
            best = done[n] == 0 && cost[n] < 1e9 && first ? n : best;
        }
        if (best == dead.size()) {
            break;
        }
        done[best] = 1;
        for (std::size_t m = 0; m < spec_.meters; ++m) {
            std::size_t const to = node_of_meter(m);
            bool const in_tree = tree_[m] == c || (joining && m == meter);
            bool const reachable = in_tree && dead[best] == 0;
            if (reachable && etx_[best][to] > 0.0 && cost[best] + etx_[best][to] < cost[to]) {
                cost[to] = cost[best] + etx_[best][to];
                before[to] = best;
            }
        }
    }
    std::vector<std::size_t> out;
    for (std::size_t at = node_of_meter(meter); cost[at] < 1e9; at = before[at]) {
        out.insert(out.begin(), at);
        if (at == c) {
            return out;
        }
    }
    return {};
}

double MeshField::cost_of(std::vector<std::size_t> const& path) const {
    double cost = 0.0;
    for (std::size_t k = 1; k < path.size(); ++k) {
        cost += etx_[path[k - 1]][path[k]];
    }
    return cost;
}

bool MeshField::passes(std::vector<std::size_t> const& path) {
    bool through = !path.empty();
    for (std::size_t k = 0; k < path.size(); ++k) {
        through = through && dead[path[k]] == 0 && (k == 0 || draw() >= spec_.loss);
    }
    return through;
}

void MeshField::Station::send(Message&& message, Channel) {
    auto const meter = index(message.meter);
    auto const way = field->path(c, meter, message.kind == MessageKind::enroll);
    if (field->passes(way)) {
        field->later(
            static_cast<int>(way.size() - 1) * kHop,
            [f = field, c = c, meter, m = std::move(message)] { f->at_meter(c, meter, m); });
    }
}

void MeshField::Station::broadcast(Message&&, Channel, SimTime) {}

void MeshField::Station::call(Message&& message, Channel) {
    field->around(c, message, [this](std::size_t, Message const& hello) {
        field->later(std::chrono::seconds(1) + kHop,
                     [f = field, c = c, hello] { f->to_concentrator(c, hello); });
    });
}

void MeshField::Station::drop_member(MeterId meter, Channel) {
    auto& tree = field->tree_[index(meter)];
    if (tree != c) {
        return; // it has moved on, or never came
    }
    auto const others = field->holders(index(meter)); // to whoever has it still, if anybody
    auto const other = std::find_if(others.begin(), others.end(),
                                    [this](std::size_t holder) { return holder != c; });
    tree = other == others.end() ? kNoTree : *other;
}

void MeshField::around(std::size_t node, Message const& call,
                       std::function<void(std::size_t, Message const&)> const& hears) {
    std::size_t heard = 0;
    std::size_t const first = static_cast<std::size_t>(draw() * static_cast<double>(spec_.meters));
    for (std::size_t k = 0; k < spec_.meters && heard < spec_.most_hellos; ++k) {
        std::size_t const m = (first + k) % spec_.meters;
        std::size_t const at = node_of_meter(m);
        double const etx = etx_[node][at];
        if (at == node || etx <= 0.0 || dead[at] != 0 || draw() < spec_.loss) {
            continue;
        }
        auto const cost = wire::to_cost_milli(etx);
        if (!meter::answers(registrations_, spec_.meter, m, call, Channel::plc, cost, now_at)) {
            continue;
        }
        ++heard;
        if (draw() >= spec_.loss) {
            hears(m, meter::make_hello(call, id_of(m), cost, Channel::plc, now_at, meter_numbers_));
        }
    }
}

void MeshField::at_meter(std::size_t c, std::size_t meter, Message const& request) {
    meter::on_asked(registrations_, meter, request.concentrator, Channel::plc, now_at);
    Message answer;
    answer.meter = request.meter;
    answer.command = request.command;
    answer.occurred = now_at;
    switch (request.kind) {
    case MessageKind::enroll:
        answer = meter::enroll(registrations_, spec_.meter, meter, request, Channel::plc, now_at,
                               meter_numbers_);
        tree_[meter] = answer.value > 0 ? c : tree_[meter];
        reply(c, meter, answer);
        return;
    case MessageKind::ask_to_call: {
        auto const call =
            meter::make_call(registrations_, meter, request, Channel::plc, now_at, meter_numbers_);
        std::vector<wire::FoundMeter> found;
        around(node_of_meter(meter), call, [&](std::size_t m, Message const& hello) {
            found.push_back({id_of(m), static_cast<std::uint32_t>(hello.value)});
        });
        auto const told =
            meter::make_found(request, call, found, Channel::plc, now_at, meter_numbers_);
        later(spec_.concentrator.discovery.window,
              [this, c, meter, told] { reply(c, meter, told); });
        return;
    }
    case MessageKind::set_relay:
        ++reached[request.command];
        answer.kind = MessageKind::acknowledgement;
        answer.value = request.value;
        reply(c, meter, answer);
        return;
    default:
        reply(c, meter, profile(meter, request));
    }
}

Message MeshField::profile(std::size_t meter, Message const& request) const {
    std::int64_t const closed = now_at.time_since_epoch() / spec_.concentrator.interval;
    std::int64_t const end = request.value + request.count;
    std::int64_t const first = std::min(std::max(request.value, closed - spec_.rows_kept + 1), end);
    Message answer;
    answer.kind = MessageKind::profile;
    answer.meter = request.meter;
    answer.command = request.command;
    wire::ProfileBlock block{
        .meter = request.meter, .first_interval = static_cast<std::uint32_t>(first), .rows = {}};
    for (std::int64_t k = first; k < end && k <= closed; ++k) {
        block.rows.push_back(row_of(meter, k));
    }
    wire::encode(block, answer.payload);
    return answer;
}

void MeshField::reply(std::size_t c, std::size_t meter, Message answer) {
    auto const way = path(c, meter, answer.kind == MessageKind::enrolled);
    if (passes(way)) {
        later(static_cast<int>(way.size() - 1) * kHop,
              [this, c, m = std::move(answer)] { to_concentrator(c, m); });
    }
}

void MeshField::to_concentrator(std::size_t c, Message message) {
    if (dead[c] == 0) {
        auto& station = stations_[c];
        station.concentrator->on_meter_message(std::move(message), Channel::plc, now_at, station,
                                               station);
    }
}

void MeshField::alarm(std::size_t meter, AlarmKind kind) {
    auto const whose = registrations_.concentrator[meter]; // the last it had
    Message message;
    message.kind = MessageKind::alarm;
    message.meter = id_of(meter);
    message.value = static_cast<std::int64_t>(kind);
    message.occurred = now_at;
    to_concentrator(index(whose), message);
}

ConcentratorId MeshField::belongs_to(std::size_t meter) const {
    return meter::belongs_to(registrations_, spec_.meter, meter, now_at);
}

std::vector<std::size_t> MeshField::holders(std::size_t meter) const {
    std::vector<std::size_t> out;
    for (std::size_t c = 0; c < stations_.size(); ++c) {
        if (dead[c] == 0 && has(c, meter)) {
            out.push_back(c);
        }
    }
    return out;
}

// --- the network above ---------------------------------------------------------------------------

void MeshField::Station::send(Message&& message) {
    field->up(c, std::move(message));
}

void MeshField::up(std::size_t c, Message message) {
    if (wan_up[c] == 0) {
        return;
    }
    later(std::chrono::milliseconds(200), [this, c, m = std::move(message)] {
        if (m.sequence != 0 || m.kind == MessageKind::keep_alive) {
            Message word;
            word.kind = MessageKind::received;
            word.concentrator = static_cast<ConcentratorId>(c);
            word.sequence = m.sequence;
            down(word);
        }
        if (m.kind != MessageKind::keep_alive &&
            (m.sequence == 0 || uploads_.first(static_cast<ConcentratorId>(c), m.sequence))) {
            at_head_end(m);
        }
    });
}

void MeshField::at_head_end(Message const& message) {
    if (message.kind == MessageKind::registered) {
        head_->on_registration({.meter = message.meter,
                                .concentrator = message.concentrator,
                                .number = message.count,
                                .in = message.value != 0 ? 1U : 0U,
                                .received = now_at});
    } else if (message.kind == MessageKind::acknowledgement) {
        head_->on_acknowledgement({.command = message.command,
                                   .meter = message.meter,
                                   .value = message.value,
                                   .executed = message.occurred,
                                   .received = now_at});
    } else if (message.kind == MessageKind::profile) {
        std::int64_t rows = 0;
        for (auto const& block : wire::decode(message.payload).blocks) {
            for (std::uint32_t i = 0; i < block.rows.size(); ++i, ++rows) {
                auto const interval = block.first_interval + i;
                ASSERT_EQ(block.rows[i], row_of(index(block.meter), interval));
                repeated_readings += ledger_.has(block.meter, interval) ? 1U : 0U;
                head_->on_reading({.meter = block.meter,
                                   .interval = interval,
                                   .import_mwh = block.rows[i].import_mwh,
                                   .voltage_dv = block.rows[i].voltage_dv,
                                   .received = now_at});
            }
            head_->on_read_by(block.meter, message.concentrator);
        }
        if (message.command != CommandId{}) {
            head_->on_acknowledgement({.command = message.command,
                                       .meter = message.meter,
                                       .value = rows,
                                       .executed = message.occurred,
                                       .received = now_at});
        }
    }
}

void MeshField::down(Message message) {
    auto const c = index(message.concentrator);
    if (wan_up[c] == 0) {
        return;
    }
    later(std::chrono::milliseconds(200), [this, c, m = std::move(message)] {
        if (dead[c] == 0 && wan_up[c] != 0) {
            auto& station = stations_[c];
            station.concentrator->on_uplink_message(Message(m), now_at, station, station);
        }
    });
}

void MeshField::set_timer(SimTime at, std::uint64_t id) {
    timers_.emplace(std::max(at, now_at), id);
}

void MeshField::order_relay(std::size_t meter, bool close) {
    head_->orders().switch_relay(id_of(meter), close, now_at);
}

void MeshField::send(headend::Command const& command) {
    Message message;
    message.kind = command.kind == headend::CommandKind::read_profile ? MessageKind::read_profile
                                                                      : MessageKind::set_relay;
    message.meter = command.meter;
    message.command = command.id;
    message.concentrator = head_->fleet().concentrator[index(command.meter)];
    message.value = command.kind == headend::CommandKind::read_profile  ? command.first_interval
                    : command.kind == headend::CommandKind::close_relay ? 1
                                                                        : 0;
    message.count = command.count;
    down(std::move(message));
}

void MeshField::assign(headend::Assignment const& assignment) {
    Message message;
    message.kind = MessageKind::assign;
    message.meter = assignment.meter;
    message.concentrator = assignment.concentrator;
    message.value = assignment.number;
    message.count = assignment.first;
    down(std::move(message));
}

} // namespace gridtwin::concentrator
