// SPDX-License-Identifier: Apache-2.0
// Streams as queues of closures, events as counters, graphs as recorded queues. The order in which calls were
// captured is one that every dependency allows, so a graph is replayed in it.
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <deque>
#include <memory>
#include <set>
#include <vector>

#include "cuda_emulation/api.h"
#include "cuda_emulation/control.h"
#include "internal.h"

using cuda_emulation::Fault;

/// Records are numbered; an event is complete when its last record has been reached.
struct CUevent_st {
    std::uint64_t recorded = 0;
    std::uint64_t completed = 0;
    std::chrono::steady_clock::time_point time;
    bool captured = false;  ///< its last record was in a capture, and orders captured streams only
    cudaStream_t captured_stream = nullptr;
    std::size_t captured_nodes = 0;
};

namespace {

/// One piece of work. It waits for `event` to reach `generation` if it has one and `waits`, and is tried
/// again until `poll` says that it is done.
struct Item {
    std::function<void()> work;
    cudaEvent_t waits_for = nullptr;
    cudaEvent_t records = nullptr;
    std::uint64_t generation = 0;
    std::function<bool()> poll = {};
};

void complete(cudaEvent_t event, std::uint64_t generation) {
    event->completed = std::max(event->completed, generation);
    event->time = std::chrono::steady_clock::now();
}

}  // namespace

struct CUstream_st {
    std::deque<Item> queue;
    bool captures = false;
    std::size_t last_node = 0;    ///< nodes there were after this stream's last captured one
    std::size_t joined_node = 0;  ///< of those, how many the capturing stream has waited for
};

struct CUgraph_st {
    std::vector<Item> nodes;
};

struct CUgraphExec_st {
    std::vector<Item> nodes;
};

namespace cuda_emulation {

namespace {

CUstream_st default_stream;
std::set<cudaStream_t> streams = {&default_stream};
std::set<cudaEvent_t> events;
cudaError_t sticky = cudaSuccess;
cudaError_t last_error = cudaSuccess;
cudaError_t next_capture_error = cudaSuccess;
std::uint64_t kernel_count = 0;
std::uint64_t graph_count = 0;

/// The capture in progress; one at a time.
struct Capture {
    cudaStream_t origin = nullptr;
    std::vector<Item> nodes;
    cudaError_t error = cudaSuccess;
} capture;

cudaStream_t resolve(cudaStream_t stream) {
    return stream ? stream : &default_stream;
}

cudaError_t unsupported_in_capture() {
    capture.error = cudaErrorStreamCaptureInvalidated;
    return failed(cudaErrorStreamCaptureUnsupported);
}

/// Does the stream's next piece of work, if it has one that need not wait.
bool advance(CUstream_st& stream) {
    if (stream.queue.empty()) return false;
    Item& next = stream.queue.front();
    if (next.waits_for && events.contains(next.waits_for) && next.waits_for->completed < next.generation) {
        return false;
    }
    if (next.poll && !next.poll()) return false;
    const Item item = std::move(next);
    stream.queue.pop_front();
    if (item.work) item.work();
    if (item.records && events.contains(item.records)) complete(item.records, item.generation);
    return true;
}

template <class Done>
void advance_until(cudaStream_t preferred, Done done) {
    while (!done()) {
        if (preferred && advance(*preferred)) continue;
        bool progress = false;
        for (const cudaStream_t stream : streams) progress = advance(*stream) || progress;
        if (progress) continue;
        // Another process may be waited for.
        const bool polls = std::any_of(streams.begin(), streams.end(), [](cudaStream_t s) {
            return !s->queue.empty() && s->queue.front().poll;
        });
        if (!polls) throw Fault("Work is waited for that no stream will ever do.");
        sched_yield();
    }
}

cudaError_t add(cudaStream_t stream, Item item) {
    if (sticky != cudaSuccess) return sticky;
    stream = resolve(stream);
    if (!streams.contains(stream)) return failed(cudaErrorInvalidResourceHandle);
    if (stream->captures) {
        capture.nodes.push_back(std::move(item));
        stream->last_node = capture.nodes.size();
        return cudaSuccess;
    }
    if (stream == &default_stream) {
        if (capture.origin) return unsupported_in_capture();
        // The legacy default stream waits for all others, and they for it.
        drain_all();
    }
    stream->queue.push_back(std::move(item));
    if (stream == &default_stream) drain_all();
    return cudaSuccess;
}

cudaError_t wait_in_capture(cudaStream_t stream, cudaEvent_t event) {
    if (!event->captured) return unsupported_in_capture();
    stream->captures = true;
    if (stream == capture.origin) {
        CUstream_st& other = *event->captured_stream;
        other.joined_node = std::max(other.joined_node, event->captured_nodes);
    }
    return cudaSuccess;
}

std::uint64_t next_record(cudaEvent_t event) {
    event->captured = false;
    return ++event->recorded;
}

}  // namespace

void drain_all() {
    advance_until(nullptr, [] {
        return std::all_of(streams.begin(), streams.end(), [](cudaStream_t s) { return s->queue.empty(); });
    });
}

bool capturing() {
    return capture.origin != nullptr;
}

cudaError_t sticky_error() {
    return sticky;
}

cudaError_t failed(cudaError_t error) {
    last_error = error;
    return error;
}

void set_sticky_error(cudaError_t error) {
    sticky = error;
    last_error = error;
}

void fail_next_capture(cudaError_t error) {
    next_capture_error = error;
}

std::uint64_t kernels_run() {
    return kernel_count;
}

std::uint64_t graphs_launched() {
    return graph_count;
}

cudaError_t launch(const cudaLaunchConfig_t& config, std::function<void()> thread) {
    const dim3 grid = config.gridDim;
    const dim3 block = config.blockDim;
    const std::size_t threads = static_cast<std::size_t>(block.x) * block.y * block.z;
    if (threads == 0 || threads > 1024 || block.z > 64 || grid.x == 0 || grid.x > 0x7fffffffu ||
        grid.y == 0 || grid.y > 65535 || grid.z == 0 || grid.z > 65535) {
        return failed(cudaErrorInvalidConfiguration);
    }
    if (config.dynamicSmemBytes > (48u << 10)) return failed(cudaErrorInvalidValue);
    return add(config.stream, {[=, shared = config.dynamicSmemBytes, body = std::move(thread)] {
                   ++kernel_count;
                   run_grid(grid, block, shared, body);
               }});
}

cudaError_t enqueue(cudaStream_t stream, std::function<void()> work) {
    return add(stream, {std::move(work)});
}

cudaError_t enqueue_polled(cudaStream_t stream, std::function<bool()> poll) {
    Item item;
    item.poll = std::move(poll);
    return add(stream, std::move(item));
}

}  // namespace cuda_emulation

