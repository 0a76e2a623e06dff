#include "sim/results/record_log.hpp"

#include <algorithm>

namespace gridtwin::results {

RecordLog::RecordLog(hid_t file, RecordType type) : type_(std::move(type)) {
    hsize_t const size = 0;
    hsize_t const limit = H5S_UNLIMITED;
    auto const space =
        h5::own(H5Screate_simple(1, &size, &limit), type_.path, "cannot make a space");
    hsize_t const chunk = kChunk;
    auto const creation = h5::chunked({&chunk, 1});
    dataset_ = h5::own(H5Dcreate2(file, std::string(type_.path).c_str(), type_.file.get(),
                                  space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT),
                       type_.path, "cannot create the dataset");
    buffer_.reserve(kChunk * type_.size);
}

bool RecordLog::append(void const* records, std::size_t count) {
    auto const* next = static_cast<std::byte const*>(records);
    bool rewritten = false;
    while (count > 0) {
        auto const room = kChunk - buffer_.size() / type_.size;
        auto const taken = std::min(room, count);
        buffer_.insert(buffer_.end(), next, next + taken * type_.size);
        next += taken * type_.size;
        count -= taken;
        if (taken == room) {
            rewritten = write_chunk() || rewritten;
        }
    }
    return rewritten;
}

void RecordLog::write_out() {
    auto const buffered = buffer_.size() / type_.size;
    auto const end = chunk_first_ + buffered;
    if (end == rows_on_disk_) {
        return;
    }
    hsize_t const size = end;
    h5::check(H5Dset_extent(dataset_.get(), &size), type_.path, "cannot extend");
    auto const file_space = h5::select_rows(dataset_.get(), chunk_first_, buffered, type_.path);
    hsize_t const n = buffered;
    auto const memory_space = h5::simple_space({&n, 1});
    h5::check(H5Dwrite(dataset_.get(), type_.memory.get(), memory_space.get(), file_space.get(),
                       H5P_DEFAULT, buffer_.data()),
              type_.path, "cannot write");
    rows_on_disk_ = end;
}

bool RecordLog::write_chunk() {
    bool const was_on_disk = rows_on_disk_ > chunk_first_;
    write_out();
    chunk_first_ += kChunk;
    buffer_.clear();
    return was_on_disk;
}

} // namespace gridtwin::results
