#include "models/wire/sms/guard.hpp"

#include <algorithm>
#include <numeric>

namespace gridtwin::wire::sms {
namespace {

/// What an envelope is held against in either direction.
struct Expected {
    MeterCode const& code;
    Direction direction;
    std::string_view short_number;
    std::uint32_t window;
};

struct Opened {
    Outcome outcome = Outcome::refused;
    Refusal reason = Refusal::none;
    std::uint32_t counter = 0;
};

Opened refused(Refusal reason) {
    return {.reason = reason};
}

/// @param plain the content, of accepted ones and duplicates
template <std::uint32_t window>
Opened open_expected(Expected const& expected, WindowedMemory<window> const& memory,
                     std::span<std::byte const> octets, AesGcm& key,
                     std::vector<std::byte>& plain) {
    auto const envelope = read_envelope(octets);
    if (!envelope.ok()) {
        return refused(envelope.fault == EnvelopeFault::length ? Refusal::wrong_length
                                                               : Refusal::malformed);
    }
    if (envelope.header.direction != expected.direction) {
        return refused(Refusal::malformed);
    }
    if (envelope.header.code != expected.code) {
        return refused(Refusal::wrong_code);
    }
    if (!open(envelope, expected.short_number, key, plain)) {
        return refused(Refusal::bad_tag);
    }
    std::uint32_t const counter = envelope.header.counter;
    if (freshness_of(memory.counters, counter, expected.window) == Freshness::fresh) {
        return {.outcome = Outcome::accepted, .counter = counter};
    }
    bool const recent =
        std::find(memory.recent.begin(), memory.recent.end(), counter) != memory.recent.end();
    return recent ? Opened{.outcome = Outcome::duplicate, .counter = counter}
                  : refused(Refusal::replayed);
}

bool is_command(std::span<std::byte const> plain) {
    return !plain.empty() && (std::to_integer<unsigned>(plain[0]) & 0x20U) != 0;
}

Refusal read_request(std::span<std::byte const> plain, Verdict& verdict) {
    if (is_command(plain)) {
        auto decoded = decode_command(plain);
        verdict.content = std::move(decoded.command);
        return decoded.unknown ? Refusal::unknown_command
               : decoded.ok()  ? Refusal::none
                               : Refusal::malformed;
    }
    auto decoded = decode_sms(plain);
    if (!decoded.ok()) {
        return Refusal::malformed;
    }
    auto const reason = goes_down(decoded.message.kind) ? Refusal::none : Refusal::unknown_command;
    verdict.content = std::move(decoded);
    return reason;
}

Refusal read_report(std::span<std::byte const> plain, UtilityVerdict& verdict) {
    if (is_command(plain)) {
        auto decoded = decode_answer(plain);
        verdict.content = std::move(decoded.answer);
        return decoded.ok() ? Refusal::none : Refusal::malformed;
    }
    auto decoded = decode_sms(plain);
    if (!decoded.ok()) {
        return Refusal::malformed;
    }
    auto const reason = goes_down(decoded.message.kind) ? Refusal::unknown_command : Refusal::none;
    verdict.content = std::move(decoded);
    return reason;
}

template <typename AnyVerdict>
AnyVerdict refusal(Refusal reason) {
    return {.outcome = Outcome::refused, .reason = reason, .counter = 0, .content = {}};
}

} // namespace

std::string_view name(Refusal refusal) {
    constexpr std::array<std::string_view, kRefusals> kNames{
        "none",    "wrong_sender", "wrong_length",    "malformed",    "wrong_code",
        "bad_tag", "replayed",     "unknown_command", "top_up_sender"};
    return kNames[static_cast<std::size_t>(refusal)];
}

template <std::uint32_t window>
Verdict judge(MeterRule const& rule, WindowedMemory<window> const& memory, std::string_view sender,
              std::span<std::byte const> octets, AesGcm& key) {
    bool const dedicated = std::find(rule.short_numbers.begin(), rule.short_numbers.end(),
                                     sender) != rule.short_numbers.end();
    bool const top_ups = !sender.empty() && sender == rule.top_up_number;
    if (!dedicated && !top_ups) {
        return refusal<Verdict>(Refusal::wrong_sender);
    }
    std::vector<std::byte> plain;
    auto const opened = open_expected({.code = rule.code,
                                       .direction = Direction::to_meter,
                                       .short_number = sender,
                                       .window = rule.window},
                                      memory, octets, key, plain);
    if (opened.outcome == Outcome::refused) {
        return refusal<Verdict>(opened.reason);
    }
    Verdict verdict{.outcome = opened.outcome, .counter = opened.counter, .content = {}};
    if (opened.outcome == Outcome::duplicate) {
        return verdict;
    }
    if (auto const reason = read_request(plain, verdict); reason != Refusal::none) {
        return refusal<Verdict>(reason);
    }
    auto const* const command = std::get_if<Command>(&verdict.content);
    bool const top_up = command != nullptr && std::holds_alternative<TopUp>(*command);
    if (top_up && !top_ups) {
        return refusal<Verdict>(Refusal::top_up_sender);
    }
    if (!top_up && !dedicated) {
        return refusal<Verdict>(Refusal::wrong_sender);
    }
    return verdict;
}

template Verdict judge(MeterRule const&, MeterMemory const&, std::string_view,
                       std::span<std::byte const>, AesGcm&);
template Verdict judge(MeterRule const&, GuardMemory const&, std::string_view,
                       std::span<std::byte const>, AesGcm&);

UtilityVerdict judge(UtilityRule const& rule, GuardMemory const& memory, std::string_view sender,
                     std::span<std::byte const> octets, AesGcm& key) {
    if (sender != rule.meter_number) {
        return refusal<UtilityVerdict>(Refusal::wrong_sender);
    }
    std::vector<std::byte> plain;
    auto const opened = open_expected({.code = rule.code,
                                       .direction = Direction::from_meter,
                                       .short_number = rule.short_number,
                                       .window = rule.window},
                                      memory, octets, key, plain);
    if (opened.outcome == Outcome::refused) {
        return refusal<UtilityVerdict>(opened.reason);
    }
    UtilityVerdict verdict{.outcome = opened.outcome, .counter = opened.counter, .content = {}};
    if (opened.outcome == Outcome::accepted) {
        if (auto const reason = read_report(plain, verdict); reason != Refusal::none) {
            return refusal<UtilityVerdict>(reason);
        }
    }
    return verdict;
}

void AnswerMemory::keep(std::uint32_t counter, std::vector<std::byte> content) {
    if (kept_.size() == kRecent) {
        kept_.erase(kept_.begin());
    }
    kept_.push_back({.counter = counter, .content = std::move(content)});
}

std::vector<std::byte> const* AnswerMemory::find(std::uint32_t counter) const {
    auto const found = std::find_if(kept_.begin(), kept_.end(),
                                    [&](Kept const& one) { return one.counter == counter; });
    return found == kept_.end() ? nullptr : &found->content;
}

void GuardCounts::add(Outcome outcome, Refusal reason) {
    if (outcome == Outcome::accepted) {
        ++accepted;
    } else if (outcome == Outcome::duplicate) {
        ++duplicates;
    } else {
        ++refused[static_cast<std::size_t>(reason)];
    }
}

std::uint64_t GuardCounts::refused_total() const {
    return std::accumulate(refused.begin(), refused.end(), std::uint64_t{0});
}

} // namespace gridtwin::wire::sms
