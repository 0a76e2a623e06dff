#include "sim/app/run_outputs.hpp"

#include "models/headend/recording/file.hpp"
#include "models/wire/crm/xml.hpp"
#include "sim/app/output_file.hpp"
#include "sim/scenario/crm_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <utility>
#include <vector>

namespace gridtwin::app {
namespace {

namespace fs = std::filesystem;

/// Every HDF5 file begins with the same eight octets.
bool is_result(std::string_view begin) {
    return begin.starts_with(std::string_view("\x89HDF\r\n\x1a\n", 8));
}

bool is_recording(std::string_view begin) {
    return begin.starts_with('{') && begin.find("\"gridtwin\":\"recording\"") != begin.npos;
}

/// What a run told the database, whole and without a word of anybody else: subscribers and commands
/// are somebody's input.
bool is_told(fs::path const& file) {
    constexpr wire::crm::XmlLimits kLimits;
    std::string text(kLimits.octets + 1, '\0');
    std::ifstream in(file, std::ios::binary);
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    auto const parsed = wire::crm::parse_xml(text, file.string(), kLimits);
    return parsed.ok() && std::ranges::none_of(parsed.exchange.entries, [](auto const& entry) {
               return std::holds_alternative<wire::crm::Subscriber>(entry) ||
                      std::holds_alternative<wire::crm::Command>(entry);
           });
}

void check_crm_out(fs::path const& file, std::vector<std::pair<fs::path, std::string>> const& kept,
                   Diagnostics& mistakes) {
    for (auto const& [other, what] : kept) {
        if (scenario::may_be_crm_document(file, other) || same_file(file, other)) {
            mistakes.error({other.string(), 0, 0},
                           fmt::format("this is {}, and would be lost", what),
                           "crm.out FILE that differs, also with -2, -3, ... behind its name");
        }
    }
    std::vector<fs::path> documents{file};
    std::error_code error;
    auto const folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    for (auto const& entry : fs::directory_iterator(folder, error)) {
        auto const path = file.parent_path() / entry.path().filename();
        if (path != file && scenario::may_be_crm_document(file, path)) {
            documents.push_back(path);
        }
    }
    std::sort(documents.begin() + 1, documents.end());
    for (auto const& document : documents) {
        if (std::ranges::any_of(kept,
                                [&](auto const& one) { return same_file(document, one.first); })) {
            continue; // told above
        }
        check_output(
            document, "crm.out", "this is not what a run told a customer database",
            "FILE that is new or an older one",
            [&document](std::string_view) { return is_told(document); }, mistakes);
    }
}

} // namespace

fs::path result_file(twin::Loaded const& loaded, RunOptions const& options) {
    return options.out.empty() ? loaded.scenario.file.stem().string() + ".h5" : options.out;
}

void check_run_outputs(twin::Loaded const& loaded, RunOptions const& options) {
    Diagnostics mistakes;
    auto const out = result_file(loaded, options);
    auto const& scenario = loaded.scenario;
    check_output(out, "--out", "this is no result file", "FILE that is new or an older result",
                 is_result, mistakes);
    std::vector<std::pair<fs::path, std::string>> kept{{out, "the result"}};
    if (!options.record.empty()) {
        check_output(options.record, "--record", "this is no recording",
                     "FILE that is new or an older recording", is_recording, mistakes);
        if (same_file(options.record, out)) {
            mistakes.error({options.record, 0, 0}, "this is the result, too",
                           "--record FILE of its own");
        }
        kept.emplace_back(options.record, "the recording");
    }
    if (!options.record_headend.empty()) {
        check_output(options.record_headend, "--record-headend",
                     "this is no recording of a head-end", "FILE that is new or an older one",
                     headend::recording::is_recording, mistakes);
        for (auto const& [other, what] : kept) {
            if (same_file(options.record_headend, other)) {
                mistakes.error({options.record_headend, 0, 0}, fmt::format("this is {}, too", what),
                               "--record-headend FILE of its own");
            }
        }
        if (!options.headend_from.empty() &&
            same_file(options.record_headend, options.headend_from)) {
            mistakes.error({options.record_headend, 0, 0}, "this is what tells the head-end, too",
                           "--record-headend FILE of its own");
        }
        kept.emplace_back(options.record_headend, "the head-end's recording");
    }
    if (scenario.crm.present && !scenario.crm.out.empty()) {
        for (auto const& order : scenario.crm.orders) {
            std::pair<fs::path, std::string> one{order.file, "a document of crm.orders"};
            if (std::ranges::find(kept, one) == kept.end()) {
                kept.push_back(std::move(one));
            }
        }
        check_crm_out(out.parent_path() / scenario.crm.out, kept, mistakes);
    }
    if (!mistakes.ok()) {
        throw InputError(std::move(mistakes));
    }
}

} // namespace gridtwin::app
