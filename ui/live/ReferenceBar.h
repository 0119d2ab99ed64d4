// SPDX-License-Identifier: GPL-3.0-or-later
// The row above the charts that names what they are compared with, and adds to it or takes away.
#pragma once

#include <QWidget>
#include <vector>

#include "app/store/RunRecord.h"

class QHBoxLayout;
class QMenu;

namespace arcmeter::ui {

class References;

class ReferenceBar : public QWidget {
    Q_OBJECT

public:
    explicit ReferenceBar(References* references, QWidget* parent = nullptr);

    /// What 'Add' offers: rows that resemble the run at hand, best first.
    void setSuggestions(std::vector<app::HistoryRow> rows);

signals:
    void historyWanted();

private:
    void rebuild();
    void fillMenu();

    References* m_references;
    QHBoxLayout* m_chips;
    QMenu* m_menu;
    std::vector<app::HistoryRow> m_suggestions;
};

/// Published rows and finished runs that resemble `config`, best first, at most `count`.
std::vector<app::HistoryRow> suggestionsFor(const protocol::RunConfig& config, qint64 exceptRun,
                                            const std::vector<app::HistoryRow>& rows, std::size_t count);

}  // namespace arcmeter::ui
