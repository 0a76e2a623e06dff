#include "models/wire/crm/document.hpp"
#include "models/wire/crm/values.hpp"

#include <fmt/format.h>

namespace gridtwin::wire::crm {
namespace {

std::string money(Money amount) {
    auto const magnitude = static_cast<std::uint64_t>(amount.cents);
    auto const cents = amount.cents < 0 ? 0 - magnitude : magnitude;
    return fmt::format("{}{}.{:02}", amount.cents < 0 ? "-" : "", cents / 100, cents % 100);
}

/// Without its sign.
std::string thousandths(std::int64_t value) {
    auto const magnitude =
        value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    return fmt::format("{}.{:03}", magnitude / 1000, magnitude % 1000);
}

std::string energy(std::uint64_t wh) {
    return fmt::format("{}.{:03} kWh", wh / 1000, wh % 1000);
}

/// What became of it, or why it was not taken.
std::string_view words(ReceivedKind kind) {
    switch (kind) {
    case ReceivedKind::done:
        return "the command has been carried out";
    case ReceivedKind::refused:
        return "the meter has refused the command";
    case ReceivedKind::reading:
        return "a reading";
    case ReceivedKind::balance:
        return "the balance";
    case ReceivedKind::warning:
        return "a warning";
    case ReceivedKind::alarm:
        return "an alarm";
    case ReceivedKind::wrong_sender:
        return "not taken: the sender may not send to this number";
    case ReceivedKind::top_up_sender:
        return "not taken: top-ups come from the payment number alone";
    case ReceivedKind::wrong_code:
        return "not taken: no meter of ours has this code";
    case ReceivedKind::malformed:
        return "not taken: it cannot be understood";
    case ReceivedKind::bad_tag:
        return "not taken: it is not the meter's own, or was changed on its way";
    case ReceivedKind::replayed:
        return "not taken: it has been received before";
    case ReceivedKind::wrong_length:
        return "not taken: it is too long or too short";
    case ReceivedKind::plain_text:
        return "not taken: no envelope of a meter, but plain text";
    case ReceivedKind::unknown_command:
        break;
    }
    return "not taken: it asks for something that is not known";
}

/// The numbers that came along, each after a comma.
std::string numbers(Received const& received) {
    std::string out;
    if (received.energy_wh) {
        out += ", register " + energy(*received.energy_wh);
    }
    if (received.balance) {
        out += ", balance " + money(*received.balance);
    }
    return out;
}

std::string words(Details const& details) {
    std::string out;
    if (details.profile) {
        auto const& profile = *details.profile;
        out += fmt::format(", {} interval{} from {}", profile.rows, profile.rows == 1 ? "" : "s",
                           profile.first);
        if (profile.rows > 0) {
            out += fmt::format(", together {}{} Wh", profile.import_mwh < 0 ? "-" : "",
                               thousandths(profile.import_mwh));
        }
    }
    if (details.clock) {
        out += ", its clock shows " + write_value(*details.clock);
    }
    return out;
}

} // namespace

std::string explain(Received const& received, std::size_t octets, Details const& details) {
    auto out = fmt::format("Message {} from {}", received.id, received.sender);
    if (received.meter) {
        out += ", meter " + *received.meter;
    }
    if (received.command) {
        out += fmt::format(", about command {}", *received.command);
    }
    auto const length = received.kind == ReceivedKind::plain_text
                            ? fmt::format(" of {} octet{}", octets, octets == 1 ? "" : "s")
                            : std::string{};
    return fmt::format("{}: {}{}{}{}.", out, words(received.kind), length, numbers(received),
                       words(details));
}

Answer automatic_answer(Received const& received) {
    bool const right = is_right(received.kind);
    Answer answer{.to = received.id, .number = received.sender, .right = right, .text = {}};
    if (right) {
        answer.text = fmt::format("Received: {}{}.", words(received.kind), numbers(received));
    } else if (received.kind == ReceivedKind::wrong_sender ||
               received.kind == ReceivedKind::bad_tag ||
               received.kind == ReceivedKind::wrong_code ||
               received.kind == ReceivedKind::replayed) {
        answer.text = "Not accepted."; // no help for those who try
    } else {
        answer.text = fmt::format("Your message was {}.", words(received.kind));
    }
    return answer;
}

} // namespace gridtwin::wire::crm
