#include "sim/scenario/section.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace gridtwin::scenario {

struct Section::Impl {
    std::string file;
    std::string path; // of this mapping, ends in "." unless empty
    YAML::Node node;  // undefined when describing
    Diagnostics* diagnostics = nullptr;
    std::vector<KeyDoc>* docs = nullptr;
    std::vector<std::string>* kept = nullptr; // none when describing
    std::vector<std::string> known;

    [[nodiscard]] SourcePos pos(YAML::Mark const& mark) const {
        return mark.is_null() ? SourcePos{file, 0, 0}
                              : SourcePos{file, mark.line + 1, mark.column + 1};
    }

    [[nodiscard]] YAML::Node find(std::string_view key) const {
        if (node.IsMap()) {
            for (auto const& entry : node) {
                if (entry.first.IsScalar() && entry.first.Scalar() == key) {
                    return entry.second;
                }
            }
        }
        return YAML::Node(YAML::NodeType::Undefined);
    }

    /// Place of a value; of its key when there is no value to point at.
    [[nodiscard]] SourcePos pos_of(std::string_view key, YAML::Node const& value) const {
        if (value.IsNull()) {
            for (auto const& entry : node) {
                if (entry.first.IsScalar() && entry.first.Scalar() == key) {
                    return pos(entry.first.Mark());
                }
            }
        }
        return pos(value.Mark());
    }

    /// Place of the value of "key.of.mappings"; of the innermost that is there if not the `whole`
    /// of it is.
    [[nodiscard]] SourcePos pos_of_keys(std::string_view keys, bool& whole) const {
        Impl at;
        at.file = file;
        at.node = node;
        SourcePos where = pos(node.Mark());
        for (whole = true; whole && !keys.empty();) {
            auto const dot = std::min(keys.find('.'), keys.size());
            auto const key = keys.substr(0, dot);
            keys.remove_prefix(std::min(dot + 1, keys.size()));
            auto const found = at.find(key);
            whole = found.IsDefined();
            if (whole) {
                where = at.pos_of(key, found);
                at.node.reset(found);
            }
        }
        return where;
    }

    /// The value of `key`; registers the key as known and asks for it when it is required.
    YAML::Node value(std::string_view key, Need need) {
        known.emplace_back(key);
        auto found = find(key);
        if (!found.IsDefined() && need == Need::required) {
            diagnostics->error(pos(node.Mark()), fmt::format("'{}{}' is missing", path, key));
        }
        return found;
    }

    /// A scalar's text; anything else is a mistake.
    bool scalar(std::string_view key, Need need, std::string_view expected, YAML::Node& found) {
        found = value(key, need);
        if (!found.IsDefined()) {
            return false;
        }
        if (!found.IsScalar()) {
            diagnostics->error(pos_of(key, found),
                               fmt::format("'{}{}' is {}", path, key,
                                           found.IsNull() ? "empty" : "not a single value"),
                               std::string(expected));
            return false;
        }
        return true;
    }
};

