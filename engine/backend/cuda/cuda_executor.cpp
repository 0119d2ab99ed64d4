// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/cuda_executor.h"

#include <algorithm>
#include <stdexcept>
#include <thread>

#include "engine/backend/cuda/nvtx_range.h"
#include "engine/backend/cuda/parameter_order.h"
#include "engine/backend/initialise.h"
#include "engine/graph/collectives.h"
#include "engine/protocol/error.h"
#include "kernels/cpu/convert.h"
#include "kernels/cuda/row_groups.h"

namespace arcmeter::backend::cuda {

using graph::no_tensor;
using graph::Role;

namespace {

/// Values of a tensor that are made on the host at a time.
constexpr std::int64_t initial_values_at_a_time = std::int64_t{16} << 20;

/// Makes the products while the device's memory is still free, then says what the step takes of it.
std::int64_t prepare_memory(const CudaProgram& program, ProductCache& products,
                            const ExecutorOptions& options) {
    make_products(program, products);
    const std::int64_t total = program.total_bytes();
    if (options.memory_limit_bytes && total > *options.memory_limit_bytes) {
        throw Error(ErrorCode::out_of_memory,
                    "The training step needs " + std::to_string(total) +
                        " bytes; memory_limit_bytes allows " + std::to_string(*options.memory_limit_bytes) +
                        ".",
                    "Use a smaller batch, fewer classes, recompute units or a higher limit.");
    }
    return total;
}

/// What the host sleeps between two looks at a step of several ranks.
constexpr auto waiting_interval = std::chrono::microseconds(50);

/// Class centres or their momentum in bfloat16.
bool is_half_state(const graph::Tensor& tensor) {
    return tensor.type == graph::DataType::bf16 &&
           (tensor.role == Role::class_centre || tensor.role == Role::class_momentum);
}

/// Kernels throw no Error. Where the device itself failed under one, that is what is to be reported.
[[noreturn]] void rethrow_device_fault(const std::runtime_error& error) {
    const cudaError_t state = cudaPeekAtLastError();
    if (is_device_fault(state)) throw_cuda_error(state, error.what(), __FILE__, __LINE__);
    throw;
}

}  // namespace

CudaExecutor::CudaExecutor(graph::Graph graph, std::unique_ptr<ProductLibrary> library,
                           const ExecutorOptions& options, const NcclApi* nccl)
    : graph_(std::move(graph)),
      options_(options),
      program_(graph_, options_),
      library_(std::move(library)),
      products_(*library_, {static_cast<std::size_t>(options.library_workspace_bytes), options.deterministic,
                            options.progress}),
      memory_(prepare_memory(program_, products_, options_)),
      capture_(options.capture && !options.time_launches) {
    if (program_.arena().host_bytes > 0) host_memory_.emplace(program_.arena().host_bytes);
    make_communicator(nccl);
    upload_tables();
    ARCMETER_CUDA_CHECK(cudaMemsetAsync(bindings(0).counters(), 0,
                                        kernels::cuda::reduction_counters * sizeof(unsigned), compute_));
    reset_state();
    for (std::size_t i = 0; i < instances; ++i) {
        instances_.push_back(std::make_unique<StepInstance>(bindings(i)));
    }
}

void CudaExecutor::make_communicator(const NcclApi* nccl) {
    if (graph::next_request(graph_) == 0) return;
    if (!options_.communicator) throw std::logic_error("the graph of several ranks needs a communicator");
    if (!nccl) {
        nccl = nccl_library().api;
        if (!nccl) {
            throw Error(
                ErrorCode::device_unavailable,
                "Several GPUs cannot train together, because " + nccl_library().reason + ".",
                "Install NCCL (Debian and Ubuntu: libnccl2, from NVIDIA's repository), or use one device.");
        }
    }
    communicator_ = std::make_unique<NcclCommunicator>(
        *nccl, *options_.communicator, compute_, NcclOptions{options_.communication_timeout, options_.stop});
}

CudaExecutor::~CudaExecutor() {
    // Other ranks may never join what is still queued.
    if (communicator_ && !in_flight_.empty()) communicator_->abort();
    ARCMETER_CUDA_LOG(cudaStreamSynchronize(copies_));
    ARCMETER_CUDA_LOG(cudaStreamSynchronize(side_));
    ARCMETER_CUDA_LOG(cudaStreamSynchronize(compute_));
}

Bindings CudaExecutor::bindings(std::size_t instance) {
    return {
        &program_, &products_,    &options_,   memory_.data(), host_memory_ ? host_memory_->data() : nullptr,
        instance,  update_table_, copy_table_, class_tables_,  communicator_.get()};
}

void CudaExecutor::upload_tables() {
    const auto upload = [this](std::vector<kernels::cuda::SgdTensor> tensors, std::int64_t offset) {
        const std::int64_t tiles = kernels::cuda::lay_out_tiles(tensors);
        std::byte* to = memory_.data() + offset;
        copy_to_device(to, tensors.data(), static_cast<std::int64_t>(tensors.size() * sizeof tensors[0]));
        return kernels::cuda::SgdTensors{reinterpret_cast<const kernels::cuda::SgdTensor*>(to),
                                         static_cast<std::int64_t>(tensors.size()), tiles};
    };
    update_table_ = upload(update_tensors(bindings(0)), program_.regions().update_table);
    copy_table_ = upload(copied_tensors(bindings(0)), program_.regions().copy_table);
    std::int64_t offset = program_.regions().class_table;
    for (const kernels::cuda::SgdTensor& rows : class_tensors(bindings(0))) {
        class_tables_.push_back(upload({rows}, offset));
        offset += static_cast<std::int64_t>(sizeof rows);
    }
}

void CudaExecutor::reset_state() {
    kernels::cuda::StepState state;
    if (!bindings(0).scales_loss()) state.loss_scale.scale = 1;
    copy_to_device(bindings(0).state(), &state, sizeof state);
}

void CudaExecutor::copy_to_device(void* to, const void* from, std::int64_t bytes) {
    ARCMETER_CUDA_CHECK(
        cudaMemcpyAsync(to, from, static_cast<std::size_t>(bytes), cudaMemcpyHostToDevice, compute_));
    ARCMETER_CUDA_CHECK(cudaStreamSynchronize(compute_));
}

void CudaExecutor::copy_to_host(void* to, const void* from, std::int64_t bytes) {
    ARCMETER_CUDA_CHECK(
        cudaMemcpyAsync(to, from, static_cast<std::size_t>(bytes), cudaMemcpyDeviceToHost, compute_));
    ARCMETER_CUDA_CHECK(cudaStreamSynchronize(compute_));
}

void CudaExecutor::initialise(std::uint64_t seed) {
    std::vector<float> values;
    for (std::size_t i = 0; i < graph_.tensors().size(); ++i) {
        const auto id = static_cast<graph::TensorId>(i);
        const graph::Tensor& tensor = graph_.tensors()[i];
        if (tensor.initialiser == graph::Initialiser::none || program_.arena().placements[i].offset < 0)
            continue;
        const std::uint64_t key = tensor_key(seed, tensor.name);
        if (std::holds_alternative<PlainForm>(program_.form(id))) {
            initialise_plain(id, key);
            continue;
        }
        values.resize(static_cast<std::size_t>(tensor.shape.elements()));
        fill_initial(tensor, key, values);
        write_tensor(id, values);
    }
    reset_state();
    copies_stale_ = true;
}

/// Piece by piece: the class centres may be more than the host has memory for.
void CudaExecutor::initialise_plain(graph::TensorId id, std::uint64_t key) {
    const graph::Tensor& tensor = graph_.tensor(id);
    const std::int64_t count = tensor.shape.elements();
    std::vector<float> values(static_cast<std::size_t>(std::min(count, initial_values_at_a_time)));
    for (std::int64_t first = 0; first < count; first += initial_values_at_a_time) {
        const auto piece = std::span(values).first(
            static_cast<std::size_t>(std::min(initial_values_at_a_time, count - first)));
        fill_initial(tensor, key, piece, first);
        write_plain(id, first, piece);
    }
}

/// Values from number `first` on, in the tensor's own type.
void CudaExecutor::write_plain(graph::TensorId id, std::int64_t first, std::span<const float> values) {
    const auto count = static_cast<std::int64_t>(values.size());
    if (program_.type(id) == kernels::ElementType::f32) {
        copy_to_device(bindings(last_).as<float>(id) + first, values.data(), count * 4);
        return;
    }
    std::vector<kernels::bfloat16> halves(values.size());
    kernels::cpu::convert(count, values.data(), halves.data());
    copy_to_device(bindings(last_).as<kernels::bfloat16>(id) + first, halves.data(), count * 2);
}

void CudaExecutor::write_tensor(graph::TensorId id, std::span<const float> values) {
    const graph::Tensor& tensor = graph_.tensor(id);
    if (static_cast<std::int64_t>(values.size()) != tensor.shape.elements()) {
        throw std::logic_error("write_tensor " + tensor.name +
                               ": the number of values differs from the shape");
    }
    if (is_half_state(tensor)) {
        write_plain(id, 0, values);
        return;
    }
    std::vector<float> physical(static_cast<std::size_t>(program_.stored_elements(id)));
    from_logical(program_, id, values, physical);
    copy_to_device(bindings(last_).data(id), physical.data(),
                   static_cast<std::int64_t>(physical.size() * sizeof(float)));
    copies_stale_ = true;
}

std::vector<float> CudaExecutor::read_tensor(graph::TensorId id) {
    const graph::Tensor& tensor = graph_.tensor(id);
    if (tensor.role == Role::activation) return read_activation(id);
    if (is_half_state(tensor)) return read_halves(id);
    std::vector<float> physical(static_cast<std::size_t>(program_.stored_elements(id)));
    copy_to_host(physical.data(), bindings(last_).data(id),
                 static_cast<std::int64_t>(physical.size() * sizeof(float)));
    std::vector<float> values(static_cast<std::size_t>(tensor.shape.elements()));
    to_logical(program_, id, physical, values);
    const bool scaled = tensor.role == Role::gradient || tensor.role == Role::class_gradient;
    if (scaled && bindings(0).scales_loss()) {
        const float scale = instances_[last_]->result().loss_scale.scale;
        for (float& value : values) value /= scale > 0 ? scale : 1;
    }
    return values;
}

std::vector<float> CudaExecutor::read_halves(graph::TensorId id) {
    std::vector<float> values(static_cast<std::size_t>(graph_.tensor(id).shape.elements()));
    std::vector<kernels::bfloat16> halves(values.size());
    copy_to_host(halves.data(), bindings(last_).data(id), static_cast<std::int64_t>(halves.size() * 2));
    kernels::cpu::convert(static_cast<std::int64_t>(halves.size()), halves.data(), values.data());
    return values;
}

std::vector<float> CudaExecutor::read_activation(graph::TensorId id) {
    const std::int64_t bytes =
        program_.layout(id).elements() * static_cast<std::int64_t>(size_of(program_.type(id)));
    std::vector<std::byte> physical(static_cast<std::size_t>(bytes));
    copy_to_host(physical.data(), bindings(last_).data(id), bytes);
    std::vector<float> values(static_cast<std::size_t>(graph_.tensor(id).shape.elements()));
    activation_to_logical(program_, id, physical.data(), values);
    return values;
}

void CudaExecutor::check_input(const StepInput& input) const {
    const bool bytes = graph_.tensor(graph_.images).type == graph::DataType::u8;
    if (bytes ? !input.images : !input.float_images) {
        throw std::logic_error(bytes ? "the graph reads images as bytes"
                                     : "the graph reads images as floats");
    }
}

void CudaExecutor::refresh_half_copies() {
    if (copies_stale_ && copy_table_.count > 0) kernels::cuda::sgd_refresh_copies(copy_table_, compute_);
    copies_stale_ = false;
}

void CudaExecutor::submit(const StepInput& input) {
    check_input(input);
    if (stopped()) return;
    while (std::count(in_flight_.begin(), in_flight_.end(), next_) > 0) take_oldest();
    if (stopped()) return;  // meanwhile: the communicator may be of no use any more
    try {
        refresh_half_copies();
        instances_[next_]->send(input, copies_, compute_);
        run(*instances_[next_]);
    } catch (const Error&) {
        throw;
    } catch (const std::runtime_error& error) {
        rethrow_device_fault(error);
    }
}

/// Launches that are timed have the device for themselves.
StepStreams CudaExecutor::streams() const {
    return {compute_, options_.time_launches ? compute_ : side_};
}

/// The first step is launched kernel by kernel: libraries and the driver load a kernel when it is first
/// launched, which may not happen in a capture.
void CudaExecutor::run(StepInstance& instance) {
    const NvtxRange range("step");
    if (capture_ && warm_ && !instance.captured()) try_capture(instance);
    bool whole = true;
    if (instance.captured()) {
        instance.launch(compute_);
    } else {
        whole = instance.enqueue(streams(), false, options_.stop);
    }
    instance.finish(compute_);
    warm_ = warm_ || whole;
    in_flight_.push_back(next_);
    discarded_[next_] = !whole;
    last_ = next_;
    next_ = (next_ + 1) % instances;
}

void CudaExecutor::try_capture(StepInstance& instance) {
    try {
        instance.capture(streams());
    } catch (const std::exception& error) {
        const cudaError_t state = cudaPeekAtLastError();
        if (is_device_fault(state)) throw_cuda_error(state, error.what(), __FILE__, __LINE__);
        cudaGetLastError();  // the next launch is not to find what the capture left
        capture_ = false;
        note_ = std::string(
                    "The step could not be captured as a CUDA graph, its kernels are launched one by one: ") +
                error.what();
    }
}

/// Collectives end when every rank has joined them, which may be never: a stop and a lost rank are looked for
/// meanwhile. False: the step was cut short.
bool CudaExecutor::wait_for(const StepInstance& instance) {
    if (!communicator_) {
        instance.wait();
        return true;
    }
    const auto since = std::chrono::steady_clock::now();
    while (!instance.is_done()) {
        if (stopped()) {
            communicator_->abort();
            instance.wait();
            return false;
        }
        communicator_->check(since);
        std::this_thread::sleep_for(waiting_interval);
    }
    return true;
}

void CudaExecutor::take_oldest() {
    const std::size_t index = in_flight_.front();
    const bool whole = wait_for(*instances_[index]);
    in_flight_.pop_front();
    if (discarded_[index] || !whole) return;
    reports_.push_back(instances_[index]->report());
    if (!options_.time_launches) return;
    // Kernels are loaded in the first step.
    if (timed_steps_++ > 0) instances_[index]->add_launch_times(launch_ms_);
}

std::vector<StepReport> CudaExecutor::collect() {
    while (!in_flight_.empty() && instances_[in_flight_.front()]->is_done()) take_oldest();
    return std::exchange(reports_, {});
}

void CudaExecutor::drain() {
    while (!in_flight_.empty()) take_oldest();
    ARCMETER_CUDA_CHECK(cudaStreamSynchronize(compute_));
}

kernels::LossScale CudaExecutor::loss_scale() {
    kernels::LossScale scale;
    copy_to_host(&scale, &bindings(0).state()->loss_scale, sizeof scale);
    return scale;
}

void CudaExecutor::set_loss_scale(const kernels::LossScale& scale) {
    copy_to_device(&bindings(0).state()->loss_scale, &scale, sizeof scale);
}

std::int64_t CudaExecutor::device_memory_bytes() const {
    std::size_t free = 0, total = 0;
    ARCMETER_CUDA_CHECK(cudaMemGetInfo(&free, &total));
    return static_cast<std::int64_t>(total - free);
}

std::vector<std::string> CudaExecutor::describe() const {
    std::vector<std::string> lines;
    const std::vector<Launch>& launches = instances_.front()->launches();
    for (std::size_t i = 0; i < launches.size(); ++i) {
        const Launch& launch = launches[i];
        const std::string time =
            launch_ms_.empty() ? "-" : std::to_string(launch_ms_[i] / (timed_steps_ - 1)) + " ms";
        lines.push_back(time + "\t" + std::string(to_string(launch.kind)) + "\t" + launch.name + "\t" +
                        launch.algorithm);
    }
    return lines;
}

}  // namespace arcmeter::backend::cuda
