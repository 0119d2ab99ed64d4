// SPDX-License-Identifier: GPL-3.0-or-later
// The Chinese report through xelatex, whose packages are large: elsewhere than on a builder they may be
// missing.
#include "tests/app/ReportSupport.h"

using namespace arcmeter::app;
using namespace arcmeter::app::test;

class ReportLatexTest : public QObject {
    Q_OBJECT

private slots:
    void chineseCompiles();
};

void ReportLatexTest::chineseCompiles() {
    QTemporaryDir folder;
    QByteArray said;
    const bool there =
        !QStandardPaths::findExecutable(QStringLiteral("xelatex")).isEmpty() &&
        runProgram(QStringLiteral("kpsewhich"), {QStringLiteral("ctexart.cls")}, folder.path(), &said) == 0;
    if (!there) {
        QSKIP(
            "THE CHINESE LATEX REPORT IS NOT TESTED: xelatex with ctex is not here (install texlive-xetex "
            "and "
            "texlive-lang-chinese)");
    }
    QVERIFY(writeBytes(folder.filePath(QStringLiteral("report.tex")),
                       renderReport(sampleReport(QStringLiteral("zh_CN")), ReportFormat::Latex)));
    const int code = runProgram(QStringLiteral("xelatex"),
                                {QStringLiteral("-interaction=nonstopmode"), QStringLiteral("-halt-on-error"),
                                 QStringLiteral("report.tex")},
                                folder.path(), &said);
    QVERIFY2(code == 0, said.right(2000).constData());
    QVERIFY2(!said.contains("Missing character"), said.right(2000).constData());
    QFile pages(folder.filePath(QStringLiteral("report.pdf")));
    QVERIFY(pages.open(QIODevice::ReadOnly));
    QVERIFY(pages.readAll().startsWith("%PDF"));
}

QTEST_GUILESS_MAIN(ReportLatexTest)
#include "report_latex_test.moc"
