// SPDX-License-Identifier: Apache-2.0
// A list of operations in execution order over a table of tensors. Plain data: no device, no memory.
#pragma once

#include <string>
#include <vector>

#include "engine/graph/operation.h"

namespace arcmeter::graph {

class Graph {
public:
    TensorId add_tensor(Tensor tensor);
    Operation& add_operation(Operation operation);

    const Tensor& tensor(TensorId id) const { return tensors_.at(static_cast<std::size_t>(id)); }
    Tensor& tensor(TensorId id) { return tensors_.at(static_cast<std::size_t>(id)); }
    const std::vector<Tensor>& tensors() const { return tensors_; }

    const std::vector<Operation>& operations() const { return operations_; }
    std::vector<Operation>& operations() { return operations_; }

    /// Throws std::out_of_range when there is none.
    TensorId find(const std::string& name) const;

    /// Indices of the operations that read (write) each tensor, in order.
    std::vector<std::vector<std::size_t>> readers() const;
    std::vector<std::vector<std::size_t>> writers() const;

    /// Checks that every activation is written before it is read and every id exists; throws
    /// std::logic_error.
    void verify() const;

    TensorId images = no_tensor;  ///< u8 images, or the float input itself
    TensorId labels = no_tensor;
    TensorId embedding = no_tensor;  ///< the backbone's output, before normalisation
    TensorId result = no_tensor;     ///< f32 [1, 2]: mean loss, accuracy

private:
    std::vector<Tensor> tensors_;
    std::vector<Operation> operations_;
};

}  // namespace arcmeter::graph
