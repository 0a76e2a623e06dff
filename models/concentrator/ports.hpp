#pragma once
#include "sim/core/message.hpp"

namespace gridtwin::concentrator {

/// Towards the meters: the shared media below. The message counts as sent when this returns.
class MeterLink {
  public:
    virtual ~MeterLink() = default;
    /// Concentrator::on_no_route tells of one that the modem then had no way for.
    virtual void send(Message&& message, Channel channel) = 0;
    /// To all meters on that channel, unacknowledged; none is to hear it after `arrive_by`.
    virtual void broadcast(Message&& message, Channel channel, SimTime arrive_by) = 0;
    /// To whoever hears it in one hop, member or not, unacknowledged.
    virtual void call(Message&& message, Channel channel) = 0;
    /// Whether the medium is to find ways to that meter, and over it, from now on.
    virtual void set_member(MeterId meter, Channel channel, bool member) = 0;
};

/// Towards the head-end.
class Uplink {
  public:
    virtual ~Uplink() = default;
    virtual void send(Message&& message) = 0;
};

} // namespace gridtwin::concentrator
