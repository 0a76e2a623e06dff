#pragma once
// The same radio area again, event by event and without shortcuts: every transmission reaches every
// listener as an arrival, a departure and two changes of what it senses; each listener keeps what
// it hears at this moment, and a frame's worst moment is noted while it lasts. Slow and plain, the
// judge of models/rf. CSMA/CA with acknowledgements; everybody powered; the routes are find_routes'
// own, which has tests of its own.
#include "models/rf/medium.hpp"
#include "tests/models/medium/medium_fixtures.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <queue>
#include <set>
#include <vector>

namespace gridtwin::rf::testing {

class ReferenceRadio {
  public:
    struct Fate {
        std::uint64_t handle;
        LossReason reason;
        SimTime at;
        int tries;
    };

    ReferenceRadio(RadioSpec radio, CsmaSpec const& csma, Links const& links, Seed seed,
                   ConcentratorId area, std::uint16_t roots = 1)
        : radio_(std::move(radio)), csma_(csma), links_(links), roots_(roots),
          root_of_(links.size(), 0), seed_(seed), area_(area), nodes_(links.size()),
          noise_dbm_(links.size(), static_cast<float>(thermal_noise_dbm(radio_))),
          powered_(links.size(), 1) {
        for (std::uint16_t root = 0; root < roots; ++root) {
            root_of_[root] = root;
        }
        update_routes();
        routes_due_ = true;
    }

    std::vector<FrameRecord> frames;
    std::vector<Fate> fates;
    std::vector<medium::testing::RecordingSink::Heard> heard; ///< broadcasts
    std::vector<medium::testing::RecordingSink::Over> over;   ///< that nobody has to send any more
    std::function<void(Datagram const&, SimTime)> then;       ///< done at a delivery

    void send(Datagram const& datagram, SimTime at) {
        auto job = std::make_shared<Job>();
        job->datagram = datagram;
        at_time(at, kDecide, [this, job] {
            nodes_[job->datagram.from].knows.insert(job->datagram.handle);
            job->tree = root_of_[job->datagram.from];
            if (job->datagram.to == medium::kEverybody) {
                under_way_.insert(job->datagram.handle);
            }
            enqueue(job->datagram.from, job);
        });
    }

    void set_root(std::uint16_t node, std::uint16_t root, SimTime at) {
        at_time(at, kListener, [this, node, root] {
            if (root_of_[node] == root) {
                return;
            }
            root_of_[node] = root;
            if (routes_due_ || !hang(node)) {
                routes_stale_ = true;
                routes_due_ = true;
            } else {
                routes_stale_ = routes_stale_ || root != kNoNode;
            }
        });
    }

    void run() {
        while (!events_.empty()) {
            Event const event = events_.top();
            events_.pop();
            now_ = event.at;
            event.act();
            note_what_is_over();
        }
    }

  private:
    // What happens at one instant: departures, then what changes at listeners, then decisions.
    enum Rank { kDeparture, kListener, kDecide };

    struct Event {
        SimTime at;
        Rank rank;
        std::uint64_t number;
        std::function<void()> act;
        bool operator>(Event const& other) const {
            return std::tie(at, rank, number) > std::tie(other.at, other.rank, other.number);
        }
    };

    struct Job {
        Datagram datagram;
        std::vector<std::uint16_t> path;
        std::size_t hop = 0;
        std::uint32_t sent_octets = 0; ///< of finished segments
        int tries = 0;
        int worst_tries = 0;
        std::uint32_t failures = 0;
        bool received = false;
        bool handed = false;
        bool begun = false;
        bool repeats = false;   ///< a broadcast of another
        std::uint16_t tree = 0; ///< of a broadcast: the root of its first sender
    };
    using JobPointer = std::shared_ptr<Job>;

    struct Frame {
        std::uint64_t id;
        std::uint16_t from;
        std::uint16_t to;
        SimTime start;
        SimTime end;
        std::uint32_t octets; ///< that have to be right
        bool is_ack;
        JobPointer job;
    };

