// Orders of the customer database in a running town: XML in, relays and answers, XML out.
#include "models/wire/crm/xml.hpp"
#include "models/wire/sms/meter_code.hpp"
#include "sim/twin/crm_subscribers.hpp"
#include "sim/twin/sms_identity.hpp"
#include "tests/sim/twin/day.hpp"

#include <gtest/gtest.h>

namespace gridtwin::twin::test {
namespace {

using wire::crm::CommandFate;
using wire::crm::Delivery;
using wire::crm::ReceivedKind;

/// A town of eight meters by SMS and as many by power line, for six hours.
constexpr std::string_view kTown = R"(gridtwin: 1
name: Orders
start: 2026-01-15T06:00:00
time_zone: Asia/Baku
duration: 6 h
seed: 42
grid:
  feeder: SOURCE/scenarios/feeders/ieee13/ieee13.dss
  step: 60 s
  low_voltage: { generate: street, customers_per_transformer: 60 }
customers:
  - { name: farms, count: 8, at: bus 680, profile: residential, peak: 3 kW, meter: sms }
access: { concentrators: 1, plc: { modem: ce-nero } }
operator: { short_number: "7788", rate: 20 1/s, duplicates: 40 %, loss: 0 %, delay: { median: 5 s, p95: 30 s, tail: 0 % } }
wan: { model: builtin }
headend: { collection: { profile: 15 min, every: 4 h } }
live: { top_up_number: "7799" }
crm:
  orders:
    - { at: 6:10, file: subscribers.xml }
    - { at: 7:00, file: orders.xml }
    - { at: 9:00, file: orders.xml }
    - { at: 10:30, file: question.xml }
  letters:
    - { at: 8:00, from: "+994501234567", text: please switch my lights on }
  out: told.xml
)";

constexpr wire::crm::UtcSeconds kCreated =
    std::chrono::sys_days(std::chrono::year{2026} / std::chrono::January / 15) +
    std::chrono::seconds(0);

std::string town() {
    std::string text(kTown);
    text.replace(text.find("SOURCE"), 6, GRIDTWIN_SOURCE_DIR);
    return text;
}

wire::crm::Entry order(std::uint64_t id, std::uint32_t row, wire::crm::Action const& action) {
    wire::crm::Command command;
    command.id = id;
    command.meter = wire::sms::to_text(wire::sms::code_of(static_cast<MeterId>(row)));
    command.valid_s = 7200;
    command.action = action;
    return command;
}

std::string orders() {
    return wire::crm::write_xml(
        {.number = 2,
         .created = kCreated,
         .entries = {
             order(1, 2, wire::crm::Switch{.on = false}),
             order(2, 3, wire::crm::TopUp{.amount = {500}, .token = 9}),
             order(3, 3, wire::crm::TopUp{.amount = {500}, .token = 9}),
             order(4, 3, wire::crm::QueryBalance{}), order(5, 700, wire::crm::ReadClock{}),
             order(6, 4, wire::crm::SetTariff{.from = kCreated, .rates = {{0, {12}}, {60, {9}}}}),
             order(7, 5, wire::crm::ReadRegisters{})}});
}

/// One that was asked before, and another order under a used number.
std::string question() {
    return wire::crm::write_xml(
        {.number = 3,
         .created = kCreated,
         .entries = {order(4, 3, wire::crm::QueryBalance{}),
                     order(7, 6, wire::crm::TopUp{.amount = {900}, .token = 10})}});
}

/// Documents with one question each, of the order and of the meter of that number.
constexpr std::uint64_t kQuestions = 5;

/// Runs the town with its documents.
struct Ordered {
    explicit Ordered(std::string const& text, unsigned threads = 1) {
        auto const folder = scratch.path();
        std::ofstream(folder / "town.yaml") << text;
        std::ofstream(folder / "subscribers.xml") << wire::crm::write_xml(crm_subscribers(
            load(folder / "town.yaml", std::nullopt, scenario::CrmDocuments::leave)));
        std::ofstream(folder / "orders.xml") << orders();
        std::ofstream(folder / "question.xml") << question();
        for (std::uint64_t id = 1; id <= kQuestions; ++id) {
            std::ofstream(folder / fmt::format("question-{}.xml", id))
                << wire::crm::write_xml({.number = 2 + id,
                                         .created = kCreated,
                                         .entries = {order(id, static_cast<std::uint32_t>(id),
                                                           wire::crm::QueryBalance{})}});
        }
        day = run_day(scratch, text, "day", threads);
        std::ifstream in(folder / "told.xml");
        std::ostringstream written;
        written << in.rdbuf();
        told = wire::crm::parse_xml(written.str());
        digest = results::digest(day.file) + written.str();
    }

