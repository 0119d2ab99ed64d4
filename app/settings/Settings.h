// SPDX-License-Identifier: GPL-3.0-or-later
// What the user set (settings.ini in the config folder) and where windows stood (window.ini in the state
// folder). Lives in the thread that made it. Pass it where it is needed; there is no global instance.
#pragma once

#include <QByteArray>
#include <QObject>
#include <QSettings>
#include <QString>
#include <QStringList>

namespace arcmeter::app {

class Settings : public QObject {
    Q_OBJECT

public:
    enum class Theme { Auto, Light, Dark };
    Q_ENUM(Theme)

    /// Empty paths take the defaults of AppPaths.
    explicit Settings(const QString& settingsFile = {}, const QString& stateFile = {},
                      QObject* parent = nullptr);

    /// Folder of a catalog dataset ("face_emore", "glint360k"); empty when not set.
    QString datasetFolder(const QString& datasetId) const;
    void setDatasetFolder(const QString& datasetId, const QString& folder);

    /// Other dataset folders used lately, newest first, at most 8.
    QStringList recentDatasetFolders() const;
    void addRecentDatasetFolder(const QString& folder);

    QString enginePath() const;  ///< empty: found by EngineLocator
    void setEnginePath(const QString& path);

    QString torchPython() const;  ///< the Python with torch; empty: see app/peer/TorchPeer.h
    void setTorchPython(const QString& path);

    Theme theme() const;
    void setTheme(Theme theme);

    QString language() const;  ///< "auto", "en" or "zh_CN"
    void setLanguage(const QString& language);

    /// JSON of the last configuration of the New-run panel; empty at first start.
    QByteArray lastConfig() const;
    void setLastConfig(const QByteArray& json);

    /// Geometry, splitters, header states: opaque bytes by key. No changed() for these.
    QByteArray windowState(const QString& key) const;
    void setWindowState(const QString& key, const QByteArray& state);

signals:
    void changed();

private:
    void set(const QString& key, const QVariant& value);

    QSettings m_settings;
    QSettings m_state;
};

}  // namespace arcmeter::app