    struct Reception {
        bool broken = false; ///< by the listener's own transmission
        double worst_dbm = -Links::kNone;
    };

    struct Node {
        std::deque<JobPointer> queue;
        std::uint64_t timer = 0;
        bool sending = false; ///< from its first try until it is given up or done
        int transmitting = 0;
        SimTime own_until = from_ns(-1'000'000'000'000);
        std::uint32_t exponent = 0;
        std::uint32_t backoffs = 0;
        std::uint64_t draws = 0;
        std::map<std::uint64_t, double> hears_dbm;   ///< frame, level
        std::map<std::uint64_t, double> senses_dbm;  ///< the same, detect_s ago
        std::map<std::uint64_t, Reception> receives; ///< until the frame's end
        std::map<std::uint64_t, Reception> received; ///< from then until it is judged
        std::set<std::uint64_t> knows;               ///< broadcasts
    };

    void at_time(SimTime at, Rank rank, std::function<void()> act) {
        events_.push({at, rank, ++number_, std::move(act)});
    }
    [[nodiscard]] SimDuration s(double seconds) const { return duration_from_s(seconds); }
    double draw(std::uint16_t node, Purpose why) {
        EntityKey const key(EntityKind::radio,
                            (static_cast<std::uint64_t>(index(area_)) << 16) | node);
        return draw01(seed_, key, why, nodes_[node].draws++);
    }

    [[nodiscard]] RouteInput route_input() const {
        return {radio_,     csma_,    links_, medium::error_table(radio_.ber),
                noise_dbm_, powered_, roots_, root_of_};
    }
    void update_routes() {
        find_routes(route_input(), routes_);
        routes_stale_ = false;
        routes_due_ = false;
        routes_not_before_ = now_ + s(csma_.route_refresh_s);
    }

    /// Puts a node that has changed its tree at its best place in the new one as that stands.
    /// @return false: others' ways change with it
    bool hang(std::uint16_t node) {
        RouteEntry best;
        double least = std::numeric_limits<double>::infinity();
        for (std::uint16_t via = 0; via < nodes_.size(); ++via) {
            if (routes_[via].parent == node) {
                return false;
            }
            auto const way = way_up(via);
            if (via == node || way.empty() || way.back() != root_of_[node] ||
                way.size() > csma_.max_hops) {
                continue;
            }
            double const etx = link_etx(route_input(), via, node);
            if (double const cost = static_cast<double>(routes_[via].etx) + etx; cost < least) {
                least = cost;
                best = medium::below(routes_[via], via, etx);
            }
        }
        for (std::uint16_t to = roots_; to < nodes_.size(); ++to) {
            bool const lost = root_of_[to] == root_of_[node] && routes_[to].parent == kNoNode;
            if (best.hops != 0 && best.hops < csma_.max_hops && lost && to != node &&
                std::isfinite(link_etx(route_input(), node, to))) {
                return false;
            }
        }
        routes_[node] = best;
        return true;
    }

    /// Up to the root; empty without a way.
    [[nodiscard]] std::vector<std::uint16_t> way_up(std::uint16_t node) const {
        std::vector<std::uint16_t> way{node};
        while (way.back() >= roots_) {
            std::uint16_t const parent = routes_[way.back()].parent;
            if (parent == kNoNode) {
                return {};
            }
            way.push_back(parent);
        }
        return way;
    }

    bool choose_path(Job& job) {
        if (routes_stale_ && (routes_due_ || now_ >= routes_not_before_)) {
            update_routes();
        }
        if (job.datagram.direct || job.datagram.to == medium::kEverybody) {
            job.path = {job.datagram.from, job.datagram.to};
            return true;
        }
        auto up = way_up(job.datagram.from);
        auto down = way_up(job.datagram.to);
        bool const apart = up.empty() || down.empty() || up.back() != down.back();
        if (apart && job.datagram.joining &&
            (job.datagram.from < roots_) != (job.datagram.to < roots_)) {
            return choose_path_to_join(job);
        }
        if (up.empty() || down.empty() || up.back() != down.back()) {
            return false;
        }
        while (up.size() > 1 && down.size() > 1 && up[up.size() - 2] == down[down.size() - 2]) {
            up.pop_back();
            down.pop_back();
        }
        job.path = up;
        job.path.insert(job.path.end(), down.rbegin() + 1, down.rend());
        return job.path.size() <= csma_.max_hops + 1;
    }

