// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/XlsxBook.h"

#include <QDateTime>
#include <QFile>

#include "app/export/Escape.h"
#include "app/version/Version.h"
#include "engine/protocol/error.h"

namespace arcmeter::app {
namespace {

constexpr int mostNameCharacters = 31;      // of a sheet, the file format's limit
constexpr int mostCellCharacters = 32'767;  // the file format's limit

void require(lxw_error code, const char* what) {
    if (code == LXW_NO_ERROR) return;
    throw Error(ErrorCode::internal,
                std::string("The spreadsheet's ") + what + " cannot be written: " + lxw_strerror(code));
}

lxw_row_t rowOf(int row) {
    return static_cast<lxw_row_t>(row);
}

lxw_col_t columnOf(int column) {
    return static_cast<lxw_col_t>(column);
}

/// Without what the file format refuses.
QByteArray cellBytes(const QString& text) {
    QString safe = withoutFormula(text).left(mostCellCharacters);
    safe.removeIf([](QChar c) { return c.unicode() < 0x20 && c != '\n' && c != '\t'; });
    return safe.toUtf8();
}

}  // namespace

XlsxBook::XlsxBook(const QString& title) : m_file(m_folder.filePath(QStringLiteral("book.xlsx"))) {
    const QByteArray name = QFile::encodeName(m_file);
    m_book = workbook_new(name.constData());
    if (!m_book) throw Error(ErrorCode::internal, "The spreadsheet cannot be begun: out of memory.");
    QByteArray titleBytes = title.toUtf8();
    QByteArray author = QByteArrayLiteral("Arcmeter ") + programVersion().toUtf8();
    lxw_doc_properties properties{};
    properties.title = titleBytes.data();
    properties.author = author.data();
    require(workbook_set_properties(m_book, &properties), "properties");
}

XlsxBook::~XlsxBook() {
    if (m_book) workbook_close(m_book);
}

lxw_worksheet* XlsxBook::addSheet(const QString& name) {
    QString safe = name;
    safe.removeIf([](QChar c) { return QStringLiteral("[]:*?/\\'").contains(c); });
    lxw_worksheet* sheet = workbook_add_worksheet(m_book, safe.left(mostNameCharacters).toUtf8().constData());
    if (!sheet) {
        throw Error(ErrorCode::internal,
                    "The sheet '" + name.toStdString() + "' cannot be added: the name is in use.");
    }
    return sheet;
}

void XlsxBook::write(lxw_worksheet* sheet, int row, int column, const Cell& cell, lxw_format* format) {
    if (const auto* text = std::get_if<QString>(&cell)) return writeText(sheet, row, column, *text, format);
    if (const auto* truth = std::get_if<bool>(&cell)) {
        return require(worksheet_write_boolean(sheet, rowOf(row), columnOf(column), *truth, format), "cell");
    }
    if (!isNumber(cell)) return;
    const double value = plainText(cell).toDouble();
    require(worksheet_write_number(sheet, rowOf(row), columnOf(column), value, format), "cell");
}

void XlsxBook::writeText(lxw_worksheet* sheet, int row, int column, const QString& text, lxw_format* format) {
    const QByteArray bytes = cellBytes(text);
    require(worksheet_write_string(sheet, rowOf(row), columnOf(column), bytes.constData(), format), "cell");
}

lxw_format* XlsxBook::bold() {
    if (!m_bold) {
        m_bold = workbook_add_format(m_book);
        format_set_bold(m_bold);
    }
    return m_bold;
}

lxw_format* XlsxBook::decimals(int places) {
    lxw_format*& format = m_decimals[places];
    if (!format) {
        format = workbook_add_format(m_book);
        const QByteArray pattern = places == 0 ? QByteArray("0") : "0." + QByteArray(places, '0');
        format_set_num_format(format, pattern.constData());
    }
    return format;
}

QByteArray XlsxBook::finish() {
    const lxw_error code = workbook_close(m_book);
    m_book = nullptr;
    require(code, "file");
    QFile file(m_file);
    if (!file.open(QIODevice::ReadOnly)) {
        throw Error(ErrorCode::internal,
                    "The spreadsheet cannot be read back: " + file.errorString().toStdString() + ".");
    }
    return file.readAll();
}

QByteArray renderXlsx(const Table& table) {
    XlsxBook book(table.name);
    lxw_worksheet* sheet = book.addSheet(table.name);
    for (qsizetype c = 0; c < table.columns.size(); ++c) {
        book.writeText(sheet, 0, static_cast<int>(c), table.columns[c], book.bold());
    }
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        for (std::size_t c = 0; c < table.rows[r].size(); ++c) {
            book.write(sheet, static_cast<int>(r) + 1, static_cast<int>(c), table.rows[r][c]);
        }
    }
    worksheet_freeze_panes(sheet, 1, 0);
    lxw_worksheet* about = book.addSheet(QStringLiteral("about"));
    book.writeText(about, 0, 0, QStringLiteral("made_by"), book.bold());
    book.writeText(about, 0, 1, QStringLiteral("Arcmeter ") + programVersion());
    book.writeText(about, 1, 0, QStringLiteral("date_utc"), book.bold());
    book.writeText(about, 1, 1, QDateTime::currentDateTimeUtc().toString(Qt::ISODate));
    return book.finish();
}

}  // namespace arcmeter::app
