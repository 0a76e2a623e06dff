#pragma once
// Short messages between the utility and whoever has a subscriber's modem, a meter or a
// concentrator: content, envelope, counter, and the judgement of who receives them (wire/sms).
#include "models/wire/cipher/aes_gcm.hpp"
#include "models/wire/sms/guard.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/core/random.hpp"

#include <map>
#include <string>
#include <vector>

namespace gridtwin::wire::secured {

/// Both ends, or one, as Links.
class ShortMessages {
  public:
    /// @param short_number the utility's, in every envelope's authenticated data
    ShortMessages(AesKey const& master, Seed seed, std::string short_number)
        : master_(master), seed_(seed), short_numbers_{std::move(short_number)} {}

    /// Appends. @throws SimulationError for a kind that goes to nobody by SMS
    void seal(Message const& message, std::vector<std::byte>& out);
    /// Sets what the content tells: value, count, occurred, payload, command, sequence, and of a
    /// concentrator's the meter. The kind must agree. @return why it is refused, else none
    [[nodiscard]] sms::Refusal open(std::span<std::byte const> octets, Message& message);

    [[nodiscard]] std::size_t bytes() const;

  private:
    /// @param Memory its own
    template <typename Memory>
    struct Subscriber {
        AesKey key{};
        sms::MeterCode code;
        std::uint32_t sent[2]{}; ///< [direction] the last counter
        Memory seen{};
        sms::GuardMemory utility_has_seen{};
    };
    /// Calls use with the subscriber that the message comes from or goes to. @return what that does
    template <typename Use>
    auto with_subscriber(Message const& message, Use use);

    AesKey master_;
    Seed seed_;
    std::vector<std::string> short_numbers_;
    AesGcm gcm_;
    std::map<MeterId, Subscriber<sms::MeterMemory>> meters_;
    std::map<ConcentratorId, Subscriber<sms::GuardMemory>> concentrators_;
};

} // namespace gridtwin::wire::secured
