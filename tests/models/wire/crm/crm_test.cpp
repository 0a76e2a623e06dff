#include "models/wire/crm/schema.hpp"
#include "models/wire/crm/xml.hpp"
#include "tests/models/wire/crm/random_exchange.hpp"

#include <ctime>
#include <fstream>
#include <iterator>

namespace gridtwin::wire::crm {
namespace {

using namespace std::chrono;

std::string const kHead =
    R"(<exchange xmlns="urn:gridtwin:crm:1" number="1" created="2026-01-15T04:02:00Z">)";
std::string const kMeter = "00417000000000000017";

std::string mistakes(std::string_view text, XmlLimits const& limits = {}) {
    return parse_xml(text, "in.xml", limits).diagnostics.text();
}

TEST(CrmXml, WhatIsWrittenIsRead) {
    for (std::size_t which = 0; which < 1000; ++which) {
        Draws draws(Seed{50}, which);
        auto const exchange = RandomExchange(draws)();
        auto const read = parse_xml(write_xml(exchange));
        ASSERT_TRUE(read.ok()) << read.diagnostics.text();
        ASSERT_EQ(read.exchange, exchange) << which;
    }
}

TEST(CrmXml, ADocumentLooksLikeThis) {
    Exchange exchange{.number = 7, .created = sys_days{2026y / January / 15} + 4h, .entries = {}};
    exchange.entries.emplace_back(Subscriber{.code = "010600200260012",
                                             .contract = "C-17",
                                             .registered = sys_days{2020y / May / 1},
                                             .ended = {},
                                             .household = 3,
                                             .rooms = {},
                                             .assumed_wh = 60'000,
                                             .name = "A & B",
                                             .phone = {},
                                             .note = {},
                                             .meters = {{kMeter, "+499912345", 2, Money{-150}}}});
    exchange.entries.emplace_back(
        Command{17, kMeter, 3600,
                SetTariff{sys_days{2026y / February / 1}, {{0, Money{12}}, {450, Money{20}}}}});
    exchange.entries.emplace_back(Delivery{17, 2, CommandFate::pending, exchange.created, {}});
    EXPECT_EQ(write_xml(exchange), R"(<?xml version="1.0" encoding="UTF-8"?>
<exchange xmlns="urn:gridtwin:crm:1" number="7" created="2026-01-15T04:00:00Z">
  <subscriber code="010600200260012" contract="C-17" status="active" registered="2020-05-01" household="3" may-pay="true" assumed-wh="60000">
    <name>A &amp; B</name>
    <meter code="00417000000000000017" number="+499912345" tariff="2" balance-cents="-150"/>
  </subscriber>
  <command id="17" meter="00417000000000000017" valid-s="3600">
    <tariff from="2026-02-01T00:00:00Z">
      <rate from="00:00" cents-per-kwh="12"/>
      <rate from="07:30" cents-per-kwh="20"/>
    </tariff>
  </command>
  <delivery command="17" state="1:0" fate="pending" at="2026-01-15T04:00:00Z"/>
</exchange>
)");
}

TEST(CrmXml, AllMistakesAreToldAtOnceWithTheirPlaces) {
    EXPECT_EQ(mistakes(kHead + R"(
  <command id="1" metre="12" valid-s="-5">
    <switch contacts="no"/>
  </command>
  <comand/>
  <answer to="1" number="12" right="true"><text></text></answer>
  <delivery command="1" state="2:0" fate="dome" at="2026-02-30T00:00:00Z">late</delivery>
  <subscriber code="000600200260012" contract="x" status="active" registered="2020-05-01" may-pay="true">
    <note>é</note><name>n</name>
  </subscriber>
</exchange>)"),
              "in.xml:2:3: 'command' without attribute 'meter'; expected 20 digits\n"
              "in.xml:2:19: 'command' has no attribute 'metre'; did you mean 'meter'?\n"
              "in.xml:2:39: attribute 'valid-s' is '-5'; expected a number of up to 9 digits\n"
              "in.xml:3:23: attribute 'contacts' is 'no'; expected on or off; did you mean 'on'?\n"
              "in.xml:5:3: 'comand' cannot stand in 'exchange'; expected subscriber, command, "
              "delivery, received, answer; did you mean 'command'?\n"
              "in.xml:6:26: attribute 'number' is '12'; expected 3 to 20 digits, a + before them "
              "or not\n"
              "in.xml:6:43: 'text' is ''; expected 1 to 140 characters\n"
              "in.xml:7:32: attribute 'state' is '2:0'; expected 0:0, 0:1, 1:0 or 1:1; did you "
              "mean '0:0'?\n"
              "in.xml:7:43: attribute 'fate' is 'dome'; expected pending, done, expired, rejected "
              "or refused; did you mean 'done'?\n"
              "in.xml:7:53: attribute 'at' is '2026-02-30T00:00:00Z'; expected a time like "
              "2026-01-15T04:02:00Z\n"
              "in.xml:7:75: text within 'delivery'\n"
              "in.xml:8:3: 'subscriber' without 'name'\n"
              "in.xml:8:21: attribute 'code' is '000600200260012'; expected 15 digits: region (not "
              "00), settlement, street, building, apartment\n"
              "in.xml:9:19: 'name' comes too late in 'subscriber'; expected name, phone, note, "
              "meter\n");
}

TEST(CrmXml, ANumberIsOneCommandsInADocument) {
    auto const command = [](int id, std::string_view contacts) {
        return fmt::format("\n  <command id=\"{}\" meter=\"{}\" valid-s=\"60\">"
                           "<switch contacts=\"{}\"/></command>",
                           id, kMeter, contacts);
    };
    auto const told = "\n  <delivery command=\"2\" state=\"0:0\" fate=\"done\" "
                      "at=\"2026-01-15T04:02:00Z\"/>";
    EXPECT_EQ(mistakes(kHead + command(2, "on") + command(1, "on") + told + told + "</exchange>"),
              "")
        << "a command may be told of more than once";
    EXPECT_EQ(mistakes(kHead + command(1, "on") + command(2, "on") + command(2, "off") +
                       command(2, "on") + "</exchange>"),
              "in.xml:4:16: a second 'command' whose 'id' is '2'; the first is at 3:16; expected a "
              "number of its own for each 'command'\n"
              "in.xml:5:16: a second 'command' whose 'id' is '2'; the first is at 3:16; expected a "
              "number of its own for each 'command'\n");
}

TEST(CrmXml, SubscribersMetersAndSimsAreOneEachInADocument) {
    auto const subscriber = [](std::string_view code, std::string_view meter,
                               std::string_view number) {
        return fmt::format(
            "\n<subscriber code=\"{}\" contract=\"C\" status=\"active\" registered=\"2020-05-01\" "
            "may-pay=\"true\"><name>A</name>\n"
            "<meter code=\"{}\" number=\"{}\" tariff=\"0\" balance-cents=\"0\"/></subscriber>",
            code, meter, number);
    };
    auto const other_meter = "00417000000000000114";
    auto const first = kHead + subscriber("010600200260012", kMeter, "+499912345");
    EXPECT_EQ(
        mistakes(first + subscriber("010600200260013", other_meter, "+499912346") + "</exchange>"),
        "");
    EXPECT_EQ(
        mistakes(first + subscriber("010600200260012", kMeter, "+499912345") + "</exchange>"),
        "in.xml:4:19: a second 'subscriber' whose 'code' is '010600200260012'; the first is at "
        "2:19; expected a subscriber-code of its own for each 'subscriber'\n"
        "in.xml:5:14: a second 'meter' whose 'code' is '00417000000000000017'; the first is at "
        "3:14; expected a meter-code of its own for each 'meter'\n"
        "in.xml:5:44: a second 'meter' whose 'number' is '+499912345'; the first is at 3:44; "
        "expected a phone of its own for each 'meter'\n");
}

TEST(CrmXml, ATopUpIsAPayment) {
    auto const top_up = [](std::string_view cents) {
        return fmt::format("{}\n  <command id=\"1\" meter=\"{}\" valid-s=\"60\">\n    "
                           "<top-up cents=\"{}\" token=\"12\"/></command></exchange>",
                           kHead, kMeter, cents);
    };
    EXPECT_EQ(mistakes(top_up("1")), "");
    EXPECT_EQ(mistakes(top_up("999999999999999")), "");
    for (auto const* cents : {"-500", "0", "-0", "01", "", "1000000000000000"}) {
        EXPECT_EQ(mistakes(top_up(cents)),
                  fmt::format("in.xml:3:20: attribute 'cents' is '{}'; expected whole cents above "
                              "0, up to 15 digits\n",
                              cents));
    }
}

TEST(CrmXml, CodesMayHaveToBeMoreThanDigits) {
    auto const text = kHead + "\n  <command id=\"1\" meter=\"" + kMeter +
                      "\" valid-s=\"60\"><balance/></command></exchange>";
    EXPECT_EQ(mistakes(text), "") << "codes are of many makings";
    EXPECT_EQ(
        mistakes(text,
                 {.meter_code = {.holds = [](std::string_view code) { return code.ends_with('8'); },
                                 .expected = "an 8 at the end"}}),
        "in.xml:2:26: attribute 'meter' is '00417000000000000017'; expected an 8 at the "
        "end\n");
}

TEST(CrmXml, WhatIsNoXmlIsToldWithItsPlace) {
    EXPECT_EQ(mistakes(""), "in.xml:1:1: no element; expected exchange\n");
    EXPECT_EQ(mistakes("hello"), "in.xml:1:1: text outside of the root element\n");
    EXPECT_EQ(mistakes("<a/>"), "in.xml:1:1: root element 'a'; expected exchange\n");
    EXPECT_EQ(mistakes("<exchange/>\n<exchange/>"), "in.xml:2:1: a second root element\n");
    EXPECT_EQ(mistakes("<exchange>"), "in.xml:1:10: Start-end tags mismatch\n");
    EXPECT_EQ(mistakes("<exchange"), "in.xml:1:1: a tag has no end\n");
    EXPECT_EQ(mistakes("<exchange>\nein \xC3\xA9 \xFF</exchange>"),
              "in.xml:2:7: an octet that is no UTF-8\n");
    EXPECT_EQ(mistakes("<exchange>\x01&nbsp;&#0;]]></exchange>"),
              "in.xml:1:11: a character that XML does not have\n"
              "in.xml:1:12: & without one of XML's own entities; expected &amp;, &lt;, &gt;, "
              "&quot;, &apos; or a character's number\n"
              "in.xml:1:18: & without one of XML's own entities; expected &amp;, &lt;, &gt;, "
              "&quot;, &apos; or a character's number\n"
              "in.xml:1:22: ]]> within text; expected ]]&gt;\n");
    EXPECT_EQ(mistakes("<exchange a='<'/>"), "in.xml:1:14: < within a tag; expected &lt;\n");
    EXPECT_EQ(mistakes("<!-- a -- b --><exchange/>"), "in.xml:1:8: -- within a comment\n");
    EXPECT_EQ(mistakes("<exchange></other>").substr(0, 12), "in.xml:1:13:");
    EXPECT_EQ(mistakes("<?xml version=\"1.0\" encoding=\"UTF-16\"?><exchange/>"),
              "in.xml:1:1: a declaration of something else; expected <?xml version=\"1.0\" "
              "encoding=\"UTF-8\"?>\n");
    EXPECT_EQ(mistakes("<exchange><?php ?></exchange>"),
              "in.xml:1:11: a processing instruction, which is not taken\n");
}

TEST(CrmXml, EntitiesAndDocumentTypesAreNotTaken) {
    std::string const laughs =
        "<!DOCTYPE exchange [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>" + kHead +
        "</exchange>";
    EXPECT_EQ(mistakes(laughs), "in.xml:1:1: a document type or entity, which is not taken\n");
    EXPECT_EQ(mistakes("<!DOCTYPE x SYSTEM \"file:///etc/passwd\">" + kHead + "</exchange>"),
              "in.xml:1:1: a document type or entity, which is not taken\n");
}

TEST(CrmXml, LimitsHoldBeforeTheParserIsAsked) {
    std::string deep;
    for (int i = 0; i < 100'000; ++i) {
        deep += "<a>";
    }
    EXPECT_EQ(mistakes(deep), "in.xml:1:25: elements within each other, more than 8 deep\n");
    EXPECT_EQ(mistakes(deep, {.octets = 1000}), "in.xml: 300000 octets; expected at most 1000\n");
    auto many = kHead;
    for (int i = 0; i < 1001; ++i) {
        many += "<delivery command=\"1\" state=\"0:0\" fate=\"done\" at=\"2026-01-15T04:02:00Z\"/>";
    }
    EXPECT_THAT(mistakes(many + "</exchange>"), testing::HasSubstr("more than 1000 in 'exchange'"));
    std::string wrong = kHead;
    for (int i = 0; i < 1000; ++i) {
        wrong += "<x/>";
    }
    auto const parsed = parse_xml(wrong + "</exchange>", "in.xml", {.mistakes = 5});
    EXPECT_EQ(parsed.diagnostics.errors().size(), 5U);
}

// Names without end, and attributes without number, are refused in a time that grows with the text.
TEST(CrmXml, HostileTagsCostLittle) {
    std::string attributes = "<exchange";
    for (int i = 0; i < 80'000; ++i) {
        attributes += fmt::format(" a{}=''", i);
    }
    auto const before = std::clock();
    for (auto const& text :
         {attributes + "/>", "<exchange " + std::string(900'000, 'n') + "=''/>",
          kHead + "<" + std::string(900'000, 'n') + "/></exchange>",
          kHead + "<delivery fate='" + std::string(900'000, 'n') + "'/></exchange>"}) {
        auto const parsed = parse_xml(text);
        EXPECT_FALSE(parsed.ok());
        EXPECT_LE(parsed.diagnostics.errors().size(), 100U);
        EXPECT_LT(parsed.diagnostics.text().size(), 20'000U) << "nor do the mistakes repeat them";
    }
    EXPECT_LT(std::clock() - before, 2 * CLOCKS_PER_SEC);
}

TEST(CrmXml, WhatOthersWriteIsRead) {
    auto const read =
        parse_xml("\xEF\xBB\xBF<?xml version='1.0'?>\r\n<!-- from the CRM -->\r\n" + kHead +
                  "<answer  right = 'true' number='7788'\n to=\"9\" >"
                  "<!-- a --><text>a<![CDATA[<b>]]>&#x63;</text>\r\n</answer >"
                  "</exchange>\n<!-- end -->\n");
    ASSERT_TRUE(read.ok()) << read.diagnostics.text();
    EXPECT_EQ(std::get<Answer>(read.exchange.entries.at(0)), (Answer{9, "7788", true, "a<b>c"}));
}

TEST(CrmXml, WhatTheSchemaForbidsIsNotWritten) {
    auto const refused = [](Entry entry) {
        Exchange exchange{.number = 1, .created = sys_days{2026y / May / 1}, .entries = {entry}};
        EXPECT_THROW((void)write_xml(exchange), SimulationError);
    };
    refused(Command{1, "17", 60, QueryBalance{}});
    refused(Command{1, kMeter, 60, SetTariff{}});
    refused(Command{1, kMeter, 60, TopUp{Money{-500}, 12}});
    refused(Answer{1, "7788", true, ""});
    refused(Answer{1, "7788", true, std::string("a\0b", 3)});
    refused(Answer{1, "7788", true, "\xFF"});
    refused(Answer{1, "seven", true, "x"});
}

TEST(CrmExplain, EveryKindIsSaidInWords) {
    Received received{.id = 5,
                      .sender = "+499912345",
                      .kind = ReceivedKind::balance,
                      .meter = kMeter,
                      .command = 17,
                      .balance = Money{-1234},
                      .energy_wh = 5'000'060,
                      .explanation = {}};
    EXPECT_EQ(explain(received, 50),
              "Message 5 from +499912345, meter 00417000000000000017, about command 17: the "
              "balance, register 5000.060 kWh, balance -12.34.");
    auto const answer = automatic_answer(received);
    EXPECT_EQ(answer.text, "Received: the balance, register 5000.060 kWh, balance -12.34.");
    EXPECT_TRUE(answer.right);
    for (std::size_t kind = 0; kind < kReceivedNames.size(); ++kind) {
        received.kind = static_cast<ReceivedKind>(kind);
        received.balance = Money{-999'999'999'999'999};
        received.energy_wh = 999'999'999'999'999'999;
        auto const text = automatic_answer(received).text;
        EXPECT_LE(text.size(), 140U) << "one short message";
        EXPECT_EQ(automatic_answer(received).right, is_right(received.kind));
        EXPECT_THAT(explain(received, 50), testing::Not(testing::HasSubstr("  ")));
        if (!is_right(received.kind)) {
            EXPECT_THAT(text, testing::Not(testing::HasSubstr("kWh"))) << "nothing for strangers";
        }
    }
    received.kind = ReceivedKind::bad_tag;
    EXPECT_EQ(automatic_answer(received).text, "Not accepted.");
    Received const letter{.id = 6,
                          .sender = "ANNA",
                          .kind = ReceivedKind::plain_text,
                          .meter = {},
                          .command = {},
                          .balance = {},
                          .energy_wh = {},
                          .explanation = {}};
    EXPECT_EQ(explain(letter, 36), "Message 6 from ANNA: not taken: no envelope of a meter, but "
                                   "plain text of 36 octets.");
    EXPECT_EQ(automatic_answer(letter).text,
              "Your message was not taken: no envelope of a meter, but plain text.");
}

// To write it anew: crm_test --gtest_filter='*Schema*', which leaves crm.xsd in the working folder.
TEST(CrmSchema, TheCommittedSchemaIsThatOfTheTables) {
    std::ifstream in(GRIDTWIN_SOURCE_DIR "/docs/models/crm.xsd");
    std::string const committed((std::istreambuf_iterator<char>(in)),
                                std::istreambuf_iterator<char>());
    if (committed != xsd()) {
        std::ofstream("crm.xsd") << xsd();
    }
    EXPECT_TRUE(committed == xsd()) << "docs/models/crm.xsd is not what the tables say";
}

} // namespace
} // namespace gridtwin::wire::crm
