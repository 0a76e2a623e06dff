#pragma once
// Where clients from outside meet the operator: short messages they hand over, and what they are
// told. The content is theirs and the meters'; nobody in between looks into it.
#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::sms {

/// One short message of an outside client to a meter.
struct ExternalMessage {
    std::uint64_t number = 0; ///< the port's, to tell what became of it
    std::string source;       ///< number it claims to come from, at most 20 characters
    MeterId meter = kNone<MeterId>;
    bool has_header = false;          ///< TP-UDHI: user data begins with a header
    std::vector<std::byte> user_data; ///< TP-UD, at most 140 octets
    SimDuration validity{};           ///< 0: the operator's own

    friend bool operator==(ExternalMessage const&, ExternalMessage const&) = default;
};

/// Told what happened, in order of time, while the operator runs.
class ExternalPort {
  public:
    virtual ~ExternalPort() = default;
    /// `sent` first: it was taken. Nothing of it before means that on_lost refuses it.
    virtual void on_state(std::uint64_t number, DeliveryState state, SimTime at) = 0;
    /// It will never be delivered; of what vanished without a word nobody is told.
    virtual void on_lost(std::uint64_t number, LossReason reason, SimTime at) = 0;
    /// A meter's answer to the client's number, at the operator's gateway: whole, of any length.
    virtual void on_from_meter(MeterId meter, std::string_view to,
                               std::span<std::byte const> content, SimTime at) = 0;
};

} // namespace gridtwin::sms
