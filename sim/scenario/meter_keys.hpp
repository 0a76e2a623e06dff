#pragma once
// What several bindings of the meters' keys share.
#include "sim/scenario/bindings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gridtwin::scenario {

inline constexpr std::uint8_t kWorkdays = 0b001'1111;
inline constexpr std::uint8_t kWeekend = 0b110'0000;
inline constexpr std::pair<std::string_view, std::uint8_t> kDays[] = {
    {"all", kWorkdays | kWeekend}, {"workdays", kWorkdays}, {"weekend", kWeekend}};

/// Binds `customers`. @return false, reported, if it names nobody or somebody twice in `before`
template <typename Spec>
bool bind_customers(Section& s, Scenario const& scenario, OfCustomers<Spec>& one,
                    std::vector<OfCustomers<Spec>> const& before) {
    one.where = s.where();
    s.text("customers", one.customers, "name of a group, or bulk", Need::required);
    if (!s.has("customers")) {
        return false;
    }
    std::vector<std::string> names{std::string(kBulkCustomers)};
    for (auto const& group : scenario.customers) {
        names.push_back(group.name);
    }
    if (std::find(names.begin(), names.end(), one.customers) == names.end()) {
        s.error(s.where("customers"), fmt::format("there are no customers '{}'", one.customers),
                fmt::format("{}", fmt::join(names, " | ")), nearest_name(one.customers, names));
        return false;
    }
    if (std::any_of(before.begin(), before.end(),
                    [&](auto const& other) { return other.customers == one.customers; })) {
        s.error(s.where("customers"), fmt::format("'{}' stands here twice", one.customers),
                "each group once");
        return false;
    }
    return true;
}

} // namespace gridtwin::scenario
