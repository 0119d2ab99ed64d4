// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/projection/LinkCatalog.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/catalog/Resources.h"
#include "engine/protocol/error.h"

namespace arcmeter::app {
namespace {

using nlohmann::json;

constexpr double giga = 1e9;
constexpr double micro = 1e-6;

json readObject(const QString& name) {
    const QByteArray bytes = resourceBytes(name);
    return json::parse(bytes.constBegin(), bytes.constEnd());
}

QString text(const json& item, const char* field) {
    return QString::fromStdString(item.at(field).get<std::string>());
}

Link linkFrom(const json& item) {
    Link link;
    link.id = text(item, "id");
    link.title = text(item, "title");
    link.scope = item.at("scope") == "node" ? Link::Scope::Node : Link::Scope::Network;
    link.bytesPerS = item.at("bandwidth_gb_s").get<double>() * giga;
    link.latencyS = item.at("latency_us").get<double>() * micro;
    link.source = text(item, "source");
    return link;
}

Machine machineFrom(const json& item) {
    Machine machine;
    machine.match = text(item, "match");
    machine.devicesPerNode = item.at("devices_per_node").get<int>();
    machine.intraLink = text(item, "intra_link");
    machine.link = text(item, "link");
    machine.memoryBytesPerS = item.at("memory_gb_s").get<double>() * giga;
    machine.source = text(item, "source");
    return machine;
}

TrainingConstants trainingFrom(const json& item) {
    TrainingConstants training;
    training.overlapSlowdown = item.at("overlap_slowdown").get<double>();
    training.deviceSpread = item.at("device_spread").get<double>();
    training.bucketBytes = item.at("bucket_bytes").get<double>();
    training.launchS = item.at("launch_us").get<double>() * micro;
    return training;
}

NetworkSize networkFrom(const json& item) {
    return {text(item, "id"), item.at("parameters").get<double>(), item.at("flops_per_sample").get<double>()};
}

}  // namespace

LinkCatalog LinkCatalog::load() {
    LinkCatalog catalog;
    try {
        const json document = readObject(QStringLiteral("catalog/links.json"));
        for (const json& item : document.at("links")) catalog.m_links.push_back(linkFrom(item));
        for (const json& item : document.at("machines")) catalog.m_machines.push_back(machineFrom(item));
        catalog.m_training = trainingFrom(document.at("training"));
        const json models = readObject(QStringLiteral("catalog/models.json"));
        for (const json& item : models.at("models")) catalog.m_networks.push_back(networkFrom(item));
    } catch (const json::exception& error) {
        throw Error(ErrorCode::internal,
                    std::string("The built-in catalog of links is wrong: ") + error.what());
    }
    return catalog;
}

QStringList LinkCatalog::ids(Link::Scope scope) const {
    QStringList ids;
    for (const Link& link : m_links) {
        if (link.scope == scope) ids << link.id;
    }
    return ids;
}

const Link& LinkCatalog::link(const QString& id, Link::Scope scope, const char* option) const {
    for (const Link& link : m_links) {
        if (link.scope == scope && link.id == id) return link;
    }
    throw Error(ErrorCode::invalid_config,
                QStringLiteral("%1 is '%2'; allowed: %3.")
                    .arg(QLatin1String(option), id, ids(scope).join(QStringLiteral(", ")))
                    .toStdString());
}

const Machine& LinkCatalog::machineFor(const QString& hardware) const {
    const auto found = std::find_if(m_machines.begin(), m_machines.end(),
                                    [&](const Machine& machine) { return hardware.contains(machine.match); });
    return found == m_machines.end() ? m_machines.back() : *found;
}

const NetworkSize& LinkCatalog::network(const QString& id) const {
    for (const NetworkSize& network : m_networks) {
        if (network.id == id) return network;
    }
    throw Error(ErrorCode::invalid_config,
                QStringLiteral("The model '%1' is not one whose size is known.").arg(id).toStdString());
}

}  // namespace arcmeter::app
