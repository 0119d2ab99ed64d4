// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/report/pdf/ReportPdf.h"

#include <QAbstractTextDocumentLayout>
#include <QBuffer>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgRenderer>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextObjectInterface>
#include <array>

#include "app/export/Escape.h"
#include "app/report/ReportRenderer.h"

namespace arcmeter::app {
namespace {

struct FormatEntry {
    ReportFormat format;
    const char* name;
    const char* title;
    QByteArray (*render)(const ReportDocument&);
};

constexpr std::array<FormatEntry, 5> entries{{
    {ReportFormat::Markdown, "md", "Markdown", renderReportMarkdown},
    {ReportFormat::Html, "html", "HTML", renderReportHtml},
    {ReportFormat::Latex, "tex", "LaTeX", renderReportLatex},
    {ReportFormat::Xlsx, "xlsx", "XLSX", renderReportXlsx},
    {ReportFormat::Pdf, "pdf", "PDF", renderReportPdf},
}};

constexpr int chartType = QTextFormat::UserObject + 1;
constexpr int chartProperty = QTextFormat::UserProperty + 1;
constexpr double marginMm = 15;
constexpr double chartScale = 0.9;  // of the drawing's own size, in points
constexpr double blockMargin = 5;   // in the text's own pixels, 96 an inch
constexpr double footerPoints = 18;
constexpr double pointsPerInch = 72;

/// An SVG drawing as a character of the text, so that it is laid out and broken to pages with it.
class ChartObject : public QObject, public QTextObjectInterface {
    Q_OBJECT
    Q_INTERFACES(QTextObjectInterface)

public:
    /// In the pixels of the device that the text is laid out for, as everything in the text is.
    QSizeF intrinsicSize(QTextDocument* text, int, const QTextFormat& format) override {
        const double pixels = text->documentLayout()->paintDevice()->logicalDpiX() / pointsPerInch;
        return QSizeF(QSvgRenderer(format.property(chartProperty).toByteArray()).defaultSize()) * chartScale *
               pixels;
    }
    void drawObject(QPainter* painter, const QRectF& area, QTextDocument*, int,
                    const QTextFormat& format) override {
        QSvgRenderer(format.property(chartProperty).toByteArray()).render(painter, area);
    }
};

class PdfBlocks {
public:
    explicit PdfBlocks(QTextDocument& text) : m_cursor(&text) {}

    void operator()(const ReportHeading& heading) {
        html(QStringLiteral("<h%1>%2</h%1>").arg(heading.level).arg(htmlText(heading.text)));
        QTextBlockFormat format = m_cursor.blockFormat();
        format.setTopMargin(blockMargin);
        // A table and its chart fill a page, and stay together.
        if (m_afterChart) format.setPageBreakPolicy(QTextFormat::PageBreak_AlwaysBefore);
        m_cursor.setBlockFormat(format);
        m_afterChart = false;
    }
    void operator()(const ReportParagraph& paragraph) {
        html(QStringLiteral("<p>%1</p>").arg(htmlText(paragraph.text)));
        QTextBlockFormat format = m_cursor.blockFormat();
        format.setTopMargin(blockMargin);
        m_cursor.setBlockFormat(format);
    }
    void operator()(const ReportTable& table);
    void operator()(const ReportChart& chart);

private:
    void html(const QString& markup) {
        m_cursor.movePosition(QTextCursor::End);
        m_cursor.insertBlock(QTextBlockFormat(), QTextCharFormat());
        m_cursor.insertHtml(markup);
    }

