-- SPDX-License-Identifier: GPL-3.0-or-later
-- How many ranks a run had, what started them, and what a step communicates on one of them.

ALTER TABLE run ADD COLUMN launcher TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN communication_ms REAL;                    -- a step, the part that was not hidden
ALTER TABLE run ADD COLUMN communication_bytes_per_step INTEGER;
