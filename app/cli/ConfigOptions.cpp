// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/ConfigOptions.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <cstdio>

#include "app/catalog/Catalog.h"
#include "app/settings/Settings.h"
#include "engine/protocol/error.h"

namespace arcmeter::app::cli {
namespace {

using nlohmann::json;

constexpr qint64 maxConfigBytes = 1 << 20;

std::string optionNames(std::string_view field) {
    std::string names = "--" + protocol::kebab_case(field);
    if (field == "batch_size_per_device") names += ",--batch-size,-b";
    if (field == "devices_per_node") names += ",--devices";
    if (field == "memory_limit_bytes") names += ",--memory-limit";
    if (field == "model") names += ",-m";
    return names;
}

std::string presetNames() {
    std::string names;
    const Catalog catalog = Catalog::load();
    for (const Preset& preset : catalog.presets())
        names += (names.empty() ? "" : ", ") + preset.id.toStdString();
    return names;
}

json readJson(const QString& name) {
    QFile file(name);
    const bool opened =
        name == QStringLiteral("-") ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    if (!opened) {
        throw Error(ErrorCode::invalid_config, QStringLiteral("The configuration %1 cannot be read: %2.")
                                                   .arg(name, file.errorString())
                                                   .toStdString());
    }
    const QByteArray bytes = file.read(maxConfigBytes);
    json object = json::parse(bytes.constBegin(), bytes.constEnd(), nullptr, false);
    if (!object.is_object()) {
        throw Error(ErrorCode::invalid_config,
                    QStringLiteral("The configuration %1 is not a JSON object.").arg(name).toStdString());
    }
    return object;
}

/// `--dataset face_emore`: the folder set in the window, else synthetic data of as many classes.
void applyCatalogDataset(const Catalog& catalog, const Settings& settings, ConfigOptions::Chosen& chosen) {
    const QString name = QString::fromStdString(chosen.config.dataset);
    if (chosen.config.is_synthetic() || !catalog.dataset(name) || QFileInfo(name).isDir()) return;
    const auto classes = chosen.config.num_classes;
    catalog.applyDataset(name, settings, chosen.config);
    if (classes) chosen.config.num_classes = classes;
    if (chosen.config.is_synthetic()) {
        chosen.notice =
            QStringLiteral("No folder is set for %1: synthetic data of %2 classes stands in for it.")
                .arg(name)
                .arg(chosen.config.num_classes.value_or(0));
    }
}

void makeFolderAbsolute(protocol::RunConfig& config) {
    if (config.is_synthetic() || config.dataset.empty()) return;
    const QFileInfo folder(QString::fromStdString(config.dataset));
    config.dataset = QDir::cleanPath(folder.absoluteFilePath()).toStdString();
}

}  // namespace

ConfigOptions::ConfigOptions(CLI::App& command, Offer offer) {
    if (offer == Offer::Everything) {
        command.add_option("--preset", m_preset, "Begin with a preset. [" + presetNames() + "]")
            ->group("Configuration");
        command
            .add_option("--config", m_configFile,
                        "A JSON object of the fields below in snake_case; - reads it from "
                        "standard input. Options given too win.")
            ->group("Configuration");
    }
    for (const protocol::ConfigField& field : protocol::config_fields()) {
        if (field.name == "repeat") continue;  // belongs to the launcher
        Field& added = m_fields.emplace_back(Field{&field, nullptr, {}});
        const std::string help = std::string(field.help) + " [" + std::string(field.allowed) + "]";
        added.option = command.add_option(optionNames(field.name), added.text, help)->group("Configuration");
        added.option->take_last();
        if (field.allowed == "true, false") added.option->expected(0, 1);
    }
}

void ConfigOptions::applyFile(protocol::RunConfig& config) const {
    if (m_configFile.empty()) return;
    json merged = to_json(config);
    merged.update(readJson(QString::fromStdString(m_configFile)));
    config = protocol::run_config_from_json(merged);
}

ConfigOptions::Chosen ConfigOptions::read() const {
    const Catalog catalog = Catalog::load();
    const Settings settings;
    Chosen chosen;
    if (!m_preset.empty()) {
        const Preset* preset = catalog.preset(QString::fromStdString(m_preset));
        if (!preset)
            throw Error(ErrorCode::invalid_config,
                        "'" + m_preset + "' is not a preset; allowed: " + presetNames() + ".");
        chosen.config = preset->config;
        chosen.config.dataset = preset->dataset.toStdString();
        chosen.presetId = preset->id;
    }
    applyFile(chosen.config);
    for (const Field& field : m_fields) {
        if (field.option->count() > 0) field.field->set_from_text(chosen.config, field.text);
    }
    applyCatalogDataset(catalog, settings, chosen);
    makeFolderAbsolute(chosen.config);
    chosen.config.repeat = 0;
    protocol::require_valid(chosen.config);
    chosen.datasetName = catalog.datasetName(chosen.config, settings);
    return chosen;
}

bool ConfigOptions::anyGiven() const {
    return std::any_of(m_fields.begin(), m_fields.end(),
                       [](const Field& field) { return field.option->count() > 0; });
}

void ConfigOptions::applyTo(SuiteEntry& entry) const {
    Chosen chosen;
    bool datasetGiven = false;
    for (const Field& field : m_fields) {
        if (field.option->count() == 0) continue;
        const QString name =
            QString::fromUtf8(field.field->name.data(), static_cast<qsizetype>(field.field->name.size()));
        setField(entry, name, QString::fromStdString(field.text));
        datasetGiven = datasetGiven || name == QStringLiteral("dataset");
    }
    // One list of hosts serves entries of few and of many nodes.
    const auto nodes = static_cast<std::size_t>(std::max<std::int64_t>(0, entry.config.nodes));
    if (entry.config.hosts.size() > nodes) entry.config.hosts.resize(nodes);
    if (!datasetGiven) return;
    const Catalog catalog = Catalog::load();
    const Settings settings;
    chosen.config = entry.config;
    applyCatalogDataset(catalog, settings, chosen);
    makeFolderAbsolute(chosen.config);
    entry.config = chosen.config;
    entry.datasetName = catalog.datasetName(entry.config, settings);
}

}  // namespace arcmeter::app::cli
