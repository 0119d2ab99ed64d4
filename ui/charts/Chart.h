// SPDX-License-Identifier: GPL-3.0-or-later
// One chart over step numbers: the only interface through which the window draws charts, so that the drawing
// library behind it can be replaced. The stores it is given are not owned and must outlive it or be replaced
// by setLines().
//
// dataChanged() may be called for every step: a chart redraws at most ten times a second, and not at all
// while it is hidden. Zooming reduces the raw values anew. Reading and zooming also work by keyboard (arrows,
// Home, End, + - 0). GUI thread.
#pragma once

#include <QFrame>
#include <QString>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "ui/charts/Picture.h"
#include "ui/charts/SeriesStore.h"
#include "ui/theme/Theme.h"

class QHBoxLayout;
class QLabel;
class QTimer;

namespace arcmeter::ui {

class ChartCanvas;
class ChartLegend;

/// A colour of the theme, looked up when painting.
struct ColorKey {
    enum class Set { Series, Part, Muted, Bad, Warning };
    Set set = Set::Series;
    int index = 0;
    QColor in(const ThemeColors& colors) const;
    bool operator==(const ColorKey&) const = default;
};

struct ChartLine {
    QString name;
    ColorKey color;
    bool dashed = false;
    const SeriesStore* data = nullptr;
};

/// A horizontal line: a published figure, a plan, a limit.
struct ChartLevel {
    QString name;   ///< for the legend
    QString label;  ///< at the line, before its value; may be empty
    double value = 0;
    ColorKey color;
    bool dashed = true;
};

/// A shaded stretch of steps, from <= step < to. `Quiet` ones (warm-up) are left out of the axis's range
/// where they are far from the others; `Notice` ones (drift), `Throttled` and `Outlier` have colours of their
/// own.
struct ChartBand {
    enum class Kind { Quiet, Notice, Throttled, Outlier };
    qint64 from = 0;
    qint64 to = 0;
    Kind kind = Kind::Quiet;
    QString label = {};  ///< written at its top where there is room
};

ColorKey bandColor(ChartBand::Kind kind);  ///< what its shade is made of, and its label

struct StepRange {
    qint64 from = 1;
    qint64 to = 2;  ///< one past the last
    bool operator==(const StepRange&) const = default;
};

enum class ChartKind { Lines, Stacked };
enum class ChartValues { Plain, Bytes, Milliseconds };

struct ChartSetup {
    QString title;
    QString unit;  ///< "samples/s"; for bytes the chart chooses MiB or GiB
    ChartKind kind = ChartKind::Lines;
    ChartValues values = ChartValues::Plain;
    bool fromZero = true;
};

class Chart : public QFrame, public Picture {
    Q_OBJECT

public:
    explicit Chart(const ChartSetup& setup, QWidget* parent = nullptr);
    ~Chart() override;

    void setLines(std::vector<ChartLine> lines);
    void setLevels(std::vector<ChartLevel> levels);
    void setBands(std::vector<ChartBand> bands);
    /// Where the names stand beside the chart already; pictures of it have the legend all the same.
    void hideLegend();
    /// What the shading of a kind means, for the legend.
    void setBandName(const QString& name, ChartBand::Kind kind = ChartBand::Kind::Quiet);
    /// What one step is on the axis: 1 counts steps, 0.5 is half a second where steps are half seconds.
    void setStepUnit(double unit);
    void setExpectedSteps(qint64 steps);     ///< the axis shows at least this many
    void setEmptyText(const QString& text);  ///< shown in place of lines while there is no value
    void setStepName(std::function<QString(qint64)> name);  ///< "repeat 2, iteration 1" for the read-out
    void dataChanged();

    void setView(const std::optional<StepRange>& view);  ///< nullopt: everything
    const std::optional<StepRange>& view() const;
    void setReadout(const std::optional<qint64>& step);

    const QString& title() const override;
    QSizeF pictureSize() const override;
    void paintForExport(QPainter& painter, const QRectF& area, const QString& footer) override;

    int pointsShown() const;     ///< in all series as given to the drawing library
    double lastFrameMs() const;  ///< how long the last update and repaint took; for the benchmark

signals:
    void viewChanged(const std::optional<arcmeter::ui::StepRange>& view);  ///< by the user
    void readoutChanged(const std::optional<qint64>& step);                ///< by the user
    void exportRequested();
    void copyRequested();

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void refresh();
    void updateLegend();
    void addMenuButton(QHBoxLayout* header);

    ChartSetup m_setup;
    QLabel* m_title;
    QLabel* m_unit;
    ChartLegend* m_legend;
    ChartCanvas* m_canvas;
    QTimer* m_timer;
    std::map<ChartBand::Kind, QString> m_bandNames;
    bool m_dirty = true;
};

}  // namespace arcmeter::ui
