// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/catalog/Catalog.h"

#include <QDir>
#include <QFileInfo>
#include <algorithm>

#include "app/catalog/Resources.h"
#include "app/settings/Settings.h"
#include "engine/protocol/error.h"

namespace arcmeter::app {
namespace {

using nlohmann::json;

json readCatalog(const QString& name, const char* list) {
    const QByteArray bytes = resourceBytes(name);
    const json document = json::parse(bytes.constBegin(), bytes.constEnd(), nullptr, false);
    if (!document.is_object() || !document.contains(list) || !document[list].is_array()) {
        throw Error(ErrorCode::internal, name.toStdString() + " holds no list '" + list + "'.");
    }
    return document[list];
}

QString text(const json& item, const char* field) {
    return QString::fromStdString(item.at(field).get<std::string>());
}

Preset presetFrom(const json& item) {
    Preset preset;
    preset.id = text(item, "id");
    preset.title = text(item, "title");
    preset.description = text(item, "description");
    preset.dataset = text(item, "dataset");
    preset.needsGpu = item.at("needs_gpu").get<bool>();
    preset.config = protocol::run_config_from_json(item.at("config"));
    return preset;
}

Dataset datasetFrom(const json& item) {
    Dataset dataset;
    dataset.id = text(item, "id");
    dataset.title = text(item, "title");
    dataset.numClasses = item.at("num_classes").get<qint64>();
    if (item.contains("images")) dataset.images = item.at("images").get<qint64>();
    dataset.hasFolder = item.at("has_folder").get<bool>();
    dataset.link = text(item, "link");
    return dataset;
}

QString cleanFolder(const QString& folder) {
    return folder.isEmpty() ? folder : QDir::cleanPath(QFileInfo(folder).absoluteFilePath());
}

QString datasetText(std::string_view name) {
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

template <typename Item>
const Item* findById(const std::vector<Item>& items, const QString& id) {
    const auto found =
        std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.id == id; });
    return found == items.end() ? nullptr : &*found;
}

}  // namespace

Catalog Catalog::load() {
    Catalog catalog;
    try {
        const json datasets = readCatalog(QStringLiteral("catalog/datasets.json"), "datasets");
        for (const json& item : datasets) catalog.m_datasets.push_back(datasetFrom(item));
        const json presets = readCatalog(QStringLiteral("catalog/presets.json"), "presets");
        for (const json& item : presets) catalog.m_presets.push_back(presetFrom(item));
    } catch (const json::exception& error) {
        throw Error(ErrorCode::internal, std::string("The built-in catalog is wrong: ") + error.what() + ".");
    }
    return catalog;
}

const Preset* Catalog::preset(const QString& id) const {
    return findById(m_presets, id);
}

const Dataset* Catalog::dataset(const QString& id) const {
    return findById(m_datasets, id);
}

void Catalog::applyDataset(const QString& datasetId, const Settings& settings,
                           protocol::RunConfig& config) const {
    const Dataset* chosen = dataset(datasetId);
    if (!chosen) {
        throw Error(ErrorCode::invalid_config,
                    "'" + datasetId.toStdString() + "' is not a dataset of the catalog.");
    }
    const QString folder = chosen->hasFolder ? settings.datasetFolder(datasetId) : QString();
    if (!folder.isEmpty()) {
        config.dataset = folder.toStdString();
        config.num_classes.reset();
        return;
    }
    config.dataset = std::string(protocol::synthetic_dataset);
    config.num_classes = chosen->numClasses;
}

QString Catalog::datasetName(const protocol::RunConfig& config, const Settings& settings) const {
    if (config.is_synthetic()) return datasetText(protocol::synthetic_dataset);
    const QString folder = cleanFolder(QString::fromStdString(config.dataset));
    for (const Dataset& candidate : m_datasets) {
        if (candidate.hasFolder && cleanFolder(settings.datasetFolder(candidate.id)) == folder)
            return candidate.id;
    }
    return QFileInfo(folder).fileName();
}

}  // namespace arcmeter::app
