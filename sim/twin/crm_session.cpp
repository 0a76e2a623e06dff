#include "sim/twin/crm_session.hpp"

#include "models/wire/sms/user_data.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/scenario/crm_files.hpp"
#include "sim/twin/sms_identity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <system_error>

namespace gridtwin::twin {
namespace {

using wire::crm::CommandFate;

crm::GatewayConfig config_of(scenario::Scenario const& scenario, std::size_t meters) {
    return {
        .short_number = scenario.sms.spec.short_number,
        .top_up_number = scenario.live.top_up_number,
        .epoch = wire::crm::UtcSeconds{std::chrono::seconds{scenario.clock().start_unix_s()}},
        .answer_right = scenario.crm.answer_right,
        .answer_wrong = scenario.crm.answer_wrong,
        .answers_an_hour = scenario.crm.answers_an_hour,
        .is_meter_number = [prefix = scenario.live.number_prefix, meters](std::string_view number) {
            return meter_of_number(prefix, number, meters).has_value();
        }};
}

std::vector<std::byte> octets_of(std::string_view text) {
    auto const octets = std::as_bytes(std::span(text));
    return {octets.begin(), octets.end()};
}

} // namespace

CrmSession::CrmSession(scenario::Scenario const& scenario, scenario::World const& world)
    : scenario_(scenario), world_(world),
      gateway_(config_of(scenario, world.meters.size()), [this](wire::sms::MeterCode const& code) {
          // A meter that is in documents alone has some key; nobody reads what is sealed with it.
          return sms_key(scenario_.seed,
                         meter_of_code(code, world_.meters.size()).value_or(kNone<MeterId>));
      }) {
    for (auto const& document : scenario.crm.orders) {
        planned_.push_back({.at = document.at,
                            .document = &document,
                            .sender = {},
                            .short_number = {},
                            .octets = {}});
    }
    for (auto const& letter : scenario.crm.letters) {
        planned_.push_back({.at = letter.at,
                            .sender = letter.from,
                            .short_number = scenario.sms.spec.short_number,
                            .octets = octets_of(letter.text)});
    }
    std::ranges::stable_sort(planned_, {}, &Job::at);
}

SimTime CrmSession::found(SimTime at) const {
    auto const every = scenario_.crm.poll_every;
    auto const polls = (at - kStart + every - SimDuration{1}) / every;
    return kStart + polls * every;
}

void CrmSession::queue(Job job) {
    auto const place = std::ranges::upper_bound(waiting_, job.at, {}, &Job::at);
    waiting_.insert(place, std::move(job));
    most_waiting_ = std::max<std::uint64_t>(most_waiting_, waiting_.size());
}

/// When the next job will be done.
SimTime CrmSession::next_done() const {
    SimTime came = waiting_.empty() ? kNever : waiting_.front().at;
    came = planned_.empty() ? came : std::min(came, planned_.front().at);
    return came == kNever ? kNever : std::max(found(came), free_) + scenario_.crm.processing;
}

/// Nothing is done ahead of what the run has still to bring: where a message was handed over, the
/// window ends.
SimTime CrmSession::before_window(SimTime reached, SimTime next) {
    SimTime const end = kStart + scenario_.duration;
    for (;;) {
        SimTime const done = next_done();
        SimTime const retry = again_.empty() ? kNever : again_.begin()->first;
        // What ended within a window that was run takes effect behind it.
        SimTime const at = std::max(std::min(done, retry), reached);
        if (at > next || at >= end) {
            return next;
        }
        for (; !planned_.empty() && planned_.front().at <= at; planned_.pop_front()) {
            queue(std::move(planned_.front()));
        }
        bool handed = false;
        if (retry <= done) {
            auto const row = again_.begin()->second;
            again_.erase(again_.begin());
            handed = submit(row, at);
        } else {
            auto const job = std::move(waiting_.front());
            waiting_.pop_front();
            free_ = at;
            handed = work(job, at);
        }
        next = handed ? at : next;
    }
}

bool CrmSession::work(Job const& job, SimTime at) {
    if (job.document != nullptr) {
        auto const injected = gateway_.inject(job.document->xml, job.document->file, at);
        if (!injected.ok()) {
            throw SimulationError("a document that was checked has a mistake: " +
                                  injected.diagnostics.text());
        }
    } else {
        gateway_.on_received(job.sender, job.short_number, job.octets, at);
    }
    bool handed = false;
    for (auto& submission : gateway_.take_submissions()) {
        if (submission.command == 0) {
            continue; // an answer to a person, who is no subscriber of the simulated operator
        }
        SimTime const until = at + submission.valid;
        sent_.push_back({.submission = std::move(submission), .until = until});
        handed = submit(sent_.size() - 1, at) || handed;
    }
    return handed;
}

bool CrmSession::submit(std::size_t row, SimTime at) {
    auto const& submission = sent_[row].submission;
    auto const& meters = world_.meters;
    auto const meter =
        meter_of_number(scenario_.live.number_prefix, submission.number, meters.size());
    if (!meter || !meters.way[index(*meter)].has(Channel::sms)) {
        gateway_.on_ended(submission.command, CommandFate::rejected,
                          "the operator has no subscriber of this number", at);
        return false;
    }
    if (at >= sent_[row].until) {
        gateway_.on_ended(submission.command, CommandFate::expired,
                          "the operator took it at no time", at);
        return false;
    }
    if (submission.octets.size() > wire::sms::kUserDataOctets) {
        throw SimulationError(fmt::format("command {} has {} octets, more than a short message",
                                          submission.command, submission.octets.size()));
    }
    world_of_run_->submit(at, {.number = row + 1,
                               .source = submission.sender,
                               .meter = *meter,
                               .has_header = false,
                               .user_data = submission.octets,
                               .validity = sent_[row].until - at});
    return true;
}

void CrmSession::on_state(std::uint64_t number, DeliveryState state, SimTime at) {
    auto& sent = sent_[number - 1];
    sent.taken = true;
    gateway_.on_state(sent.submission.command, state, at);
}

void CrmSession::on_lost(std::uint64_t number, LossReason reason, SimTime at) {
    auto& sent = sent_[number - 1];
    auto const& spec = scenario_.sms.gateway;
    if (sent.taken) {
        gateway_.on_ended(sent.submission.command,
                          reason == LossReason::expired ? CommandFate::expired
                                                        : CommandFate::rejected,
                          name(reason), at);
    } else if (reason == LossReason::queue_full && ++sent.tries >= spec.full_tries) {
        gateway_.on_ended(sent.submission.command, CommandFate::rejected, name(reason), at);
    } else {
        auto const wait_s = reason == LossReason::queue_full  ? spec.full_wait_s
                            : reason == LossReason::link_down ? spec.rebind_s
                                                              : spec.throttle_wait_s;
        again_.emplace(at + duration_from_s(wait_s), number - 1);
        ++resubmitted_;
    }
}

void CrmSession::on_from_meter(MeterId meter, std::string_view to,
                               std::span<std::byte const> content, SimTime at) {
    auto const& live = scenario_.live;
    if (to != scenario_.sms.spec.short_number && (to.empty() || to != live.top_up_number)) {
        return; // another client's
    }
    queue({.at = at,
           .sender = meter_number(live.number_prefix, meter),
           .short_number = std::string(to),
           .octets = {content.begin(), content.end()}});
}

void CrmSession::end(SimTime reached, bool) {
    while (auto document = gateway_.take_document(reached)) {
        documents_.push_back(std::move(*document));
    }
}

void CrmSession::add_kpis(std::vector<results::Kpi>& kpis) const {
    auto const fates = gateway_.fates();
    auto const& counts = gateway_.counts();
    auto const add = [&kpis](std::string_view name, std::uint64_t value, std::string text = {}) {
        kpis.push_back(
            {fmt::format("crm.{}", name), "", static_cast<double>(value), std::move(text)});
    };
    add("commands", counts.commands, "of the customer database, sealed for their meters");
    for (std::size_t f = 0; f < fates.size(); ++f) {
        add(wire::crm::kFateNames[f], fates[f]);
    }
    add("differing", counts.differing, "of the rejected, under the number of another order");
    add("resubmitted", resubmitted_, "as the operator did not take them");
    add("received", counts.received, "messages explained");
    add("answered", counts.answered, "of them, people's");
    add("most_waiting", most_waiting_, "documents and messages, at the gateway");
}

std::vector<std::string> crm_kpi_names(scenario::Scenario const& scenario) {
    std::vector<std::string> names;
    if (scenario.crm.present) {
        names.emplace_back("crm.commands");
        for (auto const fate : wire::crm::kFateNames) {
            names.push_back(fmt::format("crm.{}", fate));
        }
        for (auto const* figure :
             {"differing", "resubmitted", "received", "answered", "most_waiting"}) {
            names.push_back(std::string("crm.") + figure);
        }
    }
    return names;
}

void write_crm_documents(std::vector<std::string> const& documents,
                         std::filesystem::path const& file) {
    for (std::size_t d = 0; d < documents.size(); ++d) {
        auto const path = scenario::crm_document_file(file, d + 1);
        auto part = path;
        part += ".part";
        std::ofstream out(part, std::ios::binary);
        out << documents[d];
        out.close();
        std::error_code error;
        if (out) {
            std::filesystem::rename(part, path, error);
        }
        if (!out || error) {
            std::filesystem::remove(part, error);
            Diagnostics mistakes;
            mistakes.error({path.string(), 0, 0}, "the file cannot be written",
                           "crm.out in a folder that can be written to");
            throw InputError(std::move(mistakes));
        }
    }
}

} // namespace gridtwin::twin
