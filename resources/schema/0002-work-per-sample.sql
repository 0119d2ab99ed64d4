-- SPDX-License-Identifier: GPL-3.0-or-later
-- The work of one training sample, head included, so that a new network's duration can be judged by another's speed.

ALTER TABLE run ADD COLUMN flops_per_sample REAL;
