// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/Csv.h"

#include <QCoreApplication>

namespace arcmeter::app {
namespace {

/// Lines that one quoted cell may span. Where that goes wrong only the first is given up.
constexpr std::size_t most_lines = 100;

/// The translation context of the functions here.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(Import)
};

/// Reads cell by cell; a line can be continued with the next one while a quote is open.
class RecordReader {
public:
    void read(const QString& text) {
        if (m_quoted) m_cell += QLatin1Char('\n');
        for (qsizetype i = 0; i < text.size(); ++i) {
            const QChar c = text[i];
            if (m_quoted) {
                readQuoted(text, i);
            } else if (c == QLatin1Char(',')) {
                endCell();
            } else if (c == QLatin1Char('"') && m_cell.isEmpty() && !m_closed) {
                m_quoted = true;
            } else if (c == QLatin1Char('"') || m_closed) {
                m_stray = true;
            } else {
                m_cell += c;
            }
        }
    }
    bool isOpen() const { return m_quoted; }
    bool isStray() const { return m_stray; }
    QStringList cells() {
        endCell();
        return m_cells;
    }

private:
    void readQuoted(const QString& text, qsizetype& i) {
        if (text[i] != QLatin1Char('"')) {
            m_cell += text[i];
        } else if (i + 1 < text.size() && text[i + 1] == QLatin1Char('"')) {
            m_cell += text[i++];
        } else {
            m_quoted = false;
            m_closed = true;
        }
    }
    void endCell() {
        m_cells << m_cell;
        m_cell.clear();
        m_closed = false;
    }

    QStringList m_cells;
    QString m_cell;
    bool m_quoted = false;
    bool m_closed = false;  ///< the cell's closing quote has been read
    bool m_stray = false;   ///< a quote or text where none may be
};

}  // namespace

std::vector<CsvRecord> csvRecords(const std::vector<TextLine>& lines) {
    std::vector<CsvRecord> records;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].damage.isEmpty() && lines[i].text.trimmed().isEmpty()) continue;
        CsvRecord record{lines[i].number, {}, lines[i].damage, lines[i].text};
        RecordReader reader;
        std::size_t last = i;
        if (record.damage.isEmpty()) reader.read(lines[i].text);
        while (reader.isOpen() && last + 1 < lines.size() && last - i < most_lines &&
               lines[last + 1].damage.isEmpty()) {
            reader.read(lines[++last].text);
        }
        if (reader.isOpen()) {
            record.damage = Words::tr("a quote is opened and never closed");
        } else if (reader.isStray()) {
            record.damage = Words::tr("a quote stands where none may");
        } else if (record.damage.isEmpty()) {
            record.cells = reader.cells();
            i = last;
        }
        records.push_back(std::move(record));
    }
    return records;
}

}  // namespace arcmeter::app
