#include "models/wire/sms/subscriber_code.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace gridtwin::wire::sms {
namespace {

struct Field {
    std::string_view name;
    std::size_t digits;
    unsigned most;
};
constexpr std::array<Field, 5> kFields{{{"region", 2, 99},
                                        {"settlement", 2, 99},
                                        {"street", 3, 999},
                                        {"building", 4, 9999},
                                        {"apartment", 4, 9999}}};
constexpr std::size_t kDigits = 15;

std::array<unsigned, 5> values_of(SubscriberCode const& code) {
    return {code.region, code.settlement, code.street, code.building, code.apartment};
}

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

/// The texts of the five fields, or none.
std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> fields;
    bool const plain = std::all_of(text.begin(), text.end(), is_digit);
    if (plain) {
        for (std::size_t at = 0; auto const& field : kFields) {
            fields.push_back(text.substr(std::min(at, text.size()), field.digits));
            at += field.digits;
        }
        return text.size() == kDigits ? fields : std::vector<std::string_view>{};
    }
    auto const first = std::find_if_not(text.begin(), text.end(), is_digit);
    char const separator = *first;
    if (separator != ' ' && separator != '-') {
        return {};
    }
    for (;;) {
        auto const end = text.find(separator);
        fields.push_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            break;
        }
        text.remove_prefix(end + 1);
    }
    return fields.size() == kFields.size() ? fields : std::vector<std::string_view>{};
}

} // namespace

std::vector<std::string> problems_of(SubscriberCode const& code) {
    std::vector<std::string> problems;
    auto const values = values_of(code);
    for (std::size_t i = 0; i < kFields.size(); ++i) {
        if (values[i] > kFields[i].most) {
            problems.push_back(
                fmt::format("{} {} is above {}", kFields[i].name, values[i], kFields[i].most));
        }
    }
    if (code.region == 0) {
        problems.emplace_back("region 00: there is none, they begin with 01");
    }
    return problems;
}

ParsedSubscriberCode parse_subscriber_code(std::string_view text) {
    ParsedSubscriberCode parsed;
    auto const fields = split(text);
    if (fields.empty()) {
        parsed.problems.push_back(
            fmt::format("subscriber code '{}': expected 15 digits, region 2, settlement 2, street "
                        "3, building 4, apartment 4, in a row or with one space or hyphen between",
                        text));
        return parsed;
    }
    std::array<unsigned, 5> values{};
    for (std::size_t i = 0; i < kFields.size(); ++i) {
        if (fields[i].size() != kFields[i].digits ||
            !std::all_of(fields[i].begin(), fields[i].end(), is_digit)) {
            parsed.problems.push_back(
                fmt::format("subscriber code '{}': {} '{}', expected {} digits", text,
                            kFields[i].name, fields[i], kFields[i].digits));
            continue;
        }
        for (char const digit : fields[i]) {
            values[i] = values[i] * 10 + static_cast<unsigned>(digit - '0');
        }
        if (i == 0 && values[i] == 0) {
            parsed.problems.push_back(fmt::format(
                "subscriber code '{}': region 00: there is none, they begin with 01", text));
        }
    }
    parsed.code = {.region = static_cast<std::uint8_t>(values[0]),
                   .settlement = static_cast<std::uint8_t>(values[1]),
                   .street = static_cast<std::uint16_t>(values[2]),
                   .building = static_cast<std::uint16_t>(values[3]),
                   .apartment = static_cast<std::uint16_t>(values[4])};
    return parsed;
}

std::string to_text(SubscriberCode const& code, std::string_view separator) {
    if (auto const problems = problems_of(code); !problems.empty()) {
        throw SimulationError(fmt::format("no subscriber code: {}", fmt::join(problems, "; ")));
    }
    auto const values = values_of(code);
    std::string text;
    for (std::size_t i = 0; i < kFields.size(); ++i) {
        text += fmt::format("{}{:0{}}", i == 0 ? "" : separator, values[i], kFields[i].digits);
    }
    return text;
}

} // namespace gridtwin::wire::sms
