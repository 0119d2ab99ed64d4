// SPDX-License-Identifier: GPL-3.0-or-later
// The DLPerf report: which figures stand in which cell, and each file format as its readers take it.
#include <QGuiApplication>
#include <QRegularExpression>
#include <QXmlStreamReader>
#include <map>

#include "app/search/SearchHistory.h"
#include "tests/app/ReportSupport.h"

using namespace arcmeter::app;
using namespace arcmeter::app::test;

namespace {

const DlperfRow& cellsOf(const DlperfFigures& figures, const char* parallelism, bool max, qint64 devices) {
    for (const DlperfSection& section : figures.sections) {
        const bool right = section.model == QStringLiteral("r100") &&
                           section.dataset == QStringLiteral("face_emore") &&
                           section.parallelism == QLatin1String(parallelism) && max == !section.batch;
        if (!right) continue;
        for (const DlperfRow& row : section.rows) {
            if (row.nodes == 1 && row.devicesPerNode == devices) return row;
        }
    }
    qFatal("the report has no such row");
}

QByteArray rendered(ReportFormat format, const char* language = "en") {
    return renderReport(sampleReport(QLatin1String(language)), format);
}

/// The lines of Markdown that hold `start`.
QStringList linesWith(const QString& markdown, const QString& start) {
    return markdown.split(QLatin1Char('\n')).filter(start);
}

struct SheetCell {
    QString type;  ///< empty for a number, "s" for text
    QString value;
};

/// By reference ("C7"), of one sheet's XML.
std::map<QString, SheetCell> cellsIn(const QByteArray& xml) {
    std::map<QString, SheetCell> cells;
    QXmlStreamReader reader(xml);
    SheetCell* cell = nullptr;
    while (!reader.atEnd()) {
        if (reader.readNext() != QXmlStreamReader::StartElement) continue;
        if (reader.name() == QStringLiteral("c")) {
            cell = &cells[reader.attributes().value(QStringLiteral("r")).toString()];
            cell->type = reader.attributes().value(QStringLiteral("t")).toString();
        } else if (reader.name() == QStringLiteral("v") && cell) {
            cell->value = reader.readElementText();
        }
    }
    return cells;
}

}  // namespace

class ReportTest : public QObject {
    Q_OBJECT

private slots:
    void ratiosAndSpeedups();
    void cellsTakeTheFittingRun();
    void probesStandInTheTablesOfLimits();
    void onlyComparableRunsStandInACell_data();
    void onlyComparableRunsStandInACell();
    void hardwareAndPrecisionAreOnePair();
    void markdownSaysWhatWasMeasuredWhere();
    void reportWithoutRunsSaysWhatToDo();
    void chineseHasTheSameTables();
    void htmlNeedsNoOtherFile();
    void latexCompiles();
    void xlsxHoldsNumbers();
    void pdfHasPages_data();
    void pdfHasPages();
    void commandWritesEachFormat_data();
    void commandWritesEachFormat();
    void commandNamesWhatItHas();
};

void ReportTest::ratiosAndSpeedups() {
    const DlperfFigures figures = dlperfFigures(historyWith(sampleRuns()));
    const DlperfRow& one = cellsOf(figures, "data", false, 1);
    QCOMPARE(*one.oneflow.samplesPerSecond, 245.0);
    QCOMPARE(*one.ratioToOneflow, 490.0 / 245.0);
    QCOMPARE(*one.ratioToMxnet, 490.0 / 241.82);
    const DlperfRow& eight = cellsOf(figures, "data", false, 8);
    QCOMPARE(*eight.oneflow.speedup, 1836.8 / 245.0);
    QCOMPARE(*eight.arcmeter.speedup, 3673.6 / 490.0);
    QCOMPARE(*eight.ratioToOneflow, 2.0);
    const DlperfRow& four = cellsOf(figures, "data", false, 4);
    QVERIFY(!four.arcmeter.samplesPerSecond && !four.ratioToOneflow && !four.arcmeter.speedup);
}

