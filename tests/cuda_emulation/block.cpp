// SPDX-License-Identifier: Apache-2.0
// A kernel on one host thread: blocks one after the other, the threads of a block as fibers that run until a
// barrier or a warp function. The order of blocks and of threads is another one in each launch and each turn,
// so that code which needs a barrier it does not have gives different results.
#include <sys/mman.h>

#include <algorithm>
#include <boost/context/detail/fcontext.hpp>
#include <exception>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "cuda_emulation/control.h"
#include "cuda_emulation/device.h"
#include "internal.h"

uint3 threadIdx;
uint3 blockIdx;
dim3 blockDim;
dim3 gridDim;

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

namespace cuda_emulation {

namespace {

using boost::context::detail::fcontext_t;
using boost::context::detail::transfer_t;

constexpr std::size_t stack_bytes = 256 << 10;  // of address space: pages are taken as they are used
constexpr unsigned warp_lanes = 32;

enum class State { ready, at_barrier, at_warp, done };

struct Fiber {
    uint3 index;  // threadIdx
    State state = State::ready;
    fcontext_t context = nullptr;
    char* stack = nullptr;
    void* fake_stack = nullptr;  // AddressSanitizer's
    std::source_location where;
    BarrierFunction barrier_function = BarrierFunction::sync;
    int barrier_value = 0;
    WarpFunction warp_function = WarpFunction::sync;
    unsigned mask = 0;
    unsigned source = 0;
    std::uint64_t value = 0;
};

std::string describe(const std::source_location& where) {
    return std::string(where.file_name()) + ":" + std::to_string(where.line());
}

/// Memory for fibers, kept for all launches.
class Stacks {
public:
    char* operator[](std::size_t i) {
        while (stacks_.size() <= i) {
            void* memory = mmap(nullptr, stack_bytes, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
            if (memory == MAP_FAILED) throw std::bad_alloc();
            stacks_.push_back(static_cast<char*>(memory));
        }
        return stacks_[i];
    }

private:
    std::vector<char*> stacks_;
};

class Block {
public:
    Block(dim3 grid, dim3 size, std::size_t shared_bytes, const std::function<void()>& body);
    void run(uint3 index, std::mt19937& random);

    // Called by the fibers.
    int barrier(BarrierFunction function, int value, std::source_location where);
    std::uint64_t warp_exchange(WarpFunction function, unsigned mask, std::uint64_t value, unsigned source,
                                std::source_location where);
    void* shared() { return shared_.data(); }

private:
    static void enter(transfer_t transfer);
    void start(Fiber& fiber, std::size_t i);
    void resume(Fiber& fiber);
    void yield();
    bool release_barrier();
    void complete_warp_function(const Fiber& last);
    void complete_lanes(Fiber* warp, const Fiber& last);
    [[noreturn]] void report_deadlock() const;

