// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/report/DlperfReport.h"

#include <QDateTime>
#include <algorithm>
#include <tuple>

#include "app/version/Version.h"

namespace arcmeter::app {
namespace {

const QString unknown = QStringLiteral("-");

/// The report's own words: its language is chosen apart from the window's.
class Words {
public:
    explicit Words(const QString& language) : m_chinese(language == QStringLiteral("zh_CN")) {}
    QString operator()(const char* english, const char* chinese) const {
        return QString::fromUtf8(m_chinese ? chinese : english);
    }

private:
    bool m_chinese;
};

ReportCell unknownCell() {
    return {unknown, std::nullopt, 0};
}

ReportCell whole(const std::optional<qint64>& value) {
    if (!value) return unknownCell();
    return {QString::number(*value), static_cast<double>(*value), 0};
}

ReportCell real(const std::optional<double>& value, int decimals) {
    if (!value) return unknownCell();
    return {QString::number(*value, 'f', decimals), *value, decimals};
}

ReportCell throughput(const DlperfFigure& figure) {
    if (!figure.samplesPerSecond) return unknownCell();
    if (figure.printed.isEmpty()) return real(figure.samplesPerSecond, 2);
    const auto point = figure.printed.indexOf(QLatin1Char('.'));
    const auto decimals = point < 0 ? 0 : static_cast<int>(figure.printed.size() - point) - 1;
    return {figure.printed, figure.samplesPerSecond, std::min(decimals, 3)};
}

QString parallelismTitle(const QString& parallelism, const Words& words) {
    if (parallelism == QStringLiteral("data")) return words("Data parallelism", "数据并行");
    if (parallelism == QStringLiteral("model")) return words("Model parallelism", "模型并行");
    return words("Partial FC, sample_ratio = 0.1", "Partial FC，sample_ratio = 0.1");
}

QString datasetTitle(const QString& dataset) {
    return dataset == QStringLiteral("glint360k") ? QStringLiteral("Glint360k")
                                                  : QStringLiteral("Face Emore");
}

/// "OneFlow samples/s (max batch 96)": the batch of a column whose rows all have the same.
QString frameworkColumn(const QString& name, const DlperfSection& section, DlperfFigure DlperfRow::*system,
                        const Words& words) {
    const QString title = QStringLiteral("%1 samples/s").arg(name);
    if (section.batch) return title;
    for (const DlperfRow& row : section.rows) {
        if (!(row.*system).batch) continue;
        return title + words(" (max batch %1)", "（最大 batch %1）").arg(*(row.*system).batch);
    }
    return title;
}

ReportTable sectionTable(const DlperfSection& section, const Words& words) {
    ReportTable table;
    table.columns = {words("Nodes", "节点数"),
                     words("Devices per node", "每节点设备数"),
                     frameworkColumn(QStringLiteral("OneFlow"), section, &DlperfRow::oneflow, words),
                     words("OneFlow speedup", "OneFlow 加速比"),
                     frameworkColumn(QStringLiteral("MXNet"), section, &DlperfRow::mxnet, words),
                     words("MXNet speedup", "MXNet 加速比"),
                     QStringLiteral("Arcmeter samples/s"),
                     words("Arcmeter batch", "Arcmeter batch"),
                     words("Arcmeter speedup", "Arcmeter 加速比"),
                     QStringLiteral("Arcmeter / OneFlow"),
                     QStringLiteral("Arcmeter / MXNet")};
    table.isFigure.assign(static_cast<std::size_t>(table.columns.size()), true);
    for (const DlperfRow& row : section.rows) {
        ReportCell batch = whole(row.arcmeter.batch);
        if (row.arcmeter.otherBatch) batch.text += QStringLiteral(" †");
        table.rows.push_back({whole(row.nodes), whole(row.devicesPerNode), throughput(row.oneflow),
                              real(row.oneflow.speedup, 2), throughput(row.mxnet), real(row.mxnet.speedup, 2),
                              throughput(row.arcmeter), batch, real(row.arcmeter.speedup, 2),
                              real(row.ratioToOneflow, 3), real(row.ratioToMxnet, 3)});
    }
    return table;
}

ReportChart sectionChart(const DlperfSection& section, const QString& title) {
    ReportChart chart;
    chart.title = title;
    chart.unit = QStringLiteral("samples/s");
    const std::tuple<const char*, DlperfFigure DlperfRow::*, int> systems[] = {
        {"OneFlow", &DlperfRow::oneflow, 2},
        {"MXNet", &DlperfRow::mxnet, 4},
        {"Arcmeter", &DlperfRow::arcmeter, 6}};
    for (const auto& [name, system, column] : systems) {
        ReportChart::Series series{QLatin1String(name), {}, column};
        bool any = false;
        for (const DlperfRow& row : section.rows) {
            series.values.push_back((row.*system).samplesPerSecond);
            any = any || series.values.back();
        }
        if (any) chart.series.push_back(std::move(series));
    }
    for (const DlperfRow& row : section.rows) {
        chart.categories << QStringLiteral("%1x%2").arg(row.nodes).arg(row.devicesPerNode);
    }
    return chart;
}

void addSection(ReportDocument& document, const DlperfSection& section, const Words& words) {
    const QString batch =
        section.batch ? words("Batch size per device = %1", "每设备 batch size = %1").arg(*section.batch)
                      : words("Batch size per device = max", "每设备 batch size = max");
    document.blocks.push_back(ReportHeading{4, batch});
    document.blocks.push_back(sectionTable(section, words));
    document.blocks.push_back(sectionChart(
        section,
        QStringLiteral("%1, %2, %3, %4")
            .arg(section.model, section.dataset, parallelismTitle(section.parallelism, words), batch)));
}

void addSections(ReportDocument& document, const DlperfFigures& figures, const Words& words) {
    QString series;
    QString parallelism;
    for (const DlperfSection& section : figures.sections) {
        const QString title =
            QStringLiteral("%1 & %2").arg(datasetTitle(section.dataset), section.model.toUpper());
        if (title != series) {
            document.blocks.push_back(ReportHeading{2, title});
            series = title;
            parallelism.clear();
        }
        if (section.parallelism != parallelism) {
            document.blocks.push_back(ReportHeading{3, parallelismTitle(section.parallelism, words)});
            parallelism = section.parallelism;
        }
        addSection(document, section, words);
    }
}

void addMaxClasses(ReportDocument& document, const DlperfFigures& figures, const Words& words) {
    document.blocks.push_back(ReportHeading{2, QStringLiteral("Max num_classes")});
    document.blocks.push_back(ReportParagraph{
        words("R100, FP16, model parallel, Partial FC with sample_ratio 0.1, batch size 64, synthetic data.",
              "R100，FP16，模型并行，Partial FC（sample_ratio 0.1），batch size 64，合成数据。")});
    ReportTable table;
    table.columns = {words("Nodes", "节点数"), words("Devices per node", "每节点设备数"),
                     words("OneFlow classes", "OneFlow 类别数"), words("MXNet classes", "MXNet 类别数"),
                     words("Arcmeter classes", "Arcmeter 类别数")};
    table.isFigure.assign(static_cast<std::size_t>(table.columns.size()), true);
    for (const MaxClassesRow& row : figures.maxClasses) {
        table.rows.push_back({whole(row.nodes), whole(row.devicesPerNode), whole(row.oneflow),
                              whole(row.mxnet), whole(row.arcmeter)});
    }
    document.blocks.push_back(std::move(table));
}

QString systemsText(const DlperfFigures& figures, const Words& words) {
    QString text =
        words("Published figures: OneFlow 0.3.4 and MXNet (deepinsight/insightface of 2021-01-20), FP32, %1.",
              "已发表数据：OneFlow 0.3.4 与 MXNet（2021-01-20 的 deepinsight/insightface），FP32，%1。")
            .arg(figures.publishedHardware);
    if (!figures.choice) {
        return text + words(" ", "") +
               words(
                   "There is no run of Arcmeter with a place in this report yet; 'arcmeter-cli suite run "
                   "dlperf' "
                   "measures what this machine can.",
                   "尚无可列入本报告的 Arcmeter 测试结果；运行“arcmeter-cli suite run "
                   "dlperf”可测量本机能够完成的配置。");
    }
    return text + words(" ", "") +
           words("Arcmeter figures: %1, %2.", "Arcmeter 数据：%1，%2。")
               .arg(figures.choice->hardware, figures.choice->precision.toUpper());
}

void addIntroduction(ReportDocument& document, const DlperfFigures& figures, const Words& words) {
    document.blocks.push_back(ReportParagraph{words(
        "The tables of the published report, with this machine's runs beside them. Throughput is samples/s "
        "over all devices; speedup is against 1 node with 1 device of the same column; the last two columns "
        "are Arcmeter's throughput over each framework's. '-' means not known, never zero.",
        "已发表报告中的各表，并列出本机的测试结果。吞吐量为所有设备每秒样本数；加速比相对于同一列的 1 节点 1 "
        "设备；最后两列为 Arcmeter 吞吐量与各框架之比。“-”表示未知，而不是零。")});
    document.blocks.push_back(ReportParagraph{systemsText(figures, words)});
}

void addNotes(ReportDocument& document, const DlperfFigures& figures, const Words& words) {
    bool otherBatch = false;
    bool synthetic = false;
    for (const DlperfSection& section : figures.sections) {
        for (const DlperfRow& row : section.rows) {
            otherBatch = otherBatch || row.arcmeter.otherBatch;
            synthetic = synthetic || row.arcmeter.synthetic;
        }
    }
    document.blocks.push_back(ReportHeading{2, words("Notes", "说明")});
    const auto add = [&](const QString& text) { document.blocks.push_back(ReportParagraph{text}); };
    if (otherBatch) {
        add(words("† Measured with another batch size than the table's; the ratios compare unequal batches.",
                  "† 以不同于本表的 batch size 测得；相应比值对应不相等的 batch size。"));
    }
    if (synthetic) {
        add(words("Arcmeter's figures were measured on synthetic data with as many classes as the dataset.",
                  "Arcmeter 的数据使用与数据集类别数相同的合成数据测得。"));
    }
    add(words(
        "How they were measured differs a little: MXNet ArcFace scripts average the speedometer lines 1 to "
        "6, "
        "MXNet Partial FC the lines from 19 on, OneFlow the lines 20 to 120 after iteration 5; Arcmeter "
        "takes "
        "the median over repeats of the iterations after the warm-up.",
        "测量窗口略有不同：MXNet ArcFace 取 speedometer 第 1 至 6 行的平均，MXNet Partial FC 取第 19 行之后，"
        "OneFlow 取第 5 次迭代之后的第 20 至 120 行；Arcmeter 取各次重复中预热之后迭代的中位数。"));
    add(
        words("The MXNet 288.0 at batch 96 on one device stands as published, though it is 8 % above "
              "anything near it.",
              "MXNet 单设备 batch 96 的 288.0 按原文列出，尽管它比相近数据高出 8 %。"));
    if (!figures.sourceUrl.isEmpty()) {
        add(words("Source: %1, %2", "来源：%1，%2").arg(figures.source, figures.sourceUrl));
    }
}

/// Which runs stand in the tables, how and when they were measured.
void addProvenance(ReportDocument& document, const DlperfFigures& figures, const Words& words) {
    if (!figures.runs.empty()) {
        document.blocks.push_back(ReportHeading{2, words("Runs", "测试记录")});
        ReportTable table;
        table.columns = {words("Run", "编号"),
                         words("Date (UTC)", "日期（UTC）"),
                         words("Model", "模型"),
                         words("Dataset", "数据集"),
                         words("Parallelism", "并行方式"),
                         words("Devices", "设备"),
                         words("Batch", "Batch"),
                         words("Method", "方法"),
                         words("Repeats", "重复次数"),
                         words("samples/s", "samples/s"),
                         words("95 % interval", "95 % 区间"),
                         words("Driver", "驱动"),
                         words("Engine", "引擎")};
        table.isFigure = {true,  false, false, false, false, false, true,
                          false, true,  true,  true,  false, false};
        for (const HistoryRow& run : figures.runs) {
            const auto text = [](const QString& value) {
                return ReportCell{value.isEmpty() ? unknown : value, std::nullopt, 0};
            };
            table.rows.push_back({whole(run.id), text(run.createdAt), text(run.model), text(run.dataset),
                                  text(run.parallelism), text(run.hardware), whole(run.batchSizePerDevice),
                                  text(run.method), whole(run.repeats), real(run.samplesPerSecond, 2),
                                  real(run.ci95, 2), text(run.driver), text(run.engineVersion)});
        }
        document.blocks.push_back(std::move(table));
    }
    document.blocks.push_back(
        ReportParagraph{words("Made by Arcmeter %1 on %2.", "由 Arcmeter %1 于 %2 生成。")
                            .arg(programVersion(), QDateTime::currentDateTimeUtc().toString(Qt::ISODate))});
}

}  // namespace

ReportDocument dlperfReport(const DlperfFigures& figures, const QString& language) {
    const Words words(language);
    ReportDocument document;
    document.language = language;
    document.title = words("InsightFace training throughput: OneFlow, MXNet and Arcmeter",
                           "InsightFace 训练吞吐量：OneFlow、MXNet 与 Arcmeter");
    addIntroduction(document, figures, words);
    addSections(document, figures, words);
    addMaxClasses(document, figures, words);
    addNotes(document, figures, words);
    addProvenance(document, figures, words);
    return document;
}

}  // namespace arcmeter::app
