#include "sim/core/thread_pool.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace gridtwin {

ThreadPool::ThreadPool(unsigned threads) {
    unsigned const wanted =
        threads == 0 ? std::max(1U, std::thread::hardware_concurrency()) : threads;
    workers_.reserve(wanted - 1);
    try {
        for (unsigned i = 1; i < wanted; ++i) {
            workers_.emplace_back([this] { worker(); });
        }
    } catch (std::system_error const&) {
        // No more threads to be had. Results do not depend on their number, so those we got will
        // do.
    }
}

ThreadPool::~ThreadPool() {
    {
        std::lock_guard const lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    for (auto& w : workers_) {
        w.join();
    }
}

void ThreadPool::for_each(std::size_t count, std::function<void(std::size_t)> const& work) {
    if (workers_.empty() || count < 2) {
        for (std::size_t i = 0; i < count; ++i) {
            work(i);
        }
        return;
    }
    {
        std::lock_guard const lock(mutex_);
        work_ = &work;
        count_ = count;
        next_ = 0;
        failure_ = nullptr;
        running_ = workers_.size();
        ++generation_;
    }
    wake_.notify_all();
    take_share();
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return running_ == 0; });
    work_ = nullptr;
    if (failure_) {
        std::rethrow_exception(std::exchange(failure_, nullptr));
    }
}

void ThreadPool::take_share() {
    for (;;) {
        std::size_t i = 0;
        {
            std::lock_guard const lock(mutex_);
            if (next_ == count_) {
                return;
            }
            i = next_++;
        }
        try {
            (*work_)(i);
        } catch (...) { // carried to the caller of for_each, never dropped
            std::lock_guard const lock(mutex_);
            if (!failure_ || i < failed_at_) {
                failure_ = std::current_exception();
                failed_at_ = i;
            }
        }
    }
}

void ThreadPool::worker() {
    std::size_t seen = 0;
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [&] { return stopping_ || generation_ != seen; });
            if (stopping_) {
                return;
            }
            seen = generation_;
        }
        take_share();
        bool last = false;
        {
            std::lock_guard const lock(mutex_);
            last = --running_ == 0;
        }
        if (last) {
            done_.notify_one();
        }
    }
}

} // namespace gridtwin
