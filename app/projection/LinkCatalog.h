// SPDX-License-Identifier: GPL-3.0-or-later
// What the projection knows of links, machines, networks' sizes and synchronous training: the compiled-in
// resources/catalog/links.json and models.json, every figure with its source. Plain values.
#pragma once

#include <QString>
#include <QStringList>
#include <vector>

namespace arcmeter::app {

struct Link {
    enum class Scope {
        Node,     ///< between the devices of one machine; bandwidth is a device's
        Network,  ///< between machines; bandwidth is a machine's, all its devices share it
    };

    QString id;
    QString title;
    Scope scope = Scope::Node;
    double bytesPerS = 0;  ///< one direction, as a ring collective gets it
    double latencyS = 0;   ///< of one step of a ring
    QString source;
};

/// What a kind of device is usually built into.
struct Machine {
    QString match;  ///< part of the hardware's name; empty matches everything
    int devicesPerNode = 8;
    QString intraLink;
    QString link;
    double memoryBytesPerS = 0;
    QString source;
};

struct TrainingConstants {
    double overlapSlowdown = 0;  ///< how much slower computation is beside communication, as a share
    double deviceSpread = 0;     ///< standard deviation of one device's step time, as a share of it
    double bucketBytes = 0;      ///< of one gradient all-reduce
    double launchS = 0;          ///< of one collective, before anything moves
};

struct NetworkSize {
    QString id;
    double parameters = 0;      ///< class centres not counted
    double flopsPerSample = 0;  ///< of training, backbone alone
};

class LinkCatalog {
public:
    /// Throws Error(internal) naming file and field if the compiled-in files are wrong (a test reads them).
    static LinkCatalog load();

    const std::vector<Link>& links() const { return m_links; }
    const TrainingConstants& training() const { return m_training; }
    QStringList ids(Link::Scope scope) const;

    /// Throws Error(invalid_config) naming `option`, the value and what is allowed.
    const Link& link(const QString& id, Link::Scope scope, const char* option) const;
    const Machine& machineFor(const QString& hardware) const;  ///< the last entry matches everything
    /// Throws Error(invalid_config): a network that is not ours.
    const NetworkSize& network(const QString& id) const;

private:
    std::vector<Link> m_links;
    std::vector<Machine> m_machines;
    std::vector<NetworkSize> m_networks;
    TrainingConstants m_training;
};

}  // namespace arcmeter::app
