// SPDX-License-Identifier: GPL-3.0-or-later
// A Table as text for programs and for plain readers. UTF-8, numbers in the C locale. TableExporter.h says
// what each format promises.
#pragma once

#include <QByteArray>

#include "app/export/Table.h"

namespace arcmeter::app {

QByteArray renderCsv(const Table& table);
QByteArray renderTsv(const Table& table);
QByteArray renderJson(const Table& table);
QByteArray renderJsonLines(const Table& table);
QByteArray renderMarkdown(const Table& table);
QByteArray renderSql(const Table& table);

}  // namespace arcmeter::app
