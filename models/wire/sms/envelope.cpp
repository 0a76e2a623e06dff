#include "models/wire/sms/envelope.hpp"

#include "models/wire/sms/fields.hpp"
#include "sim/core/diagnostics.hpp"

#include <algorithm>
#include <limits>

namespace gridtwin::wire::sms {
namespace {

constexpr std::uint8_t kSuite0 = 0x30; ///< authenticated and encrypted, suite 0
constexpr std::uint8_t kFromMeter = 0x80;
constexpr std::size_t kLengthAt = kMeterCodeOctets;
constexpr std::size_t kControlAt = kLengthAt + 2;
constexpr std::size_t kCounterAt = kControlAt + 1;
constexpr std::size_t kContentAt = kCounterAt + 4;

std::uint8_t control_of(Direction direction) {
    return direction == Direction::to_meter ? kSuite0 : kSuite0 | kFromMeter;
}

std::uint32_t word_at(std::span<std::byte const> octets, std::size_t at, std::size_t count) {
    std::uint32_t word = 0;
    for (auto const octet : octets.subspan(at, count)) {
        word = word << 8 | std::to_integer<std::uint32_t>(octet);
    }
    return word;
}

GcmIv iv_of(EnvelopeHeader const& header) {
    GcmIv iv{};
    iv[0] = static_cast<std::byte>(header.direction == Direction::to_meter ? 0 : kFromMeter);
    std::copy(header.code.bcd.end() - 7, header.code.bcd.end(), iv.begin() + 1);
    for (std::size_t i = 0; i < 4; ++i) {
        iv[8 + i] = static_cast<std::byte>(header.counter >> (24 - 8 * i) & 0xFFU);
    }
    return iv;
}

/// Authenticated, not encrypted; the number has no more than kMostNumberDigits.
struct AssociatedData {
    std::array<std::byte, 1 + 2 + kMeterCodeOctets + kMostNumberDigits> octets{};
    std::size_t size = 0;

    AssociatedData(EnvelopeHeader const& header, std::size_t length,
                   std::string_view short_number) {
        put(control_of(header.direction));
        put(length >> 8 & 0xFFU);
        put(length & 0xFFU);
        for (auto const octet : header.code.bcd) {
            put(std::to_integer<std::size_t>(octet));
        }
        for (char const letter : short_number) {
            put(static_cast<unsigned char>(letter));
        }
    }
    void put(std::size_t octet) { octets[size++] = static_cast<std::byte>(octet); }
    [[nodiscard]] std::span<std::byte const> span() const { return std::span(octets).first(size); }
};

} // namespace

void seal(EnvelopeHeader const& header, std::string_view short_number,
          std::span<std::byte const> content, AesGcm& key, std::vector<std::byte>& out) {
    if (content.size() > std::numeric_limits<std::uint16_t>::max() || header.counter == 0 ||
        !meter_code_of(header.code.bcd) || short_number.size() > kMostNumberDigits) {
        throw SimulationError(
            fmt::format("no envelope for {} octets, counter {}, to or from number '{}'",
                        content.size(), header.counter, short_number));
    }
    AssociatedData const aad(header, content.size(), short_number);
    std::size_t const begin = out.size();
    out.reserve(begin + kEnvelopeOctets + content.size());
    out.insert(out.end(), header.code.bcd.begin(), header.code.bcd.end());
    put_uint(content.size(), 2, out);
    put_uint(control_of(header.direction), 1, out);
    put_uint(header.counter, 4, out);
    out.resize(begin + kEnvelopeOctets + content.size());
    auto const place = std::span(out).subspan(begin + kContentAt);
    auto const tag = key.seal(iv_of(header), {aad.span()}, content, place.first(content.size()));
    std::copy(tag.begin(), tag.end(), place.last<kGcmTagOctets>().begin());
}

std::string Envelope::problem() const {
    switch (fault) {
    case EnvelopeFault::none:
        return {};
    case EnvelopeFault::length:
        return fmt::format("octet {}: the length is not that of what is there", kLengthAt);
    case EnvelopeFault::code:
        return "octet 0: the meter's code is not of decimal digits";
    case EnvelopeFault::control:
        return fmt::format("octet {}: not authenticated and encrypted by suite 0", kControlAt);
    case EnvelopeFault::counter:
        return fmt::format("octet {}: counters begin with 1", kCounterAt);
    }
    return "an unknown fault";
}

Envelope read_envelope(std::span<std::byte const> octets) {
    Envelope envelope;
    if (octets.size() < kEnvelopeOctets ||
        word_at(octets, kLengthAt, 2) != octets.size() - kEnvelopeOctets) {
        envelope.fault = EnvelopeFault::length;
        return envelope;
    }
    auto const code = meter_code_of(octets.first<kMeterCodeOctets>());
    if (!code) {
        envelope.fault = EnvelopeFault::code;
        return envelope;
    }
    auto const control = std::to_integer<std::uint8_t>(octets[kControlAt]);
    if ((control & ~kFromMeter) != kSuite0) {
        envelope.fault = EnvelopeFault::control;
        return envelope;
    }
    envelope.header = {.code = *code,
                       .direction = (control & kFromMeter) == 0 ? Direction::to_meter
                                                                : Direction::from_meter,
                       .counter = word_at(octets, kCounterAt, 4)};
    envelope.fault = envelope.header.counter == 0 ? EnvelopeFault::counter : EnvelopeFault::none;
    envelope.ciphertext = octets.subspan(kContentAt, octets.size() - kEnvelopeOctets);
    envelope.tag = octets.last(kGcmTagOctets);
    return envelope;
}

bool open(Envelope const& envelope, std::string_view short_number, AesGcm& key,
          std::vector<std::byte>& plain) {
    plain.clear();
    if (!envelope.ok() || short_number.size() > kMostNumberDigits) {
        return false;
    }
    AssociatedData const aad(envelope.header, envelope.ciphertext.size(), short_number);
    plain.resize(envelope.ciphertext.size());
    GcmTag tag{};
    std::copy(envelope.tag.begin(), envelope.tag.end(), tag.begin());
    bool const good =
        key.open(iv_of(envelope.header), {aad.span()}, envelope.ciphertext, tag, plain);
    if (!good) {
        plain.clear();
    }
    return good;
}

std::uint32_t next_counter(std::uint32_t& last) {
    if (last == std::numeric_limits<std::uint32_t>::max()) {
        throw SimulationError("the invocation counter is used up: the key must be changed");
    }
    return ++last;
}

} // namespace gridtwin::wire::sms
