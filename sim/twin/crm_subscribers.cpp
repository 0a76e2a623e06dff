#include "sim/twin/crm_subscribers.hpp"

#include "models/wire/crm/schema.hpp"
#include "models/wire/sms/subscriber_code.hpp"
#include "sim/twin/sms_identity.hpp"

#include <algorithm>

namespace gridtwin::twin {
namespace {

constexpr std::size_t kMostName = 80;

/// Streets of a thousand houses.
wire::sms::SubscriberCode subscriber_code(std::uint32_t row) {
    constexpr std::uint32_t kHouses = 1000;
    constexpr std::uint32_t kStreets = 999;
    constexpr std::uint32_t kSettlements = 99;
    auto const street = row / kHouses;
    auto const settlement = street / kStreets;
    return {.region = static_cast<std::uint8_t>(1 + settlement / kSettlements),
            .settlement = static_cast<std::uint8_t>(1 + settlement % kSettlements),
            .street = static_cast<std::uint16_t>(1 + street % kStreets),
            .building = static_cast<std::uint16_t>(1 + row % kHouses),
            .apartment = 0};
}

} // namespace

wire::crm::Exchange crm_subscribers(Loaded const& loaded, MeterId first) {
    auto const& meters = loaded.world.meters;
    auto const start =
        wire::crm::UtcSeconds{std::chrono::seconds{loaded.scenario.clock().start_unix_s()}};
    wire::crm::Exchange document{.number = 1, .created = start, .entries = {}};
    for (std::size_t row = index(first); row < meters.size(); ++row) {
        auto const meter = static_cast<MeterId>(row);
        if (!meters.way[row].has(Channel::sms)) {
            continue;
        }
        if (document.entries.size() == wire::crm::kMostEntries) {
            break;
        }
        auto const name = meters.name[row].substr(0, kMostName);
        wire::crm::Subscriber one;
        one.code = wire::sms::to_text(subscriber_code(static_cast<std::uint32_t>(meter)));
        one.contract = name;
        one.registered = std::chrono::floor<std::chrono::days>(start);
        one.name = name;
        one.meters.push_back({.code = wire::sms::to_text(wire::sms::code_of(meter)),
                              .number = meter_number(loaded.scenario.live.number_prefix, meter),
                              .tariff = 0,
                              .balance = {}});
        document.entries.emplace_back(std::move(one));
    }
    return document;
}

} // namespace gridtwin::twin
