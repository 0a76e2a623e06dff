#pragma once
// Messages between two federates as the octets that travel: seal() at the sender, open() at the
// receiver, nothing in between but octets and who they are for.
//   plc, rf   APDU (models/wire/apdu), suite 0 (links.hpp), frames of HDLC (framing.hpp); calls and
//             hellos are between strangers, and go in the clear
//   wan       of a concentrator's data session: APDU, suite 0 with its system title, wrapper. TCP
//             and IP headers, and the image behind a firmware order, are counted and not made
//   sms       compact form in its envelope (short_messages.hpp), also while it is in the WAN
#include "models/wire/apdu/apdu.hpp"
#include "models/wire/secured/links.hpp"
#include "models/wire/secured/short_messages.hpp"
#include "models/wire/sizes.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace gridtwin::wire::secured {

struct SealSpec {
    AesKey master{}; ///< of all keys (key_derivation.hpp)
    Seed seed{};
    SizeSpec sizes{};
    apdu::Context context{};           ///< without the second profile
    std::string short_number = "1912"; ///< assumption
};

/// A meter's second profile; interval 0: it has none.
struct SecondProfile {
    SimDuration interval{};
    std::uint8_t channels = 0;
};

/// Books of one federate.
struct SealCounts {
    std::uint64_t sealed = 0;
    std::uint64_t opened = 0;
    std::uint64_t refused = 0;
};

/// One thread at a time; keeps the counters of all links that begin or end with it.
class Seals {
  public:
    explicit Seals(SealSpec const& spec);

    /// Replaces what the message tells by its octets. message.octets must be set and stays: as many
    /// travel (of a short message those that sizes.hpp counts by SMS).
    /// @throws SimulationError for a message that has no encoding, and for one that takes other
    /// octets than these
    void seal(Message& message, Channel channel, SecondProfile second = {});
    /// And back. The message is empty when it is refused.
    /// @param at of a message to all: who has heard it
    /// @return why it is refused, empty when it is not
    [[nodiscard]] std::string open(Message& message, Channel channel, SecondProfile second = {},
                                   MeterId at = kNone<MeterId>);

    [[nodiscard]] SealCounts const& counts() const { return counts_; }
    [[nodiscard]] std::size_t bytes() const { return links_.bytes() + short_messages_.bytes(); }

  private:
    struct Ends {
        Party from;
        Party to;
    };
    [[nodiscard]] static Ends ends_of(Message const& message, Channel channel);
    [[nodiscard]] apdu::Context context(SecondProfile second) const;
    void encode(Message const& message, Channel channel, SecondProfile second,
                std::vector<std::byte>& out);
    [[nodiscard]] std::string decode(Message& message, Channel channel, SecondProfile second,
                                     MeterId at);

    SealSpec spec_;
    Links links_;
    ShortMessages short_messages_;
    SealCounts counts_;
};

} // namespace gridtwin::wire::secured
