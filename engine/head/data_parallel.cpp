// SPDX-License-Identifier: Apache-2.0
#include "engine/head/data_parallel.h"

#include <algorithm>
#include <deque>
#include <stdexcept>

#include "engine/head/margin_graph.h"

namespace arcmeter::head {

using graph::OpKind;
using graph::TensorId;

namespace {

/// Buffers that parts of the gradient take in turn: one is filled while the other is reduced.
constexpr std::size_t buffers = 2;

/// The backward pass on several ranks, part after part.
class PartsBackward {
public:
    PartsBackward(graph::Graph& graph, const HeadOptions& options, MarginGraph& margin,
                  const HeadTensors& tensors)
        : graph_(graph), options_(options), margin_(margin), tensors_(tensors) {}

    /// Returns what is still to be waited for and updated at the end of the step.
    std::vector<graph::Operation> append() {
        const std::int64_t width = graph_.tensor(graph_.embedding).shape.c;
        const std::int64_t chunk = margin_.chunk();
        const std::int64_t wanted = options_.bucket_bytes / (width * 4) / chunk * chunk;
        rows_ = std::min(options_.num_classes, std::max(chunk, wanted));
        for (std::int64_t first = 0; first < options_.num_classes; first += rows_) {
            append_part({first, std::min(rows_, options_.num_classes - first), graph::no_tensor});
        }
        std::vector<graph::Operation> rest;
        for (const Pending& pending : pending_) rest.insert(rest.end(), {pending.wait, pending.update});
        return rest;
    }

private:
    struct Pending {
        graph::Operation wait;
        graph::Operation update;
        TensorId buffer;
    };

    void append_part(MarginGraph::BackwardPart part) {
        part.gradient = take_buffer();
        margin_.append_backward_part(tensors_, part);
        const std::int64_t width = graph_.tensor(graph_.embedding).shape.c;
        auto [start, wait] =
            graph::make_all_reduce("head/class_gradients/" + std::to_string(part.first), {part.gradient},
                                   {.request = graph::next_request(graph_),
                                    .payload = graph::Payload::class_gradients,
                                    .wire = options_.wire,
                                    .elements = part.count * width});
        graph_.add_operation(std::move(start));
        graph::Operation update =
            margin_.named({.kind = OpKind::class_update,
                           .inputs = {tensors_.centres, tensors_.momentum, part.gradient},
                           .attributes = graph::ClassUpdateAttributes{part.first, part.count}});
        update.part = graph::Part::optimizer;
        pending_.push_back({std::move(wait), std::move(update), part.gradient});
    }

    TensorId take_buffer() {
        if (pending_.size() < buffers) {
            return graph_.add_tensor({.name = "head/class_gradients/" + std::to_string(pending_.size()),
                                      .shape = {rows_, graph_.tensor(graph_.embedding).shape.c, 1, 1},
                                      .role = graph::Role::communication});
        }
        Pending oldest = std::move(pending_.front());
        pending_.pop_front();
        graph_.add_operation(std::move(oldest.wait));
        graph_.add_operation(std::move(oldest.update));
        return oldest.buffer;
    }

    graph::Graph& graph_;
    const HeadOptions& options_;
    MarginGraph& margin_;
    const HeadTensors& tensors_;
    std::int64_t rows_ = 0;
    std::deque<Pending> pending_;
};

/// Mean loss and accuracy of the global batch: each rank has put its share into them.
void reduce_result(graph::Graph& graph, HeadTensors& tensors) {
    auto [start, wait] =
        graph::make_all_reduce("head/result", {graph.result},
                               {.request = graph::next_request(graph), .payload = graph::Payload::result});
    graph.add_operation(std::move(start));
    tensors.at_end.push_back(std::move(wait));
}

}  // namespace

HeadTensors DataParallel::append(graph::Graph& graph, const HeadOptions& options) const {
    HeadTensors tensors = add_class_centres(graph, options, {0, options.num_classes});
    tensors.columns = options.num_classes;
    MarginInputs inputs;
    inputs.labels = add_labels(graph);
    inputs.num_classes = inputs.columns = options.num_classes;
    inputs.loss_rows = graph.tensor(graph.embedding).shape.n * options.ranks.size;
    MarginGraph margin(graph, options);
    inputs.unit = margin.append_normalize();
    margin.append_forward(inputs, tensors);
    if (options.ranks.size == 1) {
        margin.append_backward(tensors);
    } else {
        if (options.keep_class_gradient) {
            throw std::logic_error("on several ranks the class centres' gradient is never whole");
        }
        reduce_result(graph, tensors);
        const std::vector<graph::Operation> rest = PartsBackward(graph, options, margin, tensors).append();
        tensors.at_end.insert(tensors.at_end.end(), rest.begin(), rest.end());
    }
    margin.append_normalize_backward(margin.d_unit(), tensors);
    return tensors;
}

}  // namespace arcmeter::head