using namespace cuda_emulation;

cudaError_t cudaGetLastError() {
    return sticky != cudaSuccess ? sticky : std::exchange(last_error, cudaSuccess);
}

cudaError_t cudaPeekAtLastError() {
    return last_error;
}

cudaError_t cudaDeviceSynchronize() {
    if (sticky != cudaSuccess) return sticky;
    if (capturing()) return unsupported_in_capture();
    drain_all();
    return cudaSuccess;
}

cudaError_t cudaStreamCreate(cudaStream_t* stream) {
    return cudaStreamCreateWithFlags(stream, cudaStreamDefault);
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
    if (sticky != cudaSuccess) return sticky;
    *stream = new CUstream_st;
    streams.insert(*stream);
    return cudaSuccess;
}

cudaError_t cudaDeviceGetStreamPriorityRange(int* lowest, int* highest) {
    if (sticky != cudaSuccess) return sticky;
    *lowest = 0;
    *highest = -5;
    return cudaSuccess;
}

cudaError_t cudaStreamCreateWithPriority(cudaStream_t* stream, unsigned flags, int) {
    return cudaStreamCreateWithFlags(stream, flags);
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
    if (!streams.contains(stream)) return failed(cudaErrorInvalidResourceHandle);
    if (sticky == cudaSuccess) advance_until(stream, [=] { return stream->queue.empty(); });
    streams.erase(stream);
    delete stream;
    return sticky;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
    if (sticky != cudaSuccess) return sticky;
    stream = resolve(stream);
    if (!streams.contains(stream)) return failed(cudaErrorInvalidResourceHandle);
    if (stream->captures) return unsupported_in_capture();
    advance_until(stream, [=] { return stream->queue.empty(); });
    return cudaSuccess;
}

cudaError_t cudaStreamQuery(cudaStream_t stream) {
    if (sticky != cudaSuccess) return sticky;
    stream = resolve(stream);
    if (stream->captures) return unsupported_in_capture();
    if (stream->queue.empty()) return cudaSuccess;
    for (const cudaStream_t each : streams) advance(*each);
    return cudaErrorNotReady;
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
    if (sticky != cudaSuccess) return sticky;
    stream = resolve(stream);
    if (!events.contains(event)) return failed(cudaErrorInvalidResourceHandle);
    if (stream->captures || event->captured) return wait_in_capture(stream, event);
    return add(stream, {nullptr, event, nullptr, event->recorded});
}

cudaError_t cudaLaunchHostFunc(cudaStream_t stream, cudaHostFn_t function, void* argument) {
    return add(stream, {[=] { function(argument); }});
}

cudaError_t cudaEventCreate(cudaEvent_t* event) {
    return cudaEventCreateWithFlags(event, cudaEventDefault);
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
    if (sticky != cudaSuccess) return sticky;
    *event = new CUevent_st;
    events.insert(*event);
    return cudaSuccess;
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
    if (events.erase(event) == 0) return failed(cudaErrorInvalidResourceHandle);
    delete event;
    return sticky;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
    return cudaEventRecordWithFlags(event, stream, cudaEventRecordDefault);
}

