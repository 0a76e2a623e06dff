// What reaches a concentrator: the meters' answers and alarms, the head-end's commands.
#include "models/concentrator/concentrator.hpp"

#include <algorithm>

namespace gridtwin::concentrator {
namespace {

/// Whether it numbers one of a concentrator's own orders: those are numbers of messages, which have
/// their sender in the high bits (MessageNumbers); the head-end counts from 1.
bool own(CommandId command) {
    return static_cast<std::uint64_t>(command) >> 40 != 0;
}

} // namespace

// --- from the meters -----------------------------------------------------------------------------

void Concentrator::on_meter_message(Message&& message, Channel over, SimTime now, MeterLink& link,
                                    Uplink& uplink) {
    if (!alive_) {
        return;
    }
    auto const meter_index = find_meter(message.meter);
    if (!meter_index || !ways_.reaches(*meter_index, over)) {
        ++counts_.bad_answers;
        return;
    }
    // Of these alone DLMS's answers tell a time; the others are dated by who receives them.
    if (message.kind != MessageKind::acknowledgement && message.kind != MessageKind::alarm &&
        message.kind != MessageKind::credit) {
        message.occurred = now;
    }
    switch (message.kind) {
    case MessageKind::profile:
        on_profile(message, now, uplink);
        break;
    case MessageKind::acknowledgement:
    case MessageKind::credit:
        on_acknowledgement(message);
        forward(std::move(message), now, uplink);
        break;
    case MessageKind::alarm:
        greet(*meter_index, over);
        if (!doubled(message)) {
            forward(std::move(message), now, uplink);
        }
        break;
    case MessageKind::clock:
        on_clock_answer(message, now);
        break;
    case MessageKind::set_result:
        if (own(message.command)) {
            on_clock_answer(message, now);
        } else {
            on_acknowledgement(message);
            forward(std::move(message), now, uplink);
        }
        break;
    case MessageKind::registers:
    case MessageKind::events:
    case MessageKind::load:
        on_collected(std::move(message), now, uplink);
        break;
    case MessageKind::gaps:
        on_gaps(message, now);
        break;
    case MessageKind::hello:
    case MessageKind::found:
    case MessageKind::enrolled:
        on_discovery_message(message, *meter_index, over, now, link, uplink);
        break;
    case MessageKind::read_profile:
    case MessageKind::set_relay:
    case MessageKind::read_clock:
    case MessageKind::set_clock:
    case MessageKind::set_parameter:
    case MessageKind::read_registers:
    case MessageKind::read_events:
    case MessageKind::read_load:
    case MessageKind::balance:
    case MessageKind::received:
    case MessageKind::keep_alive:
    case MessageKind::firmware_order:
    case MessageKind::firmware_block:
    case MessageKind::read_gaps:
    case MessageKind::firmware_report:
    case MessageKind::call:
    case MessageKind::ask_to_call:
    case MessageKind::enroll:
    case MessageKind::registered:
    case MessageKind::assign:
    case MessageKind::short_command:
    case MessageKind::short_answer:
    case MessageKind::set_credit:
    case MessageKind::read_credit:
        ++counts_.bad_answers;
        break;
    }
    work(now, link, uplink);
}

/// Whether a meter's other channel has brought this alarm already.
bool Concentrator::doubled(Message const& alarm) {
    if (seen_alarms_.empty()) {
        return false;
    }
    auto& seen = seen_alarms_[*find_meter(alarm.meter)];
    for (SeenAlarm const& one : seen) {
        if (one.occurred == alarm.occurred && one.kind == alarm.value) {
            ++counts_.alarms_doubled;
            return true;
        }
    }
    std::rotate(seen.begin(), seen.end() - 1, seen.end());
    seen.front() = {alarm.occurred, alarm.value};
    return false;
}

void Concentrator::on_profile(Message const& message, SimTime now, Uplink& uplink) {
    wire::DecodedBlocks const decoded = wire::decode(message.payload);
    // One block about the sender, of intervals that can have ended.
    auto const latest = static_cast<std::uint64_t>(now.time_since_epoch() / spec_.interval) + 1;
    bool const good =
        decoded.ok() && decoded.blocks.size() == 1 && decoded.blocks[0].meter == message.meter &&
        decoded.blocks[0].first_interval >= 1 &&
        (decoded.blocks[0].rows.empty() ||
         decoded.blocks[0].first_interval + decoded.blocks[0].rows.size() - 1 <= latest);
    if (!good) {
        ++counts_.bad_answers;
        return;
    }
    wire::ProfileBlock const& block = decoded.blocks[0];
    std::size_t const meter_index = *find_meter(message.meter);
    // An answer begins where it was asked to, or beyond; earlier ones are late answers to others.
    bool const answers =
        outstanding_ && (outstanding_->task == Task::poll || outstanding_->task == Task::read) &&
        outstanding_->meter_index == meter_index && outstanding_->command == message.command &&
        block.first_interval >= outstanding_->asked.first &&
        block.first_interval <= outstanding_->asked.last + 1;
    bool const read = answers && outstanding_->task == Task::read;
    bool const news = store_rows(meter_index, block, read, now);
    if (read) {
        on_read_answer(block, now, uplink);
    } else if (answers) {
        on_poll_answer(block, news);
    }
    if (store_.waiting_octets() >= spec_.upload_batch_octets) {
        upload(now, uplink);
    }
}

void Concentrator::on_poll_answer(wire::ProfileBlock const& block, bool news) {
    Request const request = take_answered();
    std::uint32_t const gone = give_up_before(block.first_interval, request.meter_index);
    if (in_round_ && !news && gone == 0) {
        // It has nothing yet (a slow clock): asking again in this round would bring no more.
        failures_[request.meter_index] = static_cast<std::uint8_t>(round_tries_);
        next_meter();
    }
}

/// What lies before it and was to be asked for will not come: the meter has overwritten it.
std::uint32_t Concentrator::give_up_before(std::uint32_t interval, std::size_t meter_index) {
    auto& held = held_[meter_index];
    std::uint32_t count = 0;
    for (std::uint32_t k = std::max(held.next_wanted(), asked_from(meter_index)); k < interval;
         ++k) {
        if (held.add(k)) {
            gone_[static_cast<std::uint32_t>(meter_index)].add(k);
            ++count;
        }
    }
    counts_.rows_gone += count;
    return count;
}

bool Concentrator::stored(std::size_t meter_index, std::uint32_t interval) const {
    auto const gone = gone_.find(static_cast<std::uint32_t>(meter_index));
    return held_[meter_index].contains(interval) &&
           (gone == gone_.end() || !gone->second.contains(interval));
}

void Concentrator::on_acknowledgement(Message const& message) {
    auto const job = std::find_if(jobs_.begin(), jobs_.end(), [&](Job const& one) {
        return !is_bulk(one.order.kind) && one.order.command == message.command &&
               one.order.meter == message.meter;
    });
    if (job != jobs_.end()) { // else late or doubled
        end_job(job);
    }
}

void Concentrator::end_job(std::deque<Job>::iterator job) {
    if (outstanding_ && outstanding_->command == job->order.command) {
        (void)take_answered();
    }
    jobs_.erase(job);
}

bool Concentrator::store_rows(std::size_t meter_index, wire::ProfileBlock const& block,
                              bool uploaded, SimTime now) {
    std::span<wire::ProfileRow const> const rows(block.rows);
    std::size_t run = 0; // where the rows not held begin
    bool news = false;
    for (std::size_t i = 0; i <= rows.size(); ++i) {
        bool const fresh = i < rows.size() && held_[meter_index].add(block.first_interval +
                                                                     static_cast<std::uint32_t>(i));
        if (fresh) {
            if (balance_.on() && (own_.empty() || own_[meter_index] != 0)) {
                balance_.on_row(block.first_interval + static_cast<std::uint32_t>(i),
                                rows[i].import_mwh);
            }
            continue;
        }
        if (i > run) {
            store_.add(block.meter, block.first_interval + static_cast<std::uint32_t>(run),
                       rows.subspan(run, i - run), uploaded);
            counts_.rows_stored += i - run;
            news = true;
        }
        counts_.rows_doubled += i < rows.size() ? 1 : 0;
        run = i + 1;
    }
    if (store_.waiting_octets() > 0 && upload_at_ == kNever) {
        upload_at_ = now + spec_.upload_max_wait;
    }
    return news;
}

// --- from and to the head-end --------------------------------------------------------------------

void Concentrator::on_uplink_message(Message&& message, SimTime now, MeterLink& link,
                                     Uplink& uplink) {
    if (!alive_) {
        return;
    }
    if (message.kind == MessageKind::received) {
        uplink_.on_received(message.sequence, message.uplink, now);
        tend_uplink(now, uplink);
        work(now, link, uplink);
        return;
    }
    uplink_.on_heard(message.uplink, now);
    if (message.kind == MessageKind::assign) {
        on_assign(message, now, link, uplink);
        work(now, link, uplink);
        return;
    }
    if (message.meter == kNone<MeterId> && message.kind == MessageKind::set_parameter &&
        message.command != CommandId{}) {
        CommandId const order = message.command;
        if (announcements_.take(std::move(message), now)) {
            acknowledge_announced(order, now, uplink);
        }
        announce(now, link, uplink);
        return;
    }
    if (message.kind == MessageKind::firmware_order) {
        on_firmware_order(message, now, uplink);
        work(now, link, uplink);
        return;
    }
    auto const meter_index = find_meter(message.meter);
    bool const answered = is_bulk(message.kind) && uplink_.answers(message.command);
    bool const waiting = answered || std::any_of(jobs_.begin(), jobs_.end(), [&](Job const& job) {
                             return job.order.command == message.command;
                         });
    if (!meter_index || message.command == CommandId{}) {
        ++counts_.commands_given_up;
    } else if (!ways_.member(*meter_index)) {
        ++counts_.strangers;
    } else if (waiting) {
        // it is on its way
    } else if (message.kind == MessageKind::read_profile) {
        take_read(std::move(message), *meter_index, now, uplink);
    } else if (goes_down(message.kind)) {
        jobs_.push_back({.order = std::move(message), .meter_index = *meter_index});
    }
    work(now, link, uplink);
}

void Concentrator::upload(SimTime now, Uplink& uplink) {
    upload_at_ = kNever;
    upload_collected(now, uplink);
    upload_balance(now, uplink);
    while (store_.waiting_octets() > 0 && uplink_.has_room()) {
        Message batch;
        batch.kind = MessageKind::profile;
        batch.created = now;
        batch.occurred = now;
        batch.count = store_.take_batch(spec_.upload_batch_octets, batch.payload);
        ++counts_.batches;
        forward(std::move(batch), now, uplink);
    }
}

void Concentrator::forward(Message&& message, SimTime now, Uplink& uplink) {
    uplink_.post(std::move(message), spec_.sizes);
    uplink_.pump(now, numbers_, id_, spec_.sizes, uplink);
}

/// Sends up what is due, tells of a session that was lost or has come back, and refills the window.
void Concentrator::tend_uplink(SimTime now, Uplink& uplink) {
    uplink_.pump(now, numbers_, id_, spec_.sizes, uplink);
    bool const changed = uplink_.take_change();
    if (changed && !uplink_.session_up()) {
        drop_reads();
    }
    if (changed && spec_.uplink.sms_fallback) {
        Message alarm;
        alarm.kind = MessageKind::alarm;
        alarm.created = now;
        alarm.occurred = now;
        alarm.value = static_cast<std::int64_t>(uplink_.session_up() ? AlarmKind::session_back
                                                                     : AlarmKind::session_lost);
        forward(std::move(alarm), now, uplink);
    }
    bool const held_back =
        upload_at_ == kNever && (store_.waiting_octets() > 0 || collections_.waiting_octets() > 0);
    if (held_back && uplink_.has_room()) {
        upload(now, uplink);
    }
}

/// Nothing more should be fetched: what waits for the head-end fills the flash.
bool Concentrator::full() const {
    return store_.waiting_octets() + collections_.waiting_octets() + uplink_.octets() >=
           spec_.store_limit_octets;
}

} // namespace gridtwin::concentrator
