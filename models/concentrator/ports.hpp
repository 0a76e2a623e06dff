#pragma once
#include "sim/core/message.hpp"

namespace gridtwin::concentrator {

/// Towards the meters: the shared media below. The message counts as sent when this returns.
class MeterLink {
  public:
    virtual ~MeterLink() = default;
    /// Concentrator::on_no_route tells of one that the modem then had no way for. An enroll goes to
    /// a meter of any tree or none, over whoever would be its parent in this one's.
    virtual void send(Message&& message, Channel channel) = 0;
    /// To all meters on that channel, unacknowledged; none is to hear it after `arrive_by`.
    virtual void broadcast(Message&& message, Channel channel, SimTime arrive_by) = 0;
    /// To whoever hears it in one hop, member or not, unacknowledged.
    virtual void call(Message&& message, Channel channel) = 0;
    /// That meter is none of the concentrator's on that channel: no more ways to it, nor over it.
    /// It comes into the concentrator's tree by itself, as it agrees to an enroll.
    virtual void drop_member(MeterId meter, Channel channel) = 0;
};

/// Towards the head-end.
class Uplink {
  public:
    virtual ~Uplink() = default;
    virtual void send(Message&& message) = 0;
};

} // namespace gridtwin::concentrator
