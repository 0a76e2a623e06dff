// The decoders of short messages on arbitrary bytes (entry point of libFuzzer; see standalone.cpp
// for others). The first octet chooses: user data that is joined, an envelope that a meter judges,
// or a content. Whatever the bytes, decoders return, and what they accept is what encoders write.
#include "models/wire/sms/guard.hpp"
#include "models/wire/sms/reassembly.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace gridtwin::wire::sms {
namespace {

using Octets = std::span<std::byte const>;

void need(bool good, char const* what) {
    if (!good) {
        std::fprintf(stderr, "%s\n", what);
        std::abort();
    }
}

void need_same(std::vector<std::byte> const& again, Octets octets) {
    need(std::equal(again.begin(), again.end(), octets.begin(), octets.end()),
         "accepted what no encoder writes");
}

/// Pieces with a length octet before each are short messages of one or two senders.
void join(Octets octets) {
    Reassembly reassembly({.most_parts_of_sender = 8, .most_parts = 12});
    std::size_t heard = 0;
    SimTime now = kStart;
    while (octets.size() > 1) {
        auto const head = std::to_integer<std::size_t>(octets[0]);
        auto const length = std::min(head, octets.size() - 1);
        auto const data = decode_user_data(octets.subspan(1, length), head % 8 != 0);
        octets = octets.subspan(1 + length);
        if (!data.ok()) {
            need(!data.part && data.content.empty(), "a part of what was not understood");
            continue;
        }
        heard += data.content.size();
        now += std::chrono::minutes(7);
        auto const whole = reassembly.add(head % 2, data, now);
        need(!whole || whole->size() <= heard, "joined more than was heard");
        auto const& c = reassembly.counts();
        need(c.heard == c.whole + c.joined + c.duplicate + c.expired + c.replaced + c.crowded_out +
                            reassembly.waiting(),
             "the books of parts do not close");
    }
}

void judge_one(Octets octets) {
    static AesGcm key{AesKey{}};
    static std::vector<std::string> const numbers{"1912"};
    auto const envelope = read_envelope(octets);
    need(envelope.ok() == envelope.problem().empty(), "a fault without a text");
    MeterRule const rule{.code = envelope.header.code, // so that it comes to the tag
                         .short_numbers = numbers,
                         .top_up_number = {}};
    auto const verdict = judge(rule, GuardMemory{}, "1912", octets, key);
    need((verdict.outcome == Outcome::refused) == (verdict.reason != Refusal::none),
         "refused without a reason");
}

void decode_content(Octets octets) {
    if (auto message = decode_sms(octets); message.ok()) {
        message.message.concentrator =
            message.names_meter ? ConcentratorId{1} : kNone<ConcentratorId>;
        std::vector<std::byte> again;
        encode_sms(message.message, again);
        need_same(again, octets);
    }
    if (auto const command = decode_command(octets); command.ok()) {
        std::vector<std::byte> again;
        encode(command.command, again);
        need_same(again, octets);
    }
    if (auto const answer = decode_answer(octets); answer.ok()) {
        std::vector<std::byte> again;
        encode(answer.answer, again);
        need_same(again, octets);
    }
}

} // namespace
} // namespace gridtwin::wire::sms

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace gridtwin::wire::sms;
    auto const octets = std::as_bytes(std::span(data, size));
    if (octets.empty()) {
        return 0;
    }
    switch (data[0] % 3) {
    case 0:
        join(octets.subspan(1));
        break;
    case 1:
        judge_one(octets.subspan(1));
        break;
    default:
        decode_content(octets.subspan(1));
        break;
    }
    return 0;
}
