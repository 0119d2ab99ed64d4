// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/history/DetailsText.h"

#include <QCoreApplication>

#include "ui/format/Format.h"

namespace arcmeter::ui {
namespace {

/// The translation context of the functions here.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(DetailsText)
};

/// Collects headed groups of name-value rows; values are always escaped.
class Sheet {
public:
    explicit Sheet(const ThemeColors& colors) : m_colors(colors) {}

    void title(const QString& text) { m_html += QStringLiteral("<h3>%1</h3>").arg(text.toHtmlEscaped()); }

    void heading(const QString& text) {
        endTable();
        m_html += QStringLiteral("<p style='margin-top:14px; margin-bottom:2px'><b>%1</b></p>")
                      .arg(text.toHtmlEscaped());
    }

    void row(const QString& name, const QString& value) {
        if (value.isEmpty() || value == unknownText()) return;
        if (!m_inTable) m_html += QStringLiteral("<table cellspacing='0' cellpadding='2'>");
        m_inTable = true;
        m_html += QStringLiteral("<tr><td style='color:%1; padding-right:12px'>%2</td><td>%3</td></tr>")
                      .arg(m_colors.muted.name(), name.toHtmlEscaped(), value.toHtmlEscaped());
    }

    void paragraph(const QString& text, const QColor& color = {}) {
        if (text.isEmpty()) return;
        endTable();
        m_html += QStringLiteral("<p style='color:%1'>%2</p>")
                      .arg((color.isValid() ? color : m_colors.text).name(), text.toHtmlEscaped());
    }

    void link(const QString& url) {
        if (!url.startsWith(QLatin1String("https://"))) return;
        endTable();
        m_html += QStringLiteral("<p><a href='%1'>%1</a></p>").arg(url.toHtmlEscaped());
    }

    void fixed(const QStringList& lines) {
        if (lines.isEmpty()) return;
        endTable();
        m_html += QStringLiteral("<pre style='white-space:pre-wrap'>%1</pre>")
                      .arg(lines.join('\n').toHtmlEscaped());
    }

    QString html() {
        endTable();
        return m_html;
    }

private:
    void endTable() {
        if (m_inTable) m_html += QStringLiteral("</table>");
        m_inTable = false;
    }

