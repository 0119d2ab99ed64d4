// SPDX-License-Identifier: GPL-3.0-or-later
// What is trained on: synthetic data, a published set (its folder where the user set one, else synthetic data
// of the same number of classes), a folder used lately, or one to look for. Folders may also be dropped here.
#pragma once

#include <QWidget>

#include "app/catalog/Catalog.h"

class QComboBox;
class QLabel;
class QPushButton;

namespace arcmeter::ui {

class DatasetPicker : public QWidget {
    Q_OBJECT

public:
    DatasetPicker(const app::Catalog& catalog, app::Settings* settings, QWidget* parent = nullptr);

    QString dataset() const;                             ///< RunConfig::dataset: "synthetic" or a folder
    void setDataset(const protocol::RunConfig& config);  ///< does not emit picked()
    void chooseId(const QString& datasetId);             ///< of the catalog; does not emit picked()
    QString folderProblem() const;  ///< why the chosen folder cannot be used; empty otherwise
    void setProblem(const QString& sentence);
    QString problem() const;

signals:
    void picked(
        const QString& numClasses);  ///< what the choice says about the number of classes; may be empty

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void fill();
    void handleSettings();
    QString classesOfChoice() const;
    void handleActivated(int index);
    void browse(const QString& datasetId);
    void useFolder(const QString& folder);
    void describe();
    QString currentId() const;

    app::Catalog m_catalog;
    app::Settings* m_settings;
    QComboBox* m_list;
    QLabel* m_note;
    QLabel* m_problem;
    QPushButton* m_setFolder;
    QString m_current;  ///< key of the chosen entry: "id:face_emore" or "folder:/path"
};

}  // namespace arcmeter::ui
