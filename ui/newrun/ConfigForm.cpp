// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/newrun/ConfigForm.h"

#include <QLocale>
#include <QScopedValueRollback>
#include <QToolButton>
#include <QVBoxLayout>

#include "app/launch/Launchers.h"
#include "engine/protocol/error.h"
#include "ui/format/Format.h"
#include "ui/newrun/DatasetPicker.h"
#include "ui/newrun/FieldRow.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/Widgets.h"

namespace arcmeter::ui {
namespace {

QString toQString(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

template <typename Enum>
QStringList choicesOf() {
    QStringList names;
    for (const auto& entry : protocol::names_of(Enum{})) names << toQString(entry.name);
    return names;
}

template <typename Enum, typename Title>
QStringList titlesOf(Title title) {
    QStringList titles;
    for (const auto& entry : protocol::names_of(Enum{})) titles << title(entry.value);
    return titles;
}

const protocol::ConfigField* findField(const QString& name) {
    for (const protocol::ConfigField& field : protocol::config_fields()) {
        if (toQString(field.name) == name) return &field;
    }
    return nullptr;
}

QString sentenceCase(QString text) {
    if (!text.isEmpty()) text[0] = text[0].toUpper();
    return text;
}

/// Problems name fields as the command line does; beside its own label a field needs no name.
QString besideField(const QString& message, const QString& field) {
    const QString prefix = field + QStringLiteral(" is ");
    if (!message.startsWith(prefix)) return message;
    const QString rest = message.mid(prefix.size());
    const qsizetype split = rest.indexOf(QStringLiteral("; allowed: "));
    if (split < 0) return sentenceCase(rest);
    QString value = rest.left(split);
    if (value == QLatin1String("\"\"")) value = ConfigForm::tr("Empty");
    QString allowed = rest.mid(split + 11);
    if (allowed.endsWith('.')) allowed.chop(1);
    return ConfigForm::tr("%1 cannot be used. Allowed: %2.").arg(sentenceCase(value), allowed);
}

/// What keeps a launcher from being used here; empty where nothing does.
QString missingText(protocol::Launcher launcher) {
    const app::LauncherState state = app::launcherState(launcher);
    if (state.available) return {};
    return ConfigForm::tr("%1 is not installed. On Debian: apt install %2").arg(state.program, state.package);
}

QString launcherProblem(const protocol::RunConfig& config) {
    return missingText(app::neededLauncher(config));
}

QString bytesFieldText(std::int64_t bytes) {
    constexpr std::int64_t gib = std::int64_t{1} << 30;
    constexpr std::int64_t mib = std::int64_t{1} << 20;
    if (bytes % gib == 0) return QStringLiteral("%1GiB").arg(bytes / gib);
    if (bytes % mib == 0) return QStringLiteral("%1MiB").arg(bytes / mib);
    return QString::number(bytes);
}

}  // namespace

QString fieldText(const protocol::RunConfig& config, const QString& field) {
    if (field == QLatin1String("memory_limit_bytes")) {
        return config.memory_limit_bytes ? bytesFieldText(*config.memory_limit_bytes) : QString();
    }
    const nlohmann::json values = protocol::to_json(config);
    const auto found = values.find(field.toStdString());
    if (found == values.end() || found->is_null()) return {};
    if (found->is_string()) return QString::fromStdString(found->get<std::string>());
    if (!found->is_array()) return QString::fromStdString(found->dump());
    QStringList items;
    for (const nlohmann::json& item : *found) {
        items << QString::fromStdString(item.is_string() ? item.get<std::string>() : item.dump());
    }
    return items.join(QStringLiteral(", "));
}

ConfigForm::ConfigForm(DatasetPicker* datasets, QWidget* parent) : QWidget(parent), m_datasets(datasets) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2 * space);
    addMainRows(column, datasets);
    addMoreSection(column);
    connect(datasets, &DatasetPicker::picked, this, [this](const QString& numClasses) {
        if (m_filling) return;
        row(QStringLiteral("num_classes"))->setText(numClasses);
        readFields();
    });
    readFields();
}

FieldRow* ConfigForm::row(const QString& field) const {
    const auto found = m_rows.find(field);
    return found == m_rows.end() ? nullptr : found->second;
}

