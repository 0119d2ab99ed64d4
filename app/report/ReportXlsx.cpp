// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "app/export/XlsxBook.h"
#include "app/report/BarLayout.h"
#include "app/report/ReportRenderer.h"

namespace arcmeter::app {
namespace {

constexpr int chartRows = 16;       // that a chart covers
constexpr double columnWidth = 16;  // in characters
constexpr int mostDecimals = 3;

class SheetWriter {
public:
    explicit SheetWriter(const ReportDocument& document) : m_book(document.title) {
        begin(document.language == QStringLiteral("zh_CN") ? QStringLiteral("概述")
                                                           : QStringLiteral("Overview"));
        m_book.writeText(m_sheet, m_row, 0, document.title, m_book.bold());
        m_row += 2;
    }

    void operator()(const ReportHeading& heading) {
        if (heading.level == 2) {
            begin(heading.text);
        } else {
            ++m_row;
        }
        m_book.writeText(m_sheet, m_row++, 0, heading.text, m_book.bold());
    }

    void operator()(const ReportParagraph& paragraph) {
        m_book.writeText(m_sheet, m_row++, 0, paragraph.text);
    }

    void operator()(const ReportTable& table) {
        m_tableRow = m_row + 1;
        m_tableRows = static_cast<int>(table.rows.size());
        for (qsizetype c = 0; c < table.columns.size(); ++c) {
            m_book.writeText(m_sheet, m_row, static_cast<int>(c), table.columns[c], m_book.bold());
        }
        ++m_row;
        for (const auto& row : table.rows) {
            for (std::size_t c = 0; c < row.size(); ++c) write(static_cast<int>(c), row[c]);
            ++m_row;
        }
        ++m_row;
    }

    void operator()(const ReportChart& chart) {
        if (m_tableRows == 0 || chart.series.empty()) return;
        lxw_chart* drawn = workbook_add_chart(m_book.workbook(), LXW_CHART_COLUMN);
        const QByteArray sheet = m_name.toUtf8();
        const auto first = static_cast<lxw_row_t>(m_tableRow);
        const auto last = static_cast<lxw_row_t>(m_tableRow + m_tableRows - 1);
        for (std::size_t s = 0; s < chart.series.size(); ++s) {
            const auto column = static_cast<lxw_col_t>(chart.series[s].tableColumn);
            lxw_chart_series* series = chart_add_series(drawn, nullptr, nullptr);
            chart_series_set_categories(series, sheet.constData(), first, 0, last, 1);
            chart_series_set_values(series, sheet.constData(), first, column, last, column);
            chart_series_set_name(series, chart.series[s].name.toUtf8().constData());
            lxw_chart_fill fill{};
            fill.color = static_cast<lxw_color_t>(barColor(s).mid(1).toUInt(nullptr, 16));
            chart_series_set_fill(series, &fill);
        }
        chart_title_set_name(drawn, chart.title.toUtf8().constData());
        chart_axis_set_name(drawn->y_axis, chart.unit.toUtf8().constData());
        worksheet_insert_chart(m_sheet, static_cast<lxw_row_t>(m_row), 0, drawn);
        m_row += chartRows;
    }

    QByteArray finish() { return m_book.finish(); }

private:
    void begin(const QString& name) {
        m_name = name;
        m_sheet = m_book.addSheet(m_name);
        worksheet_set_column(m_sheet, 0, 12, columnWidth, nullptr);
        m_row = 0;
        m_tableRows = 0;
    }

    void write(int column, const ReportCell& cell) {
        if (cell.number) {
            m_book.write(m_sheet, m_row, column, Cell{*cell.number},
                         m_book.decimals(std::min(cell.decimals, mostDecimals)));
        } else {
            m_book.writeText(m_sheet, m_row, column, cell.text);
        }
    }

    XlsxBook m_book;
    lxw_worksheet* m_sheet = nullptr;
    QString m_name;
    int m_row = 0;
    int m_tableRow = 0;
    int m_tableRows = 0;
};

}  // namespace

QByteArray renderReportXlsx(const ReportDocument& document) {
    SheetWriter writer(document);
    for (const ReportBlock& each : document.blocks) std::visit(writer, each);
    return writer.finish();
}

}  // namespace arcmeter::app
