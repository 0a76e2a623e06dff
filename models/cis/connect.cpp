#include "models/cis/connection.hpp"

namespace gridtwin::cis {

InputError mistake(std::string const& where, std::string what, std::string expected,
                   std::string hint) {
    Diagnostics diagnostics;
    diagnostics.error({.file = where}, std::move(what), std::move(expected), std::move(hint));
    return InputError(std::move(diagnostics));
}

std::unique_ptr<Connection> connect(std::string const& url, OpenOptions const& options) {
    constexpr std::string_view kSqlite = "sqlite:";
    if (url.starts_with(kSqlite)) {
        std::string const file = url.substr(kSqlite.size());
        if (file.empty()) {
            throw mistake("database", "'sqlite:' names no file", "sqlite:FILE");
        }
        return connect_sqlite(file, options);
    }
    if (url.starts_with("postgresql://") || url.starts_with("postgres://")) {
        return connect_postgres(url, options);
    }
    // the scheme alone: what follows may hold a password
    std::string const scheme = url.substr(0, url.find(':'));
    std::vector<std::string_view> const known{"sqlite", "postgresql"};
    throw mistake("database", "'" + scheme + "' is no kind of database",
                  "sqlite:FILE or postgresql://...",
                  nearest_name(scheme, std::span<std::string_view const>(known)));
}

} // namespace gridtwin::cis
