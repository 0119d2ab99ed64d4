// SPDX-License-Identifier: GPL-3.0-or-later
// Every combination of chosen values, on top of the New-run panel's configuration, to be put into the queue.
#pragma once

#include <QDialog>
#include <vector>

#include "app/queue/QueueEntry.h"
#include "app/suite/Suite.h"

class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QTimer;
class QToolButton;

namespace arcmeter::app {
class RunStore;
}

namespace arcmeter::ui {

class EntryView;

class SweepDialog : public QDialog {
    Q_OBJECT

public:
    SweepDialog(const app::SuiteEntry& base, app::RunStore* store, const QString& engine,
                QWidget* parent = nullptr);

    EntryView* entries() const { return m_entries; }
    /// As if the user had chosen the field in the first free row and typed its values.
    void setDimension(const QString& field, const QString& values);

signals:
    void queueAsked(const arcmeter::app::QueueBatch& batch, bool start);

private:
    struct Row {
        QComboBox* field;
        QLineEdit* values;
        QToolButton* remove;
    };
    void addRow();
    void removeRow(const QComboBox* field);
    std::vector<app::SweepDimension> dimensions() const;
    void refresh();
    QString allowed(const QString& field) const;

    app::SuiteEntry m_base;
    QGridLayout* m_grid;
    std::vector<Row> m_rows;
    QTimer* m_typing;
    EntryView* m_entries;
};

}  // namespace arcmeter::ui