    /// Over whoever of the root's tree makes it cheapest.
    bool choose_path_to_join(Job& job) const {
        bool const asks = job.datagram.from < roots_;
        std::uint16_t const node = asks ? job.datagram.to : job.datagram.from;
        std::uint16_t const root = asks ? job.datagram.from : job.datagram.to;
        double least = std::numeric_limits<double>::infinity();
        for (std::uint16_t via = 0; via < nodes_.size(); ++via) {
            auto way = way_up(via);
            if (via == node || way.empty() || way.back() != root) {
                continue;
            }
            double const cost =
                static_cast<double>(routes_[via].etx) + link_etx(route_input(), via, node);
            if (way.size() <= csma_.max_hops && cost < least) {
                least = cost;
                way.insert(way.begin(), node);
                job.path = way;
            }
        }
        if (asks) {
            std::reverse(job.path.begin(), job.path.end());
        }
        return !job.path.empty();
    }

    void enqueue(std::uint16_t at, JobPointer const& job) {
        auto& node = nodes_[at];
        if (node.queue.size() >= csma_.queue_limit) {
            // the last in line gives way to what is more urgent
            JobPointer const last = node.queue.back();
            bool const gives_way = !last->begun && last->datagram.priority < job->datagram.priority;
            JobPointer const left_over = gives_way ? last : job;
            if (!left_over->repeats) {
                fates.push_back({left_over->datagram.handle, LossReason::queue_full, now_,
                                 left_over->worst_tries});
            }
            if (!gives_way) {
                return;
            }
            node.queue.pop_back();
        }
        auto place = node.queue.begin();
        while (place != node.queue.end() &&
               ((*place)->begun || (*place)->datagram.priority >= job->datagram.priority)) {
            ++place;
        }
        bool const first = place == node.queue.begin();
        node.queue.insert(place, job);
        if (first && !node.sending) {
            next(at, now_);
        }
    }

    /// Broadcasts that are in nobody's queue.
    void note_what_is_over() {
        std::erase_if(under_way_, [&](std::uint64_t handle) {
            bool const held = std::any_of(nodes_.begin(), nodes_.end(), [&](Node const& node) {
                return std::any_of(
                    node.queue.begin(), node.queue.end(),
                    [&](JobPointer const& job) { return job->datagram.handle == handle; });
            });
            if (!held) {
                over.push_back({handle, now_});
            }
            return !held;
        });
    }

    void next(std::uint16_t at, SimTime earliest) {
        auto& node = nodes_[at];
        node.sending = false;
        if (!node.queue.empty()) {
            auto const& job = *node.queue.front();
            access(at, csma_.min_backoff_exponent, job.datagram.contend || job.repeats, earliest);
        }
    }

    void access(std::uint16_t at, std::uint32_t exponent, bool waits, SimTime earliest) {
        auto& node = nodes_[at];
        node.sending = false;
        node.exponent = std::min(exponent, csma_.max_backoff_exponent);
        node.backoffs = 0;
        earliest = std::max(earliest, node.own_until + s(radio_.turnaround_s));
        wait_until(at, waits ? earliest + backoff(at) : earliest);
    }

    SimDuration backoff(std::uint16_t at) {
        double const units = std::floor(
            std::ldexp(draw(at, Purpose::backoff), static_cast<int>(nodes_[at].exponent)));
        return static_cast<std::int64_t>(units) * s(radio_.backoff_unit_s);
    }

