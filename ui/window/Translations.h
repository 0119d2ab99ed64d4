// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QApplication;
class QString;

namespace arcmeter::ui {

/// The window's language and Qt's own: "auto" (the system's) or a locale's name. To be called before any text
/// is made.
void installTranslations(QApplication& application, const QString& language);

}  // namespace arcmeter::ui
