#include "models/headend/outage/notices.hpp"

#include <algorithm>

namespace gridtwin::headend {

std::string_view name(NoticeKind kind) {
    static constexpr std::array<std::string_view, kNoticeKinds> kNames{"outage_known", "cause",
                                                                       "estimate", "restored"};
    auto const i = static_cast<std::size_t>(kind);
    return i < kNoticeKinds ? kNames[i] : "?";
}

std::string problem(NoticesConfig const& config) {
    if (config.burst == 0 || config.every <= SimDuration::zero()) {
        return "outage notices: burst must be at least 1, every positive";
    }
    if (std::any_of(config.repair.begin(), config.repair.end(),
                    [](SimDuration d) { return d <= SimDuration::zero(); })) {
        return "outage notices: a time of repair is not positive";
    }
    return {};
}

Notices::Notices(NoticesConfig const& config, Clock& clock, NotifyPort& port, std::uint64_t timer)
    : config_(config), clock_(clock), port_(port), timer_(timer) {}

bool Notices::once(std::uint64_t outage, MeterId meter, NoticeKind kind) {
    std::uint32_t& kinds = told_[{outage, meter}];
    std::uint32_t const bit = 1U << static_cast<unsigned>(kind);
    bool const first = (kinds & bit) == 0;
    kinds |= bit;
    return first;
}

void Notices::queue(Notice const& notice) {
    if (!once(notice.outage, notice.meter, notice.kind)) {
        return;
    }
    if (queue_.empty()) {
        next_ = std::max(next_, clock_.now());
        clock_.set_timer(next_, timer_);
    }
    queue_.push_back(notice);
}

void Notices::tell_outage(std::uint64_t outage, MeterId meter, std::uint8_t cause, SimTime named) {
    queue({.outage = outage, .meter = meter, .kind = NoticeKind::outage_known});
    queue({.outage = outage, .meter = meter, .kind = NoticeKind::cause, .cause = cause});
    queue({.outage = outage,
           .meter = meter,
           .kind = NoticeKind::estimate,
           .expected = named + config_.repair[cause]});
}

void Notices::tell_restored(std::uint64_t outage, MeterId meter) {
    if (told_.contains({outage, meter})) {
        queue({.outage = outage, .meter = meter, .kind = NoticeKind::restored});
    }
}

void Notices::on_timer() {
    SimTime const now = clock_.now();
    if (queue_.empty() || now < next_) {
        return;
    }
    for (std::uint32_t i = 0; i < config_.burst && !queue_.empty(); ++i) {
        Notice notice = queue_.front();
        queue_.pop_front();
        notice.at = now;
        ++sent_[static_cast<std::size_t>(notice.kind)];
        port_.notify(notice);
    }
    next_ = now + config_.every;
    if (!queue_.empty()) {
        clock_.set_timer(next_, timer_);
    }
}

namespace {

struct Told {
    std::uint64_t outage = 0;
    MeterId meter{};
    std::uint32_t kinds = 0;
};

} // namespace

void Notices::save(StateWriter& out) const {
    out.column(std::vector<Notice>(queue_.begin(), queue_.end()));
    std::vector<Told> told;
    for (auto const& [key, kinds] : told_) {
        told.push_back({key.first, key.second, kinds});
    }
    out.column(told);
    out.value(next_);
    out.value(sent_);
}

void Notices::restore(StateReader& in) {
    std::vector<Notice> queue;
    in.list(queue);
    queue_.assign(queue.begin(), queue.end());
    std::vector<Told> told;
    in.list(told);
    told_.clear();
    for (Told const& row : told) {
        told_[{row.outage, row.meter}] = row.kinds;
    }
    next_ = in.value<SimTime>();
    sent_ = in.value<std::array<std::uint64_t, kNoticeKinds>>();
    if (!queue_.empty()) {
        clock_.set_timer(next_, timer_);
    }
}

} // namespace gridtwin::headend