void ReportTest::cellsTakeTheFittingRun() {
    HistoryRow largerBatch = finishedRun(3, 300);
    largerBatch.batchSizePerDevice = 96;
    const auto figures = dlperfFigures(historyWith({largerBatch, finishedRun(2, 200), finishedRun(1, 100)}));
    const DlperfRow& row = cellsOf(figures, "data", false, 1);
    QCOMPARE(row.arcmeter.runId, qint64(2));  // the newest with the table's batch size
    QVERIFY(!row.arcmeter.otherBatch);
    QVERIFY(!cellsOf(figures, "data", true, 1).arcmeter.samplesPerSecond);

    HistoryRow largest = finishedRun(4, 400);
    largest.tags << maxBatchTag;
    const auto withMax = dlperfFigures(historyWith({largest}));
    QCOMPARE(cellsOf(withMax, "data", true, 1).arcmeter.runId, qint64(4));
    QVERIFY(!cellsOf(withMax, "data", false, 1).arcmeter.samplesPerSecond);
}

void ReportTest::probesStandInTheTablesOfLimits() {
    std::vector<HistoryRow> runs;
    for (const qint64 batch : {192, 160, 128}) {
        HistoryRow probe = finishedRun(batch, 2.0 * static_cast<double>(batch));
        probe.batchSizePerDevice = batch;
        probe.tags << searchTag << newSearchTag(arcmeter::protocol::Limit::batch_size);
        if (batch == 192) probe.state = RunState::Failed;
        runs.push_back(probe);
    }
    for (const qint64 classes : {4'000'000, 3'000'000, 2'500'000}) {
        HistoryRow probe = finishedRun(classes, 50);
        probe.parallelism = QStringLiteral("partial_fc");
        probe.sampleRatio = 0.1;
        probe.precision = QStringLiteral("fp16");
        probe.dataset = QStringLiteral("synthetic");
        probe.numClasses = classes;
        probe.tags << searchTag << newSearchTag(arcmeter::protocol::Limit::num_classes);
        if (classes == 4'000'000) probe.state = RunState::Failed;
        runs.push_back(probe);
    }
    const DlperfFigures figures = dlperfFigures(historyWith(runs));
    QCOMPARE(*cellsOf(figures, "data", true, 1).arcmeter.batch, qint64(160));
    QCOMPARE(*cellsOf(figures, "data", true, 1).arcmeter.samplesPerSecond, 320.0);
    QVERIFY(!cellsOf(figures, "data", false, 1).arcmeter.samplesPerSecond);
    QCOMPARE(figures.maxClasses.front().oneflow, std::optional<qint64>(2'000'000));
    QCOMPARE(figures.maxClasses.front().arcmeter, std::optional<qint64>(3'000'000));
}

void ReportTest::onlyComparableRunsStandInACell_data() {
    QTest::addColumn<HistoryRow>("run");
    const auto row = [](const char* name, const auto& change) {
        HistoryRow run = finishedRun(1, 100);
        change(run);
        QTest::newRow(name) << run;
    };
    row("failed", [](HistoryRow& run) { run.state = RunState::Failed; });
    row("partial", [](HistoryRow& run) { run.partial = true; });
    row("other class count", [](HistoryRow& run) {
        run.dataset = QStringLiteral("synthetic");
        run.numClasses = 1000;
    });
    row("other sampling", [](HistoryRow& run) {
        run.parallelism = QStringLiteral("partial_fc");
        run.sampleRatio = 0.5;
    });
    row("other device count", [](HistoryRow& run) { run.devicesPerNode = 3; });
}

void ReportTest::onlyComparableRunsStandInACell() {
    QFETCH(HistoryRow, run);
    QVERIFY(reportChoices(historyWith({finishedRun(1, 100)})).size() == 1);
    const auto history = historyWith({run});
    QVERIFY(reportChoices(history).empty());
    QVERIFY(dlperfFigures(history).runs.empty());
}

void ReportTest::hardwareAndPrecisionAreOnePair() {
    HistoryRow half = finishedRun(1, 900);
    half.precision = QStringLiteral("bf16");
    std::vector<HistoryRow> runs = sampleRuns();
    runs.push_back(half);
    const auto history = historyWith(runs);
    const auto choices = reportChoices(history);
    QCOMPARE(choices.size(), std::size_t(2));
    QCOMPARE(choices[0], (ReportChoice{QStringLiteral("NVIDIA H200"), QStringLiteral("fp32")}));
    QCOMPARE(*cellsOf(dlperfFigures(history), "data", false, 1).arcmeter.samplesPerSecond, 490.0);
    QCOMPARE(*cellsOf(dlperfFigures(history, choices[1]), "data", false, 1).arcmeter.samplesPerSecond, 900.0);
}

