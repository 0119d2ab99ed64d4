// SPDX-License-Identifier: GPL-3.0-or-later
// Every RunConfig field as an option, made from the protocol's field table, plus --config and --preset.
#pragma once

#include <CLI/CLI.hpp>
#include <QString>
#include <deque>
#include <string>
#include <vector>

#include "app/suite/Suite.h"

namespace arcmeter::app::cli {

class ConfigOptions {
public:
    /// `FieldsOnly`: without --preset and --config, for commands that begin with configurations of their own.
    enum class Offer { Everything, FieldsOnly };
    explicit ConfigOptions(CLI::App& command, Offer offer = Offer::Everything);

    struct Chosen {
        protocol::RunConfig config;
        QString datasetName;
        QString presetId;
        QString notice;  ///< what the user should know: synthetic data stands in for face_emore
    };

    /// Preset, then --config, then the options, each over the one before; validated. Throws
    /// Error(invalid_config).
    Chosen read() const;

    /// The options given, over an entry of a suite; not validated. Throws Error(invalid_config) for a value
    /// that cannot be read.
    void applyTo(SuiteEntry& entry) const;
    bool anyGiven() const;  ///< of the fields

private:
    struct Field {
        const protocol::ConfigField* field;
        CLI::Option* option;
        std::string text;
    };

    void applyFile(protocol::RunConfig& config) const;

    std::deque<Field> m_fields;  // CLI11 keeps references into it
    std::string m_configFile;
    std::string m_preset;
};

}  // namespace arcmeter::app::cli
