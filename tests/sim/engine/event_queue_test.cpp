#include "sim/core/random.hpp"
#include "sim/engine/event_queue.hpp"

namespace gridtwin::engine {
namespace {

TEST(EventQueueTest, EqualTimesKeepTheOrderOfInsertion) {
    EventQueue<int> queue;
    SimTime const t = kStart + std::chrono::seconds{1};
    for (int i = 0; i < 100; ++i) {
        queue.push(t, i);
    }
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(queue.pop().second, i);
    }
    EXPECT_EQ(queue.next(), kNever);
}

TEST(EventQueueTest, ComesOutSortedWhateverGoesIn) {
    EventQueue<std::size_t> queue;
    std::vector<std::pair<SimTime, std::size_t>> model;
    std::vector<std::pair<SimTime, std::size_t>> out;
    for (std::size_t i = 0; i < 20'000; ++i) {
        auto const r = draw_bits(Seed{3}, EntityKey(EntityKind::world, 0), Purpose::test, i);
        if (r % 3 == 0 && !queue.empty()) {
            auto const at = queue.next();
            auto const event = queue.pop();
            EXPECT_EQ(event.first, at);
            out.push_back(event);
            continue;
        }
        // never before what has been taken out, as in a simulation
        SimTime const base = out.empty() ? kStart : out.back().first;
        SimTime const at = base + SimDuration{static_cast<std::int64_t>(r >> 8) % 50};
        queue.push(at, i);
        model.emplace_back(at, i);
    }
    while (!queue.empty()) {
        out.push_back(queue.pop());
    }
    EXPECT_TRUE(std::is_sorted(out.begin(), out.end(),
                               [](auto const& a, auto const& b) { return a.first < b.first; }));
    std::sort(model.begin(), model.end());
    std::sort(out.begin(), out.end());
    EXPECT_EQ(out, model) << "nothing lost, nothing invented";
}

} // namespace
} // namespace gridtwin::engine
