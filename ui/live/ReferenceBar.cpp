// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/live/ReferenceBar.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/format/Format.h"
#include "ui/live/References.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/Widgets.h"

namespace arcmeter::ui {
namespace {

/// Higher is more alike; negative is not worth offering.
int likeness(const protocol::RunConfig& config, const app::HistoryRow& row) {
    if (!row.samplesPerSecond) return -1;
    int points = 0;
    if (row.model == QString::fromStdString(config.model)) points += 8;
    const std::string_view parallelism = protocol::to_string(config.parallelism);
    if (row.parallelism.startsWith(
            QLatin1String(parallelism.data(), static_cast<qsizetype>(parallelism.size())))) {
        points += 2;
    }
    const std::string_view precision = protocol::to_string(config.precision);
    if (row.precision == QLatin1String(precision.data(), static_cast<qsizetype>(precision.size())))
        points += 2;
    if (row.batchSizePerDevice == config.batch_size_per_device) points += 2;
    const bool oneDevice = row.nodes.value_or(1) == 1 && row.devicesPerNode.value_or(1) == 1;
    if (oneDevice) points += 4;
    return points;
}

QPixmap dashMark(const QColor& color) {
    QPixmap mark(20, 12);
    mark.fill(Qt::transparent);
    QPainter painter(&mark);
    QPen pen(color, 2, Qt::SolidLine, Qt::FlatCap);
    pen.setDashPattern({2.5, 1.5});
    painter.setPen(pen);
    painter.drawLine(0, 6, 18, 6);
    return mark;
}

QString menuText(const app::HistoryRow& row) {
    return ReferenceBar::tr("%1: %2 samples/s").arg(rowTitle(row), numberText(*row.samplesPerSecond));
}

}  // namespace

std::vector<app::HistoryRow> suggestionsFor(const protocol::RunConfig& config, qint64 exceptRun,
                                            const std::vector<app::HistoryRow>& rows, std::size_t count) {
    std::vector<std::pair<int, const app::HistoryRow*>> ranked;
    for (const app::HistoryRow& row : rows) {
        if (row.kind == app::HistoryRow::Kind::Run && row.id == exceptRun) continue;
        const int points = likeness(config, row);
        if (points >= 0) ranked.emplace_back(points, &row);
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<app::HistoryRow> best;
    for (std::size_t i = 0; i < std::min(count, ranked.size()); ++i) best.push_back(*ranked[i].second);
    return best;
}

ReferenceBar::ReferenceBar(References* references, QWidget* parent)
    : QWidget(parent), m_references(references), m_chips(new QHBoxLayout), m_menu(new QMenu(this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(2 * space, 0, 0, 0);
    row->setSpacing(2 * space);
    row->addWidget(makeLabel(tr("Compared with"), TextRole::Body, true));
    m_chips->setSpacing(space);
    row->addLayout(m_chips);
    auto* add = makeFlatButton(tr("Add"), QStringLiteral("add"), this);
    add->setObjectName(QStringLiteral("addReference"));
    add->setPopupMode(QToolButton::InstantPopup);
    add->setMenu(m_menu);
    add->setToolTip(tr("Draw an earlier run or a published row into the charts, dashed"));
    row->addWidget(add);
    row->addStretch();
    connect(m_menu, &QMenu::aboutToShow, this, &ReferenceBar::fillMenu);
    connect(m_references, &References::changed, this, &ReferenceBar::rebuild);
}

void ReferenceBar::setSuggestions(std::vector<app::HistoryRow> rows) {
    m_suggestions = std::move(rows);
}

void ReferenceBar::fillMenu() {
    m_menu->clear();
    const auto addSection = [this](app::HistoryRow::Kind kind, const QString& title) {
        m_menu->addSection(title);
        for (const app::HistoryRow& row : m_suggestions) {
            if (row.kind != kind) continue;
            m_menu->addAction(menuText(row), this, [this, row] { m_references->add(row); });
        }
    };
    addSection(app::HistoryRow::Kind::Run, tr("Earlier runs"));
    addSection(app::HistoryRow::Kind::Published, tr("Published"));
    addSection(app::HistoryRow::Kind::Imported, tr("Imported"));
    m_menu->addSeparator();
    m_menu->addAction(tr("Choose in History…"), this, &ReferenceBar::historyWanted);
}

void ReferenceBar::rebuild() {
    while (QLayoutItem* item = m_chips->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    const ThemeColors colors = themeColors(palette());
    for (std::size_t i = 0; i < m_references->all().size(); ++i) {
        const Reference& reference = *m_references->all()[i];
        auto* chip = makeFlatButton(reference.name, {}, this);
        chip->setIcon(QIcon(dashMark(reference.color.in(colors))));
        chip->setIconSize(QSize(20, 12));
        chip->setToolTip(tr("Take %1 out of the charts").arg(reference.name));
        chip->setAccessibleName(chip->toolTip());
        connect(chip, &QToolButton::clicked, this, [this, i] { m_references->remove(i); });
        m_chips->addWidget(chip);
    }
}

}  // namespace arcmeter::ui
