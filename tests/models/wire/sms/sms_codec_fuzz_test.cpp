// Every decoder on spoiled and on random octets: what it accepts is what its encoder writes.
#include "models/wire/sms/envelope.hpp"
#include "models/wire/sms/reassembly.hpp"
#include "tests/models/wire/codec_laws.hpp"
#include "tests/models/wire/sms/random_content.hpp"

namespace gridtwin::wire::sms {
namespace {

constexpr std::uint64_t kInputs = 20'000;

void expect_message_canonical(std::vector<std::byte> const& octets) {
    auto decoded = decode_sms(octets);
    if (!decoded.ok()) {
        return;
    }
    decoded.message.concentrator = decoded.names_meter ? ConcentratorId{1} : kNone<ConcentratorId>;
    std::vector<std::byte> again;
    encode_sms(decoded.message, again);
    ASSERT_EQ(again, octets);
}

template <typename Decoded, typename What>
void expect_canonical(Decoded const& decoded, What const& what,
                      std::vector<std::byte> const& octets) {
    if (decoded.ok()) {
        std::vector<std::byte> again;
        encode(what, again);
        ASSERT_EQ(again, octets);
    }
}

void expect_all_canonical(std::vector<std::byte> const& octets) {
    expect_message_canonical(octets);
    auto const command = decode_command(octets);
    expect_canonical(command, command.command, octets);
    auto const answer = decode_answer(octets);
    expect_canonical(answer, answer.answer, octets);
    auto const envelope = read_envelope(octets);
    ASSERT_EQ(envelope.ok(), envelope.problem().empty());
    for (bool const header : {false, true}) {
        auto const data = decode_user_data(octets, header);
        ASSERT_LE(data.content.size(), octets.size());
        ASSERT_FALSE(!data.ok() && data.part);
    }
}

TEST(SmsCodecFuzzTest, RandomOctets) {
    for (std::uint64_t which = 0; which < kInputs; ++which) {
        TestDraws draws(which);
        auto octets = random_octets(draws);
        if (!octets.empty() && draws.below(2) == 0) {
            octets[0] = std::byte{kCommandVersion};
        }
        expect_all_canonical(octets);
    }
}

TEST(SmsCodecFuzzTest, SpoiledContents) {
    for (std::uint64_t which = 0; which < kInputs; ++which) {
        TestDraws draws(which);
        std::vector<std::byte> octets;
        switch (draws.below(3)) {
        case 0: {
            auto kind = static_cast<MessageKind>(draws.below(kMessageKinds));
            kind = by_sms(kind) ? kind : MessageKind::set_relay;
            encode_sms(random_message(draws, kind), octets);
            break;
        }
        case 1:
            encode(random_command(draws), octets);
            break;
        default:
            encode(random_answer(draws), octets);
            break;
        }
        expect_all_canonical(octets);
        spoil(draws, octets);
        expect_all_canonical(octets);
    }
}

TEST(SmsCodecFuzzTest, SpoiledPartsNeverMakeMoreThanWasSent) {
    for (std::uint64_t which = 0; which < 2000; ++which) {
        TestDraws draws(which);
        Reassembly reassembly({.most_parts_of_sender = 16, .most_parts = 64});
        std::size_t heard = 0;
        for (std::uint64_t left = 1 + draws.below(60); left > 0; --left) {
            std::vector<std::byte> const content(1 + draws.below(600));
            for (auto octets : cut(content, static_cast<std::uint16_t>(draws.below(4)))) {
                bool const header = content.size() > kUserDataOctets;
                if (draws.below(2) == 0) {
                    spoil(draws, octets);
                }
                auto const data = decode_user_data(octets, header);
                if (data.ok()) {
                    heard += data.content.size();
                    auto const whole = reassembly.add(draws.below(3), data, kStart);
                    ASSERT_LE(whole ? whole->size() : 0, heard);
                    ASSERT_LE(reassembly.waiting(), 64U);
                }
            }
        }
    }
}

} // namespace
} // namespace gridtwin::wire::sms
