// SPDX-License-Identifier: GPL-3.0-or-later
// Lists of configurations: the shipped suites (resources/catalog/suites.json) and sweeps that the user makes.
// Plain values; copy freely, use from any thread.
#pragma once

#include <QString>
#include <QStringList>
#include <optional>
#include <vector>

#include "app/catalog/Catalog.h"
#include "engine/protocol/limit.h"

namespace arcmeter::app {

/// One configuration to be measured. Where `maxField` names batch_size_per_device or num_classes, that field
/// is to be the largest that fits: a search must find it before the run.
struct SuiteEntry {
    protocol::RunConfig config;
    QString datasetName;  ///< id of a catalog dataset, or what Catalog::datasetName gives
    QString presetId;
    QString maxField;
    QString engine;  ///< as in NewRun
    bool operator==(const SuiteEntry&) const = default;

    std::optional<protocol::Limit> limit() const;  ///< what maxField asks to be searched for
};

/// The tag of runs whose batch is the largest that fitted.
inline const QString maxBatchTag = QStringLiteral("max-batch");

struct Suite {
    QString id;           ///< "dlperf-quick"
    QString title;        ///< "DLPerf quick"
    QString description;  ///< one sentence
    std::vector<SuiteEntry> entries;
};

/// A field and the values it takes, as the command line writes them. Two things are more than the command
/// line knows: the field "devices" sets nodes and devices_per_node at once ("2x8"), and "max" for
/// batch_size_per_device and num_classes sets SuiteEntry::maxField.
struct SweepDimension {
    QString field;
    QStringList values;
};

/// Sets one field from its text. Throws Error(invalid_config) naming field and value.
void setField(SuiteEntry& entry, const QString& field, const QString& value);

/// Every combination, the last dimension changing fastest. Throws Error(invalid_config) for a value that
/// cannot work or for more than maxSweepEntries.
inline constexpr std::size_t maxSweepEntries = 1000;
std::vector<SuiteEntry> crossProduct(const SuiteEntry& base, const std::vector<SweepDimension>& dimensions);

/// The shipped suites, in the order in which they are offered. Datasets are resolved by `settings`, as
/// presets are. Throws Error(internal) when the shipped file is wrong (a test reads it).
std::vector<Suite> shippedSuites(const Catalog& catalog, const Settings& settings);

/// What the run's rows say: synthetic where synthetic data stands in for the dataset.
QString storedDatasetName(const SuiteEntry& entry);

/// "r100, face_emore (synthetic), partial_fc, fp32, 2x8 devices, batch max".
QString entryTitle(const SuiteEntry& entry);

}  // namespace arcmeter::app
