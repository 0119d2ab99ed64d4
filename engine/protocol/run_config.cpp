// SPDX-License-Identifier: Apache-2.0
#include "engine/protocol/run_config.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>

#include "engine/protocol/error.h"

namespace arcmeter::protocol {

const std::vector<EnumName<FcType>>& names_of(FcType) {
    static const std::vector<EnumName<FcType>> names{
        {FcType::e, "E"}, {FcType::fc, "FC"}, {FcType::gdc, "GDC"}};
    return names;
}

const std::vector<EnumName<Loss>>& names_of(Loss) {
    static const std::vector<EnumName<Loss>> names{{Loss::arcface, "arcface"},
                                                   {Loss::cosface, "cosface"},
                                                   {Loss::combined, "combined"},
                                                   {Loss::softmax, "softmax"}};
    return names;
}

const std::vector<EnumName<Parallelism>>& names_of(Parallelism) {
    static const std::vector<EnumName<Parallelism>> names{
        {Parallelism::data, "data"}, {Parallelism::model, "model"}, {Parallelism::partial_fc, "partial_fc"}};
    return names;
}

const std::vector<EnumName<Precision>>& names_of(Precision) {
    static const std::vector<EnumName<Precision>> names{{Precision::fp32, "fp32"},
                                                        {Precision::tf32, "tf32"},
                                                        {Precision::fp16, "fp16"},
                                                        {Precision::bf16, "bf16"}};
    return names;
}

const std::vector<EnumName<Device>>& names_of(Device) {
    static const std::vector<EnumName<Device>> names{
        {Device::automatic, "auto"}, {Device::cpu, "cpu"}, {Device::cuda, "cuda"}};
    return names;
}

const std::vector<EnumName<Method>>& names_of(Method) {
    static const std::vector<EnumName<Method>> names{
        {Method::dlperf, "dlperf"}, {Method::quick, "quick"}, {Method::steady, "steady"}};
    return names;
}

const std::vector<EnumName<Recompute>>& names_of(Recompute) {
    static const std::vector<EnumName<Recompute>> names{{Recompute::automatic, "auto"},
                                                        {Recompute::none, "none"},
                                                        {Recompute::units, "units"},
                                                        {Recompute::blocks, "blocks"}};
    return names;
}

const std::vector<EnumName<StatePrecision>>& names_of(StatePrecision) {
    static const std::vector<EnumName<StatePrecision>> names{{StatePrecision::fp32, "fp32"},
                                                             {StatePrecision::bf16, "bf16"}};
    return names;
}

const std::vector<EnumName<ClassMemory>>& names_of(ClassMemory) {
    static const std::vector<EnumName<ClassMemory>> names{
        {ClassMemory::device, "device"}, {ClassMemory::host, "host"}, {ClassMemory::host_all, "host_all"}};
    return names;
}

const std::vector<EnumName<Launcher>>& names_of(Launcher) {
    static const std::vector<EnumName<Launcher>> names{
        {Launcher::local, "local"}, {Launcher::mpirun, "mpirun"}, {Launcher::slurm, "slurm"}};
    return names;
}

const std::vector<EnumName<CommunicationPrecision>>& names_of(CommunicationPrecision) {
    static const std::vector<EnumName<CommunicationPrecision>> names{{CommunicationPrecision::fp32, "fp32"},
                                                                     {CommunicationPrecision::bf16, "bf16"}};
    return names;
}

const std::vector<ModelInfo>& models() {
    static const std::vector<FcType> iresnet{FcType::e, FcType::fc};
    static const std::vector<ModelInfo> all{
        {"r18", "R18 (IResNet-18)", FcType::e, iresnet, 512, 2e-5},
        {"r34", "R34 (IResNet-34)", FcType::e, iresnet, 512, 2e-5},
        {"r50", "R50 (IResNet-50)", FcType::e, iresnet, 512, 2e-5},
        {"r100", "R100 (IResNet-100)", FcType::e, iresnet, 512, 2e-5},
        {"r200", "R200 (IResNet-200)", FcType::e, iresnet, 512, 2e-5},
        {"y1", "Y1 (MobileFaceNet)", FcType::gdc, {FcType::gdc}, 128, 1e-3},
        {"mbf", "MBF (MobileFaceNet x2)", FcType::gdc, {FcType::gdc}, 512, 1e-5},
    };
    return all;
}

const ModelInfo* find_model(std::string_view name) {
    for (const ModelInfo& model : models()) {
        if (model.name == name) return &model;
    }
    return nullptr;
}

FcType RunConfig::effective_fc_type() const {
    if (fc_type) return *fc_type;
    const ModelInfo* info = find_model(model);
    return info ? info->fc_type : FcType::e;
}

double RunConfig::effective_bn_eps() const {
    if (bn_eps) return *bn_eps;
    const ModelInfo* info = find_model(model);
    return info ? info->bn_eps : 2e-5;
}

std::int64_t RunConfig::effective_repeats() const {
    if (repeats) return *repeats;
    switch (method) {
        case Method::dlperf:
            return 5;
        case Method::steady:
            return 3;
        case Method::quick:
            return 1;
    }
    return 1;
}

std::int64_t RunConfig::effective_iterations() const {
    if (iterations) return *iterations;
    return method == Method::quick ? 30 : 150;
}

std::int64_t RunConfig::effective_warmup() const {
    if (warmup) return *warmup;
    const std::int64_t usual = method == Method::quick ? 10 : 50;
    return std::min(usual, effective_iterations() / 3);
}

std::optional<std::int64_t> parse_bytes(std::string_view text) {
    double number = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (status != std::errc{} || !(number >= 0)) return std::nullopt;
    std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
    static constexpr std::pair<std::string_view, double> units[] = {
        {"", 1},      {"B", 1},        {"kB", 1e3},        {"MB", 1e6},           {"GB", 1e9},
        {"TB", 1e12}, {"KiB", 1024.0}, {"MiB", 1048576.0}, {"GiB", 1073741824.0}, {"TiB", 1099511627776.0}};
    for (const auto& [name, factor] : units) {
        if (unit != name) continue;
        const double bytes = number * factor;
        if (bytes > 9e18) return std::nullopt;
        return static_cast<std::int64_t>(bytes);
    }
    return std::nullopt;
}

}  // namespace arcmeter::protocol
