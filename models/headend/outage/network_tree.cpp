#include "models/headend/outage/network_tree.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <array>

namespace gridtwin::headend {

std::string_view name(DeviceKind kind) {
    static constexpr std::array<std::string_view, kDeviceKinds> kNames{
        "breaker", "recloser", "sectionalizer", "load_switch", "fuse"};
    auto const i = static_cast<std::size_t>(kind);
    return i < kDeviceKinds ? kNames[i] : "?";
}

std::string problem(NetworkTree const& tree, std::size_t lv_networks) {
    std::string text;
    auto const fault = [&text](std::string const& line) {
        text += (text.empty() ? "" : "\n") + line;
    };
    if (tree.upstream.size() != tree.devices()) {
        return fmt::format("network tree: {} devices have a kind, {} an upstream device",
                           tree.devices(), tree.upstream.size());
    }
    if (tree.device.size() != lv_networks) {
        fault(fmt::format("network tree: it holds {} transformers, the fleet {}",
                          tree.device.size(), lv_networks));
    }
    for (std::size_t d = 0; d < tree.devices(); ++d) {
        if (static_cast<std::size_t>(tree.kind[d]) >= kDeviceKinds) {
            fault(fmt::format("network tree: device {} is of no known kind", d));
        }
        std::size_t steps = 0;
        DeviceId up = tree.upstream[d];
        while (up != kNone<DeviceId> && index(up) < tree.devices() && index(up) != d &&
               steps <= tree.devices()) {
            up = tree.upstream[index(up)];
            ++steps;
        }
        if (up == kNone<DeviceId>) {
            continue;
        }
        if (index(up) == d) {
            fault(fmt::format("network tree: device {} is above itself", d));
        } else if (steps == 0) {
            fault(fmt::format("network tree: device {} hangs on device {}, which does not exist", d,
                              index(up)));
        }
    }
    for (std::size_t t = 0; t < tree.device.size(); ++t) {
        if (tree.device[t] == kNone<DeviceId>) {
            fault(fmt::format("network tree: transformer {} is below no device", t));
        } else if (index(tree.device[t]) >= tree.devices()) {
            fault(fmt::format("network tree: transformer {} hangs on device {}, which does not "
                              "exist",
                              t, index(tree.device[t])));
        }
    }
    return text;
}

TreeOrder::TreeOrder(NetworkTree const& tree, std::size_t lv_networks)
    : kind_(tree.kind), upstream_(tree.upstream), above_(tree.device), head_(tree.devices()),
      depth_(tree.devices()), position_(lv_networks), span_(tree.devices()) {
    if (auto const text = problem(tree, lv_networks); !text.empty()) {
        throw SimulationError(text);
    }
    std::vector<std::vector<DeviceId>> below(tree.devices());
    std::vector<std::vector<LvNetworkId>> hanging(tree.devices());
    for (std::size_t d = 0; d < tree.devices(); ++d) {
        auto const id = static_cast<DeviceId>(d);
        if (upstream_[d] == kNone<DeviceId>) {
            heads_.push_back(id);
        } else {
            below[index(upstream_[d])].push_back(id);
        }
    }
    for (std::size_t t = 0; t < lv_networks; ++t) {
        hanging[index(above_[t])].push_back(static_cast<LvNetworkId>(t));
    }
    struct Step {
        DeviceId device;
        bool done;
    };
    std::vector<Step> stack;
    for (auto head = heads_.rbegin(); head != heads_.rend(); ++head) {
        stack.push_back({*head, false});
    }
    while (!stack.empty()) {
        auto const [device, done] = stack.back();
        stack.pop_back();
        std::size_t const d = index(device);
        if (done) {
            span_[d].devices = static_cast<std::uint32_t>(devices_.size()) - span_[d].first;
            span_[d].transformers =
                static_cast<std::uint32_t>(transformers_.size()) - span_[d].first_transformer;
            continue;
        }
        bool const top = upstream_[d] == kNone<DeviceId>;
        head_[d] = top ? device : head_[index(upstream_[d])];
        depth_[d] = top ? 0 : depth_[index(upstream_[d])] + 1;
        span_[d].first = static_cast<std::uint32_t>(devices_.size());
        span_[d].first_transformer = static_cast<std::uint32_t>(transformers_.size());
        devices_.push_back(device);
        for (LvNetworkId const t : hanging[d]) {
            position_[index(t)] = static_cast<std::uint32_t>(transformers_.size());
            transformers_.push_back(t);
        }
        stack.push_back({device, true});
        for (auto child = below[d].rbegin(); child != below[d].rend(); ++child) {
            stack.push_back({*child, false});
        }
    }
}

bool TreeOrder::is_below(LvNetworkId network, Place const& place) const {
    if (!place.is_device()) {
        return network == place.transformer;
    }
    Span const& span = span_[index(place.device)];
    std::size_t const at = position(network);
    return at >= span.first_transformer && at < span.first_transformer + span.transformers;
}

} // namespace gridtwin::headend
