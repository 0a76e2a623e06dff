#pragma once
// The customer database's gateway in a running world (docs/models/crm.md): looks for documents and
// messages from time to time, works on one after the other, and hands its short messages to the
// operator as any client does.
#include "models/crm/gateway.hpp"
#include "sim/results/kpi.hpp"
#include "sim/twin/live_world.hpp"

#include <deque>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace gridtwin::twin {

class CrmSession final : public LiveSession {
  public:
    /// Both must outlive it. Keys and codes are those of sms_identity.
    CrmSession(scenario::Scenario const& scenario, scenario::World const& world);

    void begin(LiveWorld& world) override { world_of_run_ = &world; }
    SimTime before_window(SimTime reached, SimTime next) override;
    void end(SimTime reached, bool complete) override;
    void on_state(std::uint64_t number, DeliveryState state, SimTime at) override;
    void on_lost(std::uint64_t number, LossReason reason, SimTime at) override;
    void on_from_meter(MeterId meter, std::string_view to, std::span<std::byte const> content,
                       SimTime at) override;

    /// What the database was told, in documents, once the run has ended.
    [[nodiscard]] std::vector<std::string> const& documents() const { return documents_; }
    void add_kpis(std::vector<results::Kpi>& kpis) const;

  private:
    /// Something to work on: a document, or a received message.
    struct Job {
        SimTime at{}; ///< it came
        scenario::CrmDocument const* document = nullptr;
        std::string sender;
        std::string short_number;
        std::vector<std::byte> octets;
    };
    /// A command's message at the operator; its number there is its row and 1.
    struct Sent {
        crm::Submission submission;
        SimTime until{};         ///< the end of its validity
        std::uint32_t tries = 0; ///< refused as the operator's queue was full
        bool taken = false;
    };

    void queue(Job job);
    /// Both: whether something was handed to the operator.
    bool work(Job const& job, SimTime at);
    bool submit(std::size_t row, SimTime at);
    /// The first poll not before an instant.
    [[nodiscard]] SimTime found(SimTime at) const;
    [[nodiscard]] SimTime next_done() const;

    scenario::Scenario const& scenario_;
    scenario::World const& world_;
    LiveWorld* world_of_run_ = nullptr;
    crm::Gateway gateway_;
    std::deque<Job> planned_; ///< of the scenario, in order of time
    std::deque<Job> waiting_; ///< likewise
    SimTime free_ = kStart;   ///< the last one is done
    std::vector<Sent> sent_;
    std::multimap<SimTime, std::size_t> again_; ///< refused: to be submitted once more
    std::uint64_t resubmitted_ = 0;
    std::uint64_t most_waiting_ = 0;
    std::vector<std::string> documents_;
};

/// Their names: none of a scenario without a database.
[[nodiscard]] std::vector<std::string> crm_kpi_names(scenario::Scenario const& scenario);

/// Beside each other (scenario::crm_document_file), each whole or not at all.
/// @throws InputError when one cannot be written
void write_crm_documents(std::vector<std::string> const& documents,
                         std::filesystem::path const& file);

} // namespace gridtwin::twin