void ReportTest::markdownSaysWhatWasMeasuredWhere() {
    const QString text = QString::fromUtf8(rendered(ReportFormat::Markdown));
    QVERIFY(text.startsWith(QStringLiteral("# InsightFace training throughput")));
    QVERIFY(text.contains(QStringLiteral("FP32, 8x Tesla V100-SXM2-16GB per node")));
    QVERIFY(text.contains(QStringLiteral("Arcmeter figures: NVIDIA H200, FP32.")));
    QCOMPARE(text.count(QStringLiteral("Arcmeter / OneFlow")), 16);  // a table each
    const QStringList one = linesWith(text, QStringLiteral("| 1 | 1 | 245.0 "));
    QCOMPARE(one, QStringList{QStringLiteral(
                      "| 1 | 1 | 245.0 | 1.00 | 241.82 | 1.00 | 490.00 | 128 † | 1.00 | 2.000 | 2.026 |")});
    const QStringList four = linesWith(text, QStringLiteral("| 1 | 4 | 923.23 "));
    QCOMPARE(four,
             QStringList{QStringLiteral("| 1 | 4 | 923.23 | 3.77 | 655.56 | 2.71 | - | - | - | - | - |")});
    QVERIFY(text.contains(QStringLiteral("† Measured with another batch size")));
    QVERIFY(text.contains(QStringLiteral("measured on synthetic data")));
    QVERIFY(text.contains(QStringLiteral("| 1 | 8 | 13500000 | 12000000 | - |")));
    QVERIFY(text.contains(QStringLiteral("1x8   Arcmeter  ████████████████████████████████████████ 3673.6")));
}

void ReportTest::reportWithoutRunsSaysWhatToDo() {
    const ReportDocument document = dlperfReport(dlperfFigures(historyWith({})), QStringLiteral("en"));
    const QByteArray text = renderReport(document, ReportFormat::Markdown);
    QVERIFY(text.contains("'arcmeter-cli suite run dlperf' measures what this machine can"));
    QVERIFY(!text.contains("## Runs"));
    QVERIFY(text.contains("| 1 | 1 | 245.0 | 1.00 | 241.82 | 1.00 | - | - | - | - | - |"));
}

/// Every line of words is Chinese; every figure is the same.
void ReportTest::chineseHasTheSameTables() {
    const QString english = QString::fromUtf8(rendered(ReportFormat::Markdown));
    const QString chinese = QString::fromUtf8(rendered(ReportFormat::Markdown, "zh_CN"));
    static const QRegularExpression figures(QStringLiteral("^\\| \\d.*$"),
                                            QRegularExpression::MultilineOption);
    const auto rows = [&](const QString& text) {
        QStringList found;
        auto each = figures.globalMatch(text);
        while (each.hasNext()) found << each.next().captured();
        return found;
    };
    QVERIFY(rows(english).size() > 50);
    QCOMPARE(rows(chinese), rows(english));
    static const QRegularExpression han(QStringLiteral("\\p{Han}"));
    const ReportDocument document = sampleReport(QStringLiteral("zh_CN"));
    QVERIFY(document.title.contains(han));
    for (const ReportBlock& block : document.blocks) {
        if (const auto* text = std::get_if<ReportParagraph>(&block)) QVERIFY(text->text.contains(han));
        if (const auto* table = std::get_if<ReportTable>(&block)) {
            QVERIFY(table->columns.join(QString()).contains(han));
            for (const QString& column : table->columns) {
                QVERIFY2(
                    !column.contains(QStringLiteral("speedup")) && !column.contains(QStringLiteral("Nodes")),
                    qPrintable(column));
            }
        }
    }
    const QByteArray html = rendered(ReportFormat::Html, "zh_CN");
    QVERIFY(html.contains("<html lang=\"zh-CN\">"));
}

