#include "sim/core/diagnostics.hpp"
#include "sim/results/digest.hpp"
#include "sim/results/reader.hpp"
#include "tests/sim/results/sample_town.hpp"
#include "tests/sim/results/scratch.hpp"

#include <fstream>
#include <functional>
#include <set>

namespace gridtwin::results {
namespace {

using namespace std::chrono_literals;

class Digest : public ScratchTest {};

// A file in which every value can be turned.
struct Content {
    Meta meta = sample_meta({});
    std::vector<Column> columns{{"name", "", std::vector<std::string>{"ab", "c"}},
                                {"d", "V", std::vector<double>{1.0, 2.0}},
                                {"i", "", std::vector<std::int64_t>{1, 2}},
                                {"u", "", std::vector<std::uint32_t>{1, 2}},
                                {"b", "", std::vector<std::uint8_t>{1, 2}},
                                {"f", "", std::vector<float>{1.0F, 2.0F}}};
    std::string table = "/entities/things";
    std::vector<std::string> nodes{"x", "y"};
    float last_value = 3.0F;
    SimTime last_time = kStart + 2h;
    EventRecord event{kStart + 1s, EventKind::power_lost, EventEntity::meter, 3, 4.0};
    MessageRecord message{.id = static_cast<MessageId>(1), .channel = Channel::plc};
    RouteRecord route{kStart,
                      static_cast<ConcentratorId>(1),
                      static_cast<MeterId>(2),
                      kNone<MeterId>,
                      Channel::plc,
                      1,
                      1.0F};
    BeliefRecord belief{kStart, EventEntity::meter, 1, 1, 1.0F};
    std::vector<Kpi> kpis{{"a.x", "Wh", 1.0, "text"}, {"run.wall_s", "s", 1.0, "fast"}};
    bool flush_often = false;
    bool tables_last = false;
    bool complete = true;
};

std::string digest_of(std::filesystem::path const& path, Content const& c) {
    {
        Writer out(path, c.meta);
        if (!c.tables_last) {
            out.write_table(c.table, c.columns);
        }
        auto const series = out.add_series("nodes", "node", c.nodes, {{"u_pu", "pu", ""}});
        auto const row = [&](SimTime at, float value) {
            std::vector<float> const values(c.nodes.size(), value);
            std::array<std::span<float const>, 1> const variables{values};
            out.append(series, at, variables);
            if (c.flush_often) {
                out.flush();
            }
        };
        row(kStart, 1.0F);
        row(kStart + 1h, 2.0F);
        row(c.last_time, c.last_value);
        out.append_events({&c.event, 1});
        out.append_messages({&c.message, 1});
        out.append_routes({&c.route, 1});
        out.append_beliefs({&c.belief, 1});
        out.write_kpis(c.kpis);
        if (c.tables_last) {
            out.write_table(c.table, c.columns);
        }
        out.close(c.complete, c.complete ? "the end" : "stopped");
    }
    return digest(path);
}

template <typename T>
void set(Content& c, std::size_t column, T value) {
    std::get<std::vector<T>>(c.columns[column].values)[1] = std::move(value);
}

TEST_F(Digest, ChangesWithEveryValue) {
    std::vector<std::function<void(Content&)>> const changes{
        [](Content&) {},
        [](Content& c) { c.table = "/entities/other"; },
        [](Content& c) { c.columns[1].name = "e"; },
        [](Content& c) { set<std::string>(c, 0, "d"); },
        [](Content& c) {
            c.columns[0].values = std::vector<std::string>{"a", "bc"};
        },
        [](Content& c) { set(c, 1, 2.0000000000000004); },
        [](Content& c) { set(c, 2, std::int64_t{3}); },
        [](Content& c) { set(c, 3, std::uint32_t{3}); },
        [](Content& c) { set(c, 4, std::uint8_t{3}); },
        [](Content& c) { set(c, 5, 2.0000002F); },
        [](Content& c) {
            c.columns[2].values = std::vector<std::uint32_t>{1, 2};
        },
        [](Content& c) { c.nodes[1] = "z"; },
        [](Content& c) { c.last_value = 3.0000002F; },
        [](Content& c) { c.last_time += 1s; },
        [](Content& c) { c.event.at += 1ns; },
        [](Content& c) { c.event.kind = EventKind::power_restored; },
        [](Content& c) { c.event.entity = EventEntity::line; },
        [](Content& c) { c.event.row = 4; },
        [](Content& c) { c.event.value = 4.5; },
        [](Content& c) { c.message.id = static_cast<MessageId>(2); },
        [](Content& c) { c.message.channel = Channel::wan; },
        [](Content& c) { c.message.kind = MessageKind::alarm; },
        [](Content& c) { c.message.hearers = 1; },
        [](Content& c) { c.message.fate = Fate::lost; },
        [](Content& c) { c.message.reason = LossReason::noise; },
        [](Content& c) { c.message.state = DeliveryState::received; },
        [](Content& c) { c.message.tries = 1; },
        [](Content& c) { c.message.hops = 1; },
        [](Content& c) { c.message.meter = static_cast<MeterId>(1); },
        [](Content& c) { c.message.concentrator = static_cast<ConcentratorId>(1); },
        [](Content& c) { c.message.command = static_cast<CommandId>(1); },
        [](Content& c) { c.message.octets = 1; },
        [](Content& c) { c.message.sent += 1ns; },
        [](Content& c) { c.message.done += 1ns; },
        [](Content& c) { c.route.via = static_cast<MeterId>(1); },
        [](Content& c) { c.route.etx = 2.0F; },
        [](Content& c) { c.belief.energised = 0; },
        [](Content& c) { c.belief.confidence = 0.5F; },
        [](Content& c) { c.kpis[0].name = "a.y"; },
        [](Content& c) { c.kpis[0].unit = "W"; },
        [](Content& c) { c.kpis[0].value = 1.5; },
        [](Content& c) { c.kpis[0].text = "other"; },
    };
    std::set<std::string> seen;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        Content content;
        changes[i](content);
        EXPECT_TRUE(seen.insert(digest_of(file("a.h5"), content)).second) << "change " << i;
    }
}

TEST_F(Digest, IsTheSameForTheSameResultsHoweverTheyCameAbout) {
    auto const reference = digest_of(file("a.h5"), {});
    std::vector<std::function<void(Content&)>> const changes{
        [](Content&) {},
        [](Content& c) { c.meta.threads = 8; },
        [](Content& c) { c.meta.scenario_text += "# remark\n"; },
        [](Content& c) { c.meta.program_version = "9.9.9"; },
        [](Content& c) { c.kpis[1].value = 17.0; },
        [](Content& c) { c.kpis[1].text = "slow"; },
        [](Content& c) {
            c.kpis.push_back({"wall_setup_s", "s", 3.0, ""});
        },
        [](Content& c) { c.flush_often = true; },
        [](Content& c) { c.tables_last = true; },
        [](Content& c) { c.complete = false; },
        [](Content& c) {
            c.columns.push_back({"wall_ms", "ms", std::vector<double>{7.0, 8.0}});
        },
    };
    for (std::size_t i = 0; i < changes.size(); ++i) {
        Content content;
        changes[i](content);
        EXPECT_EQ(digest_of(file("b.h5"), content), reference) << "change " << i;
    }
}

TEST_F(Digest, DoesNotDependOnPaddingBetweenFields) {
    // EventRecord has two octets of padding: fill them with two different patterns.
    std::vector<std::string> digests;
    for (int const pattern : {0x00, 0xFF}) {
        alignas(EventRecord) std::array<unsigned char, sizeof(EventRecord)> memory{};
        memory.fill(static_cast<unsigned char>(pattern));
        auto* event = reinterpret_cast<EventRecord*>(memory.data());
        event->at = kStart + 5s;
        event->kind = EventKind::relay_opened;
        event->entity = EventEntity::meter;
        event->row = 6;
        event->value = 7.0;
        {
            Writer out(file("a.h5"), sample_meta({}));
            out.append_events({event, 1});
            out.close(true, "");
        }
        digests.push_back(digest(file("a.h5")));
    }
    EXPECT_EQ(digests[0], digests[1]);
}

TEST_F(Digest, IsTheSha256OfTheCanonicalBytes) {
    // Held against an independent computation, tests/sim/results/open_results_test.py; here only
    // that a file without results has the digest of nothing (FIPS 180-4's empty message).
    { Writer(file("a.h5"), sample_meta({})).close(true, ""); }
    EXPECT_EQ(digest(file("a.h5")),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_F(Digest, OfAFileThatCannotBeReadIsAnErrorThatNamesIt) {
    std::ofstream(file("text.h5")) << "not HDF5";
    try {
        (void)digest(file("text.h5"));
        FAIL() << "no error";
    } catch (InputError const& e) {
        EXPECT_THAT(e.what(), testing::HasSubstr(file("text.h5").string() + ": not an HDF5 file"));
    }
}

} // namespace
} // namespace gridtwin::results