FieldRow* ConfigForm::addRow(QVBoxLayout* column, FieldSpec spec) {
    auto* added = new FieldRow(std::move(spec), this);
    column->addWidget(added);
    m_rows.emplace(added->spec().field, added);
    connect(added, &FieldRow::edited, this, [this] {
        if (!m_filling) readFields();
    });
    return added;
}

void ConfigForm::addMainRows(QVBoxLayout* column, DatasetPicker* datasets) {
    QStringList names, titles;
    for (const protocol::ModelInfo& model : protocol::models()) {
        names << toQString(model.name);
        titles << toQString(model.title);
    }
    addRow(column,
           {.field = "model", .label = tr("Model"), .choices = names, .titles = titles, .placeholder = {}});
    column->addWidget(datasets);
    addRow(column, {.field = "num_classes",
                    .label = tr("Classes"),
                    .choices = {},
                    .titles = {},
                    .optional = true,
                    .placeholder = {},
                    .action = tr("Max"),
                    .actionHelp = tr("Finds the largest number of classes that fits")});
    connect(row(QStringLiteral("num_classes")), &FieldRow::actionAsked, this,
            [this] { emit limitAsked(protocol::Limit::num_classes); });
    addRow(column, {.field = "parallelism",
                    .label = tr("Parallelism"),
                    .choices = choicesOf<protocol::Parallelism>(),
                    .titles = titlesOf<protocol::Parallelism>(
                        [](auto value) { return sentenceCase(parallelismText(value)); }),
                    .placeholder = {}});
    addRow(column, {.field = "sample_ratio",
                    .label = tr("Sample ratio"),
                    .choices = {},
                    .titles = {},
                    .placeholder = {}});
    addRow(column, {.field = "batch_size_per_device",
                    .label = tr("Batch size"),
                    .choices = {},
                    .titles = {},
                    .placeholder = {},
                    .action = tr("Max"),
                    .actionHelp = tr("Finds the largest batch size that fits")});
    connect(row(QStringLiteral("batch_size_per_device")), &FieldRow::actionAsked, this,
            [this] { emit limitAsked(protocol::Limit::batch_size); });
    addRow(column, {.field = "precision",
                    .label = tr("Precision"),
                    .choices = choicesOf<protocol::Precision>(),
                    .titles = titlesOf<protocol::Precision>(precisionText),
                    .placeholder = {}});
    addRow(column, {.field = "device",
                    .label = tr("Device"),
                    .choices = choicesOf<protocol::Device>(),
                    .titles = titlesOf<protocol::Device>(deviceText),
                    .placeholder = {}});
    addRankRows(column);
    addRow(column, {.field = "method",
                    .label = tr("Method"),
                    .choices = choicesOf<protocol::Method>(),
                    .titles = titlesOf<protocol::Method>(methodText),
                    .placeholder = {}});
}

void ConfigForm::addRankRows(QVBoxLayout* column) {
    const auto number = [&](const char* field, const QString& label) {
        addRow(
            column,
            {.field = QLatin1String(field), .label = label, .choices = {}, .titles = {}, .placeholder = {}});
    };
    number("devices_per_node", tr("Devices a node"));
    number("nodes", tr("Nodes"));
    addRow(column, {.field = "launcher",
                    .label = tr("Launcher"),
                    .choices = choicesOf<protocol::Launcher>(),
                    .titles = {tr("This machine"), tr("mpirun"), tr("Slurm")},
                    .placeholder = {}});
    addRow(column, {.field = "hosts",
                    .label = tr("Hosts"),
                    .choices = {},
                    .titles = {},
                    .optional = true,
                    .placeholder = tr("names, one for each node")});
}

void ConfigForm::addMoreSection(QVBoxLayout* column) {
    auto* toggle = makeFlatButton(tr("More settings"), QStringLiteral("right"), this);
    toggle->setCheckable(true);
    toggle->setObjectName(QStringLiteral("moreSettings"));
    column->addWidget(toggle);
    auto* more = new QWidget(this);
    auto* rows = new QVBoxLayout(more);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(2 * space);
    addMoreRows(rows);
    more->hide();
    column->addWidget(more);
    connect(toggle, &QToolButton::toggled, this, [toggle, more](bool open) {
        more->setVisible(open);
        toggle->setIcon(actionIcon(open ? QStringLiteral("down") : QStringLiteral("right")));
    });
}

