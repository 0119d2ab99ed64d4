// SPDX-License-Identifier: GPL-3.0-or-later
// What the live page shows before the first run: what to do, and one button that does it.
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace arcmeter::ui {

class Welcome : public QWidget {
    Q_OBJECT

public:
    explicit Welcome(QWidget* parent = nullptr);
    void setPreset(const QString& title, const QString& description);
    void setProblem(const QString& sentence);  ///< the engine is missing: nothing can run

signals:
    void tryAsked();
    void historyAsked();

private:
    QLabel* m_description;
    QLabel* m_problem;
    QPushButton* m_try;
};

}  // namespace arcmeter::ui
