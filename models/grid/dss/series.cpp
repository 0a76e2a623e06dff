#include "models/grid/dss/series.hpp"

#include "models/grid/dss/text.hpp"
#include "models/grid/dss/value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace gridtwin::grid::dss {
namespace {

constexpr std::size_t kMostNumbers = 20'000'000;
constexpr std::size_t kMostInScript = 200'000'000;
constexpr int kMostMistakes = 20; // of one file
constexpr double kGreatest = 1e15;

static_assert(std::endian::native == std::endian::little, "binary files are little-endian");

/// Cuts a CSV line at commas, blanks and tabs; blanks around a comma are part of it.
class Fields {
  public:
    explicit Fields(std::string_view line) : line_(line) { skip_blanks(); }

    [[nodiscard]] bool any() const { return at_ < line_.size(); }
    [[nodiscard]] std::size_t column() const { return at_; }
    std::string_view next() {
        auto const begin = at_;
        while (at_ < line_.size() && line_[at_] != ',' && !is_blank(line_[at_])) {
            ++at_;
        }
        auto const field = line_.substr(begin, at_ - begin);
        skip_blanks();
        if (at_ < line_.size() && line_[at_] == ',') {
            ++at_;
            skip_blanks();
        }
        return field;
    }

  private:
    void skip_blanks() {
        while (at_ < line_.size() && is_blank(line_[at_])) {
            ++at_;
        }
    }

    std::string_view line_;
    std::size_t at_ = 0;
};

template <typename Number>
std::optional<std::vector<double>> parse_binary(std::string_view bytes) {
    std::vector<double> out(bytes.size() / sizeof(Number));
    for (std::size_t i = 0; i < out.size(); ++i) {
        Number value = 0;
        std::memcpy(&value, bytes.data() + i * sizeof(Number), sizeof(Number));
        if (!(std::abs(static_cast<double>(value)) <= kGreatest)) {
            return std::nullopt;
        }
        out[i] = static_cast<double>(value);
    }
    return out;
}

std::size_t bytes_of(DataFormat format) {
    return format == DataFormat::binary32 ? sizeof(float) : sizeof(double);
}

Series shared(std::vector<double> values, std::size_t columns = 1) {
    return {std::make_shared<std::vector<double> const>(std::move(values)), columns};
}

} // namespace

bool DataFiles::spend(std::size_t numbers, Place at) {
    spent_ += numbers;
    if (numbers > kMostNumbers) {
        report_.error(at, fmt::format("more than {} numbers in one list", kMostNumbers));
        return false;
    }
    if (spent_ > kMostInScript) {
        if (spent_ - numbers <= kMostInScript) {
            report_.error(at, fmt::format("more than {} numbers are read", kMostInScript));
        }
        return false;
    }
    return true;
}

std::optional<Series> DataFiles::list(Word const& word, std::string const& label) {
    auto const text = word.text;
    std::size_t letter = 0;
    while (letter < text.size() && is_blank(text[letter])) {
        ++letter;
    }
    auto const rest = text.substr(letter);
    bool const file =
        starts_with(rest, "file") || starts_with(rest, "dblfile") || starts_with(rest, "sngfile");
    return file && word.open != 0 ? named(word, label) : in_script(word, label);
}

std::optional<Series> DataFiles::in_script(Word const& word, std::string const& label) {
    std::vector<double> values;
    bool good = true;
    for (auto const& item : split_list(word)) {
        auto const number = parse_item(item);
        if (!number.problem.empty()) {
            report_.error(item.at, fmt::format("{} is {}", label, number.problem),
                          "numbers, or (file=<name>)");
            good = false;
        }
        values.push_back(number.value);
    }
    return good && spend(values.size(), word.at) ? std::optional(shared(std::move(values)))
                                                 : std::nullopt;
}

/// `file=x, column=2, header=yes`
std::optional<Series> DataFiles::named(Word const& word, std::string const& label) {
    Lexer lexer(word.text, word.inside(0), report_);
    std::vector<Word> words;
    if (!lexer.next(words)) {
        return std::nullopt;
    }
    auto const& file = words.front();
    DataFormat const format = same(file.name, "dblfile")   ? DataFormat::binary64
                              : same(file.name, "sngfile") ? DataFormat::binary32
                                                           : DataFormat::csv;
    Columns columns{1, false};
    bool good = !file.broken && !file.name.empty();
    if (file.name.empty()) {
        report_.error(file.at, fmt::format("{} is '{}'", label, shown(word.text)),
                      "numbers, or (file=<name>)");
    }
    for (std::size_t i = 1; i < words.size(); ++i) {
        auto const& option = words[i];
        if (option.broken) {
            good = false;
        } else if (!option.name.empty() && starts_with("column", option.name)) {
            auto const number = parse_number(option.text);
            if (!number.problem.empty() || number.value < 1.0 || number.value > 1000.0 ||
                number.value != std::floor(number.value)) {
                report_.error(option.at,
                              fmt::format("column of {} is '{}'", label, shown(option.text)),
                              "a whole number 1..1000");
                good = false;
            } else {
                columns.one = static_cast<int>(number.value);
            }
        } else if (!option.name.empty() && starts_with("header", option.name)) {
            columns.header = starts_with("yes", option.text) || starts_with("true", option.text);
        } else {
            report_.error(option.name.empty() ? option.at : option.name_at,
                          fmt::format("'{}' in {} is not known",
                                      shown(option.name.empty() ? option.text : option.name),
                                      label),
                          "file=<name>, column=<number>, header=yes");
            good = false;
        }
    }
    return good ? read(file, format, columns) : std::nullopt;
}

