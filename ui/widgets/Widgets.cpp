// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Widgets.h"

#include <QStyle>
#include <QVBoxLayout>

#include "ui/theme/Icons.h"

namespace arcmeter::ui {

QLabel* makeLabel(const QString& text, TextRole role, bool muted, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setFont(textFont(role));
    label->setTextFormat(Qt::PlainText);
    if (muted) label->setProperty("muted", true);
    return label;
}

QLabel* makeWrappedLabel(const QString& text, TextRole role, bool muted, QWidget* parent) {
    QLabel* label = makeLabel(text, role, muted, parent);
    label->setWordWrap(true);
    return label;
}

QFrame* makeCard(QVBoxLayout** column, QWidget* parent) {
    auto* card = new QFrame(parent);
    card->setProperty("card", true);
    *column = new QVBoxLayout(card);
    (*column)->setContentsMargins(4 * space, 3 * space, 4 * space, 3 * space);
    (*column)->setSpacing(2 * space);
    return card;
}

QPushButton* makePrimaryButton(const QString& text, const QString& icon, QWidget* parent) {
    auto* button = new QPushButton(text, parent);
    button->setProperty("primary", true);
    if (!icon.isEmpty()) button->setIcon(actionIcon(icon, Qt::white));
    return button;
}

QPushButton* makeLinkButton(const QString& text, QWidget* parent) {
    auto* button = new QPushButton(text, parent);
    button->setProperty("link", true);
    button->setCursor(Qt::PointingHandCursor);
    button->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    return button;
}

QToolButton* makeFlatButton(const QString& text, const QString& icon, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setProperty("flat", true);
    button->setText(text);
    button->setFocusPolicy(Qt::StrongFocus);
    if (!icon.isEmpty()) button->setIcon(actionIcon(icon));
    button->setToolButtonStyle(text.isEmpty() ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextBesideIcon);
    return button;
}

void setLook(QWidget* widget, const char* property, bool on) {
    if (widget->property(property).toBool() == on) return;
    widget->setProperty(property, on);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
    widget->update();
}

}  // namespace arcmeter::ui