    const dim3 grid_;
    const dim3 size_;
    const std::function<void()>& body_;
    struct alignas(16) SharedLine {
        unsigned char bytes[16];
    };
    std::vector<SharedLine> shared_;
    std::vector<Fiber> fibers_;
    std::vector<std::size_t> order_;
    Fiber* current_ = nullptr;
    fcontext_t scheduler_ = nullptr;
    const void* scheduler_stack_ = nullptr;
    std::size_t scheduler_stack_bytes_ = 0;
    void* scheduler_fake_stack_ = nullptr;
    std::exception_ptr exception_;
};

Block* running = nullptr;

Stacks& stacks() {
    static Stacks all;
    return all;
}

Block::Block(dim3 grid, dim3 size, std::size_t shared_bytes, const std::function<void()>& body)
    : grid_(grid),
      size_(size),
      body_(body),
      shared_((shared_bytes + 15) / 16),
      fibers_(static_cast<std::size_t>(size.x) * size.y * size.z),
      order_(fibers_.size()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
}

void Block::enter(transfer_t transfer) {
    Block& block = *static_cast<Block*>(transfer.data);
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_finish_switch_fiber(nullptr, &block.scheduler_stack_, &block.scheduler_stack_bytes_);
#endif
    block.scheduler_ = transfer.fctx;
    try {
        block.body_();
    } catch (...) {
        block.exception_ = std::current_exception();
    }
    block.current_->state = State::done;
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_start_switch_fiber(nullptr, block.scheduler_stack_, block.scheduler_stack_bytes_);
#endif
    boost::context::detail::jump_fcontext(block.scheduler_, nullptr);
}

void Block::start(Fiber& fiber, std::size_t i) {
    const unsigned linear = static_cast<unsigned>(i);
    fiber.stack = stacks()[i];
    fiber.index = {linear % size_.x, linear / size_.x % size_.y, linear / (size_.x * size_.y)};
    fiber.state = State::ready;
    fiber.fake_stack = nullptr;
    fiber.context = boost::context::detail::make_fcontext(fiber.stack + stack_bytes, stack_bytes, &enter);
}

void Block::resume(Fiber& fiber) {
    current_ = &fiber;
    threadIdx = fiber.index;
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_start_switch_fiber(&scheduler_fake_stack_, fiber.stack, stack_bytes);
#endif
    fiber.context = boost::context::detail::jump_fcontext(fiber.context, this).fctx;
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_finish_switch_fiber(scheduler_fake_stack_, nullptr, nullptr);
#endif
}

void Block::yield() {
#ifdef __SANITIZE_ADDRESS__
    Fiber& fiber = *current_;
    __sanitizer_start_switch_fiber(&fiber.fake_stack, scheduler_stack_, scheduler_stack_bytes_);
#endif
    scheduler_ = boost::context::detail::jump_fcontext(scheduler_, nullptr).fctx;
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_finish_switch_fiber(fiber.fake_stack, &scheduler_stack_, &scheduler_stack_bytes_);
#endif
}

void Block::run(uint3 index, std::mt19937& random) {
    blockIdx = index;
    blockDim = size_;
    gridDim = grid_;
    std::fill(shared_.begin(), shared_.end(),
              SharedLine{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                          0xff, 0xff}});
    for (std::size_t i = 0; i < fibers_.size(); ++i) start(fibers_[i], i);
    std::size_t left = fibers_.size();
    while (left > 0) {
        // A rotation, forwards or backwards: cheaper than a shuffle, and any two threads change places.
        std::rotate(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(random() % order_.size()),
                    order_.end());
        if (random() % 2 == 0) std::reverse(order_.begin(), order_.end());
        bool progress = false;
        for (const std::size_t i : order_) {
            Fiber& fiber = fibers_[i];
            if (fiber.state != State::ready) continue;
            progress = true;
            resume(fiber);
            if (exception_) std::rethrow_exception(exception_);
            if (fiber.state == State::done) --left;
            if (fiber.state == State::at_warp) complete_warp_function(fiber);
        }
        if (left > 0 && !release_barrier() && !progress) report_deadlock();
    }
}

int Block::barrier(BarrierFunction function, int value, std::source_location where) {
    Fiber& fiber = *current_;
    fiber.state = State::at_barrier;
    fiber.barrier_function = function;
    fiber.barrier_value = value;
    fiber.where = where;
    yield();
    return fiber.barrier_value;
}

/// Lets all threads go on if all wait at the same barrier.
bool Block::release_barrier() {
    const Fiber& first = fibers_.front();
    const auto waits = [](const Fiber& fiber) { return fiber.state == State::at_barrier; };
    if (std::none_of(fibers_.begin(), fibers_.end(), waits)) return false;
    if (!std::all_of(fibers_.begin(), fibers_.end(), waits)) return false;
    int count = 0;
    for (const Fiber& fiber : fibers_) {
        if (fiber.where.line() != first.where.line() || fiber.barrier_function != first.barrier_function) {
            throw Fault("Threads of one block are at different barriers: " + describe(first.where) + " and " +
                        describe(fiber.where) + ".");
        }
        count += fiber.barrier_value != 0 ? 1 : 0;
    }
    const int result = first.barrier_function == BarrierFunction::count ? count : (count != 0 ? 1 : 0);
    for (Fiber& fiber : fibers_) {
        fiber.barrier_value = result;
        fiber.state = State::ready;
    }
    return true;
}

std::uint64_t Block::warp_exchange(WarpFunction function, unsigned mask, std::uint64_t value, unsigned source,
                                   std::source_location where) {
    Fiber& fiber = *current_;
    fiber.state = State::at_warp;
    fiber.warp_function = function;
    fiber.mask = mask;
    fiber.value = value;
    fiber.source = source;
    fiber.where = where;
    yield();
    return fiber.value;
}

/// Lets the lanes of a warp function go on if this was the last to arrive.
void Block::complete_warp_function(const Fiber& last) {
    const std::size_t at = static_cast<std::size_t>(&last - fibers_.data());
    Fiber* warp = fibers_.data() + at / warp_lanes * warp_lanes;
    const std::size_t in_block = fibers_.size() - at / warp_lanes * warp_lanes;
    const unsigned existing = in_block >= warp_lanes ? ~0u : (1u << in_block) - 1;
    const unsigned mask = last.mask & existing;
    if ((mask >> (at % warp_lanes) & 1u) == 0) {
        throw Fault("A lane calls a warp function whose mask leaves it out, " + describe(last.where) + ".");
    }
    for (unsigned lane = 0; lane < warp_lanes; ++lane) {
        if ((mask >> lane & 1u) == 0) continue;
        const Fiber& other = warp[lane];
        if (other.state != State::at_warp) return;
        if (other.mask != last.mask || other.where.line() != last.where.line()) return;
    }
    complete_lanes(warp, last);
}

void Block::complete_lanes(Fiber* warp, const Fiber& last) {
    const WarpFunction function = last.warp_function;
    const unsigned mask = last.mask;
    const std::source_location where = last.where;
    std::uint64_t values[warp_lanes] = {};
    std::uint64_t ballot = 0;
    const std::size_t lanes =
        std::min<std::size_t>(warp_lanes, static_cast<std::size_t>(fibers_.data() + fibers_.size() - warp));
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        if ((mask >> lane & 1u) == 0) continue;
        values[lane] = warp[lane].value;
        ballot |= static_cast<std::uint64_t>(values[lane] != 0) << lane;
    }
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        Fiber& fiber = warp[lane];
        if ((mask >> lane & 1u) == 0) continue;
        if (function == WarpFunction::shuffle) {
            if ((mask >> fiber.source & 1u) == 0 || fiber.source >= lanes) {
                throw Fault("A lane reads from one that does not take part, " + describe(where) + ".");
            }
            fiber.value = values[fiber.source];
        } else {
            fiber.value = ballot;
        }
        fiber.state = State::ready;
    }
}

