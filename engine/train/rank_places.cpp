// SPDX-License-Identifier: Apache-2.0
#include "engine/train/rank_places.h"

#include <algorithm>
#include <sstream>

#include "engine/telemetry/host.h"
#include "engine/train/cores.h"

namespace arcmeter::train {
namespace {

constexpr std::int32_t longest_text = 1 << 20;

/// A stop while ranks still get ready: nothing has been computed, so there is nothing to keep.
void require(const std::optional<double>& ended) {
    if (!ended) throw comm::Stopped();
}

}  // namespace

std::string broadcast_text(comm::Communicator& communicator, const std::string& text) {
    auto length = static_cast<std::int32_t>(text.size());
    require(communicator.wait(communicator.broadcast(&length, 1, comm::ElementType::i32, 0)));
    std::string out = text;
    out.resize(static_cast<std::size_t>(length));
    require(communicator.wait(communicator.broadcast(out.data(), length, comm::ElementType::u8, 0)));
    return out;
}

std::vector<std::string> gather_texts(comm::Communicator& communicator, const std::string& text) {
    const auto ranks = static_cast<std::size_t>(communicator.size());
    const auto length = static_cast<std::int32_t>(text.size());
    std::vector<std::int32_t> lengths(ranks);
    require(communicator.wait(communicator.all_gather(&length, lengths.data(), 1, comm::ElementType::i32)));
    const std::int32_t longest =
        std::clamp(*std::max_element(lengths.begin(), lengths.end()), 1, longest_text);
    std::string own = text;
    own.resize(static_cast<std::size_t>(longest));
    std::string all(ranks * static_cast<std::size_t>(longest), '\0');
    require(
        communicator.wait(communicator.all_gather(own.data(), all.data(), longest, comm::ElementType::u8)));
    std::vector<std::string> out;
    for (std::size_t rank = 0; rank < ranks; ++rank) {
        out.push_back(all.substr(rank * static_cast<std::size_t>(longest),
                                 static_cast<std::size_t>(std::min(lengths[rank], longest))));
    }
    return out;
}

std::vector<int> take_cores(comm::Job& job) {
    const Cores own = process_cores();
    std::string text = telemetry::host_name();
    for (const int core : own) text += ' ' + std::to_string(core);
    std::vector<Cores> of_host;
    for (const std::string& other : gather_texts(job.communicator(), text)) {
        std::istringstream words(other);
        std::string host;
        words >> host;
        if (host != telemetry::host_name()) continue;
        Cores& cores = of_host.emplace_back();
        for (int core = 0; words >> core;) cores.push_back(core);
    }
    const Cores share = are_disjoint(of_host) ? own : share_of_cores(own, job.local_rank(), job.local_size());
    return pin_process(share) ? share : Cores{};
}

std::vector<protocol::RankPlace> gather_places(comm::Communicator& communicator,
                                               const protocol::RankPlace& own) {
    const nlohmann::json object{
        {"host", own.host}, {"device", own.device}, {"cores", own.cores}, {"threads", own.threads}};
    std::vector<protocol::RankPlace> places;
    for (const std::string& text :
         gather_texts(communicator, object.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace))) {
        const nlohmann::json read = nlohmann::json::parse(text);
        places.push_back({static_cast<std::int64_t>(places.size()), read.at("host"), read.at("device"),
                          read.at("cores"), read.at("threads")});
    }
    return places;
}

void require_own_devices(comm::Communicator& communicator, const std::string& host,
                         const std::string& pci_bus_id) {
    const std::string own = pci_bus_id.empty() ? pci_bus_id : host + ' ' + pci_bus_id;
    const std::vector<std::string> all = gather_texts(communicator, own);
    const auto first = std::find(all.begin(), all.end(), own) - all.begin();
    if (own.empty() || first == communicator.rank()) return;
    throw comm::RankError(ErrorCode::device_unavailable, communicator.rank(),
                          "Ranks " + std::to_string(first) + " and " + std::to_string(communicator.rank()) +
                              " have the same GPU, " + pci_bus_id + " of " + host +
                              "; allowed: one for each rank.",
                          "Use at most as many devices per node as the node has GPUs.");
}

void require_same_program(comm::Communicator& communicator, const std::string& program) {
    const std::string first = broadcast_text(communicator, program);
    if (first == program) return;
    throw comm::RankError(ErrorCode::invalid_config, communicator.rank(),
                          "Rank " + std::to_string(communicator.rank()) + " runs another engine (" + program +
                              ") than rank 0 (" + first + "); allowed: the same on every rank.");
}

}  // namespace arcmeter::train
