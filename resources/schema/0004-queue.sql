-- SPDX-License-Identifier: GPL-3.0-or-later
-- What waits to be measured: batches of configurations, so that a queue outlives the program that runs it.

CREATE TABLE queue_batch (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at TEXT NOT NULL,               -- UTC, ISO 8601
    title TEXT NOT NULL,
    interleaved INTEGER NOT NULL,           -- repeats of its entries alternate
    -- who runs it: another program takes over only once this one is dead
    owner_host TEXT NOT NULL,
    owner_boot TEXT NOT NULL,
    owner_pid INTEGER NOT NULL,
    owner_started TEXT NOT NULL
);

CREATE TABLE queue_entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    batch_id INTEGER NOT NULL REFERENCES queue_batch (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,                 -- order over all batches
    state TEXT NOT NULL,                    -- waiting, running, finished, failed, skipped, impossible
    config TEXT NOT NULL,                   -- the whole RunConfig as JSON
    dataset TEXT NOT NULL,                  -- its name; the folder stands in config
    preset TEXT NOT NULL,
    max_field TEXT NOT NULL,                -- the field that a search must find first; mostly empty
    tags TEXT NOT NULL,                     -- one a line, given to the run
    reason TEXT NOT NULL,                   -- why it failed, was skipped or is impossible
    run_id INTEGER REFERENCES run (id) ON DELETE SET NULL
);
CREATE INDEX queue_entry_place ON queue_entry (place);
CREATE INDEX queue_entry_run ON queue_entry (run_id) WHERE run_id IS NOT NULL;