    template <typename Entry>
    [[nodiscard]] std::vector<Entry> entries() const {
        std::vector<Entry> found;
        for (auto const& entry : told.exchange.entries) {
            if (auto const* one = std::get_if<Entry>(&entry)) {
                found.push_back(*one);
            }
        }
        return found;
    }
    [[nodiscard]] Delivery last(std::uint64_t command) const {
        Delivery delivery;
        for (auto const& one : entries<Delivery>()) {
            delivery = one.command == command ? one : delivery;
        }
        return delivery;
    }

    Scratch scratch;
    Day day;
    wire::crm::ParsedExchange told;
    std::string digest;
};

TEST(CrmInATown, OpensARelayInThePowerFlowAndTellsSo) {
    Ordered const run(town());
    ASSERT_TRUE(run.told.ok()) << run.told.diagnostics.text();
    EXPECT_TRUE(run.day.report.books_close);
    EXPECT_EQ(run.day.kpi("commands.relays_opened"), 1.0);
    results::Reader const reader(run.day.file);
    std::vector<std::uint32_t> opened;
    for (auto const& event : reader.events()) {
        if (event.kind == EventKind::relay_opened) {
            opened.push_back(event.row);
        }
    }
    EXPECT_EQ(opened, std::vector<std::uint32_t>{2});
    EXPECT_EQ(run.last(1).state, 3) << "1:1";
    EXPECT_EQ(run.last(1).fate, CommandFate::done);
    bool explained = false;
    for (auto const& received : run.entries<wire::crm::Received>()) {
        explained =
            explained || (received.command == 1U && received.kind == ReceivedKind::done &&
                          received.meter == wire::sms::to_text(wire::sms::code_of(MeterId{2})) &&
                          !received.explanation.empty());
    }
    EXPECT_TRUE(explained);
}

TEST(CrmInATown, TellsWhatTheMeterHasCounted) {
    Ordered const run(town());
    std::size_t told = 0;
    for (auto const& received : run.entries<wire::crm::Received>()) {
        if (received.command == 7U) {
            ++told;
            ASSERT_TRUE(received.energy_wh);
            EXPECT_GT(*received.energy_wh, 0U);
            EXPECT_LT(*received.energy_wh, 3000U) << "an hour of at most 3 kW";
        }
    }
    EXPECT_GT(told, 0U);
}

TEST(CrmInATown, TopsUpOnceWhateverTheNetworkRepeats) {
    Ordered const run(town());
    EXPECT_GT(run.day.kpi("sms.duplicates"), 0.0) << "or nothing was tried";
    std::vector const fates{run.last(2).fate, run.last(3).fate};
    EXPECT_EQ(std::ranges::count(fates, CommandFate::done), 1) << "whichever came first";
    EXPECT_EQ(std::ranges::count(fates, CommandFate::refused), 1) << "the same token";
    EXPECT_EQ(run.day.kpi("sms.fate.refused"), 1.0) << "to the operator's books as well";
    std::vector<std::int64_t> balances;
    for (auto const& received : run.entries<wire::crm::Received>()) {
        if (received.command == 4U && received.balance) {
            balances.push_back(received.balance->cents);
        }
    }
    ASSERT_FALSE(balances.empty());
    for (auto const cents : balances) {
        EXPECT_EQ(cents, 500);
    }
}

TEST(CrmInATown, SaysWhyWhatCannotBeDoneIsNot) {
    Ordered const run(town());
    EXPECT_EQ(run.last(5).fate, CommandFate::rejected);
    EXPECT_EQ(run.last(5).reason, "no meter of ours has this code");
    EXPECT_EQ(run.last(6).fate, CommandFate::rejected);
    EXPECT_EQ(run.last(7).fate, CommandFate::done);
    EXPECT_EQ(run.day.kpi("crm.commands"), 5.0) << "though the document came twice";
    EXPECT_EQ(run.day.kpi("crm.done"), 4.0);
    EXPECT_EQ(run.day.kpi("crm.refused"), 1.0);
    EXPECT_EQ(run.day.kpi("crm.rejected"), 3.0);
    EXPECT_EQ(run.day.kpi("crm.differing"), 1.0);
    auto const deliveries = run.entries<Delivery>();
    EXPECT_TRUE(std::ranges::any_of(deliveries, [](auto const& one) {
        return one.command == 7 && one.fate == CommandFate::rejected &&
               one.reason == "this number is another order's, which stands";
    }));
    EXPECT_EQ(run.day.kpi("crm.pending"), 0.0);
    EXPECT_EQ(run.day.kpi("crm.expired"), 0.0);
    EXPECT_GE(run.day.kpi("crm.received"), 6.0)
        << "five answers, some again as a copy of the command came, and a letter";
}

TEST(CrmInATown, ExplainsAndAnswersAWrongMessage) {
    Ordered const run(town());
    wire::crm::Received letter;
    for (auto const& received : run.entries<wire::crm::Received>()) {
        letter = received.sender == "+994501234567" ? received : letter;
    }
    EXPECT_EQ(letter.kind, ReceivedKind::plain_text);
    EXPECT_THAT(letter.explanation, testing::HasSubstr("plain text of 26 octets"));
    auto answers = run.entries<wire::crm::Answer>();
    std::erase_if(answers, [](auto const& answer) { return answer.number != "+994501234567"; });
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers[0].to, letter.id);
    EXPECT_FALSE(answers[0].right);
    EXPECT_EQ(run.day.kpi("crm.answered"), 1.0);
}

