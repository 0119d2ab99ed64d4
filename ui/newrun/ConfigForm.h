// SPDX-License-Identifier: GPL-3.0-or-later
// Every field of a run configuration, in two groups: what one chooses for each run,
// and the rest under 'More settings'. Problems are shown at their fields as the user types.
#pragma once

#include <QWidget>
#include <map>
#include <optional>

#include "engine/protocol/limit.h"
#include "ui/window/EngineProbe.h"

class QVBoxLayout;

namespace arcmeter::ui {

class DatasetPicker;
class FieldRow;

class ConfigForm : public QWidget {
    Q_OBJECT

public:
    /// `datasets` sits between model and classes; the form takes it over.
    explicit ConfigForm(DatasetPicker* datasets, QWidget* parent = nullptr);

    /// What the fields say; nullopt while one of them cannot work.
    const std::optional<protocol::RunConfig>& config() const { return m_config; }
    void setConfig(const protocol::RunConfig& config);
    void setField(const QString& field, const QString& text);  ///< as if the user had typed it
    void setMachine(const MachineFacts& facts);                ///< offers only what this machine has
    FieldRow* row(const QString& field) const;
    QString firstProblem() const;

signals:
    void changed();
    void limitAsked(arcmeter::protocol::Limit limit);  ///< 'Max' beside batch size or classes

private:
    FieldRow* addRow(QVBoxLayout* column, struct FieldSpec spec);
    void addMainRows(QVBoxLayout* column, DatasetPicker* datasets);
    void addRankRows(QVBoxLayout* column);
    void addMoreRows(QVBoxLayout* column);
    void addMoreSection(QVBoxLayout* column);
    void readFields();
    void showProblems(const std::map<QString, QString>& problems);
    void adaptToChoices();

    DatasetPicker* m_datasets;
    std::map<QString, FieldRow*> m_rows;
    std::optional<protocol::RunConfig> m_config;
    MachineFacts m_machine;
    bool m_filling = false;
};

/// The text that the command line would take for a field of `config`; empty when it is left out.
QString fieldText(const protocol::RunConfig& config, const QString& field);

}  // namespace arcmeter::ui