void ConfigForm::addMoreRows(QVBoxLayout* column) {
    const auto text = [&](const char* field, const QString& label, const QString& placeholder = {}) {
        addRow(column, {.field = QLatin1String(field),
                        .label = label,
                        .choices = {},
                        .titles = {},
                        .optional = !placeholder.isEmpty(),
                        .placeholder = placeholder});
    };
    const QString usual = tr("the method's own");
    addRow(column, {.field = "loss",
                    .label = tr("Loss"),
                    .choices = choicesOf<protocol::Loss>(),
                    .titles = {"ArcFace", "CosFace", tr("Combined"), "Softmax"},
                    .placeholder = {}});
    addRow(column, {.field = "fc_type",
                    .label = tr("Output"),
                    .choices = choicesOf<protocol::FcType>(),
                    .titles = {},
                    .optional = true,
                    .placeholder = tr("The model's own")});
    text("repeats", tr("Repeats"), usual);
    text("iterations", tr("Iterations"), usual);
    text("warmup", tr("Warm-up"), usual);
    text("memory_limit_bytes", tr("Memory limit"), tr("none; or 16GiB"));
    addRow(column, {.field = "recompute",
                    .label = tr("Recompute"),
                    .choices = choicesOf<protocol::Recompute>(),
                    .titles = {tr("Automatic"), tr("Nothing"), tr("BatchNorm and PReLU"), tr("Whole units")},
                    .placeholder = {}});
    for (const auto& [field, label] : {std::pair{"class_precision", tr("Class centres in")},
                                       {"momentum_precision", tr("Their momentum in")}}) {
        addRow(column, {.field = QLatin1String(field),
                        .label = label,
                        .choices = choicesOf<protocol::StatePrecision>(),
                        .titles = {"FP32", "BF16"},
                        .placeholder = {}});
    }
    addRow(column, {.field = "class_memory",
                    .label = tr("Class state lies"),
                    .choices = choicesOf<protocol::ClassMemory>(),
                    .titles = {tr("On the device"), tr("Momentum in host memory"), tr("All in host memory")},
                    .placeholder = {}});
    text("device_ids", tr("GPUs of a node"), tr("the first ones"));
    text("communication_bucket_bytes", tr("Gradient bucket"));
    addRow(column, {.field = "communication_precision",
                    .label = tr("Gradients travel as"),
                    .choices = choicesOf<protocol::CommunicationPrecision>(),
                    .titles = {"FP32", "BF16"},
                    .placeholder = {}});
    text("communication_timeout_s", tr("Rank time-out, s"));
    text("cpu_threads", tr("CPU threads"));
    text("data_threads", tr("Data threads"));
    text("learning_rate", tr("Learning rate"));
    addRow(column, {.field = "scale_learning_rate",
                    .label = tr("Scale rate with batch"),
                    .choices = {},
                    .titles = {},
                    .isSwitch = true,
                    .placeholder = {}});
    text("learning_rate_steps", tr("Rate steps"), tr("none"));
    text("learning_rate_scales", tr("Rate scales"), tr("none"));
    text("momentum", tr("Momentum"));
    text("weight_decay", tr("Weight decay"));
    text("bn_eps", tr("BatchNorm eps"), tr("the model's own"));
    text("input_scale", tr("Input scale"));
    text("seed", tr("Seed"));
    addRow(column, {.field = "deterministic",
                    .label = tr("Deterministic"),
                    .choices = {},
                    .titles = {},
                    .isSwitch = true,
                    .placeholder = {}});
}

void ConfigForm::setConfig(const protocol::RunConfig& config) {
    {
        const QScopedValueRollback<bool> filling(m_filling, true);
        for (const auto& [field, widget] : m_rows) widget->setText(fieldText(config, field));
        m_datasets->setDataset(config);
    }
    readFields();
}

void ConfigForm::setField(const QString& field, const QString& text) {
    FieldRow* target = row(field);
    if (!target) return;
    target->setText(text);
    readFields();
}