    const ThemeColors& m_colors;
    QString m_html;
    bool m_inTable = false;
};

QString bytesOr(const std::optional<qint64>& bytes) {
    return bytes && *bytes > 0 ? bytesText(static_cast<double>(*bytes)) : QString();
}

void addFigures(Sheet& sheet, const app::RunDetails& details) {
    const app::RunFigures& figures = details.figures;
    if (!figures.samplesPerSecond) return;
    sheet.heading(figures.partial ? Words::tr("Figures (partial: the run did not end by itself)")
                                  : Words::tr("Figures"));
    sheet.row(Words::tr("Samples/s"), numberText(*figures.samplesPerSecond));
    sheet.row(Words::tr("Smallest to largest"),
              figures.min && figures.max && figures.repeats.size() > 1
                  ? Words::tr("%1 to %2").arg(numberText(*figures.min), numberText(*figures.max))
                  : QString());
    sheet.row(Words::tr("95 % interval"),
              figures.ci95 ? QStringLiteral("± %1").arg(numberText(*figures.ci95)) : QString());
    QStringList repeats;
    for (const double value : figures.repeats) repeats << numberText(value);
    if (repeats.size() > 1) sheet.row(Words::tr("Repeats"), repeats.join(QStringLiteral(", ")));
    sheet.row(Words::tr("Final loss"), textOr(figures.finalLoss, numberText));
    sheet.row(Words::tr("Accuracy"), figures.accuracy ? percentText(*figures.accuracy) : QString());
    for (const protocol::Result& repeat : details.repeats) {
        if (repeat.flops_per_s <= 0) continue;
        const QString rate = flopsText(repeat.flops_per_s);
        sheet.row(Words::tr("Arithmetic"), figures.modelFlopsUtilization
                                               ? Words::tr("%1, %2 of the device's peak")
                                                     .arg(rate, percentText(*figures.modelFlopsUtilization))
                                               : rate);
        break;
    }
}

void addInsight(Sheet& sheet, const app::RunDetails& details, const app::RunInsight& insight,
                const ThemeColors& colors) {
    const app::Diagnosis& diagnosis = insight.diagnosis;
    if (diagnosis.bottleneck != app::Bottleneck::Unknown) {
        sheet.heading(Words::tr("Why it is as fast as it is"));
        sheet.row(Words::tr("Verdict"), app::bottleneckTitle(diagnosis.bottleneck));
        sheet.row(Words::tr("Because"), app::diagnosisFigures(diagnosis));
        sheet.row(Words::tr("What to try"), app::diagnosisAdvice(diagnosis));
    }
    for (const QString& note : app::insightNotes(insight, details)) sheet.paragraph(note, colors.warning);
}

void addMemory(Sheet& sheet, const app::RunDetails& details) {
    const auto peak = details.figures.peakDeviceMemoryBytes.value_or(0) > 0
                          ? details.figures.peakDeviceMemoryBytes
                          : details.figures.peakHostMemoryBytes;
    if (!details.plan && !peak) return;
    sheet.heading(Words::tr("Memory"));
    sheet.row(Words::tr("Peak"), bytesOr(peak));
    if (!details.plan) return;
    const std::int64_t planned = details.plan->memory.total();
    sheet.row(Words::tr("Plan"), bytesText(static_cast<double>(planned)));
    if (peak && *peak > 0 && planned > 0) {
        const double ratio = static_cast<double>(planned) / static_cast<double>(*peak) - 1;
        sheet.row(Words::tr("Plan against peak"),
                  (ratio >= 0 ? QStringLiteral("+") : QString()) + percentText(ratio));
    }
    sheet.row(Words::tr("Parameters"), integerText(details.plan->parameters));
}

void addTime(Sheet& sheet, const app::RunDetails& details) {
    if (details.repeats.empty()) return;
    const protocol::StepParts& parts = details.repeats.back().parts;
    const std::pair<QString, double> rows[] = {
        {Words::tr("Forward"), parts.forward},
        {Words::tr("Backward"), parts.backward},
        {Words::tr("Head"), parts.head},
        {Words::tr("Optimizer"), parts.optimizer},
        {Words::tr("Communication"), parts.communication},
        {Words::tr("Waiting for data"), parts.data_wait},
    };
    double total = 0;
    for (const auto& [name, value] : rows) total += value;
    if (total <= 0) return;
    sheet.heading(Words::tr("A step's time"));
    for (const auto& [name, value] : rows) {
        if (value > 0)
            sheet.row(name,
                      QStringLiteral("%1 (%2)").arg(millisecondsText(value), percentText(value / total)));
    }
}

/// What the ranks of a run said to each other, and where each computed.
void addCommunication(Sheet& sheet, const app::RunDetails& details) {
    if (details.repeats.empty() || details.repeats.back().world_size < 2) return;
    const protocol::Result& result = details.repeats.back();
    sheet.heading(Words::tr("Communication"));
    sheet.row(Words::tr("Ranks"), integerText(result.world_size));
    sheet.row(Words::tr("Waited for, a step"), millisecondsText(result.parts.communication));
    sheet.row(Words::tr("Bytes, a step"), bytesOr(result.communication_bytes_per_step));
    for (const protocol::Collective& collective : result.collectives) {
        const QString bytes = bytesText(static_cast<double>(collective.bytes));
        sheet.row(
            QString::fromStdString(collective.kind + " " + collective.payload),
            collective.ms > 0 ? QStringLiteral("%1, %2").arg(bytes, millisecondsText(collective.ms)) : bytes);
    }
    if (!details.environment) return;
    for (const protocol::RankPlace& place : details.environment->places) {
        const QString cores = QString::fromStdString(place.cores);
        sheet.row(Words::tr("Rank %1").arg(place.rank),
                  QString::fromStdString(place.host + ", " + place.device) +
                      (cores.isEmpty() ? QString() : Words::tr(", cores %1").arg(cores)));
    }
}

void addConfig(Sheet& sheet, const protocol::RunConfig& config, const QString& dataset) {
    sheet.heading(Words::tr("Configuration"));
    sheet.row(Words::tr("Dataset"), dataset);
    const nlohmann::json values = protocol::to_json(config);
    for (const protocol::ConfigField& field : protocol::config_fields()) {
        const auto found = values.find(field.name);
        if (found == values.end() || found->is_null() || field.name == "repeat") continue;
        if (field.name == "dataset" && config.is_synthetic()) continue;  // said above
        const std::string text = found->is_string() ? found->get<std::string>() : found->dump();
        sheet.row(QString::fromUtf8(field.name.data(), static_cast<qsizetype>(field.name.size())),
                  QString::fromStdString(text));
    }
}

void addEnvironment(Sheet& sheet, const app::RunDetails& details) {
    if (!details.environment) return;
    const protocol::Environment& environment = *details.environment;
    sheet.heading(Words::tr("Machine"));
    const auto text = [](const std::string& value) { return QString::fromStdString(value); };
    sheet.row(Words::tr("Host"), text(environment.host));
    sheet.row(Words::tr("System"), text(environment.os));
    sheet.row(Words::tr("CPU"), text(environment.cpu));
    sheet.row(Words::tr("Cores"), environment.cpu_cores > 0 ? integerText(environment.cpu_cores) : QString());
    sheet.row(Words::tr("Governor"), text(environment.governor));
    sheet.row(Words::tr("Load before the run"), numberText(environment.load_average));
    sheet.row(Words::tr("Memory"), bytesOr(environment.memory_bytes));
    for (const protocol::DeviceInfo& device : environment.devices) {
        sheet.row(Words::tr("Device"), text(device.name));
        sheet.row(Words::tr("Driver"), text(device.driver));
        sheet.row(Words::tr("Note"), text(device.note));
    }
    for (const auto& [name, version] : environment.libraries) sheet.row(text(name), text(version));
    sheet.row(Words::tr("Source revision"), text(environment.commit));
}

}  // namespace