Section::Section(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Section::~Section() = default;

std::vector<std::string> Section::read(std::string const& file, std::string const& text,
                                       Diagnostics& diagnostics,
                                       std::function<void(Section&)> const& bind) {
    std::vector<std::string> kept;
    YAML::Node root;
    try {
        auto const documents = YAML::LoadAll(text);
        if (documents.size() > 1) {
            diagnostics.error({file, documents[1].Mark().line + 1, documents[1].Mark().column + 1},
                              "a second YAML document", "one document a file");
        }
        root = documents.empty() ? YAML::Node() : documents.front();
    } catch (YAML::Exception const& e) {
        SourcePos const where = e.mark.is_null()
                                    ? SourcePos{file, 0, 0}
                                    : SourcePos{file, e.mark.line + 1, e.mark.column + 1};
        diagnostics.error(where, "this is not YAML: " + e.msg);
        return kept;
    }
    if (!root.IsMap()) {
        diagnostics.error({file, 1, 1}, "the file is not a mapping",
                          "keys such as 'gridtwin: 1' and 'name: ...'");
        return kept;
    }
    auto impl = std::make_unique<Impl>();
    impl->file = file;
    impl->node = root;
    impl->diagnostics = &diagnostics;
    impl->kept = &kept;
    Section section(std::move(impl));
    bind(section);
    section.finish();
    return kept;
}

std::vector<KeyDoc> Section::describe(std::function<void(Section&)> const& bind) {
    std::vector<KeyDoc> docs;
    Diagnostics none;
    auto impl = std::make_unique<Impl>();
    impl->diagnostics = &none;
    impl->docs = &docs;
    Section section(std::move(impl));
    bind(section);
    return docs;
}

bool Section::describing() const {
    return impl_->docs != nullptr;
}

bool Section::has(std::string_view key) const {
    bool whole = false;
    if (!describing()) {
        (void)impl_->pos_of_keys(key, whole);
    }
    return whole;
}

void Section::keep(std::string text) {
    if (impl_->kept != nullptr) {
        impl_->kept->push_back(std::move(text));
    }
}

std::string Section::path(std::string_view key) const {
    return impl_->path + std::string(key);
}

SourcePos Section::where() const {
    return impl_->pos(impl_->node.Mark());
}

SourcePos Section::where(std::string_view key) const {
    bool whole = false;
    return describing() ? SourcePos{} : impl_->pos_of_keys(key, whole);
}

bool Section::sound(std::string_view key) const {
    if (!has(key)) {
        return true;
    }
    auto const& errors = impl_->diagnostics->errors();
    auto const at = where(key);
    return std::none_of(errors.begin(), errors.end(), [&at](Diagnostic const& error) {
        return error.where.line == at.line && error.where.column == at.column;
    });
}

std::size_t Section::mistakes() const {
    return impl_->diagnostics->errors().size();
}

void Section::compare(std::string_view key, double value, Relation relation, std::string_view other,
                      double bound, Dimension dimension) {
    bool const fine = relation == Relation::above ? value > bound : value >= bound;
    if (fine || !sound(key) || !sound(other)) {
        return;
    }
    error(where(has(key) ? key : other),
          fmt::format("'{}{}' is {}", impl_->path, key, format_quantity(value, dimension)),
          fmt::format("{} {}, which is {}", relation == Relation::above ? "above" : "at least",
                      other, format_quantity(bound, dimension)));
}

void Section::error(SourcePos at, std::string what, std::string expected, std::string hint) {
    impl_->diagnostics->error(std::move(at), std::move(what), std::move(expected), std::move(hint));
}

bool Section::checked(std::string_view key, double value, Dimension dimension, Range range) {
    auto const shown = [dimension](double v) { return format_quantity(v, dimension); };
    std::string expected;
    if (range.min == range.max) {
        expected = shown(range.min);
    } else if (std::isfinite(range.min) && std::isfinite(range.max)) {
        expected = fmt::format("{} to {}", shown(range.min), shown(range.max));
    } else if (std::isfinite(range.min)) {
        expected = fmt::format("at least {}", shown(range.min));
    } else {
        expected = fmt::format("at most {}", shown(range.max));
    }
    // "20 us" times 1e-6 is a hair below 2e-5.
    double const slack = 1e-12 * std::abs(value);
    if (value < range.min - slack || value > range.max + slack) {
        error(where(key), fmt::format("'{}{}' is {}", impl_->path, key, shown(value)), expected);
        return false;
    }
    return true;
}

void Section::quantity(std::string_view key, double& field, Dimension dimension, Range range,
                       std::string_view help, Need need) {
    std::optional<double> value = field;
    quantity(key, value, dimension, range, help, need);
    field = *value;
}

void Section::quantity(std::string_view key, std::optional<double>& field, Dimension dimension,
                       Range range, std::string_view help, Need need) {
    if (describing()) {
        impl_->docs->push_back(
            {.path = impl_->path + std::string(key),
             .kind = dimension == Dimension::number ? KeyDoc::Kind::number : KeyDoc::Kind::quantity,
             .dimension = dimension,
             .default_text =
                 need == Need::required || !field ? "" : format_quantity(*field, dimension),
             .range = range,
             .choices = {},
             .help = std::string(help),
             .required = need == Need::required});
        return;
    }
    YAML::Node found;
    if (!impl_->scalar(key, need, gridtwin::describe(dimension), found)) {
        return;
    }
    auto const parsed = parse_quantity(found.Scalar(), dimension);
    if (!parsed.ok()) {
        error(where(key), fmt::format("'{}{}': {}", impl_->path, key, parsed.problem),
              gridtwin::describe(dimension));
    } else if (checked(key, parsed.value, dimension, range)) {
        field = parsed.value;
    }
}

void Section::time(std::string_view key, SimDuration& field, Range range_s, std::string_view help,
                   Need need) {
    double seconds = to_s(field);
    quantity(key, seconds, Dimension::time, range_s, help, need);
    field = duration_from_s(seconds);
}

void Section::number(std::string_view key, double& field, Range range, std::string_view help,
                     Need need) {
    quantity(key, field, Dimension::number, range, help, need);
}

bool Section::integer_value(std::string_view key, std::int64_t& value, Range range,
                            std::string_view help, Need need) {
    if (describing()) {
        impl_->docs->push_back(
            {.path = impl_->path + std::string(key),
             .kind = KeyDoc::Kind::integer,
             .default_text = need == Need::required ? "" : fmt::format("{}", value),
             .range = range,
             .choices = {},
             .help = std::string(help),
             .required = need == Need::required});
        return false;
    }
    YAML::Node found;
    if (!impl_->scalar(key, need, "a whole number", found)) {
        return false;
    }
    auto const& s = found.Scalar();
    std::int64_t parsed = 0;
    auto const [rest, failure] = std::from_chars(s.data(), s.data() + s.size(), parsed);
    if (failure != std::errc{} || rest != s.data() + s.size()) {
        error(where(key), fmt::format("'{}{}': '{}' is not a whole number", impl_->path, key, s),
              "a whole number");
        return false;
    }
    if (!checked(key, static_cast<double>(parsed), Dimension::number, range)) {
        return false;
    }
    value = parsed;
    return true;
}

void Section::text(std::string_view key, std::string& field, std::string_view help, Need need) {
    if (describing()) {
        impl_->docs->push_back({.path = impl_->path + std::string(key),
                                .kind = KeyDoc::Kind::text,
                                .default_text = field,
                                .choices = {},
                                .help = std::string(help),
                                .required = need == Need::required});
        return;
    }
    YAML::Node found;
    if (impl_->scalar(key, need, "a text", found)) {
        field = found.Scalar();
    }
}

void Section::texts(std::string_view key, std::vector<std::string>& field, std::string_view help) {
    if (describing()) {
        impl_->docs->push_back({.path = impl_->path + std::string(key),
                                .kind = KeyDoc::Kind::texts,
                                .default_text = "",
                                .choices = {},
                                .help = std::string(help)});
        return;
    }
    auto const found = impl_->value(key, Need::optional);
    if (!found.IsDefined()) {
        return;
    }
    if (!found.IsSequence()) {
        error(where(key), fmt::format("'{}{}' is not a list", impl_->path, key),
              "a list such as [a, b]");
        return;
    }
    field.clear();
    for (auto const& entry : found) {
        if (entry.IsScalar()) {
            field.push_back(entry.Scalar());
        } else {
            error(impl_->pos(entry.Mark()),
                  fmt::format("an entry of '{}{}' is not a text", impl_->path, key));
        }
    }
}

void Section::flag(std::string_view key, bool& field, std::string_view help) {
    std::pair<std::string_view, bool> const values[] = {{"true", true}, {"false", false}};
    choice<bool>(key, field, values, help);
}

bool Section::choice_value(std::string_view key, std::size_t& chosen,
                           std::span<std::string_view const> names, std::string_view help,
                           Need need) {
    if (describing()) {
        impl_->docs->push_back({.path = impl_->path + std::string(key),
                                .kind = KeyDoc::Kind::choice,
                                .default_text = need == Need::required || chosen == names.size()
                                                    ? ""
                                                    : std::string(names[chosen]),
                                .choices = {names.begin(), names.end()},
                                .help = std::string(help),
                                .required = need == Need::required});
        return false;
    }
    std::string const expected = fmt::format("{}", fmt::join(names, " | "));
    YAML::Node found;
    if (!impl_->scalar(key, need, expected, found)) {
        return false;
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == found.Scalar()) {
            chosen = i;
            return true;
        }
    }
    error(where(key), fmt::format("'{}{}' is '{}'", impl_->path, key, found.Scalar()), expected,
          nearest_name(found.Scalar(), names));
    return false;
}

