#include "sim/scenario/reference.hpp"

#include "sim/scenario/scenario.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <map>

namespace gridtwin::scenario {
namespace {

using Kind = KeyDoc::Kind;

std::string type_of(KeyDoc const& k) {
    switch (k.kind) {
    case Kind::quantity:
        return k.dimension == Dimension::fraction ? "fraction, %"
                                                  : std::string(si_unit(k.dimension));
    case Kind::integer:
        return "whole number";
    case Kind::number:
        return "number";
    case Kind::text:
        return "text";
    case Kind::texts:
        return "list of texts";
    case Kind::flag:
        return "true, false";
    case Kind::choice:
        return fmt::format("{}", fmt::join(k.choices, ", "));
    case Kind::section:
        return "mapping";
    case Kind::list:
        return "list";
    }
    return "";
}

std::string range_of(KeyDoc const& k) {
    bool const low = std::isfinite(k.range.min);
    bool const high = std::isfinite(k.range.max);
    auto const shown = [&k](double v) {
        return format_quantity(v, k.kind == Kind::quantity ? k.dimension : Dimension::number);
    };
    if (low && high) {
        return k.range.min == k.range.max
                   ? shown(k.range.min)
                   : fmt::format("{} to {}", shown(k.range.min), shown(k.range.max));
    }
    return low ? "from " + shown(k.range.min) : high ? "to " + shown(k.range.max) : "";
}

/// "grid.low_voltage.plot_width" stands in the table "grid.low_voltage".
std::string parent_of(std::string const& path) {
    auto const dot = path.rfind('.');
    return dot == std::string::npos ? "" : path.substr(0, dot);
}

nlohmann::ordered_json leaf_schema(KeyDoc const& k) {
    nlohmann::ordered_json s;
    std::string help = k.help;
    if (auto const range = range_of(k); !range.empty()) {
        help += " (" + range + ")";
    }
    if (!k.default_text.empty()) {
        help += fmt::format(" [default {}]", k.default_text);
    }
    s["description"] = help;
    switch (k.kind) {
    case Kind::quantity:
        s["type"] = {"string", "number"};
        break;
    case Kind::integer:
        s["type"] = "integer";
        break;
    case Kind::number:
        s["type"] = "number";
        break;
    case Kind::texts:
        s["type"] = "array";
        s["items"]["type"] = "string";
        break;
    case Kind::flag:
        s["type"] = "boolean";
        break;
    case Kind::choice:
        if (k.choices == std::vector<std::string>{"true", "false"}) {
            s["type"] = "boolean";
        } else {
            s["enum"] = k.choices;
        }
        break;
    case Kind::text:
    case Kind::section:
    case Kind::list:
        s["type"] = {"string", "number"}; // YAML takes 7788 for a number
        break;
    }
    return s;
}

nlohmann::ordered_json object_schema(std::vector<KeyDoc> const& keys, std::string const& parent) {
    nlohmann::ordered_json s;
    s["type"] = "object";
    s["additionalProperties"] = false;
    std::vector<std::string> required;
    for (auto const& k : keys) {
        if (parent_of(k.path) != parent) {
            continue;
        }
        auto const name = parent.empty() ? k.path : k.path.substr(parent.size() + 1);
        if (k.required) {
            required.push_back(name);
        }
        if (k.kind == Kind::section) {
            auto inner = object_schema(keys, k.path);
            inner["type"] = {"object", "null"};
            inner["description"] = k.help;
            s["properties"][name] = inner;
        } else if (k.kind == Kind::list) {
            s["properties"][name] = {{"type", {"array", "null"}},
                                     {"description", k.help},
                                     {"items", object_schema(keys, k.path + "[]")}};
        } else {
            s["properties"][name] = leaf_schema(k);
        }
    }
    if (!required.empty()) {
        s["required"] = required;
    }
    return s;
}

} // namespace

std::string key_reference() {
    auto const keys = scenario_keys();
    std::vector<std::string> order{""};
    std::map<std::string, std::string> title{{"", "Top level"}};
    std::map<std::string, std::string> help;
    for (auto const& k : keys) {
        if (k.kind == Kind::section || k.kind == Kind::list) {
            auto const table = k.kind == Kind::list ? k.path + "[]" : k.path;
            order.push_back(table);
            title[table] = "`" + table + "`";
            help[table] = k.help;
        }
    }
    std::string out;
    for (auto const& table : order) {
        std::string rows;
        for (auto const& k : keys) {
            if (parent_of(k.path) == table) {
                auto const name = table.empty() ? k.path : k.path.substr(table.size() + 1);
                rows += fmt::format("| `{}` | {} | {} | {} | {} |\n", name, type_of(k),
                                    k.required ? "required" : k.default_text, range_of(k), k.help);
            }
        }
        out += fmt::format("### {}\n\n", title[table]);
        if (!help[table].empty()) {
            out += help[table] + "\n\n";
        }
        if (!rows.empty()) {
            out += "| key | unit or type | default | range | meaning |\n| --- | --- | --- | --- | "
                   "--- |\n" +
                   rows + "\n";
        }
    }
    return out;
}

std::string json_schema() {
    auto schema = object_schema(scenario_keys(), "");
    nlohmann::ordered_json out;
    out["$schema"] = "https://json-schema.org/draft/2020-12/schema";
    out["title"] = "GridTwin scenario";
    out.update(schema);
    return out.dump(2) + "\n";
}

} // namespace gridtwin::scenario
