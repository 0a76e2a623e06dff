#include "models/crm/meaning.hpp"

#include <limits>
#include <variant>

namespace gridtwin::crm {
namespace {

using wire::crm::ReceivedKind;
namespace sms = wire::sms;

/// By what an order of the database is.
struct Translator {
    wire::crm::UtcSeconds epoch;
    MeterCommand out{};

    void operator()(wire::crm::QueryBalance const&) { out.command = sms::BalanceQuery{}; }
    void operator()(wire::crm::SetTariff const& tariff) {
        constexpr std::int64_t kMostCents = std::numeric_limits<std::uint32_t>::max() / 1000;
        auto const& rate = tariff.rates.front();
        if (tariff.rates.size() != 1 || rate.minute != 0) {
            out.problem = "a meter's hours are not set by SMS: one rate, from minute 0";
        } else if (rate.per_kwh.cents < 0 || rate.per_kwh.cents > kMostCents) {
            out.problem = "a price is between 0 and 42949.67 a kWh";
        } else {
            out.command = sms::SetTariff{
                .tariff = 0,
                .millicents_per_kwh = static_cast<std::uint32_t>(rate.per_kwh.cents * 1000),
                .from = kStart + std::max(SimDuration{}, SimDuration{tariff.from - epoch})};
        }
    }
    void operator()(wire::crm::Switch const& order) { out.command = sms::Switch{.on = order.on}; }
    void operator()(wire::crm::SetLimit const& limit) {
        out.command = sms::SetLimits{.power_w = limit.power_w, .energy_wh = limit.energy_wh};
    }
    void operator()(wire::crm::TopUp const& top_up) {
        if (top_up.token == 0) {
            out.problem = "a top-up's token is 1 or more";
        } else if (top_up.amount <= Money{}) {
            out.problem = "a top-up's amount is above 0";
        }
        out.command = sms::TopUp{.token = top_up.token, .amount = top_up.amount};
    }
    void operator()(wire::crm::ReadRegisters const&) { out.command = sms::ReadRegisters{}; }
    void operator()(wire::crm::ReadProfile const& read) {
        if (read.count > std::numeric_limits<std::uint16_t>::max()) {
            out.problem = "a read is of 65535 intervals at most";
        }
        out.command =
            sms::ReadProfile{.first = read.first, .count = static_cast<std::uint16_t>(read.count)};
    }
    void operator()(wire::crm::ReadClock const&) { out.command = sms::ReadClock{}; }
};

struct Listener {
    wire::crm::UtcSeconds epoch;
    Told out{};

    void operator()(sms::Done const&) { out.kind = ReceivedKind::done; }
    void operator()(sms::Refused const&) { out.kind = ReceivedKind::refused; }
    void operator()(sms::Balance const& answer) {
        out.kind = ReceivedKind::balance;
        out.balance = answer.balance;
    }
    void operator()(sms::Reading const& reading) {
        out.balance = reading.balance;
        if (reading.import_mwh >= 0) {
            out.energy_wh = static_cast<std::uint64_t>(reading.import_mwh) / 1000;
        }
    }
    void operator()(sms::Profile const& answer) {
        auto const& block = answer.block;
        wire::crm::ProfileSummary summary{.first = block.first_interval, .rows = block.rows.size()};
        for (auto const& row : block.rows) {
            summary.import_mwh += row.import_mwh;
        }
        out.details.profile = summary;
    }
    void operator()(sms::ClockShown const& answer) {
        out.details.clock = epoch + std::chrono::floor<std::chrono::seconds>(answer.shown - kStart);
    }
    void operator()(sms::Warning const& warning) {
        out.kind = ReceivedKind::warning;
        out.balance = warning.balance;
    }
    void operator()(sms::Alarm const&) { out.kind = ReceivedKind::alarm; }
    void operator()(sms::UnknownCommand const&) { out.kind = ReceivedKind::refused; }

    void operator()(std::monostate) {}
    void operator()(sms::Answer const& answer) {
        out.answered = answer.answered;
        std::visit(*this, answer.what);
    }
    void operator()(sms::DecodedMessage const& decoded) {
        auto const& message = decoded.message;
        if (message.kind == MessageKind::alarm) {
            out.kind = ReceivedKind::alarm;
        } else if (message.kind == MessageKind::acknowledgement) {
            out.kind = ReceivedKind::done;
        } else if (message.kind == MessageKind::set_result) {
            out.kind = message.value == 1 ? ReceivedKind::done : ReceivedKind::refused;
        }
    }
};

} // namespace

MeterCommand to_meter(wire::crm::Action const& action, wire::crm::UtcSeconds epoch) {
    Translator translator{epoch};
    std::visit(translator, action);
    return translator.out;
}

Told told_by(wire::sms::UtilityVerdict const& accepted, wire::crm::UtcSeconds epoch) {
    Listener listener{epoch};
    std::visit(listener, accepted.content);
    return listener.out;
}

wire::crm::ReceivedKind kind_of(sms::Refusal refusal) {
    switch (refusal) {
    case sms::Refusal::wrong_sender:
        return ReceivedKind::wrong_sender;
    case sms::Refusal::wrong_length:
        return ReceivedKind::wrong_length;
    case sms::Refusal::wrong_code:
        return ReceivedKind::wrong_code;
    case sms::Refusal::bad_tag:
        return ReceivedKind::bad_tag;
    case sms::Refusal::replayed:
        return ReceivedKind::replayed;
    case sms::Refusal::unknown_command:
        return ReceivedKind::unknown_command;
    case sms::Refusal::top_up_sender:
        return ReceivedKind::top_up_sender;
    case sms::Refusal::none:
    case sms::Refusal::malformed:
        break;
    }
    return ReceivedKind::malformed;
}

} // namespace gridtwin::crm