bool Section::section(std::string_view key, std::string_view help,
                      std::function<void(Section&)> const& bind) {
    auto inner = std::make_unique<Impl>();
    inner->file = impl_->file;
    inner->path = impl_->path + std::string(key) + ".";
    inner->diagnostics = impl_->diagnostics;
    inner->docs = impl_->docs;
    inner->kept = impl_->kept;
    if (describing()) {
        impl_->docs->push_back({.path = impl_->path + std::string(key),
                                .kind = KeyDoc::Kind::section,
                                .default_text = "",
                                .choices = {},
                                .help = std::string(help)});
        Section section(std::move(inner));
        bind(section);
        return true;
    }
    auto found = impl_->value(key, Need::optional);
    if (!found.IsDefined()) {
        return false;
    }
    if (!found.IsMap() && !found.IsNull()) {
        error(where(key), fmt::format("'{}{}' is not a mapping", impl_->path, key),
              "keys and values below it");
        return false;
    }
    inner->node = found;
    Section section(std::move(inner));
    bind(section);
    section.finish();
    return true;
}

void Section::list(std::string_view key, std::string_view help,
                   std::function<void(Section&)> const& bind) {
    auto const run = [&](YAML::Node const& node) {
        auto inner = std::make_unique<Impl>();
        inner->file = impl_->file;
        inner->path = impl_->path + std::string(key) + "[].";
        inner->diagnostics = impl_->diagnostics;
        inner->docs = impl_->docs;
        inner->kept = impl_->kept;
        inner->node = node;
        Section section(std::move(inner));
        bind(section);
        if (!describing()) {
            section.finish();
        }
    };
    if (describing()) {
        impl_->docs->push_back({.path = impl_->path + std::string(key),
                                .kind = KeyDoc::Kind::list,
                                .default_text = "",
                                .choices = {},
                                .help = std::string(help)});
        run({});
        return;
    }
    auto const found = impl_->value(key, Need::optional);
    if (!found.IsDefined() || found.IsNull()) {
        return;
    }
    if (!found.IsSequence()) {
        error(where(key), fmt::format("'{}{}' is not a list", impl_->path, key),
              "entries that begin with '- '");
        return;
    }
    for (auto const& entry : found) {
        if (entry.IsMap()) {
            run(entry);
        } else {
            error(impl_->pos(entry.Mark()),
                  fmt::format("an entry of '{}{}' is not a mapping", impl_->path, key),
                  "{ key: value, ... }");
        }
    }
}

void Section::finish() {
    if (!impl_->node.IsMap()) {
        return;
    }
    std::vector<std::string> seen;
    for (auto const& entry : impl_->node) {
        std::string const key = entry.first.IsScalar() ? entry.first.Scalar() : "?";
        auto const is = [&key](std::string const& other) { return other == key; };
        if (std::any_of(seen.begin(), seen.end(), is)) {
            error(impl_->pos(entry.first.Mark()),
                  fmt::format("key '{}{}' stands twice", impl_->path, key), "it once");
        }
        seen.push_back(key);
        if (std::none_of(impl_->known.begin(), impl_->known.end(), is)) {
            error(
                impl_->pos(entry.first.Mark()), fmt::format("unknown key '{}{}'", impl_->path, key),
                fmt::format("{}", fmt::join(impl_->known, ", ")), nearest_name(key, impl_->known));
        }
    }
}

} // namespace gridtwin::scenario
