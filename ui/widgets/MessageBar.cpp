// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/MessageBar.h"

#include <QAccessible>
#include <QFontDatabase>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QTimer>

#include "ui/theme/Icons.h"
#include "ui/widgets/Widgets.h"

namespace arcmeter::ui {
namespace {

QString iconName(MessageBar::Kind kind) {
    switch (kind) {
        case MessageBar::Kind::Info:
            return QStringLiteral("info");
        case MessageBar::Kind::Done:
            return QStringLiteral("done");
        case MessageBar::Kind::Warning:
            return QStringLiteral("warning");
        case MessageBar::Kind::Problem:
            return QStringLiteral("error");
    }
    return {};
}

QColor iconColor(MessageBar::Kind kind, const ThemeColors& colors) {
    switch (kind) {
        case MessageBar::Kind::Info:
            return colors.accent;
        case MessageBar::Kind::Done:
            return colors.good;
        case MessageBar::Kind::Warning:
            return colors.warning;
        case MessageBar::Kind::Problem:
            return colors.bad;
    }
    return colors.text;
}

}  // namespace

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent),
      m_icon(new QLabel(this)),
      m_text(makeWrappedLabel({})),
      m_details(makeWrappedLabel({}, TextRole::Small, true)),
      m_action(new QPushButton(this)),
      m_timer(new QTimer(this)) {
    setProperty("card", true);
    setAccessibleName(tr("Message"));
    auto* close = makeFlatButton({}, QStringLiteral("close"), this);
    close->setAccessibleName(tr("Close the message"));
    close->setToolTip(tr("Close"));
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_details->setTextInteractionFlags(Qt::TextSelectableByMouse);
    QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    fixed.setPointSizeF(textFont(TextRole::Small).pointSizeF());
    m_details->setFont(fixed);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(3 * space, 2 * space, 2 * space, 2 * space);
    grid->setHorizontalSpacing(2 * space);
    grid->addWidget(m_icon, 0, 0, Qt::AlignTop);
    grid->addWidget(m_text, 0, 1);
    grid->addWidget(m_action, 0, 2, Qt::AlignTop);
    grid->addWidget(close, 0, 3, Qt::AlignTop);
    grid->addWidget(m_details, 1, 1, 1, 3);
    grid->setColumnStretch(1, 1);
    m_timer->setSingleShot(true);
    connect(m_timer, &QTimer::timeout, this, &QWidget::hide);
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    connect(m_action, &QPushButton::clicked, this, [this] {
        hide();
        if (m_do) m_do();
    });
    hide();
}

void MessageBar::showMessage(Kind kind, const QString& sentence, const QString& details, int seconds) {
    m_icon->setPixmap(actionIcon(iconName(kind), iconColor(kind, themeColors(palette()))).pixmap(18, 18));
    m_text->setText(sentence);
    m_details->setText(details);
    m_details->setVisible(!details.isEmpty());
    m_action->hide();
    m_do = nullptr;
    m_timer->stop();
    if (seconds > 0) m_timer->start(seconds * 1000);
    setAccessibleDescription(sentence + ' ' + details);
    show();
    QAccessibleEvent news(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&news);
}

void MessageBar::setAction(const QString& text, std::function<void()> action) {
    m_action->setText(text);
    m_do = std::move(action);
    m_action->show();
}

QString MessageBar::text() const {
    return m_text->text();
}

}  // namespace arcmeter::ui
