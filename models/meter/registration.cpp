#include "models/meter/registration.hpp"

#include "models/wire/sizes.hpp"

#include <algorithm>

namespace gridtwin::meter {
namespace {

Message made(MessageKind kind, MeterId meter, ConcentratorId concentrator, SimTime now,
             MessageNumbers& numbers) {
    Message message;
    message.id = numbers.next();
    message.kind = kind;
    message.meter = meter;
    message.concentrator = concentrator;
    message.created = now;
    message.occurred = now;
    return message;
}

bool asked_lately(Registrations::There const& there, RegistrationSpec const& spec, SimTime now) {
    return there.cost_milli != Registrations::kNotThere && now < there.asked + spec.orphan_after;
}

/// Whether another concentrator's way is worth leaving this one's for. Ways over different channels
/// do not compare, nor does one that nobody has measured; and whoever left over the backup would
/// lose the primary.
bool saves(Registrations const& table, RegistrationSpec const& spec, std::size_t row,
           Channel channel, std::int64_t cost_milli, SimTime now) {
    Channel const primary = table.primary[row];
    if (channel != primary && asked_lately(table.over(row, primary), spec, now)) {
        return false;
    }
    auto const own = table.over(row, channel).cost_milli;
    return own <= wire::kMostCostMilli && cost_milli + spec.hysteresis_milli < own;
}

} // namespace

std::string problem(RegistrationSpec const& spec) {
    if (spec.orphan_after <= SimDuration::zero() || spec.doubt_after <= SimDuration::zero()) {
        return "orphan_after and doubt_after must be above 0";
    }
    return {};
}

std::size_t Registrations::bytes() const {
    return concentrator.capacity() * sizeof(ConcentratorId) +
           number.capacity() * sizeof(std::uint32_t) +
           there.capacity() * sizeof(std::array<There, 2>) + primary.capacity() * sizeof(Channel);
}

Registrations make_registrations(std::size_t meters) {
    Registrations table;
    table.concentrator.assign(meters, kNone<ConcentratorId>);
    table.number.assign(meters, 0);
    table.there.resize(meters);
    table.primary.assign(meters, Channel::plc);
    return table;
}

void commission(Registrations& table, std::size_t row, Channel channel, ConcentratorId concentrator,
                SimTime now) {
    table.concentrator[row] = concentrator;
    table.there[row][Registrations::slot(channel)] = {.cost_milli = wire::kUnknownCostMilli,
                                                      .asked = now};
}

ConcentratorId belongs_to(Registrations const& table, RegistrationSpec const& spec, std::size_t row,
                          SimTime now) {
    auto const& there = table.there[row];
    bool const asked =
        std::any_of(there.begin(), there.end(),
                    [&](Registrations::There const& one) { return asked_lately(one, spec, now); });
    return asked ? table.concentrator[row] : kNone<ConcentratorId>;
}

bool answers(Registrations const& table, RegistrationSpec const& spec, std::size_t row,
             Message const& call, Channel channel, std::uint32_t link_cost_milli, SimTime now) {
    auto const own = belongs_to(table, spec, row, now);
    if (own == kNone<ConcentratorId>) {
        return true;
    }
    auto const& there = table.over(row, channel);
    if (own == call.concentrator) {
        return there.cost_milli == Registrations::kNotThere ||
               now >= there.asked + spec.doubt_after;
    }
    return saves(table, spec, row, channel, call.value + link_cost_milli, now);
}

void on_asked(Registrations& table, std::size_t row, ConcentratorId by, Channel channel,
              SimTime now) {
    if (by == table.concentrator[row]) {
        table.there[row][Registrations::slot(channel)].asked = now;
    }
}

void set_cost(Registrations& table, std::size_t row, Channel channel, std::uint32_t cost_milli) {
    auto& cost = table.there[row][Registrations::slot(channel)].cost_milli;
    cost = cost == Registrations::kNotThere ? cost : cost_milli;
}

Message enroll(Registrations& table, RegistrationSpec const& spec, std::size_t row,
               Message const& request, Channel channel, SimTime now, MessageNumbers& numbers) {
    Message answer = made(MessageKind::enrolled, request.meter, request.concentrator, now, numbers);
    answer.command = request.command;
    answer.octets = wire::encoded_octets(answer, channel);
    auto const own = belongs_to(table, spec, row, now);
    bool const others = own != kNone<ConcentratorId> && own != request.concentrator;
    if (others && !saves(table, spec, row, channel, request.value, now)) {
        return answer;
    }
    if (table.concentrator[row] != request.concentrator) {
        table.concentrator[row] = request.concentrator;
        table.there[row] = {};
    }
    auto const cost = std::clamp<std::int64_t>(request.value, 0, wire::kUnknownCostMilli);
    table.there[row][Registrations::slot(channel)] = {
        .cost_milli = static_cast<std::uint32_t>(cost), .asked = now};
    answer.value = ++table.number[row];
    return answer;
}

SimDuration hello_delay(SimDuration window, MeterId meter, Message const& call, Seed seed) {
    constexpr double kShare = 0.7; // the rest is for its frame, and for its repeats
    double const drawn = draw01(seed, EntityKey(EntityKind::meter, index(meter)), Purpose::backoff,
                                static_cast<std::uint64_t>(call.id));
    return duration_from_s(kShare * drawn * to_s(window));
}

Message make_hello(Message const& call, MeterId meter, std::uint32_t link_cost_milli,
                   Channel channel, SimTime now, MessageNumbers& numbers) {
    Message hello = made(MessageKind::hello, meter, call.concentrator, now, numbers);
    hello.value = link_cost_milli;
    hello.octets = wire::encoded_octets(hello, channel);
    return hello;
}

Message make_call(Registrations const& table, std::size_t row, Message const& request,
                  Channel channel, SimTime now, MessageNumbers& numbers) {
    Message call = made(MessageKind::call, request.meter, request.concentrator, now, numbers);
    std::uint32_t const cost = table.over(row, channel).cost_milli;
    call.value = std::min(cost, wire::kUnknownCostMilli); // asked, so it is known there
    call.octets = wire::encoded_octets(call, channel);
    return call;
}

Message make_found(Message const& request, Message const& call,
                   std::span<wire::FoundMeter const> found, Channel channel, SimTime now,
                   MessageNumbers& numbers) {
    Message answer = made(MessageKind::found, request.meter, request.concentrator, now, numbers);
    answer.command = request.command;
    answer.value = call.value;
    answer.count = static_cast<std::uint32_t>(found.size());
    for (auto const& one : found) {
        wire::encode(one, answer.payload);
    }
    answer.octets = wire::encoded_octets(answer, channel);
    return answer;
}

} // namespace gridtwin::meter
