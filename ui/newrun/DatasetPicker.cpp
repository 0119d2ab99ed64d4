// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/newrun/DatasetPicker.h"

#include <QComboBox>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QMimeData>
#include <QUrl>

#include "app/settings/Settings.h"
#include "ui/format/Format.h"
#include "ui/newrun/CatalogText.h"
#include "ui/widgets/Widgets.h"

namespace arcmeter::ui {
namespace {

const QString idPrefix = QStringLiteral("id:");
const QString folderPrefix = QStringLiteral("folder:");
const QString browseKey = QStringLiteral("browse");

QString droppedFolder(const QMimeData* data) {
    if (!data->hasUrls() || data->urls().size() != 1) return {};
    const QFileInfo info(data->urls().constFirst().toLocalFile());
    if (info.isDir()) return info.absoluteFilePath();
    return info.fileName() == QLatin1String("train.rec") ? info.absolutePath() : QString();
}

}  // namespace

DatasetPicker::DatasetPicker(const app::Catalog& catalog, app::Settings* settings, QWidget* parent)
    : QWidget(parent),
      m_catalog(catalog),
      m_settings(settings),
      m_list(new QComboBox(this)),
      m_note(makeWrappedLabel({}, TextRole::Small, true)),
      m_problem(makeWrappedLabel({}, TextRole::Small)),
      m_setFolder(makeLinkButton(tr("Set its folder…"))),
      m_current(idPrefix + QLatin1String(protocol::synthetic_dataset.data())) {
    setAcceptDrops(true);
    auto* label = makeLabel(tr("Dataset"));
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(2 * space);
    grid->setVerticalSpacing(2);
    grid->setColumnMinimumWidth(0, 92);
    grid->setColumnStretch(1, 1);
    grid->addWidget(label, 0, 0);
    grid->addWidget(m_list, 0, 1);
    grid->addWidget(m_note, 1, 1);
    grid->addWidget(m_setFolder, 2, 1, Qt::AlignLeft);
    grid->addWidget(m_problem, 3, 1);
    label->setBuddy(m_list);
    m_problem->setProperty("problem", true);
    m_problem->hide();
    m_list->setObjectName(QStringLiteral("dataset"));
    m_list->setAccessibleName(tr("Dataset"));
    m_list->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_list->setMinimumContentsLength(10);
    connect(m_list, &QComboBox::activated, this, &DatasetPicker::handleActivated);
    connect(m_setFolder, &QPushButton::clicked, this, [this] { browse(currentId()); });
    connect(m_settings, &app::Settings::changed, this, &DatasetPicker::handleSettings);
    fill();
}

void DatasetPicker::fill() {
    const QSignalBlocker blocker(m_list);
    m_list->clear();
    for (const app::Dataset& dataset : m_catalog.datasets())
        m_list->addItem(catalogText(dataset.title), idPrefix + dataset.id);
    QStringList folders = m_settings->recentDatasetFolders();
    if (m_current.startsWith(folderPrefix) && !folders.contains(m_current.mid(folderPrefix.size()))) {
        folders.prepend(m_current.mid(folderPrefix.size()));
    }
    if (!folders.isEmpty()) m_list->insertSeparator(m_list->count());
    for (const QString& folder : folders) {
        m_list->addItem(QDir(folder).dirName(), folderPrefix + folder);
        m_list->setItemData(m_list->count() - 1, folder, Qt::ToolTipRole);
    }
    m_list->insertSeparator(m_list->count());
    m_list->addItem(tr("Browse for a folder…"), browseKey);
    m_list->setCurrentIndex(std::max(0, m_list->findData(m_current)));
    describe();
}

void DatasetPicker::chooseId(const QString& datasetId) {
    m_current = idPrefix + datasetId;
    fill();
}

QString DatasetPicker::currentId() const {
    return m_current.startsWith(idPrefix) ? m_current.mid(idPrefix.size()) : QString();
}

QString DatasetPicker::dataset() const {
    if (m_current.startsWith(folderPrefix)) return m_current.mid(folderPrefix.size());
    protocol::RunConfig config;
    m_catalog.applyDataset(currentId(), *m_settings, config);
    return QString::fromStdString(config.dataset);
}

void DatasetPicker::setDataset(const protocol::RunConfig& config) {
    const QString folder = QString::fromStdString(config.dataset);
    const QString before = std::exchange(m_current, folderPrefix + folder);
    for (const app::Dataset& dataset : m_catalog.datasets()) {
        const QString known = m_settings->datasetFolder(dataset.id);
        const bool sameFolder = dataset.hasFolder && !known.isEmpty() && known == folder;
        // Synthetic data of a published set's class count stands for that set until its folder is known;
        // where the count is also plain synthetic data's, only if that set was chosen.
        const bool ambiguous = dataset.numClasses == protocol::default_synthetic_classes;
        const bool standsFor = config.is_synthetic() && dataset.hasFolder && known.isEmpty() &&
                               config.num_classes == dataset.numClasses &&
                               (!ambiguous || before == idPrefix + dataset.id);
        if (sameFolder || standsFor) m_current = idPrefix + dataset.id;
    }
    if (config.is_synthetic() && m_current.startsWith(folderPrefix)) m_current = idPrefix + folder;
    fill();
}

void DatasetPicker::handleActivated(int index) {
    const QString key = m_list->itemData(index).toString();
    if (key == browseKey) {
        m_list->setCurrentIndex(std::max(0, m_list->findData(m_current)));
        browse({});
        return;
    }
    m_current = key;
    describe();
    emit picked(classesOfChoice());
}

QString DatasetPicker::classesOfChoice() const {
    protocol::RunConfig config;
    if (!currentId().isEmpty()) m_catalog.applyDataset(currentId(), *m_settings, config);
    return config.num_classes ? QString::number(*config.num_classes) : QString();
}

/// A folder set elsewhere turns stand-in data into the real set.
void DatasetPicker::handleSettings() {
    const QString before = m_note->text();
    fill();
    if (m_note->text() != before) emit picked(classesOfChoice());
}

void DatasetPicker::browse(const QString& datasetId) {
    const QString folder =
        QFileDialog::getExistingDirectory(this, tr("Folder that holds train.rec, train.idx and property"));
    if (folder.isEmpty()) return;
    if (datasetId.isEmpty()) {
        useFolder(folder);
        return;
    }
    m_settings->setDatasetFolder(datasetId, folder);
}

void DatasetPicker::useFolder(const QString& folder) {
    m_current = folderPrefix + folder;
    m_settings->addRecentDatasetFolder(folder);
    fill();
    emit picked({});
}

void DatasetPicker::describe() {
    const app::Dataset* dataset = m_catalog.dataset(currentId());
    const bool standIn = dataset && dataset->hasFolder && m_settings->datasetFolder(dataset->id).isEmpty();
    m_setFolder->setVisible(standIn);
    if (standIn) {
        m_note->setText(tr("Its folder is not set: synthetic data with %1 classes, and tables say so.")
                            .arg(integerText(dataset->numClasses)));
    } else if (dataset && dataset->hasFolder) {
        m_note->setText(m_settings->datasetFolder(dataset->id));
    } else {
        m_note->setText(dataset ? QString() : m_current.mid(folderPrefix.size()));
    }
    m_note->setVisible(!m_note->text().isEmpty());
}

QString DatasetPicker::folderProblem() const {
    const QString folder = dataset();
    if (folder == QLatin1String(protocol::synthetic_dataset.data())) return {};
    if (QFileInfo::exists(folder + QStringLiteral("/train.rec"))) return {};
    return tr("There is no train.rec in %1.").arg(folder);
}

void DatasetPicker::setProblem(const QString& sentence) {
    m_problem->setText(sentence);
    m_problem->setVisible(!sentence.isEmpty());
    setLook(m_list, "invalid", !sentence.isEmpty());
}

QString DatasetPicker::problem() const {
    return m_problem->text();
}

void DatasetPicker::dragEnterEvent(QDragEnterEvent* event) {
    if (!droppedFolder(event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void DatasetPicker::dropEvent(QDropEvent* event) {
    const QString folder = droppedFolder(event->mimeData());
    if (folder.isEmpty()) return;
    useFolder(folder);
    event->acceptProposedAction();
}

}  // namespace arcmeter::ui
