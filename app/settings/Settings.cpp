// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/settings/Settings.h"

#include "app/paths/AppPaths.h"

namespace arcmeter::app {
namespace {

constexpr int maxRecentFolders = 8;

QString folderKey(const QString& datasetId) {
    return QStringLiteral("datasets/") + datasetId;
}

QString orDefault(const QString& path, const QString& fallback) {
    return path.isEmpty() ? fallback : path;
}

}  // namespace

Settings::Settings(const QString& settingsFile, const QString& stateFile, QObject* parent)
    : QObject(parent),
      m_settings(orDefault(settingsFile, paths::settingsFile()), QSettings::IniFormat),
      m_state(orDefault(stateFile, paths::windowStateFile()), QSettings::IniFormat) {}

void Settings::set(const QString& key, const QVariant& value) {
    if (m_settings.value(key) == value) return;
    m_settings.setValue(key, value);
    emit changed();
}

QString Settings::datasetFolder(const QString& datasetId) const {
    return m_settings.value(folderKey(datasetId)).toString();
}

void Settings::setDatasetFolder(const QString& datasetId, const QString& folder) {
    set(folderKey(datasetId), folder);
}

QStringList Settings::recentDatasetFolders() const {
    return m_settings.value(QStringLiteral("recent_dataset_folders")).toStringList();
}

void Settings::addRecentDatasetFolder(const QString& folder) {
    QStringList folders = recentDatasetFolders();
    folders.removeAll(folder);
    folders.prepend(folder);
    set(QStringLiteral("recent_dataset_folders"), folders.mid(0, maxRecentFolders));
}

QString Settings::enginePath() const {
    return m_settings.value(QStringLiteral("engine")).toString();
}

void Settings::setEnginePath(const QString& path) {
    set(QStringLiteral("engine"), path);
}

QString Settings::torchPython() const {
    return m_settings.value(QStringLiteral("torch_python")).toString();
}

void Settings::setTorchPython(const QString& path) {
    set(QStringLiteral("torch_python"), path);
}

Settings::Theme Settings::theme() const {
    const QString name = m_settings.value(QStringLiteral("theme")).toString();
    if (name == QStringLiteral("light")) return Theme::Light;
    if (name == QStringLiteral("dark")) return Theme::Dark;
    return Theme::Auto;
}

void Settings::setTheme(Theme theme) {
    const QString name = theme == Theme::Light  ? QStringLiteral("light")
                         : theme == Theme::Dark ? QStringLiteral("dark")
                                                : QStringLiteral("auto");
    set(QStringLiteral("theme"), name);
}

QString Settings::language() const {
    const QString name = m_settings.value(QStringLiteral("language")).toString();
    return name == QStringLiteral("en") || name == QStringLiteral("zh_CN") ? name : QStringLiteral("auto");
}

void Settings::setLanguage(const QString& language) {
    set(QStringLiteral("language"), language);
}

QByteArray Settings::lastConfig() const {
    return m_settings.value(QStringLiteral("last_config")).toByteArray();
}

void Settings::setLastConfig(const QByteArray& json) {
    set(QStringLiteral("last_config"), json);
}

QByteArray Settings::windowState(const QString& key) const {
    return m_state.value(key).toByteArray();
}

void Settings::setWindowState(const QString& key, const QByteArray& state) {
    m_state.setValue(key, state);
}

}  // namespace arcmeter::app
