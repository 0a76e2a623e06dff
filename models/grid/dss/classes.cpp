#include "models/grid/dss/classes.hpp"

#include "models/grid/dss/text.hpp"

namespace gridtwin::grid::dss {
namespace {

constexpr ClassSpec const* kClasses[] = {
    &kVsourceClass,     &kLineCodeClass,   &kLineClass,        &kXfmrCodeClass,
    &kTransformerClass, &kLoadClass,       &kCapacitorClass,   &kGeneratorClass,
    &kPvSystemClass,    &kStorageClass,    &kRegControlClass,  &kCapControlClass,
    &kSwtControlClass,  &kInvControlClass, &kEnergyMeterClass, &kMonitorClass,
};

} // namespace

std::span<ClassSpec const* const> element_classes() {
    return kClasses;
}

ClassSpec const* find_class(std::string_view name) {
    for (auto const* spec : kClasses) {
        if (same(spec->name, name)) {
            return spec;
        }
    }
    return nullptr;
}

std::string class_names() {
    std::string out;
    for (auto const* spec : kClasses) {
        out += out.empty() ? "" : ", ";
        out += spec->name;
    }
    return out;
}

} // namespace gridtwin::grid::dss
