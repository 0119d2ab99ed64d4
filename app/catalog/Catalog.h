// SPDX-License-Identifier: GPL-3.0-or-later
// What can be chosen without typing: presets and datasets, read from resources/catalog/*.json compiled into
// the program. Plain values; copy freely, use from any thread.
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "engine/protocol/run_config.h"

namespace arcmeter::app {

class Settings;

struct Preset {
    QString id;           ///< "quick-look"
    QString title;        ///< "Quick look (no GPU)"
    QString description;  ///< one sentence
    QString dataset;      ///< id of a Dataset; resolve() turns it into config.dataset and num_classes
    bool needsGpu = false;
    protocol::RunConfig config;
};

struct Dataset {
    QString id;  ///< "synthetic", "face_emore", "glint360k"
    QString title;
    qint64 numClasses = 0;
    std::optional<qint64> images;  ///< nullopt: unlimited (synthetic)
    bool hasFolder = false;  ///< real data that the user points at; synthetic stands in for it until then
    QString link;            ///< where it comes from; may be empty
};

class Catalog {
public:
    /// Reads the compiled-in files. Throws Error(internal) naming file and field if they are wrong (a test
    /// does).
    static Catalog load();

    const std::vector<Preset>& presets() const { return m_presets; }
    const std::vector<Dataset>& datasets() const { return m_datasets; }
    const Preset* preset(const QString& id) const;
    const Dataset* dataset(const QString& id) const;

    /// Sets config.dataset and config.num_classes for a catalog dataset: its folder where the user set one,
    /// else synthetic with the same number of classes.
    void applyDataset(const QString& datasetId, const Settings& settings, protocol::RunConfig& config) const;

    /// The name a dataset goes by in tables: "synthetic", the catalog's id for a folder set in `settings`,
    /// else the folder's own name.
    QString datasetName(const protocol::RunConfig& config, const Settings& settings) const;

private:
    std::vector<Preset> m_presets;
    std::vector<Dataset> m_datasets;
};

}  // namespace arcmeter::app
