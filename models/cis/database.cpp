#include "models/cis/database.hpp"

#include "models/cis/migrations.hpp"
#include "sim/core/utf8.hpp"

namespace gridtwin::cis {

Database::Database(std::string url, OpenOptions options)
    : url_(std::move(url)), options_(options), connection_(connect(url_, options_)) {
    try {
        migrate(*connection_);
    } catch (DatabaseError const& error) { // of opening: the user's business
        throw mistake(connection_->place(), error.what(), "a database of customer information");
    }
}

void Database::reconnect() {
    OpenOptions existing = options_;
    existing.create = false; // an empty one in its place would be a loss unseen
    auto connection = connect(url_, existing);
    migrate(*connection);
    statements_.clear(); // they belong to the former one
    connection_ = std::move(connection);
}

Statement& Database::prepared(std::string_view sql) {
    auto found = statements_.find(sql);
    if (found == statements_.end()) {
        std::string text(sql);
        auto statement = connection_->prepare(text);
        found = statements_.emplace(std::move(text), std::move(statement)).first;
    }
    return *found->second;
}

void Database::bind(Statement& statement, int parameter, std::optional<std::int64_t> value) {
    if (value) {
        statement.bind(parameter, *value);
    } else {
        statement.bind_null(parameter);
    }
}

void Database::bind(Statement& statement, int parameter, std::string_view text) {
    if (text.find('\0') != std::string_view::npos) {
        throw SimulationError("a text with the character NUL is not stored"); // nor can PostgreSQL
    }
    statement.bind(parameter, std::string_view(as_utf8(text)));
}

} // namespace gridtwin::cis
