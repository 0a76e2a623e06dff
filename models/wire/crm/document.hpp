#pragma once
// What the customer database (CRM) and the SMS gateway tell each other, as data. The source
// material names the chain (records made into XML, injected, sent, answered automatically, for
// right and wrong messages alike) but no format: this message set is GridTwin's own. Its XML is
// docs/models/crm.xsd; see xml.hpp.
#include "sim/core/money.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gridtwin::wire::crm {

using UtcSeconds = std::chrono::sys_seconds; ///< of the years 2000 to 2099
using Date = std::chrono::sys_days;          ///< of the years 1900 to 2099

enum class Status : std::uint8_t { active, interrupted, closed };
inline constexpr std::array<std::string_view, 3> kStatusNames{"active", "interrupted", "closed"};

/// An SMS meter of a subscriber.
struct MeterRecord {
    std::string code;   ///< the meter's own, 20 digits
    std::string number; ///< of its SIM: 3 to 20 digits, a + before them or not
    std::uint32_t tariff = 0;
    Money balance; ///< as the customer database has it

    friend bool operator==(MeterRecord const&, MeterRecord const&) = default;
};

struct Subscriber {
    std::string code;     ///< region 2, settlement 2, street 3, building 4, apartment 4 digits
    std::string contract; ///< 1 to 80 characters
    Status status = Status::active;
    Date registered{};
    std::optional<Date> ended;
    std::optional<std::uint32_t> household; ///< persons
    std::optional<std::uint32_t> rooms;
    bool may_pay = true;
    std::optional<std::uint32_t>
        assumed_wh;   ///< a month's consumption, used while reads are missing
    std::string name; ///< 1 to 80 characters
    std::optional<std::string> phone;
    std::optional<std::string> note; ///< up to 400 characters
    std::vector<MeterRecord> meters; ///< at most 8

    friend bool operator==(Subscriber const&, Subscriber const&) = default;
};

/// From `minute` of the day on.
struct Rate {
    std::uint32_t minute = 0; ///< 0..1439
    Money per_kwh;

    friend bool operator==(Rate const&, Rate const&) = default;
};

// What a meter is told to do.
struct QueryBalance {
    friend bool operator==(QueryBalance const&, QueryBalance const&) = default;
};
struct SetTariff {
    UtcSeconds from{};
    std::vector<Rate> rates; ///< 1 to 48
    friend bool operator==(SetTariff const&, SetTariff const&) = default;
};
struct Switch {
    bool on = false;
    friend bool operator==(Switch const&, Switch const&) = default;
};
struct SetLimit {
    std::uint32_t power_w = 0;   ///< 0: none
    std::uint32_t energy_wh = 0; ///< of a period; 0: none
    friend bool operator==(SetLimit const&, SetLimit const&) = default;
};
/// A payment, booked once.
struct TopUp {
    Money amount;            ///< above 0
    std::uint64_t token = 0; ///< its number
    friend bool operator==(TopUp const&, TopUp const&) = default;
};
struct ReadRegisters {
    friend bool operator==(ReadRegisters const&, ReadRegisters const&) = default;
};
struct ReadProfile {
    std::uint32_t first = 0; ///< interval
    std::uint32_t count = 0;
    friend bool operator==(ReadProfile const&, ReadProfile const&) = default;
};
struct ReadClock {
    friend bool operator==(ReadClock const&, ReadClock const&) = default;
};
using Action = std::variant<QueryBalance, SetTariff, Switch, SetLimit, TopUp, ReadRegisters,
                            ReadProfile, ReadClock>;

struct Command {
    std::uint64_t id = 0;
    std::string meter; ///< its code
    std::uint32_t valid_s = 0;
    Action action;

    friend bool operator==(Command const&, Command const&) = default;
};

/// The two bits of the source material: sending, at the operator, received, processed.
inline constexpr std::array<std::string_view, 4> kStateNames{"0:0", "0:1", "1:0", "1:1"};
enum class CommandFate : std::uint8_t { pending, done, expired, rejected, refused };
inline constexpr std::array<std::string_view, 5> kFateNames{"pending", "done", "expired",
                                                            "rejected", "refused"};

/// How far a command has come.
struct Delivery {
    std::uint64_t command = 0;
    std::uint8_t state = 0; ///< index into kStateNames, as gridtwin::DeliveryState
    CommandFate fate = CommandFate::pending;
    UtcSeconds at{};
    std::optional<std::string> reason; ///< up to 80 characters

    friend bool operator==(Delivery const&, Delivery const&) = default;
};

/// What a message from outside turned out to be; from wrong_sender on it is a wrong one.
enum class ReceivedKind : std::uint8_t {
    done,
    refused,
    reading,
    balance,
    warning,
    alarm,
    wrong_sender,
    top_up_sender,
    wrong_code,
    malformed,
    bad_tag,
    replayed,
    wrong_length,
    unknown_command,
    plain_text, ///< no envelope of a meter: a person's
};
inline constexpr std::array<std::string_view, 15> kReceivedNames{
    "done",    "refused",      "reading",       "balance",         "warning",
    "alarm",   "wrong-sender", "top-up-sender", "wrong-code",      "malformed",
    "bad-tag", "replayed",     "wrong-length",  "unknown-command", "plain-text"};
[[nodiscard]] constexpr bool is_right(ReceivedKind kind) {
    return kind < ReceivedKind::wrong_sender;
}

/// A message that came in, explained.
struct Received {
    std::uint64_t id = 0;
    std::string sender; ///< number, or what it calls itself
    UtcSeconds at{};
    ReceivedKind kind = ReceivedKind::done;
    std::optional<std::string> meter;     ///< its code, when it is known
    std::optional<std::uint64_t> command; ///< it answers
    std::optional<Money> balance;
    std::optional<std::uint64_t> energy_wh; ///< register of active energy
    std::string explanation;                ///< see explain(); up to 400 characters

    friend bool operator==(Received const&, Received const&) = default;
};

/// The automatic answer to a received message.
struct Answer {
    std::uint64_t to = 0; ///< Received::id
    std::string number;   ///< goes there
    bool right = true;    ///< what it answers was
    std::string text;     ///< 1 to 140 characters

    friend bool operator==(Answer const&, Answer const&) = default;
};

using Entry = std::variant<Subscriber, Command, Delivery, Received, Answer>;

/// One document.
struct Exchange {
    std::uint64_t number = 0;
    UtcSeconds created{};
    std::vector<Entry> entries; ///< at most 1000

    friend bool operator==(Exchange const&, Exchange const&) = default;
};

/// Intervals that a meter sent.
struct ProfileSummary {
    std::uint32_t first = 0; ///< interval
    std::size_t rows = 0;
    std::int64_t import_mwh = 0; ///< of all of them
};
/// What a message tells that Received has no attributes for.
struct Details {
    std::optional<ProfileSummary> profile = {};
    std::optional<UtcSeconds> clock = {}; ///< as the meter shows it
};

/// In words, by kind and what is known.
/// @param octets of the message
[[nodiscard]] std::string explain(Received const& received, std::size_t octets,
                                  Details const& details = {});
/// To the sender of a right or of a wrong message; at most 140 octets of plain letters, so one
/// short message. Tells a wrong sender no more than that it is wrong.
[[nodiscard]] Answer automatic_answer(Received const& received);

} // namespace gridtwin::wire::crm
