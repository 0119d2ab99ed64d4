// SPDX-License-Identifier: GPL-3.0-or-later
// Small shared pieces of the window.
#pragma once

#include <QFrame>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

#include "ui/theme/Theme.h"

class QVBoxLayout;

namespace arcmeter::ui {

/// A label in one of the theme's text roles; muted is for what explains, not for what matters.
QLabel* makeLabel(const QString& text, TextRole role = TextRole::Body, bool muted = false,
                  QWidget* parent = nullptr);
QLabel* makeWrappedLabel(const QString& text, TextRole role = TextRole::Body, bool muted = false,
                         QWidget* parent = nullptr);

/// A rounded surface with its own column layout.
QFrame* makeCard(QVBoxLayout** column, QWidget* parent = nullptr);

QPushButton* makePrimaryButton(const QString& text, const QString& icon = {}, QWidget* parent = nullptr);
QPushButton* makeLinkButton(const QString& text, QWidget* parent = nullptr);
QToolButton* makeFlatButton(const QString& text, const QString& icon, QWidget* parent = nullptr);

/// Sets a dynamic property that the style sheet looks at, and lets it look again.
void setLook(QWidget* widget, const char* property, bool on);

}  // namespace arcmeter::ui
