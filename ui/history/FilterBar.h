// SPDX-License-Identifier: GPL-3.0-or-later
// The filters above the history table.
#pragma once

#include <QWidget>

#include "app/models/HistoryFilter.h"

class QComboBox;
class QLineEdit;
class QPushButton;

namespace arcmeter::app {
class HistoryModel;
}

namespace arcmeter::ui {

class FilterBar : public QWidget {
    Q_OBJECT

public:
    explicit FilterBar(QWidget* parent = nullptr);

    /// The values that occur, for the lists; what is chosen stays chosen.
    void setChoices(const app::HistoryModel& model, const QStringList& tags);
    app::HistoryFilter filter() const;
    void setShow(app::HistoryFilter::Show show);
    void clear();
    void focusSearch();

signals:
    void changed();

private:
    QComboBox* addList(const char* name, const QString& everything, const QString& accessibleName);
    static void refill(QComboBox* list, QStringList values);

    QLineEdit* m_text;
    QComboBox* m_show;
    QComboBox* m_model;
    QComboBox* m_dataset;
    QComboBox* m_precision;
    QComboBox* m_framework;
    QComboBox* m_state;
    QComboBox* m_tag;
    QPushButton* m_clear;
};

}  // namespace arcmeter::ui
