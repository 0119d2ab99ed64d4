// SPDX-License-Identifier: GPL-3.0-or-later
// What the live charts are compared with: earlier runs (their curves) and published rows (their figures),
// each with a colour of its own. At most `limit`, because more could not be told apart.
#pragma once

#include <QObject>
#include <memory>
#include <vector>

#include "app/store/RunRecord.h"
#include "ui/charts/Chart.h"
#include "ui/live/LiveData.h"

namespace arcmeter::app {
class RunStore;
}

namespace arcmeter::ui {

struct Reference {
    app::HistoryRow row;
    QString name;
    ColorKey color;
    std::unique_ptr<LiveData> data;  ///< a run's steps; empty for published rows
};

class References : public QObject {
    Q_OBJECT

public:
    static constexpr std::size_t limit = 5;

    explicit References(app::RunStore* store, QObject* parent = nullptr);

    /// False when it is shown already or there is no room.
    bool add(const app::HistoryRow& row);
    void remove(std::size_t index);
    void clear();
    const std::vector<std::unique_ptr<Reference>>& all() const { return m_all; }

signals:
    void changed();

private:
    int freeColor() const;

    app::RunStore* m_store;
    std::vector<std::unique_ptr<Reference>> m_all;
};

}  // namespace arcmeter::ui
