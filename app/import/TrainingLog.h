// SPDX-License-Identifier: GPL-3.0-or-later
// Throughput lines in the logs of other programs' trainings. Each becomes one row: its figure is the median
// of the throughput lines after the first 50 iterations (of all where there are none after them).
//
// The lines, as those programs print them:
//   OneFlow (oneflow_face insightface_train.py)
//     train: iter 99, loss 34.5, throughput: 245.012
//   MXNet (insightface: Speedometer; partial_fc's callback, whose "it" are images)
//     INFO:root:Epoch[0] Batch [40]	Speed: 241.82 samples/sec	acc=0.000000
//     INFO:root:Iter:40 Rank:178.55 it/sec Total:1428.43 it/sec [0][loss]:43.12
//   arcface_torch (insightface; arcface_oneflow prints the same)
//     Training: 2021-06-01 10:00:00,123-Speed 2345.67 samples/sec   Loss 41.2   LearningRate 0.1   Epoch: 0
//     Global Step: 100   Fp16 Grad Scale: 65536   Required: 10 hours            (one line)
#pragma once

#include "app/import/ImportPreview.h"
#include "app/import/TextLines.h"

namespace arcmeter::app {

/// The format of which the file holds whole throughput lines; nullopt where it holds none.
std::optional<ImportFormat> logFormatOf(const std::vector<TextLine>& lines);

/// Fills rows and problems from a log of `preview.format`. `preview.file` also tells what the log does not,
/// by DLPerf's names: .../2n8g/r100_b64_fp32_1.log. Damaged throughput lines go to `preview.problems`.
void readTrainingLog(const std::vector<TextLine>& lines, ImportPreview& preview);

}  // namespace arcmeter::app