void ConfigForm::setMachine(const MachineFacts& facts) {
    m_machine = facts;
    row(QStringLiteral("device"))
        ->setChoiceEnabled(QStringLiteral("cuda"), facts.cudaAvailable, facts.cudaReason);
    adaptToChoices();
}

/// Reads all fields, judges them, and says what cannot work where it stands.
void ConfigForm::readFields() {
    protocol::RunConfig config;
    std::map<QString, QString> problems;
    config.dataset = m_datasets->dataset().toStdString();
    for (const auto& [name, widget] : m_rows) {
        const protocol::ConfigField* field = findField(name);
        QString text = widget->text();
        if (name == QLatin1String("num_classes")) text.remove(QLocale().groupSeparator()).remove(' ');
        if (!field) continue;
        // An emptied list means no steps at all; every other empty optional field keeps its default.
        const bool isList = name.startsWith(QLatin1String("learning_rate_s"));
        if (text.isEmpty() && widget->spec().optional && !isList) continue;
        try {
            field->set_from_text(config, text.toStdString());
        } catch (const Error& error) {
            problems.emplace(name, besideField(QString::fromUtf8(error.what()), name));
        }
    }
    for (const protocol::ConfigProblem& problem : protocol::validate(config)) {
        const QString name = QString::fromStdString(problem.field);
        problems.emplace(name, besideField(QString::fromStdString(problem.message), name));
    }
    if (const QString missing = launcherProblem(config); !missing.isEmpty())
        problems.emplace("launcher", missing);
    if (const QString missing = m_datasets->folderProblem(); !missing.isEmpty())
        problems.emplace("dataset", missing);
    m_config = problems.empty() ? std::optional(config) : std::nullopt;
    showProblems(problems);
    adaptToChoices();
    emit changed();
}

void ConfigForm::showProblems(const std::map<QString, QString>& problems) {
    for (const auto& [name, widget] : m_rows) {
        const auto found = problems.find(name);
        widget->setProblem(found == problems.end() ? QString() : found->second);
    }
    const auto dataset = problems.find(QStringLiteral("dataset"));
    m_datasets->setProblem(dataset == problems.end() ? QString() : dataset->second);
}

void ConfigForm::adaptToChoices() {
    for (const auto& launcher : protocol::names_of(protocol::Launcher{})) {
        const QString missing = missingText(launcher.value);
        row(QStringLiteral("launcher"))
            ->setChoiceEnabled(toQString(launcher.name), missing.isEmpty(), missing);
    }
    const bool elsewhere = row(QStringLiteral("launcher"))->text() != QLatin1String("local");
    row(QStringLiteral("hosts"))->setVisible(elsewhere || !row(QStringLiteral("hosts"))->text().isEmpty());
    row(QStringLiteral("nodes"))
        ->setVisible(elsewhere || row(QStringLiteral("nodes"))->text() != QLatin1String("1"));
    row(QStringLiteral("sample_ratio"))
        ->setVisible(row(QStringLiteral("parallelism"))->text() == QLatin1String("partial_fc"));
    const bool synthetic = m_datasets->dataset() == toQString(protocol::synthetic_dataset);
    row(QStringLiteral("num_classes"))
        ->setPlaceholder(synthetic ? integerText(protocol::default_synthetic_classes)
                                   : tr("the dataset's own"));
    const QString device = row(QStringLiteral("device"))->text();
    const bool cpu =
        device == QLatin1String("cpu") || (device == QLatin1String("auto") && !m_machine.cudaAvailable);
    if (m_machine.cpuPrecisions.isEmpty()) return;  // the engine has not said
    for (const QString& precision : choicesOf<protocol::Precision>()) {
        row(QStringLiteral("precision"))
            ->setChoiceEnabled(
                precision, !cpu || m_machine.cpuPrecisions.contains(precision),
                tr("This CPU computes in %1").arg(m_machine.cpuPrecisions.join(", ").toUpper()));
    }
}

QString ConfigForm::firstProblem() const {
    for (const auto& [name, widget] : m_rows) {
        if (!widget->problem().isEmpty()) return tr("%1: %2").arg(widget->spec().label, widget->problem());
    }
    return m_datasets->problem();
}

}  // namespace arcmeter::ui
