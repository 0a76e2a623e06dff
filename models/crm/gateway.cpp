#include "models/crm/gateway.hpp"

#include "models/crm/meaning.hpp"
#include "models/wire/crm/schema.hpp"
#include "models/wire/crm/values.hpp"
#include "sim/core/utf8.hpp"

#include <algorithm>

namespace gridtwin::crm {
namespace {

using wire::crm::CommandFate;
using wire::crm::Received;
using wire::crm::ReceivedKind;
namespace sms = wire::sms;

constexpr SimDuration kHour = std::chrono::hours(1);
constexpr SimDuration kAnswerValid = std::chrono::hours(24);

constexpr std::size_t kMostSender = 80;
constexpr std::size_t kMostReason = 80;
constexpr std::int64_t kMostCents = 999'999'999'999'999; ///< that the XML can tell

/// Senders may call themselves anything; XML cannot hold everything.
std::string printable(std::string_view sender) {
    std::string out(sender.substr(0, kMostSender));
    std::ranges::replace_if(
        out, [](char letter) { return letter <= ' ' || letter > '~'; }, '?');
    return out.empty() ? "?" : out;
}

/// UTF-8 without control characters other than those between words and lines.
bool is_plain_text(std::span<std::byte const> octets) {
    std::string text(octets.size(), '\0');
    std::ranges::transform(octets, text.begin(),
                           [](std::byte octet) { return static_cast<char>(octet); });
    return !text.empty() && as_utf8(text) == text &&
           std::ranges::none_of(text, [](unsigned char c) {
               return (c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
           });
}

/// What can be said of octets that belong to no meter of ours.
ReceivedKind stranger(sms::Envelope const& envelope, std::span<std::byte const> octets) {
    if (envelope.ok()) {
        return ReceivedKind::wrong_code;
    }
    if (is_plain_text(octets)) {
        return ReceivedKind::plain_text;
    }
    return envelope.fault == sms::EnvelopeFault::length ? ReceivedKind::wrong_length
                                                        : ReceivedKind::malformed;
}

} // namespace

Gateway::Gateway(GatewayConfig config, KeyOf key_of)
    : config_(std::move(config)), key_of_(std::move(key_of)) {}

wire::crm::UtcSeconds Gateway::utc(SimTime at) const {
    return config_.epoch + std::chrono::floor<std::chrono::seconds>(at - kStart);
}

Injected Gateway::inject(std::string_view xml, std::string_view file, SimTime now) {
    auto parsed = wire::crm::parse_xml(xml, file);
    Injected out;
    out.diagnostics = std::move(parsed.diagnostics);
    if (out.ok()) {
        out.diagnostics = records_.take(parsed, xml, file);
    }
    if (!out.ok()) {
        return out;
    }
    // Meters first: a document may bring a subscriber and his meter's first order in any order.
    for (auto const& entry : parsed.exchange.entries) {
        if (auto const* subscriber = std::get_if<wire::crm::Subscriber>(&entry)) {
            for (auto const& record : subscriber->meters) {
                auto const code = sms::parse_meter_code(record.code).code;
                auto& meter = meters_[code];
                auto const old = by_number_.find(meter.number);
                if (old != by_number_.end() && old->second == code) {
                    by_number_.erase(old);
                }
                meter.number = record.number;
                by_number_.insert_or_assign(record.number, code);
                ++out.meters;
            }
        }
    }
    for (auto const& entry : parsed.exchange.entries) {
        if (auto const* command = std::get_if<wire::crm::Command>(&entry)) {
            take(*command, now, out);
        }
    }
    return out;
}

void Gateway::take(wire::crm::Command const& command, SimTime now, Injected& out) {
    auto const [at, news] = commands_.try_emplace(command.id);
    auto& sent = at->second;
    if (!news) {
        if (sent.ordered != command) {
            out.differing.push_back(command.id);
            refuse_number(sent, command, now);
        }
        ++out.repeated;
        untold_.emplace_back(sent.delivery);
        return;
    }
    sent.ordered = command;
    sent.delivery = {.command = command.id, .reason = std::nullopt};
    auto const code = sms::parse_meter_code(command.meter).code;
    auto const meter = meters_.find(code);
    auto translated = to_meter(command.action, config_.epoch);
    bool const top_up = std::holds_alternative<sms::TopUp>(translated.command);
    if (meter == meters_.end()) {
        translated.problem = "no meter of ours has this code";
    } else if (translated.ok() && top_up && config_.top_up_number.empty()) {
        translated.problem = "there is no number that top-ups may come from";
    }
    if (!translated.ok()) {
        ++out.rejected;
        sent.delivery.fate = CommandFate::rejected;
        sent.delivery.reason = translated.problem;
        tell(sent, now);
        return;
    }
    auto const& sender = top_up ? config_.top_up_number : config_.short_number;
    auto const counter = sms::next_counter(meter->second.last_counter);
    std::vector<std::byte> content;
    sms::encode(translated.command, content);
    Submission submission{.command = command.id,
                          .sender = sender,
                          .number = meter->second.number,
                          .octets = {},
                          .valid = std::chrono::seconds(command.valid_s)};
    cipher_.set_key(key_of_(code));
    sms::seal({.code = code, .direction = sms::Direction::to_meter, .counter = counter}, sender,
              content, cipher_, submission.octets);
    submissions_.push_back(std::move(submission));
    by_counter_[{code, counter}] = command.id;
    sent.submitted = true;
    ++out.submitted;
    ++counts_.commands;
    tell(sent, now);
}

/// Told before how far the first one is, so that this stays the last word on the number.
void Gateway::refuse_number(Sent& sent, wire::crm::Command const& other, SimTime now) {
    untold_.emplace_back(
        wire::crm::Delivery{.command = other.id,
                            .fate = CommandFate::rejected,
                            .at = utc(now),
                            .reason = "this number is another order's, which stands"});
    if (std::ranges::find(sent.differing, other) == sent.differing.end()) { // else it is repeated
        sent.differing.push_back(other);
        ++counts_.differing;
    }
}

std::vector<Submission> Gateway::take_submissions() {
    return std::exchange(submissions_, {});
}

void Gateway::tell(Sent& sent, SimTime at) {
    sent.delivery.at = utc(at);
    untold_.emplace_back(sent.delivery);
}

void Gateway::on_state(std::uint64_t command, DeliveryState state, SimTime at) {
    auto const found = commands_.find(command);
    if (found == commands_.end() || !found->second.submitted) {
        return;
    }
    auto& delivery = found->second.delivery;
    if (static_cast<std::uint8_t>(state) > delivery.state) {
        delivery.state = static_cast<std::uint8_t>(state);
        tell(found->second, at);
    }
}

void Gateway::on_ended(std::uint64_t command, CommandFate fate, std::string_view reason,
                       SimTime at) {
    auto const found = commands_.find(command);
    if (found != commands_.end() && found->second.submitted &&
        found->second.delivery.fate == CommandFate::pending) {
        found->second.delivery.fate = fate;
        found->second.delivery.reason = reason.substr(0, kMostReason);
        tell(found->second, at);
    }
}

/// It came, whatever the operator said last. The first answer tells.
void Gateway::on_answer(Sent& sent, bool refused, SimTime at) {
    auto& delivery = sent.delivery;
    if (delivery.fate == CommandFate::done || delivery.fate == CommandFate::refused) {
        return;
    }
    delivery.state = static_cast<std::uint8_t>(DeliveryState::processed);
    delivery.fate = refused ? CommandFate::refused : CommandFate::done;
    delivery.reason.reset();
    tell(sent, at);
}

void Gateway::on_received(std::string_view sender, std::string_view short_number,
                          std::span<std::byte const> octets, SimTime at) {
    Received received;
    wire::crm::Details details;
    received.id = received_ + 1;
    received.sender = printable(sender);
    received.at = utc(at);
    auto const envelope = sms::read_envelope(octets);
    auto const meter = envelope.ok() ? meters_.find(envelope.header.code) : meters_.end();
    if (meter == meters_.end()) {
        received.kind = stranger(envelope, octets);
    } else {
        received.meter = sms::to_text(meter->first);
        cipher_.set_key(key_of_(meter->first));
        auto const verdict = sms::judge(sms::UtilityRule{.code = meter->first,
                                                         .meter_number = meter->second.number,
                                                         .short_number = short_number},
                                        meter->second.memory, sender, octets, cipher_);
        counts_.guard.add(verdict.outcome, verdict.reason);
        if (verdict.outcome == sms::Outcome::duplicate) {
            ++counts_.copies;
            return;
        }
        if (verdict.outcome == sms::Outcome::refused) {
            received.kind = kind_of(verdict.reason);
        } else {
            sms::remember(meter->second.memory, verdict.counter);
            auto const told = told_by(verdict, config_.epoch);
            received.kind = told.kind;
            details = told.details;
            if (told.balance && std::abs(told.balance->cents) <= kMostCents) {
                received.balance = told.balance;
            }
            received.energy_wh = told.energy_wh;
            auto const command = by_counter_.find({meter->first, told.answered});
            if (command != by_counter_.end()) {
                received.command = command->second;
                on_answer(commands_.at(command->second), told.kind == ReceivedKind::refused, at);
            }
        }
    }
    ++received_;
    ++counts_.received;
    received.explanation = wire::crm::explain(received, octets.size(), details);
    untold_.emplace_back(received);
    answer(received, at);
}

void Gateway::answer(Received const& received, SimTime at) {
    bool const right = wire::crm::is_right(received.kind);
    if (!(right ? config_.answer_right : config_.answer_wrong)) {
        return;
    }
    auto reply = wire::crm::automatic_answer(received);
    if (by_number_.contains(received.sender)) {
        untold_.emplace_back(std::move(reply)); // a meter would refuse plain text: for the database
        return;
    }
    if (config_.is_meter_number && config_.is_meter_number(received.sender)) {
        return; // of another client, by its records: nobody here has a use for a reply
    }
    if (!wire::crm::is_phone(reply.number)) {
        return; // a name, to which nothing can be sent
    }
    for (; !answers_.empty() && answers_.front().first <= at - kHour; answers_.pop_front()) {
        auto const sender = answered_.find(answers_.front().second);
        if (--sender->second == 0) {
            answered_.erase(sender);
        }
    }
    auto const lately = answered_.find(received.sender);
    if ((lately == answered_.end() ? 0 : lately->second) >= config_.answers_an_hour) {
        ++counts_.unanswered;
        return;
    }
    ++answered_[received.sender];
    answers_.emplace_back(at, received.sender);
    ++counts_.answered;
    Submission submission{.sender = config_.short_number,
                          .number = reply.number,
                          .octets = {},
                          .valid = kAnswerValid};
    std::ranges::transform(reply.text, std::back_inserter(submission.octets),
                           [](char letter) { return static_cast<std::byte>(letter); });
    submissions_.push_back(std::move(submission));
    untold_.emplace_back(std::move(reply));
}

std::optional<std::string> Gateway::take_document(SimTime now) {
    if (untold_.empty()) {
        return std::nullopt;
    }
    wire::crm::Exchange exchange{.number = ++documents_, .created = utc(now), .entries = {}};
    auto const count = std::min<std::size_t>(untold_.size(), wire::crm::kMostEntries);
    for (std::size_t i = 0; i < count; ++i) {
        exchange.entries.push_back(std::move(untold_.front()));
        untold_.pop_front();
    }
    return wire::crm::write_xml(exchange);
}

std::array<std::uint64_t, wire::crm::kFateNames.size()> Gateway::fates() const {
    std::array<std::uint64_t, wire::crm::kFateNames.size()> fates{};
    for (auto const& [id, sent] : commands_) {
        ++fates[static_cast<std::size_t>(sent.delivery.fate)];
    }
    fates[static_cast<std::size_t>(CommandFate::rejected)] += counts_.differing;
    return fates;
}

std::optional<wire::crm::Delivery> Gateway::delivery(std::uint64_t command) const {
    auto const found = commands_.find(command);
    return found == commands_.end() ? std::nullopt : std::optional(found->second.delivery);
}

} // namespace gridtwin::crm
