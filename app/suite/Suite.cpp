// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/suite/Suite.h"

#include <algorithm>

#include "app/catalog/Resources.h"
#include "app/settings/Settings.h"
#include "engine/protocol/error.h"

namespace arcmeter::app {
namespace {

using nlohmann::json;

const QString maxText = QStringLiteral("max");
const QString batchField = QStringLiteral("batch_size_per_device");
const QString classesField = QStringLiteral("num_classes");

QString text(std::string_view value) {
    return QString::fromUtf8(value.data(), static_cast<qsizetype>(value.size()));
}

[[noreturn]] void refuse(const QString& field, const QString& value, const QString& allowed) {
    throw Error(ErrorCode::invalid_config,
                QStringLiteral("%1 is '%2'; allowed: %3.").arg(field, value, allowed).toStdString());
}

void setDevices(protocol::RunConfig& config, const QString& value) {
    const QStringList numbers = value.split(QLatin1Char('x'));
    bool nodesRead = false;
    bool devicesRead = false;
    const qint64 nodes = numbers.value(0).trimmed().toLongLong(&nodesRead);
    const qint64 devices = numbers.value(1).trimmed().toLongLong(&devicesRead);
    if (numbers.size() != 2 || !nodesRead || !devicesRead || nodes < 1 || devices < 1) {
        refuse(QStringLiteral("devices"), value, QStringLiteral("nodes x devices of each, as in 1x4"));
    }
    config.nodes = nodes;
    config.devices_per_node = devices;
}

const json& readSuites() {
    static const json document = [] {
        const QByteArray bytes = resourceBytes(QStringLiteral("catalog/suites.json"));
        return json::parse(bytes.constBegin(), bytes.constEnd());
    }();
    return document;
}

std::vector<SweepDimension> dimensionsOf(const json& part) {
    std::vector<SweepDimension> dimensions;
    if (!part.contains("vary")) return dimensions;
    for (const auto& [field, values] : part.at("vary").items()) {
        SweepDimension dimension{QString::fromStdString(field), {}};
        for (const json& value : values) {
            dimension.values << QString::fromStdString(value.get<std::string>());
        }
        dimensions.push_back(std::move(dimension));
    }
    return dimensions;
}

std::vector<SuiteEntry> entriesOf(const json& part, const Catalog& catalog, const Settings& settings) {
    const QString presetId = QString::fromStdString(part.at("preset").get<std::string>());
    const Preset* preset = catalog.preset(presetId);
    if (!preset)
        throw Error(ErrorCode::internal, "suites.json names no preset '" + presetId.toStdString() + "'.");
    json config = to_json(preset->config);
    if (part.contains("config")) config.update(part.at("config"));
    SuiteEntry base;
    base.config = protocol::run_config_from_json(config);
    base.presetId = presetId;
    base.datasetName = QString::fromStdString(part.value("dataset", preset->dataset.toStdString()));
    catalog.applyDataset(base.datasetName, settings, base.config);
    return crossProduct(base, dimensionsOf(part));
}

Suite suiteFrom(const json& item, const Catalog& catalog, const Settings& settings) {
    Suite suite;
    suite.id = QString::fromStdString(item.at("id").get<std::string>());
    suite.title = QString::fromStdString(item.at("title").get<std::string>());
    suite.description = QString::fromStdString(item.at("description").get<std::string>());
    for (const json& part : item.value("parts", json::array())) {
        const std::vector<SuiteEntry> more = entriesOf(part, catalog, settings);
        suite.entries.insert(suite.entries.end(), more.begin(), more.end());
    }
    return suite;
}

const Suite& suiteNamed(const std::vector<Suite>& suites, const std::string& id) {
    const auto found = std::find_if(suites.begin(), suites.end(),
                                    [&](const Suite& suite) { return suite.id.toStdString() == id; });
    if (found == suites.end()) throw Error(ErrorCode::internal, "suites.json names no suite '" + id + "'.");
    return *found;
}

/// Once every suite has its own entries: a suite may be made of others.
void addIncluded(const json& items, std::vector<Suite>& suites) {
    for (std::size_t i = 0; i < items.size(); ++i) {
        for (const json& id : items[i].value("includes", json::array())) {
            const std::vector<SuiteEntry> more = suiteNamed(suites, id.get<std::string>()).entries;
            suites[i].entries.insert(suites[i].entries.end(), more.begin(), more.end());
        }
    }
}

}  // namespace

std::optional<protocol::Limit> SuiteEntry::limit() const {
    if (maxField == batchField) return protocol::Limit::batch_size;
    if (maxField == classesField) return protocol::Limit::num_classes;
    return std::nullopt;
}

void setField(SuiteEntry& entry, const QString& field, const QString& value) {
    const bool searched = field == batchField || field == classesField;
    if (searched && value == maxText) {
        entry.maxField = field;
        return;
    }
    if (entry.maxField == field) entry.maxField.clear();
    if (field == QStringLiteral("devices")) {
        setDevices(entry.config, value);
        return;
    }
    const std::string name = field.toStdString();
    for (const protocol::ConfigField& known : protocol::config_fields()) {
        if (known.name != name) continue;
        known.set_from_text(entry.config, value.toStdString());
        return;
    }
    refuse(QStringLiteral("field"), field,
           QStringLiteral("devices and the fields of 'arcmeter-cli run --help'"));
}

namespace {

/// A value that its own field does not allow. What only several fields together do not allow stays: such an
/// entry is listed with its reason.
void requireAllowed(const SuiteEntry& entry, const QString& field) {
    for (const protocol::ConfigProblem& problem : protocol::validate(entry.config)) {
        if (problem.field == field.toStdString()) throw Error(ErrorCode::invalid_config, problem.message);
    }
}

}  // namespace

std::vector<SuiteEntry> crossProduct(const SuiteEntry& base, const std::vector<SweepDimension>& dimensions) {
    std::vector<SuiteEntry> entries{base};
    for (const SweepDimension& dimension : dimensions) {
        std::vector<SuiteEntry> longer;
        for (const SuiteEntry& entry : entries) {
            for (const QString& value : dimension.values) {
                if (longer.size() == maxSweepEntries) {
                    throw Error(ErrorCode::invalid_config, "A sweep is more than " +
                                                               std::to_string(maxSweepEntries) +
                                                               " configurations; choose fewer values.");
                }
                setField(longer.emplace_back(entry), dimension.field, value.trimmed());
                requireAllowed(longer.back(), dimension.field);
            }
        }
        entries = std::move(longer);
    }
    return entries;
}

std::vector<Suite> shippedSuites(const Catalog& catalog, const Settings& settings) {
    try {
        const json& items = readSuites().at("suites");
        std::vector<Suite> suites;
        for (const json& item : items) suites.push_back(suiteFrom(item, catalog, settings));
        addIncluded(items, suites);
        return suites;
    } catch (const json::exception& error) {
        throw Error(ErrorCode::internal, std::string("The built-in suites are wrong: ") + error.what() + ".");
    }
}

QString storedDatasetName(const SuiteEntry& entry) {
    return entry.config.is_synthetic() ? text(protocol::synthetic_dataset) : entry.datasetName;
}

QString entryTitle(const SuiteEntry& entry) {
    const protocol::RunConfig& config = entry.config;
    const QString stored = storedDatasetName(entry);
    const QString dataset =
        stored == entry.datasetName ? stored : QStringLiteral("%1 (%2)").arg(entry.datasetName, stored);
    const QString batch =
        entry.maxField == batchField ? maxText : QString::number(config.batch_size_per_device);
    QStringList words{text(config.model),
                      dataset,
                      text(to_string(config.parallelism)),
                      text(to_string(config.precision)),
                      QStringLiteral("%1x%2 devices").arg(config.nodes).arg(config.devices_per_node),
                      QStringLiteral("batch %1").arg(batch)};
    if (entry.maxField == classesField) words << QStringLiteral("classes max");
    if (!entry.engine.isEmpty()) words << entry.engine;
    return words.join(QStringLiteral(", "));
}

}  // namespace arcmeter::app
