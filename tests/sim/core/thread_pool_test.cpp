#include "sim/core/thread_pool.hpp"

#include <atomic>
#include <stdexcept>

namespace gridtwin {
namespace {

TEST(ThreadPoolTest, DoesEveryPieceOnce) {
    for (unsigned threads : {1U, 2U, 5U}) {
        ThreadPool pool(threads);
        std::vector<int> done(1000, 0);
        for (int round = 0; round < 20; ++round) {
            pool.for_each(done.size(), [&](std::size_t i) { ++done[i]; });
        }
        EXPECT_EQ(done, std::vector<int>(1000, 20));
    }
}

TEST(ThreadPoolTest, RethrowsTheFirstFailureWhateverTheThreads) {
    for (unsigned threads : {1U, 4U}) {
        ThreadPool pool(threads);
        std::string message;
        try {
            pool.for_each(100, [](std::size_t i) {
                if (i % 10 == 7) {
                    throw std::runtime_error(std::to_string(i));
                }
            });
        } catch (std::runtime_error const& e) {
            message = e.what();
        }
        EXPECT_EQ(message, "7");
    }
}

} // namespace
} // namespace gridtwin