std::optional<Series> DataFiles::file(Word const& name, DataFormat format) {
    return read(name, format, {});
}

std::optional<Series> DataFiles::read(Word const& name, DataFormat format, Columns columns) {
    auto const found = files_.open(folder_, name, report_);
    if (!found) {
        return std::nullopt;
    }
    auto const path = found->path.string();
    if (format == DataFormat::csv) {
        return parse_csv(*found->text, path, columns);
    }
    Place const at{report_.add_file(path), 0, 0};
    auto const size = found->text->size();
    if (size % bytes_of(format) != 0) {
        report_.error(at, fmt::format("{} bytes are no whole number of values", size),
                      fmt::format("values of {} bytes", bytes_of(format)));
        return std::nullopt;
    }
    if (!spend(size / bytes_of(format), name.at)) {
        return std::nullopt;
    }
    auto values = format == DataFormat::binary64 ? parse_binary<double>(*found->text)
                                                 : parse_binary<float>(*found->text);
    if (!values) {
        report_.error(at, "a value is not a number, or out of range",
                      fmt::format("binary numbers of {} bytes", bytes_of(format)));
        return std::nullopt;
    }
    return shared(std::move(*values));
}

std::optional<Series> DataFiles::parse_csv(std::string_view text, std::string const& path,
                                           Columns columns) {
    std::vector<double> values;
    auto const file = report_.add_file(path);
    if (!is_text(text, file, report_)) {
        return std::nullopt;
    }
    Lines lines(text);
    std::string_view line;
    std::size_t wide = 0; // numbers in each row
    std::int32_t line_number = 0;
    int mistakes = 0;
    Place blank{};
    bool blank_inside = false;
    Place first_unlisted{};
    auto const wrong = [&](std::size_t column, std::string what, std::string expected) {
        Place const at{file, line_number, static_cast<std::int32_t>(column) + 1};
        if (++mistakes <= kMostMistakes) {
            report_.error(at, std::move(what), std::move(expected));
        } else if (mistakes == kMostMistakes + 1) {
            first_unlisted = at;
        }
    };
    while (values.size() <= kMostNumbers && lines.next(line)) {
        ++line_number;
        if (columns.header && line_number == 1) {
            continue;
        }
        Fields fields(line);
        if (!fields.any()) {
            blank = blank.line == 0 ? Place{file, line_number, 1} : blank;
            continue;
        }
        if (blank.line != 0) {
            report_.error(blank, "an empty line stands between the numbers",
                          "empty lines at the end only");
            blank_inside = true;
            break;
        }
        std::size_t here = 0;
        for (int column = 1; fields.any() && (columns.one == 0 || column <= columns.one);
             ++column) {
            auto const at = fields.column();
            auto const field = fields.next();
            if (columns.one != 0 && column != columns.one) {
                continue;
            }
            auto const number = parse_number(field);
            if (!number.problem.empty()) {
                wrong(at, fmt::format("a value is {}", number.problem), "a number");
            }
            values.push_back(number.value);
            ++here;
        }
        wide = wide == 0 ? here : wide;
        if (here == 0 || here != wide) {
            wrong(0,
                  columns.one != 0
                      ? fmt::format("the row has no column {}", columns.one)
                      : fmt::format("the row has {} values, the first one {}", here, wide),
                  columns.one != 0 ? "a value in every row" : "as many in each");
        }
    }
    if (mistakes > kMostMistakes) {
        report_.error(first_unlisted, fmt::format("mistakes from here on in this file: {}",
                                                  mistakes - kMostMistakes));
    }
    if (mistakes != 0 || blank_inside || !spend(values.size(), {file, 0, 0})) {
        return std::nullopt;
    }
    if (values.empty()) {
        report_.error({file, 0, 0}, "the file holds no numbers");
        return std::nullopt;
    }
    return shared(std::move(values), wide);
}

} // namespace gridtwin::grid::dss
