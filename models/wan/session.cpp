#include "models/wan/session.hpp"

#include "models/wire/radius/security.hpp"
#include "sim/core/diagnostics.hpp"

#include <algorithm>

namespace gridtwin::wan {

namespace radius = wire::radius;

namespace {

/// IPv4 and UDP around a RADIUS packet.
constexpr std::size_t kDatagramOctets = 28;
/// Draws of modems stand apart from those of other links.
constexpr std::uint64_t kModemRows = std::uint64_t{1} << 32;

enum class State : std::uint8_t { off, searching, attaching, authenticating, up, resting };

enum class Kind : std::uint8_t {
    // Changes around the modems.
    cell_down, ///< `row`
    cell_up,
    server_down,
    server_up,
    power_on,
    power_off,
    // A modem's own; no longer of interest once it has begun anew.
    searched, ///< it has found its cell
    attached,
    timeout, ///< no answer to its request
    rested,
    // Packets.
    request_arrives,
    request_done, ///< by the server
    answer_arrives,
};

struct Event {
    SimTime at{};
    Kind kind{};
    std::uint32_t row = 0;      ///< endpoint, or cell
    std::uint64_t sequence = 0; ///< order of making
    std::uint32_t begun = 0;    ///< Modem::begun, or how often the server has been down
    SimTime sent{};             ///< of a packet
    std::vector<std::byte> datagram{};
};

/// At one instant: cells and servers, then power, then the rest.
int rank(Kind kind) {
    return kind < Kind::power_on ? 0 : kind <= Kind::power_off ? 1 : 2;
}

bool later(Event const& a, Event const& b) {
    if (a.at != b.at) {
        return a.at > b.at;
    }
    if (rank(a.kind) != rank(b.kind)) {
        return rank(a.kind) > rank(b.kind);
    }
    return a.row != b.row ? a.row > b.row : a.sequence > b.sequence;
}

struct Modem {
    State state = State::off;
    bool powered = true;
    std::uint32_t begun = 0; ///< counts changes of state: what was meant for an earlier is stale
    std::uint32_t cell = kFixedLine;
    SimTime since{}; ///< when it could begin
    std::uint64_t draws = 0;
    std::uint32_t tries = 0;
    bool disbelieved = false;
    std::uint8_t identifier = 0;
    radius::Authenticator authenticator{};
    std::vector<std::byte> request; ///< sent again as it is
    NoSession last = static_cast<NoSession>(kNoSessions);
};

struct Cell {
    bool up = true;
    std::uint32_t attaching = 0;
    std::uint32_t sessions = 0;
    SimTime next_attach = kStart;
};

} // namespace

std::string_view name(NoSession reason) {
    static constexpr std::array<std::string_view, kNoSessions> kNames{"cell_full", "rejected",
                                                                      "no_answer", "disbelieved"};
    auto const i = static_cast<std::size_t>(reason);
    return i < kNoSessions ? kNames[i] : "none";
}

struct Sessions::Impl {
    WanSpec const spec;
    SessionSpec const session;
    Seed seed;
    Availability backbone;
    Availability server_profile;
    RadiusServer server;
    bool server_up = true;
    std::uint32_t server_falls = 0;
    std::vector<Modem> modems; // [endpoint]
    std::vector<Cell> cells;
    std::vector<Event> heap;
    std::uint64_t sequence = 0;
    SimTime now = kStart;
    std::vector<SessionChange> changes;
    SessionCounts counts;
    std::vector<double> setup_s;
    TrafficCount packets;

    Impl(WanSpec const& wan, SessionSpec const& sessions, Seed of)
        : spec(wan), session(sessions), seed(of), backbone(profile_of(wan, Part::backbone)),
          server_profile(profile_of(wan, Part::radius)), server(sessions.server, server_profile),
          modems(wan.endpoints.size()), cells(wan.cells.size()) {
        for (auto const& turn : server_profile.turns()) {
            push({.at = turn.at, .kind = turn.up ? Kind::server_up : Kind::server_down});
        }
        for (std::uint32_t c = 0; c < cells.size(); ++c) {
            for (auto const& turn : profile_of(wan, Part::cell, c).turns()) {
                push({.at = turn.at, .kind = turn.up ? Kind::cell_up : Kind::cell_down, .row = c});
            }
        }
        for (std::uint32_t e = 0; e < modems.size(); ++e) {
            Modem& m = modems[e];
            if (spec.endpoints[e].kind == EndpointKind::concentrator) {
                m.cell = spec.endpoints[e].cell;
            }
            if (m.cell == kFixedLine) {
                m.state = State::up;
            } else if (session.standing && has_room(cells[m.cell], m)) {
                m.state = State::up;
                ++cells[m.cell].sessions;
            } else {
                changes.push_back({static_cast<EndpointId>(e), false, kStart});
                begin(e, kStart, session.standing ? 0.0 : session.start_s);
            }
        }
    }