cudaError_t cudaEventRecordWithFlags(cudaEvent_t event, cudaStream_t stream, unsigned flags) {
    if (sticky != cudaSuccess) return sticky;
    stream = resolve(stream);
    if (!events.contains(event)) return failed(cudaErrorInvalidResourceHandle);
    if (stream->captures && (flags & cudaEventRecordExternal) == 0) {
        event->captured = true;
        event->captured_stream = stream;
        event->captured_nodes = stream->last_node;
        return cudaSuccess;
    }
    // A record in a graph gets its number when the graph is launched.
    return add(stream, {nullptr, nullptr, event, stream->captures ? 0 : next_record(event)});
}

cudaError_t cudaEventQuery(cudaEvent_t event) {
    if (sticky != cudaSuccess) return sticky;
    if (!events.contains(event)) return failed(cudaErrorInvalidResourceHandle);
    if (event->captured) return failed(cudaErrorCapturedEvent);
    if (event->completed >= event->recorded) return cudaSuccess;
    for (const cudaStream_t stream : streams) advance(*stream);
    return cudaErrorNotReady;
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
    if (sticky != cudaSuccess) return sticky;
    if (!events.contains(event)) return failed(cudaErrorInvalidResourceHandle);
    if (event->captured) return failed(cudaErrorCapturedEvent);
    advance_until(nullptr, [=] { return event->completed >= event->recorded; });
    return cudaSuccess;
}

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start, cudaEvent_t end) {
    if (sticky != cudaSuccess) return sticky;
    if (start->recorded == 0 || end->recorded == 0) return failed(cudaErrorInvalidResourceHandle);
    if (start->completed < start->recorded || end->completed < end->recorded) return cudaErrorNotReady;
    *milliseconds = std::chrono::duration<float, std::milli>(end->time - start->time).count();
    return cudaSuccess;
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
    if (sticky != cudaSuccess) return sticky;
    if (!streams.contains(stream) || stream == &default_stream || capturing()) {
        return failed(cudaErrorStreamCaptureUnsupported);
    }
    capture = {stream, {}, cudaSuccess};
    for (const cudaStream_t each : streams) each->last_node = each->joined_node = 0;
    stream->captures = true;
    return cudaSuccess;
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
    if (sticky != cudaSuccess) return sticky;
    *graph = nullptr;
    if (stream != capture.origin) return failed(cudaErrorInvalidValue);
    cudaError_t error = capture.error;
    for (const cudaStream_t each : streams) {
        if (each->captures && each != stream && each->joined_node < each->last_node) {
            error = cudaErrorStreamCaptureUnjoined;
        }
        each->captures = false;
    }
    capture.origin = nullptr;
    if (next_capture_error != cudaSuccess) error = std::exchange(next_capture_error, cudaSuccess);
    if (error != cudaSuccess) return failed(error);
    *graph = new CUgraph_st{std::move(capture.nodes)};
    return cudaSuccess;
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* exec, cudaGraph_t graph, unsigned long long) {
    if (sticky != cudaSuccess) return sticky;
    *exec = new CUgraphExec_st{graph->nodes};
    return cudaSuccess;
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream) {
    if (sticky != cudaSuccess) return sticky;
    ++graph_count;
    for (Item node : exec->nodes) {
        if (node.records) node.generation = next_record(node.records);
        const cudaError_t error = add(stream, std::move(node));
        if (error != cudaSuccess) return error;
    }
    return cudaSuccess;
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec) {
    if (sticky == cudaSuccess) drain_all();
    delete exec;
    return sticky;
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
    delete graph;
    return sticky;
}

cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind) {
    if (sticky != cudaSuccess) return sticky;
    if (capturing()) return unsupported_in_capture();
    drain_all();
    std::memmove(to, from, bytes);
    return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
    const bool from_host = kind == cudaMemcpyHostToDevice || (kind == cudaMemcpyDefault && !is_device(from));
    if (from_host && !is_pinned(from) && !resolve(stream)->captures) {
        // CUDA has read pageable memory when it returns.
        auto staged = std::make_shared<std::vector<char>>(static_cast<const char*>(from),
                                                          static_cast<const char*>(from) + bytes);
        return add(stream, {[=] { std::copy(staged->begin(), staged->end(), static_cast<char*>(to)); }});
    }
    return add(stream, {[=] { std::memmove(to, from, bytes); }});
}

cudaError_t cudaMemset(void* to, int value, std::size_t bytes) {
    return cudaMemsetAsync(to, value, bytes, nullptr);
}

cudaError_t cudaMemsetAsync(void* to, int value, std::size_t bytes, cudaStream_t stream) {
    return add(stream, {[=] { std::memset(to, value, bytes); }});
}
