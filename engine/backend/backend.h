// SPDX-License-Identifier: Apache-2.0
// What a device offers to training: it turns a planned graph into launches. Nothing above this interface
// knows which device it is.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/comm/communicator.h"
#include "engine/graph/graph.h"
#include "engine/protocol/events.h"
#include "engine/protocol/run_config.h"

namespace arcmeter::backend {

struct ExecutorOptions {
    std::int64_t threads = 0;  ///< CPU backend; 0: all cores
    bool deterministic = false;
    std::optional<std::int64_t> memory_limit_bytes = std::nullopt;
    double momentum = 0.9;
    double weight_decay = 5e-4;
    std::uint64_t seed = 0;
    bool poison_activations =
        false;          ///< for tests: NaN in every byte that lives within one step, before each step
    bool tf32 = false;  ///< FP32 products may round their operands to TF32; for devices that have it
    std::int64_t library_workspace_bytes =
        std::int64_t{256} << 20;  ///< CUDA backend: what libraries may use on each of two streams
    /// CUDA backend: describe() says how long each launch takes; they are then launched one by one, not
    /// captured.
    bool time_launches = false;
    bool capture =
        true;  ///< CUDA backend: replay a step as one graph instead of launching its kernels one by one
    /// Runs the graph's collectives; lives longer than the executor. CUDA backend: carries the id of NCCL's
    /// own communicator, which runs them.
    comm::Communicator* communicator = nullptr;
    /// CUDA backend: for ranks to join, and for a step to end once the host waits for it.
    std::chrono::milliseconds communication_timeout{60'000};
    const std::atomic<bool>* stop =
        nullptr;  ///< looked at between launches; a step it cuts short is discarded
    /// Called while the executor is made, with what it is busy with for seconds; may be empty.
    std::function<void(const std::string& what)> progress = {};
};

struct StepInput {
    std::uint64_t step = 0;  ///< from 0; counts dropout masks and class samples
    double learning_rate = 0;
    const std::uint8_t* images = nullptr;  ///< [batch, 112, 112, 3], or null with float_images
    const float* float_images = nullptr;   ///< [batch, 3, 112, 112] normalised, for graphs with float input
    const std::int32_t* labels = nullptr;  ///< [batch]; null for graphs without a head
    /// Names the images and labels: inputs with the same number hold the same values, so that a device need
    /// not be sent them again. 0: not known.
    std::uint64_t batch = 0;
};

struct StepReport {
    std::uint64_t step = 0;
    double step_ms = 0;
    protocol::StepParts parts;
    std::vector<double> collective_ms;  ///< by request: how long each took, hidden or not
    double loss = 0;
    double accuracy = 0;
};

/// A graph bound to memory and ready to run. Used from one thread.
class Executor {
public:
    virtual ~Executor() = default;

    /// Sets initial values of every persistent tensor from its initialiser; the same seed, the same values,
    /// on every backend and for any number of threads.
    virtual void initialise(std::uint64_t seed) = 0;

    /// Values in logical row-major order (OIHW, [out, in], [C]). Sizes are checked.
    virtual void write_tensor(graph::TensorId id, std::span<const float> values) = 0;
    virtual std::vector<float> read_tensor(graph::TensorId id) = 0;

    /// Starts one step. The input's memory may be reused when the next call of any function here returns.
    virtual void submit(const StepInput& input) = 0;

    /// Reports of finished steps, in order; does not wait for the device.
    virtual std::vector<StepReport> collect() = 0;

    /// Waits until every submitted step has ended.
    virtual void drain() = 0;

    virtual protocol::MemoryPlan memory() const = 0;
    virtual std::int64_t device_memory_bytes()
        const = 0;  ///< in use now, as the device or the process reports it

    /// One line a launch, for people: what runs in which order with which algorithm.
    virtual std::vector<std::string> describe() const = 0;

    /// One sentence for people about what does not run as it should; empty when all does.
    virtual std::string note() const { return {}; }

    /// The process holds device memory of its preparation that a later one, which need not prepare as much,
    /// will not.
    virtual bool holds_memory_of_preparation() const { return false; }
};

/// Memory of a device that a process takes besides what it plans: context, libraries' own state, generated
/// code.
struct Overhead {
    std::int64_t bytes = 0;
    std::string source;  ///< "measured" on this device, or "assumed"
};

class Backend {
public:
    virtual ~Backend() = default;

    virtual std::string name() const = 0;  ///< "cpu", "cuda"

    /// Throws Error(invalid_config) with a clear sentence when this machine cannot train in that precision.
    virtual void require_precision(protocol::Precision precision) const = 0;

    virtual std::unique_ptr<Executor> make_executor(const graph::Graph& graph,
                                                    const ExecutorOptions& options) = 0;

    /// What make_executor would need, without allocating. Overhead and the loader's buffers are not in it.
    virtual protocol::MemoryPlan plan(const graph::Graph& graph, const ExecutorOptions& options) const = 0;

    virtual Overhead overhead() const = 0;

    /// What a process can have of the memory that plan() speaks of, now; 0 where it is not known.
    virtual std::int64_t available_bytes() const = 0;

    /// Whether the loader's buffers lie in that memory too.
    virtual bool shares_host_memory() const = 0;

    /// Why several ranks cannot train on such devices, in words that can follow "because"; empty when they
    /// can.
    virtual std::string collectives_unavailable_reason() const { return {}; }

    /// Class centres the head should work on at a time: they are to stay in a cache between two products.
    virtual std::int64_t class_chunk_bytes() const = 0;

    virtual protocol::DeviceInfo device_info() const = 0;
    virtual std::map<std::string, std::string> libraries() const = 0;

    /// Highest arithmetic rate of the device in a precision, FLOP/s: its data sheet's, or on a CPU that of a
    /// matrix product measured now on the threads of the last plan. 0 where it is not known.
    virtual double peak_flops(protocol::Precision precision) const = 0;

    /// Rate at which the device's memory is read and written, bytes/s: its data sheet's, or on a CPU that of
    /// a copy measured now on the threads of the last plan. 0 where it is not known.
    virtual double peak_bytes_per_s() const { return 0; }
};

struct BackendChoice {
    std::unique_ptr<Backend> backend;
    std::string reason;  ///< why `auto` chose it; empty when it was asked for
};

/// `number`: of the GPU, for processes that train on this machine with a GPU each; the only one where a
/// launcher lets each see no other, and with 0 the first that can be used. Throws Error(device_unavailable)
/// when the device asked for is not here.
BackendChoice choose_backend(protocol::Device device, std::int64_t number = 0);

/// A backend to plan with: that of choose_backend, but for cuda one that needs no device and never touches
/// one.
BackendChoice choose_planning_backend(protocol::Device device);

/// Why there is no CUDA backend, in one sentence; empty when there is one.
std::string cuda_unavailable_reason();

}  // namespace arcmeter::backend
