#include "sim/scenario/bindings.hpp"
#include "sim/scenario/text_rule.hpp"

#include <fmt/format.h>

namespace gridtwin::scenario {
namespace {

void bind_delay(Section& s, sms::OperatorSpec& spec) {
    s.quantity("median", spec.delay_median_s, Dimension::time, {0.1, 3600.0}, "of most messages");
    s.quantity("p95", spec.delay_p95_s, Dimension::time, {0.1, 86400.0}, "95 % of them are faster");
    s.quantity("min", spec.delay_min_s, Dimension::time, {0.1, 3600.0}, "none is faster");
    s.quantity("tail", spec.tail_frac, Dimension::fraction, {0.0, 1.0},
               "messages held up for long");
    s.quantity("tail_median", spec.tail_median_s, Dimension::time, {1.0, 86400.0}, "of those");
    s.quantity("tail_p95", spec.tail_p95_s, Dimension::time, {1.0, 7 * 86400.0}, "of those");
    using Relation = Section::Relation;
    s.compare("p95", spec.delay_p95_s, Relation::above, "median", spec.delay_median_s,
              Dimension::time);
    s.compare("median", spec.delay_median_s, Relation::at_least, "min", spec.delay_min_s,
              Dimension::time);
    s.compare("tail_p95", spec.tail_p95_s, Relation::above, "tail_median", spec.tail_median_s,
              Dimension::time);
}

} // namespace

namespace {

void bind_schedule(Section& s, std::string_view key, concentrator::Schedule& schedule,
                   std::string_view help) {
    s.section(key, help, [&schedule](Section& k) {
        k.time("every", schedule.every, {0.0, 366 * 86400.0},
               "between two sweeps over all meters; 0 s: none");
        k.time("offset", schedule.offset, {0.0, 366 * 86400.0}, "when the first is");
    });
}

} // namespace

void bind_concentrator(Section& s, concentrator::ConcentratorSpec& c) {
    s.time("poll_every", c.poll_every, {60.0, 86400.0},
           "between the starts of two polling rounds; unless given, headend.collection.every");
    s.time("poll_offset", c.poll_offset, {0.0, 86400.0}, "shifts the rounds");
    s.time("poll_start_delay", c.poll_start_delay, {0.0, 3600.0},
           "from an interval's end to the first poll, for meters whose clocks are slow");
    s.time("response_timeout", c.response_timeout, {0.5, 600.0}, "for a meter's answer");
    s.integer("rows_per_request", c.rows_per_request, {1, 96},
              "profile intervals asked for at once");
    s.integer("tries_per_round", c.tries_per_round, {1, 20},
              "requests that a meter may leave unanswered");
    s.time("make_up_every", c.make_up_every, {0.0, 86400.0},
           "between later tries for what a round missed; 0 s: none");
    s.integer("make_up_tries", c.make_up_tries, {1, 20}, "requests to a meter in a later try");
    s.integer("command_tries", c.command_tries, {1, 20}, "of a command of the head-end");
    s.time("battery", c.battery, {0.0, 7 * 86400.0}, "how long it lives without mains");
    s.time("upload_max_wait", c.upload_max_wait, {0.0, 86400.0}, "from a stored row to its upload");
    s.integer("upload_batch_octets", c.upload_batch_octets, {256, 1e6}, "of one upload");
    s.integer("store_octets", c.store_limit_octets, {4096, 1e9},
              "of flash; while what waits for the head-end fills it, meters are not read");
    s.integer(
        "backup_after", c.channels.backup_after, {1, 20},
        "requests in a row that a meter with two channels leaves unanswered on one before the "
        "other is used");
    s.time("primary_again", c.channels.primary_again, {60.0, 30 * 86400.0},
           "on the backup channel before the primary is tried again");
    s.section("clock", "synchronisation of the meters' clocks", [&c](Section& k) {
        k.time("every", c.clock.schedule.every, {0.0, 30 * 86400.0},
               "between two passes over all meters, each after a round; 0 s: none");
        k.time("offset", c.clock.schedule.offset, {0.0, 30 * 86400.0}, "shifts the passes");
        k.time("limit", c.clock.limit, {1e-3, 3600.0}, "of a deviation; a clock beyond it is set");
        k.time("longest_round_trip", c.clock.longest_round_trip, {0.01, 600.0},
               "of a measurement; a longer one is made again");
        k.time("broadcast_every", c.clock_broadcast.schedule.every, {0.0, 30 * 86400.0},
               "between times told to all meters, for clocks far off; 0 s: none");
        k.time("broadcast_uncertainty", c.clock_broadcast.uncertainty, {1.0, 3600.0},
               "of such a time: until its last repeat; a clock off by less is left alone");
        k.integer("tries", c.clock.tries, {1, 20},
                  "of measuring, and of setting, a clock in a pass");
    });
    s.section("discovery", "the search for meters", [&c](Section& d) {
        auto& discovery = c.discovery;
        d.time("window", discovery.window, {0.1, 600.0}, "after a call, for the answers");
        d.integer("quiet_calls", discovery.quiet_calls, {1, 10},
                  "in a row, that bring nobody new: then it is enough");
        d.time("search_every", discovery.search_every, {0.0, 366 * 86400.0},
               "from one search to the next; 0 s: none, and no meter is given up");
        d.time("search_offset", discovery.search_offset, {0.0, 366 * 86400.0},
               "when the first is; one later where all was known at the start");
        d.integer("tries", discovery.tries, {1, 20},
                  "of a meter's registration, and of asking it to call");
        d.time("retry_after", discovery.retry_after, {0.0, 366 * 86400.0},
               "a registration that failed is tried again then; 0 s: in the next search");
        d.integer("drop_after", discovery.drop_after, {1, 255},
                  "unanswered requests in a row: the meter is given up");
    });
    s.section("announcements", "orders to all meters at once", [&c](Section& a) {
        a.integer("times", c.announcements.times, {1, 100},
                  "each is sent, as no meter acknowledges");
        a.time("gap", c.announcements.gap, {1.0, 86400.0}, "from one time to the next");
    });
    s.section("firmware", "a new one for all meters", [&c](Section& f) {
        auto& firmware = c.firmware;
        f.integer("block_octets", firmware.block_octets, {8, 1024}, "of the image, sent at once");
        f.time("block_gap", firmware.block_gap, {0.0, 3600.0},
               "from one block to all to the next, until its repeats have died away");
        f.integer("rounds", firmware.rounds, {1, 100},
                  "of sending to all what is missing, each after asking every meter");
        f.quantity("worth_sending_to_all", firmware.worth_sending_to_all_frac, Dimension::fraction,
                   {0.0, 1.0}, "of the meters, that lack a block");
        f.integer("tries", firmware.tries, {1, 20}, "that a meter may leave unanswered in a pass");
        f.time("pass_every", firmware.pass_every, {1.0, 30 * 86400.0},
               "over the meters that do not hold all of it");
        f.time("report_every", firmware.report_every, {0.0, 30 * 86400.0},
               "to the head-end, of progress");
        f.integer("most_runs", firmware.most_runs, {1, 64}, "of missing blocks in one answer");
    });
    s.section("uplink", "towards the head-end", [&c](Section& u) {
        auto& uplink = c.uplink;
        u.flag("acknowledged", uplink.acknowledged,
               "messages stay until the head-end has said that it has them");
        u.time("timeout", uplink.timeout, {1.0, 86400.0}, "for its word; then sent again");
        u.time("longest", uplink.longest, {1.0, 86400.0}, "of timeouts, which double");
        u.integer("window", uplink.window, {1, 1000}, "messages of data under way at once");
        u.time("session_lost_after", uplink.session_lost_after, {1.0, 86400.0},
               "without a word although something was sent");
        u.time("probe_every", uplink.probe_every, {1.0, 86400.0}, "of a lost session");
        u.flag("sms_fallback", uplink.sms_fallback,
               "alarms, acknowledgements, commands and short answers by SMS while the session is "
               "lost");
        u.integer("sms_answer_parts", uplink.sms_answer_parts, {0, 255},
                  "short messages that an answer to a read on demand may take; a longer one waits");
        u.time("sms_timeout", uplink.sms_timeout, {1.0, 86400.0},
               "for an answer by SMS; then sent again");
        u.time("keep_alive", uplink.keep_alive, {1.0, 86400.0},
               "with a fallback: of an idle session");
        if (uplink.sms_fallback && !uplink.acknowledged && !u.describing()) {
            u.error(u.where("sms_fallback"),
                    "a session that nothing is acknowledged over is never found lost",
                    "acknowledged: true beside it");
        }
    });
    bool const balances = s.section(
        "balance", "the busbars' transformer meters against the sum of the meters",
        [&c](Section& b) {
            b.quantity(
                "accuracy", c.balance.accuracy_frac, Dimension::fraction, {0.0, 0.1},
                "class of the transformer meters: bound of their error, drawn by concentrator");
            b.quantity("limit", c.balance.limit_frac, Dimension::fraction, {0.0, 1.0},
                       "of the busbars' energy; more is an imbalance");
            b.integer("alarm_after", c.balance.alarm_after, {1, 10000}, "imbalances in a row");
            b.time("wait", c.balance.wait, {3600.0, 30 * 86400.0},
                   "for all meters' rows; then the head-end closes an interval, if it has them");
        });
    c.balance.on = balances && !s.describing();
    s.section("collect",
              "what is fetched beside the profile, each after the first round that ends then",
              [&c](Section& k) {
                  auto& collect = c.collect;
                  auto const schedule = [&](concentrator::Collected what) -> auto& {
                      return collect.schedules[static_cast<std::size_t>(what)];
                  };
                  bind_schedule(k, "registers", schedule(concentrator::Collected::registers),
                                "registers, in total and by tariff");
                  bind_schedule(k, "events", schedule(concentrator::Collected::events),
                                "the meters' logs (meter.event_log)");
                  bind_schedule(k, "profiles", schedule(concentrator::Collected::load),
                                "second profiles (meter.profiles)");
                  k.integer("tries", collect.tries, {1, 20}, "requests to a meter in a sweep");
                  k.integer("events_per_request", collect.events_per_request, {1, 255},
                            "entries asked for at once");
                  k.integer("rows_per_request", collect.rows_per_request, {1, 96},
                            "of a second profile, asked for at once");
              });
}

namespace {

constexpr std::pair<std::string_view, CellsBy> kCellsBy[] = {{"number", CellsBy::number},
                                                             {"feeder", CellsBy::feeder}};

void bind_gateway(Section& s, sms::GatewaySpec& g) {
    s.quantity("pace", g.pace_hz, Dimension::rate, {0.0, 1e5},
               "short messages that it submits; 0 1/s: as they come");
    s.integer("window", g.window, {1, 10000}, "submissions that the operator has not answered");
    s.quantity("throttle_wait", g.throttle_wait_s, Dimension::time, {0.1, 86400.0},
               "when the operator says that it is too fast");
    s.quantity("full_wait", g.full_wait_s, Dimension::time, {0.1, 86400.0},
               "when the operator's queue is full");
    s.integer("full_tries", g.full_tries, {1, 100}, "of a message, then it is rejected");
    s.quantity("rebind", g.rebind_s, Dimension::time, {0.1, 86400.0},
               "between tries to have a session");
    s.quantity("grace", g.grace_s, Dimension::time, {1.0, 30 * 86400.0},
               "behind the validity, for a word of a message; then it has expired");
}

/// Gaps between the operator's tries.
void bind_retry(Section& s, std::vector<double>& retry_s) {
    std::vector<std::string> gaps;
    s.texts("retry", gaps,
            "from one try at an absent subscriber to the next, the last gap again and again; "
            "without it 1 min, 5 min, 15 min, 30 min, 1 h, 3 h, 6 h, 12 h");
    if (!s.has("retry") || s.describing()) {
        return;
    }
    std::vector<double> read;
    for (auto const& gap : gaps) {
        auto const parsed = parse_quantity(gap, Dimension::time);
        if (!parsed.ok() || parsed.value < 1.0 || parsed.value > 30 * 86400.0) {
            s.error(s.where("retry"), fmt::format("a gap of 'operator.retry' is '{}'", gap),
                    "times from 1 s to 30 d, such as [1 min, 5 min, 1 h]");
            return;
        }
        read.push_back(parsed.value);
    }
    if (read.empty()) {
        s.error(s.where("retry"), "'operator.retry' has no gap", "one time or more");
        return;
    }
    retry_s = std::move(read);
}

constexpr std::pair<std::string_view, bool> kRefusals[] = {{"silent", false}, {"answer", true}};

void bind_network(Section& s, SmsSection& sms) {
    auto& spec = sms.spec;
    s.quantity("submit_limit", spec.submit_limit_hz, Dimension::rate, {0.0, 1e5},
               "short messages that a gateway may submit, else it is throttled; 0 1/s: any");
    s.quantity(
        "receipt_p95", spec.receipt_p95_s, Dimension::time, {0.0, 86400.0},
        "95 % of the receipts are faster, receipt_delay is their median; 0 s: all take that");
    s.quantity("receipt_loss", spec.receipt_loss_frac, Dimension::fraction, {0.0, 1.0},
               "receipts that never come");
    s.quantity("duplicates", spec.duplicate_frac, Dimension::fraction, {0.0, 1.0},
               "messages that are delivered twice");
    s.quantity("out_of_coverage", spec.out_of_coverage_frac, Dimension::fraction, {0.0, 1.0},
               "subscribers without a network, drawn one by one");
    s.quantity("modem_retry", spec.modem_retry_s, Dimension::time, {1.0, 86400.0},
               "a meter that finds no network sends again");
    s.flag("keep_order", spec.keep_order, "of messages to and from a subscriber");
    s.section("cells", "of the operator's radio network", [&sms](Section& c) {
        c.integer("count", sms.cells, {0, 1e6}, "0: none is ever busy");
        c.quantity("rate", sms.cell.rate_hz, Dimension::rate, {1e-3, 1e5},
                   "short messages to its subscribers, each cell");
        c.choice<CellsBy>("by", sms.cells_by, kCellsBy,
                          "subscribers are dealt out by their number, or each feeder has so many");
    });
    if (spec.receipt_p95_s != 0.0) {
        s.compare("receipt_p95", spec.receipt_p95_s, Section::Relation::above, "receipt_delay",
                  spec.receipt_delay_s, Dimension::time);
    }
}

} // namespace

void bind_operator(Section& s, SmsSection& sms) {
    auto const before = s.mistakes();
    s.text("short_number", sms.spec.short_number,
           "the utility's number at the operator: of its first gateway");
    bool const sound = check_text(s, "short_number", sms.spec.short_number, kNumber);
    s.text("second_number", sms.gateway.second_number,
           "of its second gateway, which works while the first does not; empty: none");
    check_text(s, "second_number", sms.gateway.second_number,
               {Characters::digits, 0, kNumber.most});
    if (sound && sms.gateway.second_number == sms.spec.short_number && !s.describing()) {
        s.error(s.where(s.has("second_number") ? "second_number" : "short_number"),
                fmt::format("both gateways have the number '{}'", sms.spec.short_number),
                "a number of its own for each");
    }
    s.quantity("rate", sms.spec.rate_hz, Dimension::rate, {1e-3, 1e5}, "short messages, each way");
    s.integer("queue_limit", sms.spec.queue_limit, {1, 1e9},
              "messages waiting, each way; more are refused");
    s.section("delay", "from the queue to the phone",
              [&sms](Section& d) { bind_delay(d, sms.spec); });
    s.quantity("loss", sms.spec.loss_frac, Dimension::fraction, {0.0, 1.0},
               "short messages that vanish");
    s.quantity("receipt_delay", sms.spec.receipt_delay_s, Dimension::time, {0.0, 3600.0},
               "from delivery to the receipt at the gateway");
    s.quantity("attach", sms.spec.attach_s, Dimension::time, {1e-3, 3600.0},
               "from power back to attached");
    s.quantity("validity", sms.spec.validity_s, Dimension::time, {60.0, 30 * 86400.0},
               "then a message expires");
    bind_retry(s, sms.spec.retry_s);
    bind_network(s, sms);
    s.section("gateway", "the utility's two gateways at the operator, both alike",
              [&sms](Section& g) { bind_gateway(g, sms.gateway); });
    if (s.mistakes() == before) {
        for (auto const& problem : sms::problems(sms.spec)) {
            s.error(s.where(), "the operator cannot work like this: " + problem);
        }
    }
    s.time("terminal_delay", sms.terminal_delay, {0.02, 600.0}, "a meter's modem reads its store");
    s.time("answer_delay", sms.answer_delay, {0.0, 600.0}, "a meter makes up its answer");
    s.choice<bool>("refusals", sms.answer_refusals, kRefusals,
                   "what a meter says to outside clients' messages that it refuses");
}

} // namespace gridtwin::scenario
