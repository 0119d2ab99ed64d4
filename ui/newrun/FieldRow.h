// SPDX-License-Identifier: GPL-3.0-or-later
// One field of a run configuration: its name, an editor, and beneath it a sentence when the value cannot
// work. Values are the texts that the command line takes, so that window and command line accept the same.
#pragma once

#include <QStringList>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;

namespace arcmeter::ui {

struct FieldSpec {
    QString field;  ///< JSON name in RunConfig
    QString label;
    QStringList choices;  ///< values of a closed list; empty: free text
    QStringList titles;   ///< what the list shows for them
    bool isSwitch = false;
    bool optional = false;  ///< may be left empty: `placeholder` says what then holds
    QString placeholder;
    QString action = {};      ///< text of a button beside the editor; empty: none
    QString actionHelp = {};  ///< its tool tip
};

class FieldRow : public QWidget {
    Q_OBJECT

public:
    explicit FieldRow(FieldSpec spec, QWidget* parent = nullptr);

    const FieldSpec& spec() const { return m_spec; }
    QString text() const;
    void setText(const QString& text);  ///< does not emit edited()
    void setPlaceholder(const QString& text);
    void setProblem(const QString& sentence);  ///< empty: none
    QString problem() const;
    void setChoiceEnabled(const QString& choice, bool enabled, const QString& reason = {});
    QWidget* editor() const;

signals:
    void edited();
    void actionAsked();

private:
    void addEditor();

    FieldSpec m_spec;
    QLabel* m_label;
    QLabel* m_problem;
    QComboBox* m_list = nullptr;
    QLineEdit* m_line = nullptr;
    QCheckBox* m_check = nullptr;
};

}  // namespace arcmeter::ui