    [[nodiscard]] bool has_room(Cell const& cell, Modem const& m) const {
        std::uint32_t const most = spec.cells[m.cell].most_sessions;
        return most == 0 || cell.sessions < most;
    }

    double draw(std::uint32_t e) {
        return draw01(seed, EntityKey(EntityKind::link, kModemRows + e), Purpose::backoff,
                      modems[e].draws++);
    }

    void push(Event event) {
        event.sequence = sequence++;
        heap.push_back(std::move(event));
        std::push_heap(heap.begin(), heap.end(), later);
    }

    void schedule(std::uint32_t e, Kind kind, SimTime at) {
        push({.at = at, .kind = kind, .row = e, .begun = modems[e].begun});
    }

    void enter(std::uint32_t e, State state) {
        Modem& m = modems[e];
        if (m.state == State::attaching && m.cell != kFixedLine) {
            --cells[m.cell].attaching;
        }
        m.state = state;
        ++m.begun;
    }

    void begin(std::uint32_t e, SimTime at, double start_s) {
        modems[e].since = at;
        search(e, at, start_s + session.start_spread_s * draw(e));
    }

    void search(std::uint32_t e, SimTime at, double wait_s) {
        enter(e, State::searching);
        schedule(e, Kind::searched, at + duration_from_s(wait_s));
    }

    void stop(std::uint32_t e, SimTime at) {
        Modem& m = modems[e];
        if (m.state == State::up && m.cell != kFixedLine) {
            --cells[m.cell].sessions;
        }
        if (m.state == State::up) {
            ++counts.broken;
            changes.push_back({static_cast<EndpointId>(e), false, at});
        }
        enter(e, State::off);
    }

    void switch_power(std::uint32_t e, bool on, SimTime at) {
        Modem& m = modems[e];
        if (m.powered == on) {
            return;
        }
        m.powered = on;
        if (!on) {
            stop(e, at);
        } else if (m.cell == kFixedLine) {
            enter(e, State::up);
            changes.push_back({static_cast<EndpointId>(e), true, at});
        } else if (cells[m.cell].up) {
            begin(e, at, session.start_s);
        }
    }

    void switch_cell(std::uint32_t c, bool on, SimTime at) {
        cells[c].up = on;
        cells[c].next_attach = at;
        for (std::uint32_t e = 0; e < modems.size(); ++e) {
            if (modems[e].cell != c || !modems[e].powered) {
                continue;
            }
            if (on) {
                begin(e, at, 0.0); // the modem runs, and searches all the time
            } else {
                stop(e, at);
            }
        }
    }

    /// First come, first served: a cell takes so many attach procedures a second.
    void attach(std::uint32_t e, SimTime at) {
        enter(e, State::attaching);
        Modem const& m = modems[e];
        CellSpec const& of = spec.cells[m.cell];
        Cell& cell = cells[m.cell];
        counts.most_attaching = std::max(counts.most_attaching, ++cell.attaching);
        SimTime const begun = std::max(at, cell.next_attach);
        if (of.attaches_hz > 0.0) {
            cell.next_attach = begun + duration_from_s(1.0 / of.attaches_hz);
        }
        schedule(e, Kind::attached, begun + duration_from_s(of.attach_s));
    }

