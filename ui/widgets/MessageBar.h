// SPDX-License-Identifier: GPL-3.0-or-later
// A line of news inside the window with at most one thing to do about it: 'Deleted 3 runs. [Undo]'. Not a
// dialog: it never stops the user. Hidden until show...() is called.
#pragma once

#include <QFrame>
#include <functional>

class QLabel;
class QPushButton;
class QTimer;

namespace arcmeter::ui {

class MessageBar : public QFrame {
    Q_OBJECT

public:
    enum class Kind { Info, Done, Warning, Problem };

    explicit MessageBar(QWidget* parent = nullptr);

    /// `details`: lines in a fixed-width font under the sentence. `seconds` 0: until the user closes it.
    void showMessage(Kind kind, const QString& sentence, const QString& details = {}, int seconds = 0);
    /// To be called after showMessage(); the bar closes when the button is pressed.
    void setAction(const QString& text, std::function<void()> action);
    QString text() const;

private:
    QLabel* m_icon;
    QLabel* m_text;
    QLabel* m_details;
    QPushButton* m_action;
    QTimer* m_timer;
    std::function<void()> m_do;
};

}  // namespace arcmeter::ui
