// Editing: by hand, with a name and a reason, for good in the trail.
#include "models/headend/vee/vee.hpp"

#include <fmt/format.h>

namespace gridtwin::headend::vee {

EditResult Vee::put(Change change) {
    std::uint32_t const k = change.interval;
    store_.touch(store_.day_of(k));
    Series series(store_, index(change.meter));
    series.set(k, change.value_after());
    changed(index(change.meter), k);
    ++counts_.edits;
    return {.number = trail_.append(change), .problem = {}};
}

EditResult Vee::edit(MeterId meter, std::uint32_t interval, std::int32_t mwh, std::uint32_t who,
                     Why why) {
    if (!kept(meter, interval)) {
        return {.problem = fmt::format("edit of meter {}, interval {}: expected one of {} meters "
                                       "and of intervals 1 to {}",
                                       index(meter), interval, fleet_.meters(), intervals_)};
    }
    if (who == 0) {
        return {.problem = "edit: expected an editor's number, not 0"};
    }
    if (!is_edit(why) || why == Why::undone) {
        return {.problem = fmt::format("edit: {} is no editor's reason", name(why))};
    }
    if (mwh < 0 && exports_[index(meter)] == 0) {
        return {.problem = fmt::format("edit: {} mWh of a meter that does not export", mwh)};
    }
    Change change = change_of(clock_.now(), meter, interval, value(meter, interval),
                              {mwh, {Quality::edited, Source::editor}}, why);
    change.who = who;
    return put(change);
}

EditResult Vee::undo(std::uint32_t number, std::uint32_t who) {
    if (number == 0 || number > trail_.size() || !is_edit(trail_.at(number).why)) {
        return {.problem = fmt::format("undo: change {} is no edit", number)};
    }
    if (who == 0) {
        return {.problem = "undo: expected an editor's number, not 0"};
    }
    Change const& edit = trail_.at(number);
    if (auto const latest = trail_.latest(edit.meter, edit.interval); latest != number) {
        return {.problem = fmt::format("undo: change {} came after edit {}: undo that one first",
                                       latest, number)};
    }
    Value after = edit.value_before();
    bool const received = (flags(edit.meter, edit.interval) & kReceived) != 0;
    bool const reading = is_reading(after.grade.quality) || after.grade.quality == Quality::edited;
    bool const replaced = (flags(edit.meter, edit.interval) & rules_.replace) != 0;
    if (!reading && received && !replaced && ledger_.has(edit.meter, edit.interval)) {
        after = {
            static_cast<std::int32_t>(ledger_.import_mwh(edit.meter, edit.interval, edit.interval)),
            {Quality::actual, source_of(fleet_.channel[index(edit.meter)])}};
    }
    if (after.grade.quality == Quality::missing) {
        after.grade.source = Source::editor; // a reading that comes now is news to who has billed
    }
    Change change = change_of(clock_.now(), edit.meter, edit.interval,
                              value(edit.meter, edit.interval), after, Why::undone);
    change.who = who;
    change.undoes = number;
    return put(change);
}

} // namespace gridtwin::headend::vee
