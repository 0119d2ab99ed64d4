// SPDX-License-Identifier: Apache-2.0
// A module without CUDA: it names versions and fails in each way that an Error can cross to the program.
#include "engine/backend/cuda/module.h"
#include "engine/protocol/error.h"

namespace {

using namespace arcmeter;

class FakeModule : public backend::cuda::Module {
public:
    std::map<std::string, std::string> versions() const override { return {{"CUDA", "13.0"}}; }
    std::string unavailable_reason() const override { return "it is a fake"; }
    std::vector<protocol::DeviceInfo> devices() const override { throw std::bad_alloc(); }
    std::unique_ptr<backend::Backend> make_backend(std::size_t index) const override {
        throw Error(ErrorCode::device_fault, "device " + std::to_string(index) + " is a fake",
                    "Buy a real one.");
    }
    std::unique_ptr<backend::Backend> make_backend_of_rank(std::int64_t number) const override {
        return make_backend(static_cast<std::size_t>(number));
    }
};

const backend::cuda::Module& open() {
    static const FakeModule module;
    return module;
}

}  // namespace

extern "C" const arcmeter::backend::cuda::ModuleEntry arcmeter_cuda_module{FAKE_IDENTITY, open};