    void wait_until(std::uint16_t at, SimTime time) {
        std::uint64_t const timer = ++nodes_[at].timer;
        at_time(time, kDecide, [this, at, timer] {
            if (nodes_[at].timer == timer) {
                attempt(at);
            }
        });
    }

    void attempt(std::uint16_t at) {
        auto& node = nodes_[at];
        JobPointer const job = node.queue.front();
        if (job->path.empty() && !choose_path(*job)) {
            node.queue.pop_front();
            next(at, now_);
            fates.push_back({job->datagram.handle, LossReason::no_route, now_, 0});
            return;
        }
        if (node.own_until + s(radio_.turnaround_s) > now_) {
            wait_until(at, node.own_until + s(radio_.turnaround_s));
            return;
        }
        SimTime const start = now_ + s(radio_.turnaround_s);
        if (std::uint32_t const by_cs = job->datagram.arrive_by_cs;
            by_cs != 0 && start + frame_time(radio_, job->datagram.octets) >
                              kStart + by_cs * std::chrono::milliseconds(10)) {
            node.queue.pop_front();
            next(at, now_);
            if (!job->repeats) {
                fates.push_back(
                    {job->datagram.handle, LossReason::expired, now_, job->worst_tries});
            }
            return;
        }
        double sum_mw = 0.0;
        bool busy = false;
        double const threshold_dbm = radio_.sensitivity_dbm + csma_.sense_margin_db;
        for (auto const& [id, level_dbm] : node.senses_dbm) {
            busy = busy || level_dbm >= threshold_dbm;
            sum_mw += std::pow(10.0, level_dbm / 10.0);
        }
        busy = busy || (node.senses_dbm.size() > 1 && 10.0 * std::log10(sum_mw) >= threshold_dbm);
        if (busy && node.backoffs == csma_.max_backoffs) {
            failed(job, LossReason::collision, now_);
        } else if (busy) {
            ++node.backoffs;
            node.exponent = std::min(node.exponent + 1, csma_.max_backoff_exponent);
            wait_until(at, now_ + s(radio_.detect_s) + backoff(at));
        } else {
            node.sending = true;
            job->begun = true;
            job->worst_tries = std::max(job->worst_tries, ++job->tries);
            std::uint32_t const payload =
                std::min(job->datagram.octets - job->sent_octets, radio_.max_payload_octets);
            transmit({++last_frame_, at, job->path[job->hop + 1], start,
                      start + frame_time(radio_, payload), radio_.overhead_octets + payload, false,
                      job});
        }
    }

    void transmit(Frame const& frame) {
        auto& sender = nodes_[frame.from];
        sender.own_until = std::max(sender.own_until, frame.end);
        at_time(frame.start, kListener, [this, frame] {
            ++nodes_[frame.from].transmitting;
            for (auto& [id, reception] : nodes_[frame.from].receives) {
                reception.broken = true;
            }
        });
        for (std::size_t k = 0; k < nodes_.size(); ++k) {
            if (k == frame.from) {
                continue;
            }
            double const level_dbm = radio_.tx_power_dbm + links_.offset_db(frame.from) -
                                     links_.attenuation_db(frame.from, k);
            at_time(frame.start, kListener, [this, frame, k, level_dbm] {
                if (k == frame.to || frame.to == medium::kEverybody) {
                    nodes_[k].receives[frame.id].broken = nodes_[k].transmitting > 0;
                }
                arrive(nodes_[k], frame.id, level_dbm);
            });
            at_time(frame.end, kDeparture, [this, frame, k] {
                nodes_[k].hears_dbm.erase(frame.id);
                if (auto ended = nodes_[k].receives.extract(frame.id)) {
                    nodes_[k].received.insert(std::move(ended));
                }
            });
            at_time(frame.start + s(radio_.detect_s), kListener, [this, frame, k, level_dbm] {
                if (level_dbm > -Links::kNone) {
                    nodes_[k].senses_dbm[frame.id] = level_dbm;
                }
            });
            at_time(frame.end + s(radio_.detect_s), kListener,
                    [this, frame, k] { nodes_[k].senses_dbm.erase(frame.id); });
        }
        // Two that begin at one instant must both have arrived before either's start counts.
        at_time(frame.end, kDeparture, [this, frame] { --nodes_[frame.from].transmitting; });
        at_time(frame.end, kDecide, [this, frame] { judge(frame); });
    }

