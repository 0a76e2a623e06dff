// A firmware campaign among a concentrator's other tasks.
#include "models/concentrator/concentrator.hpp"

namespace gridtwin::concentrator {

FirmwareCounts Concentrator::firmware_counts() const {
    FirmwareCounts sum;
    if (firmware_) {
        sum = firmware_->before;
        sum += firmware_->campaign.counts();
    }
    return sum;
}

void Concentrator::on_firmware_order(Message const& message, SimTime now, Uplink& uplink) {
    auto const decoded = wire::decode_image(message.payload);
    bool const good = decoded.ok() && decoded.blocks.size() == 1 &&
                      cut(decoded.blocks[0], spec_.firmware).blocks() <= wire::kMostImageBlocks;
    if (!good) {
        ++counts_.commands_given_up;
        return;
    }
    auto const& image = decoded.blocks[0];
    std::uint32_t const version = firmware_ ? firmware_->campaign.image().version : 0;
    // Another image or time of the standing version changes nothing, which is to be known.
    bool const contradicts =
        image.version == version && cut(image, spec_.firmware) != firmware_->campaign.image();
    if (contradicts || (!firmware_ && now >= image.activate_at)) {
        send_report({.meters = static_cast<std::uint32_t>(members()), .over = true},
                    message.command, now, uplink);
        return;
    }
    if (image.version > version && now < image.activate_at) {
        auto const before = firmware_counts();
        firmware_.emplace(Firmware{.campaign = {spec_.firmware, image, meters_.size(), now},
                                   .command = message.command,
                                   .before = before,
                                   .version_before = version});
        for (std::size_t m = 0; m < meters_.size(); ++m) {
            if (!ways_.member(m)) {
                firmware_->campaign.set_member(m, false, now);
            }
        }
    }
    report_firmware(message.command, now, uplink);
}

/// Blocks to all leave nothing outstanding, so its next step is timed; one that still waits for the
/// line holds up the next, or a queue of them would be in everybody's way.
bool Concentrator::free_for_firmware() const {
    return firmware_ && blocks_under_way_.empty() && may_poll() && !outstanding_ && jobs_.empty() &&
           resting_.empty() && !has_data_to_fetch() && !searching();
}

/// A campaign goes on for those that come, and without those that go.
void Concentrator::note_member(std::size_t meter_index, bool member, SimTime now) {
    if (firmware_) {
        firmware_->campaign.set_member(meter_index, member, now);
        firmware_->told_over = firmware_->told_over && firmware_->campaign.over();
    }
}

void Concentrator::send_firmware(SimTime now, MeterLink& link, Uplink& uplink) {
    while (free_for_firmware() && firmware_->campaign.next_event() <= now) {
        using Kind = FirmwareCampaign::Step::Kind;
        auto const step = firmware_->campaign.next(now);
        if (step.kind == Kind::none) {
            break;
        }
        Message message;
        message.kind =
            step.kind == Kind::ask ? MessageKind::read_gaps : MessageKind::firmware_block;
        message.value = step.block;
        message.count = spec_.firmware.most_runs;
        wire::encode(firmware_->campaign.image(), message.payload);
        if (step.kind == Kind::block_to_all) {
            blocks_under_way_ = to_all(message, now, link);
        } else {
            send_request(std::move(message), {.task = Task::firmware, .meter_index = step.meter},
                         now, link);
        }
    }
    if (!firmware_ || firmware_->told_over) {
        return;
    }
    auto const& campaign = firmware_->campaign;
    bool const news = campaign.counts().done != firmware_->told_done &&
                      now >= firmware_->told_at + spec_.firmware.report_every;
    if (news || campaign.over()) {
        report_firmware(firmware_->command, now, uplink);
    }
}

void Concentrator::on_broadcast_settled(MessageId id, SimTime now, MeterLink& link,
                                        Uplink& uplink) {
    if (std::erase(blocks_under_way_, id) == 0 || !blocks_under_way_.empty()) {
        return;
    }
    if (firmware_) {
        firmware_->campaign.on_sent_to_all(now);
    }
    work(now, link, uplink);
}

void Concentrator::report_firmware(CommandId order, SimTime now, Uplink& uplink) {
    auto const& campaign = firmware_->campaign;
    firmware_->told_done = campaign.counts().done;
    firmware_->told_at = now;
    firmware_->told_over = campaign.over();
    bool const in_vain = campaign.over() && campaign.counts().to_all == 0;
    send_report({.version = in_vain ? firmware_->version_before : campaign.image().version,
                 .done = static_cast<std::uint32_t>(campaign.counts().done),
                 .meters = static_cast<std::uint32_t>(campaign.meters()),
                 .over = campaign.over()},
                order, now, uplink);
}

void Concentrator::send_report(wire::FirmwareReport const& what, CommandId order, SimTime now,
                               Uplink& uplink) {
    Message report;
    report.kind = MessageKind::firmware_report;
    report.command = order;
    report.created = now;
    report.occurred = now;
    wire::encode(what, report.payload);
    forward(std::move(report), now, uplink);
}

void Concentrator::on_gaps(Message const& message, SimTime now) {
    auto const decoded = wire::decode_gaps(message.payload);
    if (!decoded.ok() || decoded.blocks.size() != 1) {
        ++counts_.bad_answers;
        return;
    }
    auto const& gaps = decoded.blocks[0];
    std::size_t const meter_index = *find_meter(message.meter);
    bool const answers = outstanding_ && outstanding_->task == Task::firmware &&
                         outstanding_->command == message.command &&
                         outstanding_->meter_index == meter_index;
    if (answers) {
        (void)take_answered();
    }
    if (firmware_ && gaps.version == firmware_->campaign.image().version) {
        firmware_->campaign.on_gaps(meter_index, gaps, now);
    }
    if (firmware_ && answers) { // but not to what is waited for, if it still is
        firmware_->campaign.on_silence(meter_index, now);
    }
}

} // namespace gridtwin::concentrator
