#include "models/meter/alarm_push.hpp"

namespace gridtwin::meter {
namespace {

/// @return the one of that date; nullptr: a later one has taken its place, or it is done
template <typename Pending>
auto* kept(Pending& pending, std::pair<MeterId, AlarmKind> const& key, SimTime dated) {
    auto const found = pending.find(key);
    return found == pending.end() || found->second.dated != dated ? nullptr : &found->second;
}

} // namespace

/// A draw is named by what is tried again: none moves another's.
AlarmRepetition AlarmPush::repetition(Key const& key, Pending const& pending) const {
    auto const [meter, kind] = key;
    // Fixed, so that a new kind of alarm moves no draw; a later kind's is that of a nanosecond on.
    constexpr std::uint64_t kNamedKinds = 15;
    auto const name = static_cast<std::uint64_t>(to_ns(pending.dated)) * (kNamedKinds << 8U) +
                      (static_cast<std::uint64_t>(kind) << 8U) + pending.tries;
    EntityKey const who(EntityKind::meter, index(meter));
    double const part = draw01(seed_, who, Purpose::alarm_repetition, name);
    return {.meter = meter,
            .kind = kind,
            .dated = pending.dated,
            .after =
                spec_.repetition_delay + duration_from_s(part * to_s(spec_.repetition_spread))};
}

void AlarmPush::begin(MeterId meter, AlarmKind kind, SimTime dated) {
    bool const first = pending_.insert_or_assign({meter, kind}, Pending{.dated = dated}).second;
    replaced_ += first ? 0 : 1;
}

bool AlarmPush::keeps(MeterId meter, AlarmKind kind, SimTime dated) const {
    return kept(pending_, {meter, kind}, dated) != nullptr;
}

void AlarmPush::on_sent(MeterId meter, AlarmKind kind, SimTime dated,
                        std::span<AlarmTry const> tries) {
    Key const key{meter, kind};
    Pending* const pending = kept(pending_, key, dated);
    if (pending == nullptr) {
        return;
    }
    if (tries.empty()) {
        pending_.erase(key);
        return;
    }
    repeated_ += pending->tries > 0 ? 1 : 0;
    ++pending->tries;
    pending->under_way = static_cast<std::uint8_t>(tries.size());
    for (auto const& one : tries) {
        under_way_.insert_or_assign(one, UnderWay{.key = key, .dated = dated});
    }
}

std::optional<AlarmRepetition> AlarmPush::on_first_hop(AlarmTry const& of, bool acknowledged) {
    auto const found = under_way_.find(of);
    if (found == under_way_.end()) {
        return std::nullopt;
    }
    UnderWay const sent = found->second;
    under_way_.erase(found);
    Pending* const pending = kept(pending_, sent.key, sent.dated);
    if (pending == nullptr) {
        return std::nullopt;
    }
    if (acknowledged) {
        pending_.erase(sent.key);
        return std::nullopt;
    }
    if (--pending->under_way > 0) {
        return std::nullopt;
    }
    if (pending->tries > spec_.retries) {
        ++given_up_;
        pending_.erase(sent.key);
        return std::nullopt;
    }
    return repetition(sent.key, *pending);
}

void AlarmPush::put_off(MeterId meter, AlarmKind kind, SimTime dated) {
    if (Pending* const pending = kept(pending_, {meter, kind}, dated); pending != nullptr) {
        pending->put_off = true;
    }
}

std::vector<AlarmRepetition> AlarmPush::on_supply_back(MeterId meter) {
    std::vector<AlarmRepetition> out;
    for (auto one = pending_.lower_bound({meter, AlarmKind{}});
         one != pending_.end() && one->first.first == meter; ++one) {
        if (std::exchange(one->second.put_off, false)) {
            out.push_back(repetition(one->first, one->second));
        }
    }
    return out;
}

std::size_t AlarmPush::bytes() const {
    constexpr std::size_t kLinks = 4 * sizeof(void*);
    return pending_.size() * (sizeof(std::pair<Key const, Pending>) + kLinks) +
           under_way_.size() * (sizeof(std::pair<AlarmTry const, UnderWay>) + kLinks);
}

} // namespace gridtwin::meter
