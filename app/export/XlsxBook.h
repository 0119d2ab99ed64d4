// SPDX-License-Identifier: GPL-3.0-or-later
// A spreadsheet file being written, by libxlsxwriter. Numbers become numbers, text becomes text, never a
// formula. Rows and columns count from 0. Use from one thread; every failure throws arcmeter::Error.
#pragma once

#include <xlsxwriter.h>

#include <QByteArray>
#include <QString>
#include <QTemporaryDir>

#include "app/export/Table.h"

namespace arcmeter::app {

class XlsxBook {
public:
    explicit XlsxBook(const QString& title);
    ~XlsxBook();
    XlsxBook(const XlsxBook&) = delete;
    XlsxBook& operator=(const XlsxBook&) = delete;

    /// At most 31 characters of `name` are kept, those that a sheet's name may hold.
    lxw_worksheet* addSheet(const QString& name);
    void write(lxw_worksheet* sheet, int row, int column, const Cell& cell, lxw_format* format = nullptr);
    void writeText(lxw_worksheet* sheet, int row, int column, const QString& text,
                   lxw_format* format = nullptr);
    lxw_format* bold();
    lxw_format* decimals(int places);  ///< at most 3
    lxw_workbook* workbook() { return m_book; }

    /// Ends the book; nothing may be written afterwards.
    QByteArray finish();

private:
    QTemporaryDir m_folder;
    QString m_file;
    lxw_workbook* m_book = nullptr;
    lxw_format* m_bold = nullptr;
    lxw_format* m_decimals[4] = {};
};

/// One sheet with a frozen head, and a second one that says where it comes from.
QByteArray renderXlsx(const Table& table);

}  // namespace arcmeter::app
