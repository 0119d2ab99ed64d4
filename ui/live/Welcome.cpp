// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/live/Welcome.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/theme/Icons.h"
#include "ui/widgets/Widgets.h"

namespace arcmeter::ui {

Welcome::Welcome(QWidget* parent)
    : QWidget(parent),
      m_description(makeWrappedLabel({}, TextRole::Body, true)),
      m_problem(makeWrappedLabel({})),
      m_try(makePrimaryButton(tr("&Try it now"), QStringLiteral("run"))) {
    QVBoxLayout* column = nullptr;
    QFrame* card = makeCard(&column, this);
    card->setMaximumWidth(560);
    column->setContentsMargins(8 * space, 7 * space, 8 * space, 7 * space);
    column->setSpacing(3 * space);
    auto* mark = new QLabel;
    mark->setPixmap(programIcon().pixmap(56, 56));
    column->addWidget(mark);
    column->addWidget(
        makeWrappedLabel(tr("See how fast this machine trains a face-recognition network"), TextRole::Title));
    column->addWidget(makeWrappedLabel(
        tr("Choose a benchmark on the left and press Run. Throughput, memory and where each step's time goes "
           "appear "
           "here while it trains; every run is kept in History beside the published figures.")));
    column->addSpacing(2 * space);
    column->addWidget(m_try, 0, Qt::AlignLeft);
    column->addWidget(m_description);
    m_problem->setProperty("problem", true);
    m_problem->hide();
    column->addWidget(m_problem);
    auto* published = makeLinkButton(tr("Look at the published OneFlow and MXNet results"));
    column->addWidget(published);
    auto* outer = new QVBoxLayout(this);
    outer->addStretch(2);
    auto* middle =
        new QHBoxLayout;  // not an alignment: that would ignore how high wrapped text is at this width
    middle->addStretch();
    middle->addWidget(card, 8);
    middle->addStretch();
    outer->addLayout(middle);
    outer->addStretch(3);
    m_try->setObjectName(QStringLiteral("tryItNow"));
    connect(m_try, &QPushButton::clicked, this, &Welcome::tryAsked);
    connect(published, &QPushButton::clicked, this, &Welcome::historyAsked);
}

void Welcome::setPreset(const QString& title, const QString& description) {
    m_description->setText(tr("%1: %2").arg(title, description));
}

void Welcome::setProblem(const QString& sentence) {
    m_problem->setText(sentence);
    m_problem->setVisible(!sentence.isEmpty());
    m_try->setEnabled(sentence.isEmpty());
}

}  // namespace arcmeter::ui
