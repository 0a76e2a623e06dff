#include "models/headend/books.hpp"

#include <bit>

namespace gridtwin::headend {
namespace {

template <typename Map>
bool keep(Map& book, typename Map::key_type const& key, typename Map::mapped_type const& entry,
          std::uint64_t& kept, std::uint64_t& repeated) {
    bool const fresh = book.emplace(key, entry).second;
    ++(fresh ? kept : repeated);
    return fresh;
}

} // namespace

bool Books::store(RegisterReading const& reading) {
    return keep(registers_, {reading.meter, reading.read, reading.tariff}, reading,
                counts_.registers, counts_.repeated);
}

bool Books::store(MeterEvent const& event) {
    return keep(events_, {event.meter, event.number}, event, counts_.events, counts_.repeated);
}

bool Books::store(LoadReading const& reading) {
    return keep(load_, {reading.meter, reading.interval}, reading, counts_.load_rows,
                counts_.repeated);
}

bool Books::store(BalanceReading const& reading) {
    return keep(balances_, {reading.concentrator, reading.interval}, reading, counts_.balances,
                counts_.repeated);
}

bool Books::store(ConcentratorAlarm const& alarm) {
    return alarms_.emplace(AlarmKey{alarm.concentrator, alarm.occurred, alarm.kind}, alarm).second;
}

void Books::store(FirmwareProgress const& progress) {
    auto const [at, fresh] =
        firmware_.try_emplace(FirmwareKey{progress.concentrator, progress.version}, progress);
    auto const far = [](FirmwareProgress const& one) { return std::tuple(one.over, one.done); };
    if (!fresh && far(progress) > far(at->second)) {
        at->second = progress;
    }
}

void Books::save(StateWriter& out) const {
    out.value(counts_);
    out.value(static_cast<std::uint64_t>(registers_.size()));
    for (auto const& [key, one] : registers_) {
        out.value(one);
    }
    // Structs with padding or a float go value by value.
    out.value(static_cast<std::uint64_t>(events_.size()));
    for (auto const& [key, one] : events_) {
        out.value(one.meter);
        out.value(one.number);
        out.value(one.kind);
        out.value(std::bit_cast<std::uint32_t>(one.value));
        out.value(one.occurred);
        out.value(one.received);
    }
    out.value(static_cast<std::uint64_t>(load_.size()));
    for (auto const& [key, one] : load_) {
        out.value(one.meter);
        out.value(one.interval);
        out.value(one.value);
        out.value(one.channels);
        out.value(one.status);
        out.value(one.received);
    }
    out.value(static_cast<std::uint64_t>(balances_.size()));
    for (auto const& [key, one] : balances_) {
        out.value(one);
    }
    out.value(static_cast<std::uint64_t>(alarms_.size()));
    for (auto const& [key, one] : alarms_) {
        out.value(one.concentrator);
        out.value(one.kind);
        out.value(one.value);
        out.value(one.occurred);
        out.value(one.received);
    }
    out.value(static_cast<std::uint64_t>(firmware_.size()));
    for (auto const& [key, one] : firmware_) {
        out.value(one);
    }
}

void Books::restore(StateReader& in) {
    *this = {};
    auto const counts = in.value<BookCounts>();
    for (auto left = in.value<std::uint64_t>(); left != 0; --left) {
        store(in.value<RegisterReading>());
    }
    for (auto left = in.value<std::uint64_t>(); left != 0; --left) {
        MeterEvent one;
        one.meter = in.value<MeterId>();
        one.number = in.value<std::uint32_t>();
        one.kind = in.value<EventKind>();
        one.value = std::bit_cast<float>(in.value<std::uint32_t>());
        one.occurred = in.value<SimTime>();
        one.received = in.value<SimTime>();
        store(one);
    }
    for (auto left = in.value<std::uint64_t>(); left != 0; --left) {
        LoadReading one;
        one.meter = in.value<MeterId>();
        one.interval = in.value<std::uint32_t>();
        one.value = in.value<std::array<std::int32_t, 5>>();
        one.channels = in.value<std::uint8_t>();
        one.status = in.value<std::uint8_t>();
        one.received = in.value<SimTime>();
        store(one);
    }
    for (auto left = in.value<std::uint64_t>(); left != 0; --left) {
        store(in.value<BalanceReading>());
    }
    for (auto left = in.value<std::uint64_t>(); left != 0; --left) {
        ConcentratorAlarm one;
        one.concentrator = in.value<ConcentratorId>();
        one.kind = in.value<AlarmKind>();
        one.value = in.value<std::int64_t>();
        one.occurred = in.value<SimTime>();
        one.received = in.value<SimTime>();
        store(one);
    }
    for (auto left = in.value<std::uint64_t>(); left != 0; --left) {
        store(in.value<FirmwareProgress>());
    }
    counts_ = counts;
}

} // namespace gridtwin::headend
