#include "models/cis/keys.hpp"

#include "models/wire/sms/subscriber_code.hpp"

#include <fmt/format.h>

namespace gridtwin::cis {

std::string key_of(std::string const& code) {
    auto const parsed = wire::sms::parse_subscriber_code(code);
    return parsed.ok() ? wire::sms::to_text(parsed.code) : code;
}

std::string folded(std::string_view text) {
    std::string key;
    for (char const letter : text) {
        bool const blank = letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r';
        if (blank && (key.empty() || key.back() == ' ')) {
            continue;
        }
        bool const large = letter >= 'A' && letter <= 'Z';
        key += blank ? ' ' : large ? static_cast<char>(letter - 'A' + 'a') : letter;
    }
    return key;
}

std::string served_by(Database& database, std::string const& serial) {
    auto rows = database.query("SELECT subscriber FROM installations WHERE meter = ?1 "
                               "ORDER BY from_ns DESC LIMIT 1",
                               serial);
    return rows.next() ? rows.text(0) : std::string();
}

void expect_not_negative(Database const& database, std::string_view what, std::int64_t value) {
    if (value < 0) {
        throw mistake(database.place(), fmt::format("{} {}", what, value), "nothing negative");
    }
}

} // namespace gridtwin::cis
