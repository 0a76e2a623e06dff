#include "models/medium/job_queue.hpp"

namespace gridtwin::medium {
namespace {

using TestJobs = Jobs<3>;

std::vector<std::uint64_t> handles(TestJobs const& jobs, Queue const& queue) {
    std::vector<std::uint64_t> found;
    for (std::uint32_t slot = queue.head; slot != kNoJob; slot = jobs[slot].next) {
        found.push_back(jobs[slot].datagram.handle);
    }
    return found;
}

std::uint32_t put(TestJobs& jobs, Queue& queue, std::uint64_t handle, std::uint8_t priority) {
    std::uint32_t const slot = jobs.take({.handle = handle, .priority = priority}, 64);
    jobs.insert(queue, slot);
    return slot;
}

using Handles = std::vector<std::uint64_t>;

TEST(JobQueue, TheUrgentGoFirstThenThoseThatCameFirst) {
    TestJobs jobs;
    Queue queue;
    for (std::uint64_t n = 0; n < 6; ++n) {
        put(jobs, queue, n, static_cast<std::uint8_t>(n % 3));
    }
    EXPECT_EQ(handles(jobs, queue), (Handles{2, 5, 1, 4, 0, 3}));
    EXPECT_EQ(queue.length, 6U);
}

TEST(JobQueue, WhatHasBegunIsNotOvertaken) {
    TestJobs jobs;
    Queue queue;
    jobs[put(jobs, queue, 1, 0)].begun = true;
    EXPECT_FALSE(jobs.insert(queue, jobs.take({.handle = 2, .priority = 9}, 64)));
    EXPECT_EQ(handles(jobs, queue), (Handles{1, 2}));
    jobs.pop(queue);
    EXPECT_TRUE(jobs.insert(queue, jobs.take({.handle = 3, .priority = 10}, 64)));
    EXPECT_EQ(handles(jobs, queue), (Handles{3, 2}));
}

TEST(JobQueue, TheLastInLineMakesRoomForTheMoreUrgentUnlessItHasBegun) {
    TestJobs jobs;
    Queue queue;
    std::uint32_t const begun = put(jobs, queue, 1, 0);
    jobs[begun].begun = true;
    std::uint32_t const first = put(jobs, queue, 2, 0);
    std::uint32_t const last = put(jobs, queue, 3, 0);
    std::uint32_t const bulk = jobs.take({.handle = 4, .priority = 0}, 64);
    std::uint32_t const urgent = jobs.take({.handle = 5, .priority = 1}, 64);
    EXPECT_EQ(jobs.make_room(queue, bulk), bulk) << "no more urgent than it";
    EXPECT_EQ(jobs.make_room(queue, urgent), last);
    EXPECT_EQ(jobs.make_room(queue, urgent), first);
    EXPECT_EQ(jobs.make_room(queue, urgent), urgent) << "that one is on its way";
    EXPECT_EQ(handles(jobs, queue), (Handles{1}));
    EXPECT_EQ(queue.length, 1U);
    jobs[begun].begun = false;
    EXPECT_EQ(jobs.make_room(queue, urgent), begun) << "the only one";
    EXPECT_EQ(queue.length, 0U);
    EXPECT_TRUE(jobs.insert(queue, urgent));
}

TEST(JobQueue, FreedSlotsAreTakenAgainAsNew) {
    TestJobs jobs;
    Queue queue;
    std::uint32_t const slot = put(jobs, queue, 1, 0);
    auto& job = jobs[slot];
    job.segment = 2;
    job.hops = 3;
    job.hop = 1;
    job.tries = job.worst_tries = job.failures = 4;
    job.received = job.handed = job.begun = job.continuing = true;
    jobs.pop(queue);
    EXPECT_EQ(queue.length, 0U);
    ASSERT_EQ(jobs.take({.handle = 2, .octets = 10}, 64), slot);
    auto const& again = jobs[slot];
    EXPECT_EQ(again.datagram.handle, 2U);
    EXPECT_EQ(again.segment + again.hops + again.hop + again.tries + again.worst_tries +
                  again.failures,
              0U);
    EXPECT_FALSE(again.received || again.handed || again.begun || again.continuing);
}

TEST(JobQueue, ADatagramIsCutIntoSegmentsHoweverLongItIs) {
    TestJobs jobs;
    for (auto const& [octets, segments, last] :
         {std::tuple{0U, 1U, 0U}, std::tuple{64U, 1U, 64U}, std::tuple{65U, 2U, 1U},
          std::tuple{150U, 3U, 22U}, std::tuple{0xffffffffU, 0x4000000U, 63U}}) {
        auto& job = jobs[jobs.take({.octets = octets}, 64)];
        EXPECT_EQ(job.segments, segments) << octets;
        EXPECT_EQ(job.payload(64), segments == 1 ? last : 64U);
        job.segment = job.segments - 1;
        EXPECT_TRUE(job.on_last_segment());
        EXPECT_EQ(job.payload(64), last) << octets;
    }
}

TEST(JobQueue, AReceiverThatLostPowerGetsTheFirstSegmentAgain) {
    TestJobs jobs;
    Queue queue;
    auto& job = jobs[put(jobs, queue, 1, 0)];
    job.path = {1, 5, 0};
    job.hops = 2;
    job.segment = 2;
    job.received = true;
    jobs.forget_received(queue, 4); // not its receiver
    EXPECT_EQ(job.segment, 2U);
    jobs.forget_received(queue, 5);
    EXPECT_EQ(job.segment, 0U);
    EXPECT_FALSE(job.received);
    job.segment = 2;
    job.handed = true; // is the receiver's now
    EXPECT_EQ(jobs.unsettled(queue), 0U);
    jobs.forget_received(queue, 5);
    EXPECT_EQ(job.segment, 2U);
}

} // namespace
} // namespace gridtwin::medium