void ReportTest::htmlNeedsNoOtherFile() {
    const QString html = QString::fromUtf8(rendered(ReportFormat::Html));
    static const QRegularExpression loading(
        QStringLiteral(
            "\\b(src|href|srcset|data|action)\\s*=|url\\(|@import|<(script|link|img|iframe|object|embed)"),
        QRegularExpression::CaseInsensitiveOption);
    const auto found = loading.match(html);
    QVERIFY2(!found.hasMatch(), qPrintable(found.captured()));
    QCOMPARE(html.count(QStringLiteral("<svg ")), 16);
    QVERIFY(html.contains(QStringLiteral("<td class=\"n\">490.00</td>")));
    QVERIFY(html.contains(QStringLiteral("=1+2 &amp; 50 % &lt;b&gt;_#")));
    // Apart from the first line it is well-formed XML but for <meta>, so nothing stays open.
    QString body = html.mid(html.indexOf(QStringLiteral("<body>")));
    body.truncate(body.indexOf(QStringLiteral("</html>")));
    QXmlStreamReader reader(body);
    while (!reader.atEnd()) reader.readNext();
    QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
}

void ReportTest::latexCompiles() {
    QTemporaryDir folder;
    QVERIFY(writeBytes(folder.filePath(QStringLiteral("report.tex")), rendered(ReportFormat::Latex)));
    QByteArray said;
    const int code = runProgram(QStringLiteral("pdflatex"),
                                {QStringLiteral("-interaction=nonstopmode"), QStringLiteral("-halt-on-error"),
                                 QStringLiteral("report.tex")},
                                folder.path(), &said);
    QVERIFY2(code == 0, said.isEmpty() ? "pdflatex is not here: install texlive-latex-recommended"
                                       : said.right(2000).constData());
    QVERIFY2(!said.contains("Overfull"), said.right(4000).constData());  // nothing leaves the page
    QVERIFY2(said.contains("Output written on report.pdf (17 pages"), said.right(400).constData());
}

void ReportTest::xlsxHoldsNumbers() {
    QTemporaryDir folder;
    QVERIFY(writeBytes(folder.filePath(QStringLiteral("report.xlsx")), rendered(ReportFormat::Xlsx)));
    QByteArray said;
    QCOMPARE(runProgram(QStringLiteral(CMAKE_PROGRAM),
                        {QStringLiteral("-E"), QStringLiteral("tar"), QStringLiteral("xf"),
                         QStringLiteral("report.xlsx")},
                        folder.path(), &said),
             0);
    QFile sheet(folder.filePath(QStringLiteral("xl/worksheets/sheet2.xml")));
    QVERIFY(sheet.open(QIODevice::ReadOnly));
    // Heads stand in row 6, the row of one device in row 7.
    const auto cells = cellsIn(sheet.readAll());
    const auto number = [&](const char* place) {
        const auto found = cells.find(QLatin1String(place));
        const bool isNumber = found != cells.end() && found->second.type.isEmpty();
        return isNumber ? found->second.value.toDouble() : std::nan("");
    };
    QCOMPARE(number("C7"), 245.0);
    QCOMPARE(number("E7"), 241.82);
    QCOMPARE(number("G7"), 490.0);
    QCOMPARE(number("H7"), 128.0);
    QCOMPARE(number("J7"), 2.0);
    QCOMPARE(number("G9"), 3673.6);
    QCOMPARE(cells.at(QStringLiteral("C6")).type, QStringLiteral("s"));
    QCOMPARE(cells.at(QStringLiteral("G8")).type, QStringLiteral("s"));  // '-'
    for (const auto& [place, cell] : cells) QVERIFY2(cell.type != QStringLiteral("str"), qPrintable(place));
    QVERIFY(QFile::exists(folder.filePath(QStringLiteral("xl/charts/chart16.xml"))));
    QFile strings(folder.filePath(QStringLiteral("xl/sharedStrings.xml")));
    QVERIFY(strings.open(QIODevice::ReadOnly));
    QVERIFY(strings.readAll().contains("<t>'=1+2 &amp; 50 % &lt;b&gt;_#</t>"));
}

void ReportTest::pdfHasPages_data() {
    QTest::addColumn<QString>("language");
    QTest::newRow("English") << QStringLiteral("en");
    QTest::newRow("Chinese") << QStringLiteral("zh_CN");
}

