#include "models/wire/sms/reassembly.hpp"

#include "sim/core/diagnostics.hpp"

#include <algorithm>

namespace gridtwin::wire::sms {
namespace {

auto place_of(auto& held, std::uint8_t number) {
    return std::lower_bound(held.begin(), held.end(), number,
                            [](auto const& part, std::uint8_t n) { return part.number < n; });
}

} // namespace

Reassembly::Reassembly(ReassemblySpec const& spec) : spec_(spec) {
    if (spec.most_parts_of_sender == 0 || spec.most_parts < spec.most_parts_of_sender) {
        throw SimulationError(
            fmt::format("reassembly of {} parts a sender and {} in all: at least 1 a sender, and "
                        "no fewer in all",
                        spec.most_parts_of_sender, spec.most_parts));
    }
}

void Reassembly::give_up(std::uint64_t sender, std::uint64_t serial, std::uint64_t& count) {
    auto const found = senders_.find(sender);
    auto& all = found->second;
    auto const pending =
        std::find_if(all.begin(), all.end(), [&](auto const& one) { return one.serial == serial; });
    count += pending->held.size();
    waiting_ -= pending->held.size();
    begun_.erase(serial);
    all.erase(pending);
    if (all.empty()) {
        senders_.erase(found);
    }
}

void Reassembly::expire(SimTime now) {
    while (!begun_.empty() && now - begun_.begin()->second.at > spec_.longest) {
        give_up(begun_.begin()->second.sender, begun_.begin()->first, counts_.expired);
    }
}

Reassembly::Pending& Reassembly::find_or_begin(OfSender& all, std::uint64_t sender,
                                               Concatenation const& part, SimTime now) {
    auto const found = std::find_if(all.begin(), all.end(), [&](Pending const& one) {
        return one.reference == part.reference && one.wide == part.wide;
    });
    if (found != all.end()) {
        return *found;
    }
    begun_.emplace(next_serial_, Begun{.at = now, .sender = sender});
    return all.emplace_back(Pending{.reference = part.reference,
                                    .wide = part.wide,
                                    .parts = part.parts,
                                    .serial = next_serial_++,
                                    .held = {}});
}

/// For one part more of the message of this serial: the oldest of its sender's others goes, then
/// the oldest of all others.
void Reassembly::make_room(std::uint64_t sender, std::uint64_t serial) {
    std::size_t of_sender = 0;
    for (auto const& pending : senders_[sender]) {
        of_sender += pending.held.size();
    }
    while (of_sender >= spec_.most_parts_of_sender) {
        auto const& all = senders_[sender];
        auto const& oldest = all[all.front().serial == serial ? 1 : 0];
        of_sender -= oldest.held.size();
        give_up(sender, oldest.serial, counts_.crowded_out);
    }
    while (waiting_ >= spec_.most_parts) {
        auto oldest = begun_.begin();
        std::advance(oldest, oldest->first == serial ? 1 : 0);
        give_up(oldest->second.sender, oldest->first, counts_.crowded_out);
    }
}

std::optional<std::vector<std::byte>> Reassembly::add(std::uint64_t sender, UserData const& data,
                                                      SimTime now) {
    ++counts_.heard;
    expire(now);
    if (!data.part || data.part->parts == 1) {
        ++counts_.whole;
        return std::vector<std::byte>(data.content.begin(), data.content.end());
    }
    auto const& part = *data.part;
    if (part.parts > spec_.most_parts_of_sender) { // could never be held
        ++counts_.crowded_out;
        return std::nullopt;
    }
    auto* pending = &find_or_begin(senders_[sender], sender, part, now);
    auto place = place_of(pending->held, part.number);
    bool const held = place != pending->held.end() && place->number == part.number;
    bool const same = held && std::equal(place->content.begin(), place->content.end(),
                                         data.content.begin(), data.content.end());
    if (same && pending->parts == part.parts) {
        ++counts_.duplicate;
        return std::nullopt;
    }
    if (held || pending->parts != part.parts) { // another message goes by this reference now
        give_up(sender, pending->serial, counts_.replaced);
        pending = &find_or_begin(senders_[sender], sender, part, now);
    }
    auto const serial = pending->serial;
    make_room(sender, serial);
    auto const found = senders_.find(sender);
    auto& all = found->second;
    auto const at =
        std::find_if(all.begin(), all.end(), [&](auto const& one) { return one.serial == serial; });
    auto& parts = at->held;
    parts.insert(place_of(parts, part.number),
                 {.number = part.number, .content = {data.content.begin(), data.content.end()}});
    ++waiting_;
    if (parts.size() < at->parts) {
        return std::nullopt;
    }
    std::vector<std::byte> content;
    for (auto const& one : parts) {
        content.insert(content.end(), one.content.begin(), one.content.end());
    }
    ++counts_.messages;
    give_up(sender, serial, counts_.joined);
    return content;
}

} // namespace gridtwin::wire::sms
