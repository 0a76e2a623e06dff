#include "sim/app/run_outputs.hpp"

#include "sim/app/output_file.hpp"
#include "sim/twin/crm_session.hpp"

#include <fmt/format.h>

#include <algorithm>
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

bool is_exchange(std::string_view begin) {
    return begin.find("<exchange xmlns=\"urn:gridtwin:crm:1\"") != begin.npos;
}

void check_crm_out(fs::path const& file, std::vector<std::pair<fs::path, std::string>> const& kept,
                   Diagnostics& mistakes) {
    for (auto const& [other, what] : kept) {
        if (twin::may_be_crm_document(file, other) || same_file(file, other)) {
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
        if (path != file && twin::may_be_crm_document(file, path)) {
            documents.push_back(path);
        }
    }
    std::sort(documents.begin() + 1, documents.end());
    for (auto const& document : documents) {
        check_output(document, "crm.out", "this is no document of a customer database",
                     "FILE that is new or an older one", is_exchange, mistakes);
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