void ReportTest::pdfHasPages() {
    QFETCH(QString, language);
    const QByteArray pdf = renderReport(sampleReport(language), ReportFormat::Pdf);
    QVERIFY(pdf.startsWith("%PDF-"));
    QVERIFY(pdf.trimmed().endsWith("%%EOF"));
    static const QRegularExpression page(QStringLiteral("/Type /Page\\s"));
    QCOMPARE(QString::fromLatin1(pdf).count(page), 17);  // a page for each of the 16 tables, one for the rest
}

void ReportTest::commandWritesEachFormat_data() {
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("language");
    QTest::addColumn<QByteArray>("start");
    const std::map<QString, std::pair<QByteArray, QByteArray>> starts{
        {QStringLiteral("md"), {"# InsightFace training", "# InsightFace 训练"}},
        {QStringLiteral("html"), {"<!DOCTYPE html>", "<!DOCTYPE html>"}},
        {QStringLiteral("tex"), {"% Compile with pdflatex", "% Compile with xelatex"}},
        {QStringLiteral("xlsx"), {"PK", "PK"}},
        {QStringLiteral("pdf"), {"%PDF-", "%PDF-"}},
    };
    for (const ReportFormat format : reportFormats()) {
        const QString name = toString(format);
        const auto& [english, chinese] = starts.at(name);
        QTest::addRow("%s en", qPrintable(name)) << name << QStringLiteral("en") << english;
        QTest::addRow("%s zh_CN", qPrintable(name)) << name << QStringLiteral("zh_CN") << chinese;
    }
}

void ReportTest::commandWritesEachFormat() {
    QFETCH(QString, format);
    QFETCH(QString, language);
    QFETCH(QByteArray, start);
    Place place;
    { RunStore store(place.database()); }
    const QString output = place.folder.filePath(QStringLiteral("report.") + format);
    const QStringList arguments{QStringLiteral("report"),     QStringLiteral("dlperf"),
                                QStringLiteral("--format"),   format,
                                QStringLiteral("--language"), language,
                                QStringLiteral("--db"),       place.database()};
    QByteArray said;
    QCOMPARE(
        runProgram(QStringLiteral(ARCMETER_CLI), arguments + QStringList{QStringLiteral("--output"), output},
                   place.folder.path(), &said),
        0);
    QFile file(output);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().startsWith(start));
    QVERIFY(!said.contains(start));

    QProcess process;
    process.start(QStringLiteral(ARCMETER_CLI),
                  arguments + QStringList{QStringLiteral("--output"), QStringLiteral("-")});
    QVERIFY(process.waitForFinished(30'000));
    QVERIFY(process.readAllStandardOutput().startsWith(start));
}

void ReportTest::commandNamesWhatItHas() {
    Place place;
    {
        RunStore store(place.database());
        NewRun run = smallRun();
        run.config.num_classes = 85'742;
        const qint64 id = store.createRun(run);
        RunFigures figures;
        figures.samplesPerSecond = 100;
        store.finishRun(id, RunState::Finished, figures);
    }
    const auto report = [&](const QStringList& more, QByteArray* said) {
        return runProgram(QStringLiteral(ARCMETER_CLI),
                          QStringList{QStringLiteral("report"), QStringLiteral("dlperf"),
                                      QStringLiteral("--db"), place.database()} +
                              more,
                          place.folder.path(), said);
    };
    QByteArray said;
    QCOMPARE(report({QStringLiteral("--precision"), QStringLiteral("fp32")}, &said), 0);
    QVERIFY(said.contains("| 100.00 | 8 † |"));
    QCOMPARE(report({QStringLiteral("--precision"), QStringLiteral("bf16")}, &said), 2);
    QVERIFY2(said.contains("precision 'bf16'; there are: ") && said.contains("fp32"), said.constData());
    QCOMPARE(report({QStringLiteral("--format"), QStringLiteral("doc")}, &said), 2);
    QCOMPARE(report({QStringLiteral("--language"), QStringLiteral("fr")}, &said), 2);
    QCOMPARE(report({QStringLiteral("--output"), QStringLiteral("/no/folder/x.md")}, &said), 2);
    QVERIFY(said.contains("there is no folder"));
}

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QGuiApplication application(argc, argv);
    ReportTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "report_test.moc"
