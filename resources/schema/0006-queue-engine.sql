-- SPDX-License-Identifier: GPL-3.0-or-later
-- Which engine measures what waits, so that frameworks take turns in one queue.

ALTER TABLE queue_entry ADD COLUMN engine TEXT NOT NULL DEFAULT '';  -- '' Arcmeter's own, 'pytorch'
