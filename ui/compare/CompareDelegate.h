// SPDX-License-Identifier: GPL-3.0-or-later
// Paints a compared value with its change beside it, so that values stand under each other; headings and
// differences between environments look so.
#pragma once

#include <QStyledItemDelegate>

namespace arcmeter::ui {

class CompareDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace arcmeter::ui
