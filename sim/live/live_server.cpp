#include "sim/live/live_server.hpp"

#include "sim/core/diagnostics.hpp"
#include "sim/live/replay.hpp"
#include "sim/twin/sms_identity.hpp"

#include <fmt/format.h>

#include <system_error>

namespace gridtwin::live {
namespace {

using std::chrono::milliseconds;

constexpr auto kBetweenLooks = milliseconds{1}; ///< at the sockets, while windows are to be run
constexpr auto kLongestWait = milliseconds{50}; ///< then whoever asks for the end is heard

SocketAddress listen(SocketServer& sockets, SocketAddress const& address, Protocol& protocol,
                     SimDuration patience, std::string const& option) {
    try {
        return sockets.listen(address, protocol, {.idle = 10 * patience});
    } catch (std::system_error const& e) {
        Diagnostics mistakes;
        mistakes.error(
            {option, 0, 0},
            fmt::format("nobody can listen at {}: {}", to_text(address), e.code().message()),
            "an address of this machine and a free port; port 0 is any");
        throw InputError(std::move(mistakes));
    }
}

/// Two digits of SMPP's dates.
void check_century(scenario::Scenario const& scenario) {
    constexpr std::int64_t kFirst = 946'684'800; // 2000-01-01
    constexpr std::int64_t kEnd = 4'102'444'800; // 2100-01-01
    auto const start = scenario.clock().start_unix_s();
    auto const seconds = std::chrono::ceil<std::chrono::seconds>(scenario.duration).count();
    if (start < kFirst || start + seconds >= kEnd) {
        Diagnostics mistakes;
        mistakes.error({scenario.file.string(), 0, 0},
                       fmt::format("SMPP cannot tell the dates from {} on", scenario.start),
                       "a start and a duration within the years 2000 to 2099");
        throw InputError(std::move(mistakes));
    }
}

} // namespace

LiveServer::LiveServer(LiveOptions options, scenario::Scenario const& scenario)
    : options_(std::move(options)), scenario_(scenario), clock_(scenario.clock()),
      pace_(options_.speed) {
    SmppSpec spec{.system_id = scenario.live.system_id, .password = scenario.live.password};
    spec.session.bind_within = options_.patience;
    spec.session.answer_within = options_.patience;
    spec.session.enquire_every = 2 * options_.patience;
    SmppBackend& backend = *this;
    smpp_ = std::make_unique<SmppServer>(std::move(spec), sockets_, backend);
    if (options_.smpp) {
        check_century(scenario);
        smpp_address_ = listen(sockets_, *options_.smpp, *smpp_, options_.patience, "--smpp");
    }
    DlmsBackend& meters = *this;
    dlms_ =
        std::make_unique<DlmsServer>(meters, sockets_, scenario.seed, scenario.live.dlms_password);
    if (options_.dlms) {
        dlms_address_ = listen(sockets_, *options_.dlms, *dlms_, options_.patience, "--dlms");
    }
    if (!options_.record.empty()) {
        recording_ = std::make_unique<RecordingWriter>(options_.record, scenario);
    }
}

void LiveServer::begin(twin::LiveWorld& world) {
    world_ = &world;
    pace_.begin(sockets_.now());
}

SimTime LiveServer::before_window(SimTime reached, SimTime next) {
    for (;;) {
        SimTime const wall = sockets_.now();
        now_ = pace_.due(wall, reached, next);
        bool const due = now_ >= next;
        if (!due || wall - looked_ >= kBetweenLooks) {
            auto const wait =
                due ? milliseconds{0}
                    : std::min(kLongestWait,
                               std::chrono::ceil<milliseconds>(pace_.until(next, wall)));
            sockets_.turn(wait);
            looked_ = sockets_.now();
            now_ = pace_.due(looked_, reached, next);
        }
        if (!pending_.empty()) {
            take_inputs();
            return now_;
        }
        if (due || (options_.stop_requested && options_.stop_requested())) {
            return now_;
        }
    }
}

void LiveServer::take_inputs() {
    for (auto& input : pending_) {
        input.at = now_; // all of a turn at once: a window follows
        if (recording_) {
            recording_->write(input);
        }
        ++inputs_;
        auto const became = apply(*world_, input);
        if (input.kind == Input::Kind::relay) {
            dlms_->on_relay(became);
        }
    }
    pending_.clear();
}

void LiveServer::end(SimTime reached, bool complete) {
    guard_counts_ = world_->guard_counts();
    if (recording_) {
        recording_->end(reached, complete);
    }
}

void LiveServer::on_state(std::uint64_t number, DeliveryState state, SimTime at) {
    smpp_->on_state(number, state, utc(at));
}

void LiveServer::on_lost(std::uint64_t number, LossReason reason, SimTime at) {
    smpp_->on_lost(number, reason, utc(at));
}

void LiveServer::on_from_meter(MeterId meter, std::string_view to,
                               std::span<std::byte const> content, SimTime) {
    smpp_->on_from_meter(meter, to, content);
}

std::optional<MeterId> LiveServer::meter_of(std::string_view number) const {
    auto const& meters = world_->world().meters;
    auto const meter = twin::meter_of_number(scenario_.live.number_prefix, number, meters.size());
    return meter && meters.way[index(*meter)].has(Channel::sms) ? meter : std::nullopt;
}

std::string LiveServer::number_of(MeterId meter) const {
    return twin::meter_number(scenario_.live.number_prefix, meter);
}

wire::smpp::UtcTime LiveServer::utc(SimTime at) const {
    return wire::smpp::UtcTime{std::chrono::seconds{clock_.start_unix_s()}} +
           std::chrono::floor<milliseconds>(at.time_since_epoch());
}

void LiveServer::submit(ConnectionId from, sms::ExternalMessage message) {
    pending_.push_back({.kind = Input::Kind::short_message,
                        .connection = static_cast<std::uint64_t>(from),
                        .message = std::move(message)});
}

std::optional<MeterView> LiveServer::meter(std::uint32_t row) const {
    auto const& table = world_->meters();
    if (row >= table.size() || table.energised[row] == 0) {
        return std::nullopt;
    }
    return MeterView{.table = table,
                     .spec = scenario_.meter,
                     .clock = clock_,
                     .meter = static_cast<MeterId>(row),
                     .now = now_};
}

void LiveServer::operate_relay(ConnectionId from, MeterId meter, bool close) {
    pending_.push_back({.kind = Input::Kind::relay,
                        .connection = static_cast<std::uint64_t>(from),
                        .meter = meter,
                        .close = close});
}

} // namespace gridtwin::live
