// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/library_products.h"

#include <optional>

#include "engine/backend/cuda/check.h"
#include "engine/backend/cuda/cublaslt_products.h"
#include "engine/backend/cuda/cudnn_convolutions.h"
#include "engine/backend/cuda/nccl_api.h"

namespace arcmeter::backend::cuda {
namespace {

std::string dotted(std::size_t major, std::size_t minor, std::size_t patch) {
    return std::to_string(major) + '.' + std::to_string(minor) + '.' + std::to_string(patch);
}

/// CUDA's own numbering: 13000 is 13.0.
std::string cuda_version(int version) {
    return std::to_string(version / 1000) + '.' + std::to_string(version % 1000 / 10);
}

std::string nccl_version() {
    const NcclLibrary& library = nccl_library();
    return library.version > 0 ? nccl_version_text(library.version) : "none";
}

/// Everything but the shape that decides which engine is fastest.
std::string conditions() {
    int device = 0, driver = 0;
    cudaDeviceProp properties{};
    ARCMETER_CUDA_CHECK(cudaGetDevice(&device));
    ARCMETER_CUDA_CHECK(cudaGetDeviceProperties(&properties, device));
    ARCMETER_CUDA_CHECK(cudaDriverGetVersion(&driver));
    std::string text = std::string(properties.name) + "; driver " + cuda_version(driver);
    for (const auto& [name, version] : library_versions()) text += "; " + name + ' ' + version;
    return text;
}

class LibraryProducts : public ProductLibrary {
public:
    std::map<std::string, std::string> versions() const override { return library_versions(); }

    std::unique_ptr<Product> convolution(Direction direction, const ConvolutionShape& shape,
                                         Arithmetic arithmetic, const ProductOptions& options) override {
        if (!cudnn_) cudnn_ = std::make_shared<CudnnHandle>();
        return make_cudnn_convolution(cudnn_, tuner(), *this, direction, shape, arithmetic, options);
    }
    std::unique_ptr<Product> matmul(const MatmulShape& shape, Arithmetic arithmetic,
                                    const ProductOptions& options) override {
        if (!cublas_) cublas_ = std::make_shared<CublasLtHandle>();
        return make_cublaslt_product(cublas_, tuner(), shape, arithmetic, options);
    }

    bool has_measured() const override { return tuner_ && tuner_->has_measured(); }

private:
    // Made when first needed: asking for versions alone should start nothing.
    ProductTuner& tuner() {
        if (!tuner_) tuner_.emplace(conditions(), ChoiceCache::default_file());
        return *tuner_;
    }

    std::optional<ProductTuner> tuner_;
    std::shared_ptr<CudnnHandle> cudnn_;
    std::shared_ptr<CublasLtHandle> cublas_;
};

}  // namespace

std::map<std::string, std::string> library_versions() {
    const std::size_t cudnn = cudnnGetVersion();
    const std::size_t cublas = cublasLtGetVersion();
    int runtime = 0;
    ARCMETER_CUDA_CHECK(cudaRuntimeGetVersion(&runtime));
    return {{"CUDA", cuda_version(runtime)},
            {"cuDNN", dotted(cudnn / 10000, cudnn / 100 % 100, cudnn % 100)},
            {"cuBLASLt", dotted(cublas / 10000, cublas / 100 % 100, cublas % 100)},
            {"NCCL", nccl_version()}};
}

std::unique_ptr<ProductLibrary> make_library_products() {
    return std::make_unique<LibraryProducts>();
}

}  // namespace arcmeter::backend::cuda