    void authenticate(std::uint32_t e, SimTime at) {
        ++counts.attached;
        if (!has_room(cells[modems[e].cell], modems[e])) {
            return refuse(e, NoSession::cell_full, at);
        }
        enter(e, State::authenticating);
        Modem& m = modems[e];
        m.tries = 0;
        m.disbelieved = false;
        ++m.identifier;
        for (std::size_t k = 0; k < m.authenticator.size(); ++k) {
            m.authenticator[k] = static_cast<std::byte>(static_cast<int>(256.0 * draw(e)));
        }
        radius::Packet packet{.code = radius::Code::access_request,
                              .identifier = m.identifier,
                              .authenticator = m.authenticator,
                              .attributes = {}};
        radius::add_text(packet, radius::Type::user_name, spec.endpoints[e].name);
        radius::add_number(packet, radius::Type::nas_port, e);
        radius::add_text(packet, radius::Type::nas_identifier, "gateway");
        auto const other = session.other_passwords.find(spec.endpoints[e].name);
        m.request = radius::sign_request(
            packet, session.secret,
            {.password = other == session.other_passwords.end() ? session.password : other->second,
             .message_authenticator = session.message_authenticator});
        ask(e, at);
    }

    void ask(std::uint32_t e, SimTime at) {
        Modem& m = modems[e];
        ++counts.requests;
        counts.repeats += m.tries > 0 ? 1 : 0;
        ++m.tries;
        send(Kind::request_arrives, e, m.request, at);
        schedule(e, Kind::timeout,
                 at + duration_from_s(session.timeout_s + session.timeout_spread_s * draw(e)));
    }

    void send(Kind kind, std::uint32_t e, std::vector<std::byte> datagram, SimTime at) {
        ++packets.sent;
        double const bits = 8.0 * static_cast<double>(datagram.size() + kDatagramOctets);
        SimTime const there = at + duration_from_s(spec.backbone.latency_s) +
                              duration_from_s(bits / spec.backbone.bit_rate_bps);
        push({.at = there, .kind = kind, .row = e, .sent = at, .datagram = std::move(datagram)});
    }

    void refuse(std::uint32_t e, NoSession reason, SimTime at) {
        ++counts.refused[static_cast<std::size_t>(reason)];
        enter(e, State::resting);
        modems[e].last = reason;
        schedule(e, Kind::rested, at + duration_from_s(session.rest_s * (0.5 + draw(e))));
    }

    void establish(std::uint32_t e, SimTime at) {
        Modem& m = modems[e];
        if (!has_room(cells[m.cell], m)) {
            return refuse(e, NoSession::cell_full, at);
        }
        enter(e, State::up);
        m.last = static_cast<NoSession>(kNoSessions);
        m.request.clear();
        ++cells[m.cell].sessions;
        ++counts.established;
        setup_s.push_back(to_s(at - m.since));
        changes.push_back({static_cast<EndpointId>(e), true, at});
    }

    void serve(Event& event) {
        if (!backbone.up_throughout(event.sent, event.at) || !server_up) {
            packets.settle(LossReason::link_down);
            return;
        }
        auto taken = server.take(event.row, event.datagram, event.at);
        switch (taken.outcome) {
        case RadiusOutcome::queue_full:
            packets.settle(LossReason::queue_full);
            return;
        case RadiusOutcome::repeated:
            packets.settle(LossReason::none);
            if (!taken.answer.empty()) {
                send(Kind::answer_arrives, event.row, std::move(taken.answer), event.at);
            }
            return;
        default:
            push({.at = taken.ready,
                  .kind = Kind::request_done,
                  .row = event.row,
                  .begun = server_falls,
                  .datagram = std::move(taken.answer)});
        }
    }

    void answer(Event& event) {
        if (event.begun != server_falls) {
            packets.settle(LossReason::link_down);
            return;
        }
        packets.settle(event.datagram.empty() ? LossReason::rejected : LossReason::none);
        if (!event.datagram.empty()) {
            send(Kind::answer_arrives, event.row, std::move(event.datagram), event.at);
        }
    }

    void read(Event const& event) {
        if (!backbone.up_throughout(event.sent, event.at)) {
            packets.settle(LossReason::link_down);
            return;
        }
        Modem& m = modems[event.row];
        if (m.state != State::authenticating) {
            packets.settle(LossReason::none); // a late one, or one of two
            return;
        }
        auto const checked = radius::check_answer(event.datagram,
                                                  {.code = radius::Code::access_request,
                                                   .identifier = m.identifier,
                                                   .authenticator = m.authenticator,
                                                   .attributes = {}},
                                                  session.secret);
        if (!checked.ok()) {
            packets.settle(LossReason::rejected);
            // One to an earlier request of the modem's is no sign of another secret.
            m.disbelieved = m.disbelieved || checked.refusal != radius::Refusal::wrong_identifier;
            return;
        }
        packets.settle(LossReason::none);
        if (checked.decoded.packet.code == radius::Code::access_accept) {
            establish(event.row, event.at);
        } else {
            refuse(event.row, NoSession::rejected, event.at);
        }
    }