TEST(CrmInATown, AnswersNoMeterThatItsRecordsDoNotName) {
    auto const number = meter_number(scenario::LiveSection{}.number_prefix, MeterId{2});
    auto const text = changed(town(), {{"from: \"+994501234567\"", "from: \"" + number + "\""},
                                       {"    - { at: 6:10, file: subscribers.xml }\n", ""}});
    Ordered const run(text);
    EXPECT_GE(run.day.kpi("crm.received"), 1.0);
    EXPECT_EQ(run.day.kpi("crm.answered"), 0.0);
    EXPECT_TRUE(run.entries<wire::crm::Answer>().empty());
}

TEST(CrmInATown, MistakesOfADocumentAreMistakesOfTheScenario) {
    Scratch scratch;
    auto const file = scratch.path() / "town.yaml";
    std::ofstream(file) << town();
    std::ofstream(scratch.path() / "orders.xml")
        << "<exchange xmlns=\"urn:gridtwin:crm:1\" number=\"2\" "
           "created=\"2026-01-15T05:00:00Z\">\n  <command id=\"1\" meter=\"7\" "
           "valid-s=\"60\"><balance/></command>\n</exchange>\n";
    try {
        (void)load(file);
        FAIL() << "no error";
    } catch (InputError const& e) {
        std::string const text = e.what();
        EXPECT_NE(text.find("orders.xml:2:"), std::string::npos) << text;
        EXPECT_NE(text.find("town.yaml:20:25: document '"), std::string::npos) << text;
    }
}

TEST(CrmInATown, ACodeWithWrongCheckDigitsIsAMistakeOfItsDocument) {
    Scratch scratch;
    auto const file = scratch.path() / "town.yaml";
    std::ofstream(file) << town();
    std::ofstream(scratch.path() / "orders.xml") << orders();
    std::ofstream(scratch.path() / "question.xml") << question();
    auto records = wire::crm::write_xml(
        crm_subscribers(load(file, std::nullopt, scenario::CrmDocuments::leave)));
    auto const right = wire::sms::to_text(wire::sms::code_of(MeterId{2}));
    auto wrong = right;
    std::swap(wrong[18], wrong[19]);
    ASSERT_NE(wrong, right);
    records.replace(records.find(right), right.size(), wrong);
    std::ofstream(scratch.path() / "subscribers.xml") << records;
    try {
        (void)load(file);
        FAIL() << "no error";
    } catch (InputError const& e) {
        EXPECT_THAT(e.what(), testing::EndsWith(fmt::format(
                                  "subscribers.xml:13:18: attribute 'code' is '{}'; expected a "
                                  "code of gridtwin keys: its last two digits are check digits of "
                                  "the others (ISO 7064 MOD 97-10)\n",
                                  wrong)));
        EXPECT_EQ(std::string_view(e.what()).find('\n'), std::string_view(e.what()).size() - 1);
    }
}

