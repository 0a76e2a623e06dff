#pragma once
// Somebody who sends meters what they may not accept, with real octets (models/wire/sms).
#include "models/sms/external_port.hpp"
#include "models/wire/cipher/aes_gcm.hpp"
#include "sim/core/ids.hpp"
#include "sim/scenario/scenario.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace gridtwin::twin {

/// Each message is as good as it can be but for one thing, and orders the relay open or, for
/// top_up_sender, tops up. Its maker has the meters' keys but where the tag is what is wrong.
class Forger {
  public:
    explicit Forger(scenario::Scenario const& scenario) : scenario_(scenario) {}

    /// Messages of outside clients to this meter are worth recording.
    void listen(MeterId meter) { heard_.try_emplace(meter); }
    /// One of them, as it came to the meter's modem. @param payload packed (short_message.hpp)
    void overhear(MeterId meter, std::span<std::byte const> payload);

    /// Of a replayed one the first that was overheard; none if none was.
    [[nodiscard]] std::vector<sms::ExternalMessage> forge(scenario::Forgery const& forgery,
                                                          MeterId meter);
    /// Made until now.
    [[nodiscard]] std::uint64_t forged() const { return forged_; }

  private:
    [[nodiscard]] std::vector<std::byte> octets(wire::sms::Refusal kind, std::string_view sender,
                                                MeterId meter);

    scenario::Scenario const& scenario_;
    wire::AesGcm gcm_;
    std::map<MeterId, std::vector<std::byte>> heard_; ///< the first; empty: none yet
    std::uint64_t forged_ = 0;
};

} // namespace gridtwin::twin