    void step(Event& event) {
        std::uint32_t const e = event.row;
        switch (event.kind) {
        case Kind::power_on:
        case Kind::power_off:
            return switch_power(e, event.kind == Kind::power_on, event.at);
        case Kind::cell_down:
        case Kind::cell_up:
            return switch_cell(event.row, event.kind == Kind::cell_up, event.at);
        case Kind::server_down:
            server.reset();
            ++server_falls;
            [[fallthrough]];
        case Kind::server_up:
            server_up = event.kind == Kind::server_up;
            return;
        case Kind::request_arrives:
            return serve(event);
        case Kind::request_done:
            return answer(event);
        case Kind::answer_arrives:
            return read(event);
        default:
            break;
        }
        if (event.begun != modems[e].begun) {
            return; // it has begun anew since
        }
        if (event.kind == Kind::searched) {
            attach(e, event.at);
        } else if (event.kind == Kind::attached) {
            authenticate(e, event.at);
        } else if (event.kind == Kind::rested) {
            search(e, event.at, 0.0);
        } else if (modems[e].tries < session.tries) {
            ask(e, event.at);
        } else {
            refuse(e, modems[e].disbelieved ? NoSession::disbelieved : NoSession::no_answer,
                   event.at);
        }
    }
};

Sessions::Sessions(WanSpec const& spec, SessionSpec const& sessions, Seed seed)
    : impl_(std::make_unique<Impl>(spec, sessions, seed)) {}
Sessions::~Sessions() = default;

void Sessions::set_powered(EndpointId concentrator, bool on, SimTime at) {
    auto const row = static_cast<std::uint32_t>(concentrator);
    if (at < impl_->now || row >= impl_->modems.size()) {
        throw SimulationError(fmt::format("data sessions, {}: no modem {}, or a date in the past",
                                          format_time(at), row));
    }
    impl_->push({.at = at, .kind = on ? Kind::power_on : Kind::power_off, .row = row});
}

SimTime Sessions::next_event() const {
    if (!impl_->changes.empty()) {
        return impl_->changes.front().at;
    }
    return impl_->heap.empty() ? kNever : impl_->heap.front().at;
}

void Sessions::run_until(SimTime end, std::vector<SessionChange>& out) {
    auto& heap = impl_->heap;
    while (!heap.empty() && heap.front().at < end) {
        std::pop_heap(heap.begin(), heap.end(), later);
        Event event = std::move(heap.back());
        heap.pop_back();
        impl_->step(event);
    }
    impl_->now = end;
    out.insert(out.end(), impl_->changes.begin(), impl_->changes.end());
    impl_->changes.clear();
}

bool Sessions::up(EndpointId concentrator) const {
    return impl_->modems[index(concentrator)].state == State::up;
}

std::size_t Sessions::up_count() const {
    std::size_t count = 0;
    for (std::size_t e = 0; e < impl_->modems.size(); ++e) {
        count += impl_->spec.endpoints[e].kind == EndpointKind::concentrator &&
                         impl_->modems[e].state == State::up
                     ? 1
                     : 0;
    }
    return count;
}

SessionCounts const& Sessions::counts() const {
    return impl_->counts;
}
RadiusServer const& Sessions::server() const {
    return impl_->server;
}
std::vector<double> const& Sessions::setup_times_s() const {
    return impl_->setup_s;
}
NoSession Sessions::last_refusal(EndpointId concentrator) const {
    return impl_->modems[index(concentrator)].last;
}
TrafficCount const& Sessions::radius() const {
    return impl_->packets;
}
std::size_t Sessions::radius_in_flight() const {
    return static_cast<std::size_t>(
        std::count_if(impl_->heap.begin(), impl_->heap.end(),
                      [](Event const& e) { return e.kind >= Kind::request_arrives; }));
}

} // namespace gridtwin::wan