TEST(CrmInATown, RecordsThatContradictEarlierOnesAreMistakesOfTheirDocument) {
    Scratch scratch;
    auto const file = scratch.path() / "town.yaml";
    auto const text =
        changed(town(), {{"at: 9:00, file: orders.xml", "at: 6:05, file: moved.xml"}});
    std::ofstream(file) << text;
    std::ofstream(scratch.path() / "orders.xml") << orders();
    std::ofstream(scratch.path() / "question.xml") << question();
    auto document = crm_subscribers(load(file, std::nullopt, scenario::CrmDocuments::leave));
    std::ofstream(scratch.path() / "subscribers.xml") << wire::crm::write_xml(document);
    std::ofstream(scratch.path() / "moved.xml") << wire::crm::write_xml(document);
    EXPECT_NO_THROW((void)load(file)) << "the same ones";
    document.entries.resize(1);
    auto& moved = std::get<wire::crm::Subscriber>(document.entries[0]);
    moved.code = "990000000000001";
    std::ofstream(scratch.path() / "moved.xml") << wire::crm::write_xml(document);
    try {
        (void)load(file);
        FAIL() << "no error";
    } catch (InputError const& e) {
        EXPECT_THAT(e.what(),
                    testing::HasSubstr(fmt::format(
                        "subscribers.xml:3:3: meter {} is subscriber 990000000000001's; expected a "
                        "meter-code of its own for each 'meter'\n",
                        moved.meters[0].code)))
            << "what comes first stands";
    }
}

std::string asking_every_minute() {
    std::string documents = "  orders:\n    - { at: 6:10, file: subscribers.xml }\n";
    for (std::uint64_t id = 1; id <= kQuestions; ++id) {
        documents += fmt::format("    - {{ at: 7:{:02}, file: question-{}.xml }}\n", id, id);
    }
    auto text = changed(town(), {{"step: 60 s", "step: 1 h"},
                                 {"duplicates: 40 %", "duplicates: 0 %"},
                                 {"median: 5 s, p95: 30 s", "median: 2 s, p95: 3 s"},
                                 {"out: told.xml", "out: told.xml\n  poll_every: 1 s"}});
    auto const begin = text.find("  orders:");
    return text.replace(begin, text.find("  letters:") - begin, documents);
}

TEST(CrmInATown, MeetsWhatHappensInTheOrderOfTheRunHoweverLongItsSteps) {
    Ordered const run(asking_every_minute(), 1);
    ASSERT_TRUE(run.told.ok()) << run.told.diagnostics.text();
    EXPECT_EQ(run.day.kpi("crm.done"), static_cast<double>(kQuestions));
    EXPECT_EQ(run.day.kpi("crm.most_waiting"), 1.0) << "each had its answer before the next";
    wire::crm::UtcSeconds last{};
    std::uint64_t newest = 0; // order
    for (auto const& entry : run.told.exchange.entries) {
        wire::crm::UtcSeconds at = last;
        std::uint64_t command = newest;
        if (auto const* delivery = std::get_if<Delivery>(&entry)) {
            at = delivery->at;
            command = delivery->command;
        } else if (auto const* received = std::get_if<wire::crm::Received>(&entry)) {
            at = received->at;
            command = received->command.value_or(newest);
        }
        EXPECT_GE(at, last) << "time goes back";
        EXPECT_GE(command, newest) << "an answer stands behind a later order";
        last = at;
        newest = std::max(newest, command);
    }
    EXPECT_EQ(newest, kQuestions);
}

TEST(CrmInATown, IsTheSameOnAnyThreads) {
    auto const once = Ordered(town(), 1).digest;
    EXPECT_EQ(Ordered(town(), 3).digest, once);
}

TEST(CrmInATown, WaitsWhereTheOperatorDoesNotTakeIt) {
    auto const down = changed(town(), {{"crm:\n", "events:\n  - { at: 6:50, operator_down: all }\n"
                                                  "  - { at: 7:40, operator_up: all }\ncrm:\n"}});
    Ordered const run(down);
    EXPECT_GT(run.day.kpi("crm.resubmitted"), 0.0);
    EXPECT_EQ(run.last(1).fate, CommandFate::done);
    EXPECT_EQ(run.day.kpi("commands.relays_opened"), 1.0);
    auto const expired = changed(down, {{"7:40", "9:40"}});
    Ordered const late(expired);
    EXPECT_EQ(late.last(1).fate, CommandFate::expired);
    EXPECT_EQ(late.day.kpi("commands.relays_opened"), 0.0);
}

} // namespace
} // namespace gridtwin::twin::test