QString detailsText(const app::RunDetails& details, const app::RunInsight& insight,
                    const ThemeColors& colors) {
    Sheet sheet(colors);
    sheet.title(rowTitle(details.row));
    sheet.row(Words::tr("State"), details.row.state ? stateText(*details.row.state) : QString());
    sheet.row(Words::tr("Started"), localTimeText(details.row.createdAt));
    sheet.row(Words::tr("Ended"), localTimeText(details.endedAt));
    sheet.row(Words::tr("Tags"), details.row.tags.join(QStringLiteral(", ")));
    sheet.row(Words::tr("Note"), details.row.note);
    for (const app::RunFailure& failure : details.errors) {
        sheet.paragraph(failure.rank > 0 ? Words::tr("Rank %1: %2").arg(failure.rank).arg(failure.message)
                                         : failure.message,
                        colors.bad);
        sheet.paragraph(failure.hint);
        sheet.fixed(failure.lastLines);
    }
    addFigures(sheet, details);
    addInsight(sheet, details, insight, colors);
    addMemory(sheet, details);
    addTime(sheet, details);
    addCommunication(sheet, details);
    for (const app::PreflightItem& item : details.preflight) {
        if (item.warning) sheet.paragraph(preflightText(item), colors.warning);
    }
    addConfig(sheet, details.config, datasetTitle(details.row.dataset));
    addEnvironment(sheet, details);
    sheet.heading(Words::tr("Programs"));
    sheet.row(QStringLiteral("Arcmeter"), details.row.programVersion);
    sheet.row(Words::tr("Engine"), details.row.framework + ' ' + details.row.engineVersion);
    return sheet.html();
}

QString detailsText(const app::HistoryRow& row, const ThemeColors& colors) {
    Sheet sheet(colors);
    sheet.title(rowTitle(row));
    sheet.paragraph(row.source, colors.muted);
    sheet.row(Words::tr("Imported from"), row.importedFrom);
    sheet.link(row.sourceUrl);
    sheet.row(Words::tr("Framework"), row.framework + ' ' + row.frameworkVersion);
    sheet.row(Words::tr("Samples/s"), row.publishedFigure);
    sheet.row(Words::tr("Memory per GPU"), row.memoryMib ? bytesText(*row.memoryMib * 1048576.0) : QString());
    sheet.row(Words::tr("Largest number of classes"),
              row.maxNumClasses ? integerText(*row.maxNumClasses) : QString());
    sheet.row(Words::tr("Dataset"), row.dataset);
    sheet.row(Words::tr("Parallelism"), row.parallelism);
    sheet.row(Words::tr("Sample ratio"), textOr(row.sampleRatio, numberText));
    sheet.row(Words::tr("Precision"), row.precision);
    sheet.row(Words::tr("Nodes × GPUs"),
              row.nodes && row.devicesPerNode
                  ? QStringLiteral("%1 × %2").arg(*row.nodes).arg(*row.devicesPerNode)
                  : QString());
    sheet.row(Words::tr("Batch per GPU"),
              row.batchSizePerDevice ? integerText(*row.batchSizePerDevice) : QString());
    sheet.row(Words::tr("Classes"), row.numClasses ? integerText(*row.numClasses) : QString());
    sheet.row(Words::tr("Hardware"), row.hardware);
    sheet.paragraph(row.note);
    if (row.kind == app::HistoryRow::Kind::Imported) return sheet.html();
    sheet.paragraph(
        Words::tr(
            "Published rows were measured by their authors, on their machines and with windows of their "
            "own: Help says how they differ from ours."),
        colors.muted);
    return sheet.html();
}

}  // namespace arcmeter::ui