    void arrive(Node& listener, std::uint64_t frame, double level_dbm) {
        if (level_dbm > -Links::kNone) {
            listener.hears_dbm[frame] = level_dbm;
        }
        for (auto& [id, reception] : listener.receives) {
            double sum_mw = 0.0;
            double only_dbm = -Links::kNone;
            std::size_t others = 0;
            for (auto const& [other, other_dbm] : listener.hears_dbm) {
                if (other != id) {
                    sum_mw += std::pow(10.0, other_dbm / 10.0);
                    only_dbm = other_dbm;
                    ++others;
                }
            }
            double const sum_dbm = others > 1 ? 10.0 * std::log10(sum_mw) : only_dbm;
            reception.worst_dbm = std::max(reception.worst_dbm, sum_dbm);
        }
    }

    /// Of a frame to everybody, for one after the other.
    void judge_broadcast(Frame const& frame) {
        JobPointer const job = frame.job;
        std::vector<std::uint16_t> reached;
        for (std::size_t k = 0; k < nodes_.size(); ++k) {
            auto const listener = static_cast<std::uint16_t>(k);
            double const level_dbm = radio_.tx_power_dbm + links_.offset_db(frame.from) -
                                     links_.attenuation_db(frame.from, k);
            if (k == frame.from || level_dbm < radio_.sensitivity_dbm) {
                continue;
            }
            if (fate_at(frame, listener) == LossReason::none &&
                nodes_[k].knows.insert(job->datagram.handle).second) {
                reached.push_back(listener);
            }
        }
        frames.push_back({frame.start, frame.end, frame.from, frame.to, false, LossReason::none});
        nodes_[frame.from].queue.pop_front();
        next(frame.from, now_ + s(radio_.turnaround_s) + s(radio_.backoff_unit_s));
        if (!job->repeats) {
            fates.push_back({job->datagram.handle, LossReason::none, now_, job->worst_tries});
        }
        for (auto const listener : reached) {
            bool const above_others =
                std::any_of(routes_.begin(), routes_.end(),
                            [&](RouteEntry const& route) { return route.parent == listener; });
            auto const way = way_up(listener);
            bool const in_tree = job->tree == kNoNode || (!way.empty() && way.back() == job->tree);
            if (job->datagram.spread && above_others && in_tree) {
                auto again = std::make_shared<Job>();
                again->datagram = job->datagram;
                again->path = {listener, medium::kEverybody};
                again->repeats = true;
                again->tree = job->tree;
                enqueue(listener, again);
            }
            heard.push_back({job->datagram.handle, listener, now_});
        }
    }

    LossReason fate_at(Frame const& frame, std::uint16_t at) {
        auto& listener = nodes_[at];
        Reception const reception = listener.received[frame.id];
        listener.received.erase(frame.id);
        double const level_dbm = radio_.tx_power_dbm + links_.offset_db(frame.from) -
                                 links_.attenuation_db(frame.from, at);
        LossReason fate = LossReason::none;
        if (reception.broken) {
            fate = LossReason::collision;
        } else if (level_dbm < radio_.sensitivity_dbm) {
            fate = LossReason::noise;
        } else if (level_dbm < reception.worst_dbm + radio_.capture_db) {
            fate = LossReason::collision;
        } else {
            double const noise_dbm =
                static_cast<double>(static_cast<float>(thermal_noise_dbm(radio_)));
            double const success =
                medium::error_table(radio_.ber)
                    .success(level_dbm - noise_dbm + snr_per_bit_db(radio_, 0.0, 0.0),
                             8.0 * frame.octets);
            if (success < 1.0 && draw(frame.from, Purpose::frame_error) >= success) {
                fate = LossReason::noise;
            }
        }
        return fate;
    }

