#pragma once
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace gridtwin {

/// Runs independent pieces of work side by side. Results must not depend on which thread runs what.
class ThreadPool {
  public:
    /// @param threads workers in all, the caller included; 0 means one per hardware
    ///        thread; fewer when the system has no more to give
    explicit ThreadPool(unsigned threads);
    ~ThreadPool();
    ThreadPool(ThreadPool const&) = delete;
    ThreadPool& operator=(ThreadPool const&) = delete;

    [[nodiscard]] unsigned size() const { return static_cast<unsigned>(workers_.size()) + 1; }

    /// Calls work(i) for i in [0, count), each once, and returns when all are done. The exception
    /// of the lowest i that threw is rethrown, whatever the number of threads.
    void for_each(std::size_t count, std::function<void(std::size_t)> const& work);

  private:
    void worker();
    void take_share();

    std::vector<std::thread> workers_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable done_;
    std::function<void(std::size_t)> const* work_ = nullptr;
    std::size_t count_ = 0;
    std::size_t next_ = 0;
    std::size_t running_ = 0;
    std::size_t generation_ = 0;
    std::size_t failed_at_ = 0;
    std::exception_ptr failure_;
    bool stopping_ = false;
};

} // namespace gridtwin
