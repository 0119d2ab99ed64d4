// SPDX-License-Identifier: GPL-3.0-or-later
// Look, language, dataset folders, engine. Writes to Settings when accepted.
#pragma once

#include <QDialog>
#include <map>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;

namespace arcmeter::app {
class Catalog;
class Settings;
}  // namespace arcmeter::app

namespace arcmeter::ui {

class SettingsDialog : public QDialog {
    Q_OBJECT

public:
    SettingsDialog(const app::Catalog& catalog, app::Settings* settings, QWidget* parent = nullptr);
    void accept() override;

private:
    void addLook(QFormLayout* form);
    void addFolders(QFormLayout* form, const app::Catalog& catalog);
    void addEngine(QFormLayout* form);
    QLineEdit* addPath(QFormLayout* form, const QString& label, const QString& value,
                       const QString& placeholder, bool folder);
    void check();

    app::Settings* m_settings;
    QComboBox* m_theme = nullptr;
    QComboBox* m_language = nullptr;
    QLineEdit* m_engine = nullptr;
    QLineEdit* m_torch = nullptr;
    std::map<QString, QLineEdit*> m_folders;
    QLabel* m_problem;
};

}  // namespace arcmeter::ui