    void judge(Frame const& frame) {
        if (frame.to == medium::kEverybody) {
            judge_broadcast(frame);
            return;
        }
        LossReason const fate = fate_at(frame, frame.to);
        auto const& listener = nodes_[frame.to];
        frames.push_back({frame.start, frame.end, frame.from, frame.to, frame.is_ack, fate});
        JobPointer const job = frame.job;
        if (frame.is_ack) {
            if (fate == LossReason::none) {
                done(job);
            } else {
                failed(job, fate, now_ + s(csma_.ack_guard_s));
            }
            return;
        }
        SimTime const answered = now_ + s(radio_.turnaround_s) + ack_time(radio_);
        if (fate != LossReason::none) {
            failed(job, fate, answered + s(csma_.ack_guard_s));
            return;
        }
        bool const last = job->sent_octets + radio_.max_payload_octets >= job->datagram.octets;
        bool const complete = last && !job->received;
        job->received = true;
        job->handed = job->handed || complete;
        JobPointer const copy = std::make_shared<Job>(*job);
        if (listener.own_until > now_) {
            failed(job, LossReason::collision, answered + s(csma_.ack_guard_s));
        } else {
            transmit({++last_frame_, frame.to, frame.from, now_ + s(radio_.turnaround_s), answered,
                      radio_.ack_octets, true, job});
        }
        if (complete) {
            take_over(copy);
        }
    }

    void take_over(JobPointer const& job) {
        if (job->hop + 2 == job->path.size()) {
            fates.push_back({job->datagram.handle, LossReason::none, now_, job->worst_tries});
            then(job->datagram, now_);
            return;
        }
        auto next_job = std::make_shared<Job>();
        next_job->datagram = job->datagram;
        next_job->path = job->path;
        next_job->hop = job->hop + 1;
        next_job->worst_tries = job->worst_tries;
        enqueue(job->path[next_job->hop], next_job);
    }

    void done(JobPointer const& job) {
        std::uint16_t const at = job->path[job->hop];
        if (job->sent_octets + radio_.max_payload_octets >= job->datagram.octets) {
            nodes_[at].queue.pop_front();
            next(at, now_ + s(radio_.turnaround_s) + s(radio_.backoff_unit_s));
            return;
        }
        job->sent_octets += radio_.max_payload_octets;
        job->tries = 0;
        job->failures = 0;
        job->received = false;
        next(at, now_ + s(radio_.turnaround_s));
    }

    void failed(JobPointer const& job, LossReason reason, SimTime timeout) {
        std::uint16_t const at = job->path[job->hop];
        if (++job->failures <= csma_.retries) {
            access(at, csma_.min_backoff_exponent + job->failures, true, timeout);
            return;
        }
        nodes_[at].queue.pop_front();
        next(at, timeout);
        if (!job->handed && !job->repeats) {
            fates.push_back({job->datagram.handle, reason, now_, job->worst_tries});
        }
    }

    RadioSpec radio_;
    CsmaSpec csma_;
    Links const& links_;
    std::uint16_t roots_;
    std::vector<std::uint16_t> root_of_;
    std::vector<RouteEntry> routes_;
    bool routes_stale_ = false;
    bool routes_due_ = true; ///< at the next use, if they are stale; else not before
    SimTime routes_not_before_ = kStart;
    Seed seed_;
    ConcentratorId area_;
    std::vector<Node> nodes_;
    std::set<std::uint64_t> under_way_; ///< broadcasts
    std::vector<float> noise_dbm_;      ///< [node], as
    std::vector<std::uint8_t> powered_; ///< this, for good
    std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
    SimTime now_ = kStart;
    std::uint64_t number_ = 0;
    std::uint64_t last_frame_ = 0;
};

} // namespace gridtwin::rf::testing