void Block::report_deadlock() const {
    std::string text = "The threads of a block wait for ever:";
    const Fiber* shown = nullptr;
    for (std::size_t i = 0; i < fibers_.size(); ++i) {
        const Fiber& fiber = fibers_[i];
        if (shown && shown->state == fiber.state && shown->where.line() == fiber.where.line()) continue;
        shown = &fiber;
        text += " from thread " + std::to_string(i);
        text += fiber.state == State::done ? " ended" : " at " + describe(fiber.where);
        text += fiber.state == State::at_warp ? " (a warp function);" : ";";
    }
    text.back() = '.';
    throw Fault(text);
}

/// Keeps `running` right whatever a kernel throws.
struct Running {
    explicit Running(Block& block) {
        if (running) throw Fault("A kernel was launched from within a kernel.");
        running = &block;
    }
    ~Running() { running = nullptr; }
};

}  // namespace

void run_grid(dim3 grid, dim3 block_size, std::size_t shared_bytes, const std::function<void()>& thread) {
    static std::mt19937 random(20240229);
    Block block(grid, block_size, shared_bytes, thread);
    const Running scope(block);
    const std::size_t blocks = static_cast<std::size_t>(grid.x) * grid.y * grid.z;
    std::vector<std::size_t> order(blocks);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), random);
    for (const std::size_t i : order) {
        block.run({static_cast<unsigned>(i % grid.x), static_cast<unsigned>(i / grid.x % grid.y),
                   static_cast<unsigned>(i / grid.x / grid.y)},
                  random);
    }
    check_guards();
}

int barrier(BarrierFunction function, int value, std::source_location where) {
    return running->barrier(function, value, where);
}

std::uint64_t warp_exchange(WarpFunction function, unsigned mask, std::uint64_t value, unsigned source,
                            std::source_location where) {
    return running->warp_exchange(function, mask, value, source, where);
}

unsigned lane() {
    return (threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z)) % warp_lanes;
}

void* dynamic_shared_memory() {
    return running->shared();
}

}  // namespace cuda_emulation
