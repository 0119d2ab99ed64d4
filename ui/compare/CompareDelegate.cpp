// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/CompareDelegate.h"

#include <QApplication>
#include <QPainter>

#include "ui/compare/CompareModel.h"
#include "ui/theme/Theme.h"

namespace arcmeter::ui {
namespace {

constexpr int padding = 8;

}  // namespace

QSize CompareDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const QFontMetrics metrics(option.font);
    const int change = metrics.horizontalAdvance(index.data(CompareModel::ChangeRole).toString());
    const QVariant value = index.data(CompareModel::ValueRole);
    const int text = metrics.horizontalAdvance(value.isValid() ? value.toString() : index.data().toString());
    return {text + change + (change > 0 ? 4 : 2) * padding, metrics.height() + 8};
}

void CompareDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const {
    const ThemeColors colors = themeColors(option.palette);
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    item.text.clear();
    QApplication::style()->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);
    painter->save();
    const bool warning = index.data(CompareModel::WarningRole).toBool();
    if (warning && !(option.state & QStyle::State_Selected)) {
        QColor tint = colors.warning;
        tint.setAlphaF(0.10F);
        painter->fillRect(option.rect, tint);
    }
    const QRect box = option.rect.adjusted(padding, 0, -padding, 0);
    const QString change = index.data(CompareModel::ChangeRole).toString();
    const QVariant value = index.data(CompareModel::ValueRole);
    const QString text = value.isValid() ? value.toString() : index.data().toString();
    painter->setFont(item.font);
    painter->setPen(colors.text);
    if (index.column() == 0 && !index.data(CompareModel::HeadingRole).toBool())
        painter->setPen(warning ? colors.warning : colors.muted);
    const QFontMetrics metrics(item.font);
    painter->drawText(box, Qt::AlignLeft | Qt::AlignVCenter,
                      metrics.elidedText(text, Qt::ElideRight, box.width()));
    const int room = box.width() - metrics.horizontalAdvance(text) - 2 * padding;
    if (!change.isEmpty() && room > 0) {
        painter->setPen(colors.muted);
        painter->drawText(box, Qt::AlignRight | Qt::AlignVCenter,
                          metrics.elidedText(change, Qt::ElideLeft, room));
    }
    painter->restore();
}

}  // namespace arcmeter::ui
