#include "models/wan/radius_server.hpp"

#include "models/wire/radius/security.hpp"

#include <algorithm>

namespace gridtwin::wan {

namespace radius = wire::radius;

namespace {
/// Identifier and authenticator: where octets 1 and 4 to 19 of a datagram stand.
std::vector<std::byte> key_of(std::span<std::byte const> datagram) {
    std::vector<std::byte> key;
    if (datagram.size() >= radius::kHeaderOctets) {
        key.push_back(datagram[1]);
        key.insert(key.end(), datagram.begin() + 4, datagram.begin() + 20);
    }
    return key;
}
} // namespace

std::string_view name(RadiusOutcome outcome) {
    static constexpr std::array<std::string_view, kRadiusOutcomes> kNames{
        "accepted", "unknown_user", "wrong_password", "discarded", "repeated", "queue_full"};
    return kNames[static_cast<std::size_t>(outcome)];
}

RadiusServer::RadiusServer(RadiusServerSpec spec, Availability speed)
    : spec_(std::move(spec)), speed_(std::move(speed)), core_free_(spec_.cores, kStart) {}

void RadiusServer::reset() {
    std::fill(core_free_.begin(), core_free_.end(), kStart);
    held_.clear();
    last_.clear();
}

RadiusTaken RadiusServer::take(std::uint32_t source, std::span<std::byte const> datagram,
                               SimTime at) {
    auto const count = [this](RadiusTaken taken) {
        ++counts_[static_cast<std::size_t>(taken.outcome)];
        return taken;
    };
    auto const key = key_of(datagram);
    if (auto const it = last_.find(source); it != last_.end() && it->second.key == key) {
        return count({RadiusOutcome::repeated, at,
                      at >= it->second.ready ? it->second.answer : std::vector<std::byte>{}});
    }
    while (!held_.empty() && held_.front() <= at) {
        held_.pop_front();
    }
    if (held_.size() >= std::uint64_t{spec_.cores} + spec_.queue_limit) {
        return count({RadiusOutcome::queue_full, at, {}});
    }
    auto taken = judge(datagram);
    auto const core = std::min_element(core_free_.begin(), core_free_.end());
    *core = speed_.finish(std::max(at, *core), spec_.request_s);
    taken.ready = *core;
    held_.push_back(*core);
    if (held_.size() > spec_.cores) {
        most_waiting_ =
            std::max(most_waiting_, static_cast<std::uint32_t>(held_.size() - spec_.cores));
    }
    if (!taken.answer.empty()) {
        last_[source] = {key, taken.ready, taken.answer};
    }
    return count(std::move(taken));
}

RadiusTaken RadiusServer::judge(std::span<std::byte const> datagram) const {
    auto const checked =
        radius::check_request(datagram, spec_.secret, spec_.demand_message_authenticator);
    auto const& request = checked.decoded.packet;
    if (!checked.ok() || request.code != radius::Code::access_request) {
        return {RadiusOutcome::discarded, {}, {}};
    }
    auto const user = radius::text(request, radius::Type::user_name);
    auto const it = user ? spec_.passwords.find(*user) : spec_.passwords.end();
    auto outcome = RadiusOutcome::unknown_user;
    if (it != spec_.passwords.end()) {
        auto const* const hidden = radius::find(request, radius::Type::user_password);
        auto const password =
            hidden == nullptr
                ? std::nullopt
                : radius::reveal_password(hidden->value, spec_.secret, request.authenticator);
        outcome = password == it->second ? RadiusOutcome::accepted : RadiusOutcome::wrong_password;
    }
    radius::Packet answer{.code = radius::Code::access_reject,
                          .identifier = 0,
                          .authenticator = {},
                          .attributes = {}};
    if (outcome == RadiusOutcome::accepted) {
        answer.code = radius::Code::access_accept;
    } else {
        radius::add_text(answer, radius::Type::reply_message, name(outcome));
    }
    return {outcome, {}, radius::sign_answer(answer, request, spec_.secret)};
}

} // namespace gridtwin::wan
