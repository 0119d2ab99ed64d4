// SPDX-License-Identifier: GPL-3.0-or-later
// Shows the Slurm batch script of a configuration; it can be copied and saved.
#pragma once

#include <QDialog>

class QLabel;

namespace arcmeter::ui {

class BatchScriptDialog : public QDialog {
    Q_OBJECT

public:
    explicit BatchScriptDialog(const QString& script, QWidget* parent = nullptr);

    /// Whole or not at all, executable; says beneath the script where it went, or why not.
    bool saveAs(const QString& file);

private:
    void askAndSave();

    QString m_script;
    QLabel* m_news;
};

}  // namespace arcmeter::ui
