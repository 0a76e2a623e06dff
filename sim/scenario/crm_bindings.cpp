#include "models/wire/crm/records.hpp"
#include "models/wire/crm/xml.hpp"
#include "models/wire/sms/meter_code.hpp"
#include "models/wire/sms/user_data.hpp"
#include "sim/scenario/bindings.hpp"
#include "sim/scenario/crm_files.hpp"
#include "sim/scenario/instant.hpp"
#include "sim/scenario/text_file.hpp"
#include "sim/scenario/text_rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <span>

namespace gridtwin::scenario {
namespace {

/// Others' codes may be made otherwise; those of simulated meters are this utility's.
bool is_simulated_code(std::string_view text) {
    auto const parsed = wire::sms::parse_meter_code(text);
    return parsed.ok() && wire::sms::has_valid_check(parsed.code);
}

using Parsed = std::map<std::string, wire::crm::ParsedExchange>; ///< by file

/// Reads and checks a document; its mistakes are mistakes of the scenario.
void read_document(Section& o, std::span<CrmDocument const> others, CrmDocument& document,
                   Parsed& sound) {
    auto const path = beside(o, document.file);
    for (auto const& other : others) { // its mistakes are told once
        if (!other.file.empty() && other.file == path.string()) {
            document = {.at = document.at, .file = other.file, .xml = other.xml};
            return;
        }
    }
    auto text = read_beside(o, "file", path, "document", "an XML file by docs/models/crm.xsd");
    if (!text) {
        return;
    }
    document.xml = std::move(*text);
    document.file = path.string();
    auto parsed = wire::crm::parse_xml(
        document.xml, document.file,
        {.meter_code = {.holds = &is_simulated_code,
                        .expected = "a code of gridtwin keys: its last two digits are check digits "
                                    "of the others (ISO 7064 MOD 97-10)"}});
    for (auto const& mistake : parsed.diagnostics.errors()) {
        o.error(mistake.where, mistake.what, mistake.expected, mistake.hint);
    }
    sound.emplace(document.file, std::move(parsed));
}

/// In the order in which the gateway gets them. All are sound, each for itself.
void check_records(Section& s, std::vector<CrmDocument> const& orders, Parsed const& sound) {
    std::vector<CrmDocument const*> in_time;
    for (auto const& document : orders) {
        in_time.push_back(&document);
    }
    std::ranges::stable_sort(in_time, {}, &CrmDocument::at);
    wire::crm::Records records;
    std::set<std::string> told;
    for (auto const* document : in_time) {
        auto const mistakes = records.take(sound.at(document->file), document->xml, document->file);
        for (auto const& mistake : mistakes.errors()) {
            if (told.insert(fmt::format("{}:{}:{}:{}", mistake.where.file, mistake.where.line,
                                        mistake.where.column, mistake.what))
                    .second) { // the document may come again
                s.error(mistake.where, mistake.what, mistake.expected);
            }
        }
    }
}

/// Where the result stands beside the scenario. @param inputs the scenario, documents
void check_out(Section& s, std::string const& out, std::span<std::filesystem::path const> inputs) {
    auto const told = beside(s, out);
    auto const lost = std::ranges::find_if(
        inputs, [&](auto const& input) { return may_be_crm_document(told, input); });
    if (lost != inputs.end()) {
        s.error(s.where("out"),
                fmt::format("'crm.out' is '{}': {} '{}' would be lost", out,
                            lost == inputs.begin() ? "the scenario" : "the document of crm.orders",
                            lost->filename().string()),
                "a name that differs, also with -2, -3, ... behind it");
    }
}

void check_letter(Section& l, CrmLetter const& letter) {
    check_text(l, "from", letter.from, {Characters::printable, 1, kNumber.most});
    if ((letter.text.empty() || letter.text.size() > wire::sms::kUserDataOctets) && l.has("text")) {
        l.error(l.where("text"),
                fmt::format("'crm.letters[].text' has {} octets", letter.text.size()),
                fmt::format("1 to {}, one short message", wire::sms::kUserDataOctets));
    }
}

} // namespace

void bind_crm(Section& s, CrmSection& crm, CivilClock const* clock, SimDuration duration) {
    auto const at = [&](Section& entry, std::string_view help, SimTime& instant) {
        std::string text;
        entry.text("at", text, help, Need::required);
        if (entry.has("at") && !entry.describing()) {
            instant = read_instant(entry, "at", text, clock, duration).value_or(kStart);
        }
    };
    Parsed sound;
    std::vector<std::filesystem::path> inputs{s.where().file};
    auto const before = s.mistakes();
    s.list("orders", "documents of the customer database", [&](Section& o) {
        CrmDocument document;
        at(o, "when the database has it ready, as of events", document.at);
        o.text("file", document.file, "XML by docs/models/crm.xsd, relative to the scenario",
               Need::required);
        inputs.push_back(beside(o, document.file));
        if (o.has("file") && !o.describing() && crm.documents == CrmDocuments::read) {
            read_document(o, crm.orders, document, sound);
        }
        crm.orders.push_back(std::move(document));
    });
    if (s.mistakes() == before && !s.describing() && crm.documents == CrmDocuments::read) {
        check_records(s, crm.orders, sound);
    }
    s.list("letters", "people's short messages to the utility", [&](Section& l) {
        CrmLetter letter;
        at(l, "when it comes to the gateway, as of events", letter.at);
        l.text("from", letter.from, "the sender's number, or its name", Need::required);
        l.text("text", letter.text, "at most 140 octets", Need::required);
        check_letter(l, letter);
        crm.letters.push_back(std::move(letter));
    });
    s.text("out", crm.out,
           "what the gateway tells the database, XML beside the result file; none: not written");
    if (std::filesystem::path const out = crm.out; out.has_parent_path() && !s.describing()) {
        s.error(s.where("out"), fmt::format("'crm.out' is '{}'", crm.out),
                "a file's name: it is written beside the result");
    } else if (!crm.out.empty() && !s.describing()) {
        check_out(s, crm.out, inputs);
    }
    s.flag("answer_right", crm.answer_right, "people whose message was right");
    s.flag("answer_wrong", crm.answer_wrong, "people whose message was wrong");
    s.integer("answers_an_hour", crm.answers_an_hour, {0, 1000}, "to one number");
    s.time("processing", crm.processing, {1e-3, 3600.0},
           "of a document, or of a received message, one after the other");
    s.time("poll_every", crm.poll_every, {1e-3, 86400.0},
           "the gateway looks for documents and messages");
}

} // namespace gridtwin::scenario