    QTextCursor m_cursor;
    bool m_afterChart = false;
};

void PdfBlocks::operator()(const ReportTable& table) {
    const auto cells = [&](const char* tag, const auto& textOf) {
        QString out = QStringLiteral("<tr>");
        for (std::size_t c = 0; c < table.isFigure.size(); ++c) {
            out += QStringLiteral("<%1 align=\"%2\">%3</%1>")
                       .arg(QLatin1String(tag),
                            table.isFigure[c] ? QStringLiteral("right") : QStringLiteral("left"),
                            htmlText(textOf(c)));
        }
        return out + QStringLiteral("</tr>");
    };
    QString out = QStringLiteral(
        "<table cellspacing=\"0\" cellpadding=\"3\" border=\"1\" "
        "style=\"border-collapse:collapse; font-size:8pt\"><thead>");
    out += cells("th", [&](std::size_t c) { return table.columns[static_cast<qsizetype>(c)]; });
    out += QStringLiteral("</thead>");
    for (const auto& row : table.rows) {
        out += cells("td", [&](std::size_t c) { return row[c].text; });
    }
    html(out + QStringLiteral("</table>"));
}

void PdfBlocks::operator()(const ReportChart& chart) {
    QTextCharFormat format;
    format.setObjectType(chartType);
    format.setProperty(chartProperty, chartSvg(chart, QStringLiteral("#333333")).toUtf8());
    m_cursor.movePosition(QTextCursor::End);
    m_cursor.insertBlock(QTextBlockFormat(), QTextCharFormat());
    m_cursor.insertText(QString(QChar::ObjectReplacementCharacter), format);
    html(QStringLiteral("<p style=\"font-size:8pt\">%1</p>").arg(htmlText(chart.title)));
    m_afterChart = true;
}

void drawPages(QTextDocument& text, QPdfWriter& writer) {
    const double footer = footerPoints * writer.logicalDpiY() / pointsPerInch;
    const double width = writer.width();
    const double height = writer.height() - footer;
    text.setPageSize(QSizeF(width, height));
    QPainter painter(&writer);
    painter.setFont(text.defaultFont());
    for (int page = 0; page < text.pageCount(); ++page) {
        if (page > 0) writer.newPage();
        painter.save();
        painter.translate(0, -page * height);
        text.drawContents(&painter, QRectF(0, page * height, width, height));
        painter.restore();
        painter.drawText(QRectF(0, height, width, footer), Qt::AlignRight | Qt::AlignBottom,
                         QString::number(page + 1));
    }
}

}  // namespace

const std::vector<ReportFormat>& reportFormats() {
    static const std::vector<ReportFormat> all = [] {
        std::vector<ReportFormat> formats;
        for (const FormatEntry& entry : entries) formats.push_back(entry.format);
        return formats;
    }();
    return all;
}

QString toString(ReportFormat format) {
    return QLatin1String(entries[static_cast<std::size_t>(format)].name);
}

QString titleOf(ReportFormat format) {
    return QLatin1String(entries[static_cast<std::size_t>(format)].title);
}

std::optional<ReportFormat> reportFormatFromString(const QString& name) {
    for (const FormatEntry& entry : entries) {
        if (name == QLatin1String(entry.name)) return entry.format;
    }
    return std::nullopt;
}

QByteArray renderReport(const ReportDocument& document, ReportFormat format) {
    return entries[static_cast<std::size_t>(format)].render(document);
}

QByteArray renderReportPdf(const ReportDocument& document) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setTitle(document.title);
    writer.setCreator(QStringLiteral("Arcmeter"));
    writer.setPageLayout(QPageLayout(QPageSize(QPageSize::A4), QPageLayout::Landscape,
                                     QMarginsF(marginMm, marginMm, marginMm, marginMm),
                                     QPageLayout::Millimeter));

    ChartObject charts;
    QTextDocument text;
    text.documentLayout()->setPaintDevice(&writer);
    text.documentLayout()->registerHandler(chartType, &charts);
    text.setDocumentMargin(0);
    QFont font(QStringLiteral("sans-serif"), 9);
    font.setFamilies({QStringLiteral("sans-serif"), QStringLiteral("Noto Sans CJK SC")});
    text.setDefaultFont(font);
    text.setHtml(QStringLiteral("<h1 style=\"font-size:16pt\">%1</h1>").arg(htmlText(document.title)));
    PdfBlocks blocks(text);
    for (const ReportBlock& each : document.blocks) std::visit(blocks, each);
    drawPages(text, writer);
    return bytes;
}

}  // namespace arcmeter::app

#include "ReportPdf.moc"
