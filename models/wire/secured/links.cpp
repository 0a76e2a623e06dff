#include "models/wire/secured/links.hpp"

#include "models/wire/dlms_link/meter_keys.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

namespace gridtwin::wire::secured {
namespace {

/// Whose keys protect what goes from one to the other.
Party owner_of(Party from, Party to) {
    using Kind = Party::Kind;
    if (to.kind == Kind::group) {
        return to;
    }
    if ((from.kind == Kind::meter) != (to.kind == Kind::meter)) {
        return from.kind == Kind::meter ? from : to;
    }
    if ((from.kind == Kind::concentrator) != (to.kind == Kind::concentrator)) {
        return from.kind == Kind::concentrator ? from : to;
    }
    throw SimulationError("secured link: these two share no keys");
}

} // namespace

SystemTitle title_of(Party party) {
    switch (party.kind) {
    case Party::Kind::meter:
        return meter_system_title(MeterId{party.number});
    case Party::Kind::concentrator:
        return concentrator_system_title(ConcentratorId{party.number});
    case Party::Kind::head_end:
    case Party::Kind::group:
        break;
    }
    return head_end_system_title();
}

SecurityKeys const& Links::keys_of(Party owner) {
    auto const [place, is_new] = keys_.try_emplace(owner);
    if (is_new) {
        place->second = owner.kind == Party::Kind::meter
                            ? derive_meter_keys(master_, seed_, MeterId{owner.number})
                        : owner.kind == Party::Kind::concentrator
                            ? derive_concentrator_keys(master_, seed_, ConcentratorId{owner.number})
                            : derive_group_keys(master_, seed_);
    }
    return place->second;
}

SecurityContext Links::context(Party own, Party peer, Party owner) {
    return {.own = title_of(own), .peer = title_of(peer), .keys = keys_of(owner)};
}

void Links::protect(Party from, Party to, Envelope envelope, std::span<std::byte const> apdu,
                    std::vector<std::byte>& out) {
    auto mine = context(from, to, owner_of(from, to));
    auto control = kAuthenticatedEncryption;
    control.broadcast = to.kind == Party::Kind::group;
    auto& last = sent_[{from, owner_of(from, to)}]; // a vector is the sender's title and this
    (control.broadcast ? mine.broadcast : mine.unicast).next = last + 1;
    if (!wire::protect(mine, gcm_, control, envelope, apdu, out)) {
        throw SimulationError("secured link: the counter is used up, the key must be changed");
    }
    ++last;
}

Unprotected Links::unprotect(Party from, Party to, Party at, std::span<std::byte const> octets) {
    auto mine = context(at, from, owner_of(from, to));
    auto opened = wire::unprotect(mine, gcm_, octets);
    if (!opened.ok()) {
        return opened;
    }
    bool const to_group = to.kind == Party::Kind::group;
    auto const refuse = [&](Refusal refusal, std::string problem) {
        opened.refusal = refusal;
        opened.problem = std::move(problem);
        opened.apdu.clear();
    };
    auto const take = [&](auto& seen) {
        bool const fresh = sms::freshness_of(seen, opened.counter) == sms::Freshness::fresh;
        if (fresh) {
            sms::see(seen, opened.counter);
        }
        return fresh;
    };
    Heard const heard{{at, from}, to_group};
    if (opened.control.broadcast != to_group) {
        refuse(Refusal::wrong_security, "keys of the group and of one are not the same");
    } else if (!(at.kind == Party::Kind::meter ? take(seen_by_meters_[heard])
                                               : take(seen_by_others_[heard]))) {
        refuse(Refusal::replayed, fmt::format("counter {} is not fresh", opened.counter));
    }
    return opened;
}

std::size_t Links::bytes() const {
    constexpr std::size_t kNode = 4 * sizeof(void*); // of a map, roughly
    auto const of = [](auto const& map) { return map.size() * (kNode + sizeof(*map.begin())); };
    return of(keys_) + of(sent_) + of(seen_by_meters_) + of(seen_by_others_);
}

} // namespace gridtwin::wire::secured
