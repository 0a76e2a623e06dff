#pragma once
// Concentrators among meters that hear some of them and some of each other, with the real head-end
// behind: media that lose, networks that fail.
#include "models/concentrator/concentrator.hpp"
#include "models/headend/head_end.hpp"
#include "models/headend/ports/ledger.hpp"
#include "models/headend/uploads.hpp"
#include "models/meter/registration.hpp"
#include "sim/core/random.hpp"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <vector>

namespace gridtwin::concentrator {

struct MeshSpec {
    std::size_t concentrators = 1;
    std::size_t meters = 0;
    ConcentratorSpec concentrator{};
    meter::RegistrationSpec meter{};
    bool commissioned = false;
    std::vector<std::size_t> own{}; ///< [meter] concentrator of its network; empty: the first one's
    double loss = 0.0;              ///< of a message on each hop, of a call at each listener
    std::size_t most_hellos = 4;    ///< that get through of those to one call
    std::uint32_t rows_kept = 1000; ///< of a meter's profile
    std::uint64_t seed = 1;
};

class MeshField final : headend::Clock,
                        headend::CommandPort,
                        headend::Journal,
                        headend::BeliefPort,
                        headend::SuspicionPort {
  public:
    explicit MeshField(MeshSpec const& spec);
    MeshField(MeshField const&) = delete;
    MeshField& operator=(MeshField const&) = delete;
    ~MeshField() override;

    /// They hear each other from now on, a frame needing so many transmissions; 0: not any more.
    void link(std::size_t a, std::size_t b, double etx);
    [[nodiscard]] std::size_t node_of_meter(std::size_t meter) const {
        return spec_.concentrators + meter;
    }
    /// Every meter belongs to the concentrator of its network, as built.
    void commission();
    void run_to(SimTime end);
    void order_relay(std::size_t meter, bool close);
    void alarm(std::size_t meter, AlarmKind kind);

    // What the test sets and looks at.
    SimTime now_at = kStart;
    std::vector<std::uint8_t> wan_up; ///< [concentrator]
    std::vector<std::uint8_t> dead;   ///< [node] without supply, for good or for a while
    std::map<CommandId, int> reached; ///< relay orders, how often their meter
    std::uint64_t repeated_readings = 0;
    [[nodiscard]] Concentrator& concentrator(std::size_t c) { return *stations_[c].concentrator; }
    [[nodiscard]] headend::HeadEnd const& head() const { return *head_; }
    [[nodiscard]] headend::MemoryLedger const& ledger() const { return ledger_; }
    [[nodiscard]] bool has(std::size_t c, std::size_t meter) const {
        return stations_[c].concentrator->ways().member(meter);
    }
    /// Who holds the meter for its own.
    [[nodiscard]] std::vector<std::size_t> holders(std::size_t meter) const;
    /// The meter's own view.
    [[nodiscard]] ConcentratorId belongs_to(std::size_t meter) const;
    /// Cheapest way over the meters in that concentrator's tree; nothing when there is none.
    /// @param joining the meter itself may be in another
    [[nodiscard]] std::vector<std::size_t> path(std::size_t c, std::size_t meter,
                                                bool joining = false) const;

  private:
    struct Station final : MeterLink, Uplink {
        MeshField* field = nullptr;
        std::size_t c = 0;
        std::unique_ptr<Concentrator> concentrator;
        void send(Message&& message, Channel channel) override;
        void broadcast(Message&& message, Channel channel, SimTime arrive_by) override;
        void call(Message&& message, Channel channel) override;
        void drop_member(MeterId meter, Channel channel) override;
        void send(Message&& message) override;
    };

    double draw();
    void later(SimDuration wait, std::function<void()> what);
    [[nodiscard]] bool passes(std::vector<std::size_t> const& path);
    [[nodiscard]] double cost_of(std::vector<std::size_t> const& path) const;
    void to_concentrator(std::size_t c, Message message);
    void at_meter(std::size_t c, std::size_t meter, Message const& request);
    void reply(std::size_t c, std::size_t meter, Message answer);
    /// Everybody around hears it. @param hears (meter, its hello)
    void around(std::size_t node, Message const& call,
                std::function<void(std::size_t, Message const&)> const& hears);
    [[nodiscard]] Message profile(std::size_t meter, Message const& request) const;
    void up(std::size_t c, Message message);
    void at_head_end(Message const& message);
    void down(Message message);

    [[nodiscard]] SimTime now() const override { return now_at; }
    void set_timer(SimTime at, std::uint64_t id) override;
    void send(headend::Command const& command) override;
    void assign(headend::Assignment const& assignment) override;
    void write(headend::JournalEntry const&) override {}
    void believe(headend::Belief const&) override {}
    void suspect(headend::TheftSuspicion const&) override {}

    static constexpr std::size_t kNoTree = SIZE_MAX;

    MeshSpec spec_;
    std::vector<std::size_t> tree_;        ///< [meter] of which concentrator; kNoTree: of none
    std::vector<std::vector<double>> etx_; ///< [node][node] 0: not heard
    meter::Registrations registrations_;
    MessageNumbers meter_numbers_{900};
    std::vector<Station> stations_;
    headend::MemoryLedger ledger_;
    headend::Uploads uploads_;
    std::unique_ptr<headend::HeadEnd> head_;
    std::set<std::pair<SimTime, std::uint64_t>> timers_;
    std::map<std::pair<SimTime, std::uint64_t>, std::function<void()>> air_;
    std::uint64_t sequence_ = 0;
    std::uint64_t draws_ = 0;
};

} // namespace gridtwin::concentrator
