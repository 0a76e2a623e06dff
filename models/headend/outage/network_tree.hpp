#pragma once
// The utility's records of what can open between a feeder's head and its transformers.
#include "sim/core/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::headend {

enum class DeviceId : std::uint32_t {}; ///< a row of NetworkTree's devices

/// The numbers are part of results: append only.
enum class DeviceKind : std::uint8_t { breaker, recloser, sectionalizer, load_switch, fuse };
inline constexpr std::size_t kDeviceKinds = 5;
[[nodiscard]] std::string_view name(DeviceKind kind);

/// As recorded, which need not be as built.
struct NetworkTree {
    // one row per device; equally long
    std::vector<DeviceKind> kind;
    std::vector<DeviceId> upstream; ///< the next one towards the source; kNone: a feeder's head

    // one row per LV network
    std::vector<DeviceId> device; ///< the next one above its transformer

    [[nodiscard]] std::size_t devices() const { return kind.size(); }
};

/// A line each for columns of unequal length, rows that do not exist, devices in a circle,
/// transformers below no device, a number of transformers other than `lv_networks`; empty when the
/// tree is sound.
[[nodiscard]] std::string problem(NetworkTree const& tree, std::size_t lv_networks);

/// Where somebody looks for the fault: a device, or (`transformer` set) one transformer below it.
struct Place {
    DeviceId device = kNone<DeviceId>;
    LvNetworkId transformer = kNone<LvNetworkId>;
    [[nodiscard]] bool is_device() const { return transformer == kNone<LvNetworkId>; }
    friend bool operator==(Place const&, Place const&) = default;
};

/// A sound tree's devices and transformers in depth-first order: what is below a device stands
/// together.
class TreeOrder {
  public:
    /// @throws SimulationError for a tree with a problem
    TreeOrder(NetworkTree const& tree, std::size_t lv_networks);

    [[nodiscard]] std::span<DeviceId const> heads() const { return heads_; }
    [[nodiscard]] DeviceId head(DeviceId device) const { return head_[index(device)]; }
    [[nodiscard]] DeviceId head(LvNetworkId network) const { return head(above_[index(network)]); }
    [[nodiscard]] DeviceId above(LvNetworkId network) const { return above_[index(network)]; }
    [[nodiscard]] DeviceId above(DeviceId device) const { return upstream_[index(device)]; }
    [[nodiscard]] DeviceKind kind(DeviceId device) const { return kind_[index(device)]; }
    [[nodiscard]] std::uint32_t depth(DeviceId device) const { return depth_[index(device)]; }
    /// The device itself, then those below it.
    [[nodiscard]] std::span<DeviceId const> devices(DeviceId device) const {
        return std::span(devices_).subspan(span_[index(device)].first,
                                           span_[index(device)].devices);
    }
    /// All transformers below it.
    [[nodiscard]] std::span<LvNetworkId const> transformers(DeviceId device) const {
        return std::span(transformers_)
            .subspan(span_[index(device)].first_transformer, span_[index(device)].transformers);
    }
    [[nodiscard]] std::span<LvNetworkId const> transformers(Place const& place) const {
        return place.is_device() ? transformers(place.device)
                                 : std::span(transformers_).subspan(position(place.transformer), 1);
    }
    /// Where a transformer stands among all, and the first of a device's.
    [[nodiscard]] std::size_t position(LvNetworkId network) const {
        return position_[index(network)];
    }
    [[nodiscard]] std::size_t position(DeviceId device) const {
        return span_[index(device)].first_transformer;
    }
    [[nodiscard]] bool is_below(LvNetworkId network, Place const& place) const;

  private:
    struct Span {
        std::uint32_t first = 0;
        std::uint32_t devices = 0;
        std::uint32_t first_transformer = 0;
        std::uint32_t transformers = 0;
    };
    std::vector<DeviceKind> kind_;
    std::vector<DeviceId> upstream_;
    std::vector<DeviceId> above_;
    std::vector<DeviceId> heads_;
    std::vector<DeviceId> head_;
    std::vector<std::uint32_t> depth_;
    std::vector<DeviceId> devices_;
    std::vector<LvNetworkId> transformers_;
    std::vector<std::uint32_t> position_;
    std::vector<Span> span_;
};

} // namespace gridtwin::headend
