#pragma once
// What customers are told of an outage: queued, spaced, each kind at most once per outage.
#include "models/headend/outage/network_tree.hpp"
#include "models/headend/ports/ports.hpp"
#include "models/headend/ports/state_io.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace gridtwin::headend {

/// The numbers are part of results: append only.
enum class NoticeKind : std::uint8_t {
    outage_known, ///< we know that you have no supply
    cause,        ///< what opened: `cause`
    estimate,     ///< when we expect it back: `expected`
    restored,     ///< we take it that it is back
};
inline constexpr std::size_t kNoticeKinds = 4;
[[nodiscard]] std::string_view name(NoticeKind kind);

/// Cause of a notice: a DeviceKind's number, or this for a transformer.
inline constexpr std::uint8_t kTransformerCause = kDeviceKinds;

struct Notice {
    std::uint64_t outage = 0; ///< number of the outage, from 1
    MeterId meter = kNone<MeterId>;
    NoticeKind kind{};
    std::uint8_t cause = 0;              ///< of `cause`
    std::array<std::uint8_t, 2> spare{}; ///< no padding, so that states are plain octets
    SimTime at{};                        ///< when it was handed over
    SimTime expected{};                  ///< of `estimate`
    friend bool operator==(Notice const&, Notice const&) = default;
};

class NotifyPort {
  public:
    virtual ~NotifyPort() = default;
    /// Hands a notice to whoever brings it to the customer. Must not call back.
    virtual void notify(Notice const& notice) = 0;
};

/// All defaults are assumptions.
struct NoticesConfig {
    std::uint32_t burst = 50;                    ///< handed over at once
    SimDuration every = std::chrono::seconds(1); ///< between bursts
    /// From when the outage was named to the expected return, by DeviceKind, last of a transformer.
    std::array<SimDuration, kDeviceKinds + 1> repair{
        std::chrono::hours(2), std::chrono::hours(2),    std::chrono::hours(2),
        std::chrono::hours(1), std::chrono::minutes(90), std::chrono::hours(4)};
};
[[nodiscard]] std::string problem(NoticesConfig const& config);

class Notices final {
  public:
    /// @param timer set when something waits; its owner then calls on_timer
    Notices(NoticesConfig const& config, Clock& clock, NotifyPort& port, std::uint64_t timer);

    /// Known, cause, estimate: those the customer has not been told of this outage.
    void tell_outage(std::uint64_t outage, MeterId meter, std::uint8_t cause, SimTime named);
    /// To those who were told of it.
    void tell_restored(std::uint64_t outage, MeterId meter);
    void on_timer();
    void save(StateWriter& out) const;
    void restore(StateReader& in);

    [[nodiscard]] std::array<std::uint64_t, kNoticeKinds> const& sent() const { return sent_; }
    [[nodiscard]] std::size_t waiting() const { return queue_.size(); }

  private:
    bool once(std::uint64_t outage, MeterId meter, NoticeKind kind);
    void queue(Notice const& notice);

    NoticesConfig config_;
    Clock& clock_;
    NotifyPort& port_;
    std::uint64_t timer_;
    std::deque<Notice> queue_;
    std::map<std::pair<std::uint64_t, MeterId>, std::uint32_t> told_; ///< a bit for each kind
    SimTime next_ = kStart;                                           ///< burst
    std::array<std::uint64_t, kNoticeKinds> sent_{};
};

} // namespace gridtwin::headend
