/// The tables of `state.sqlite`. A migration that has been released is never changed; another follows it.
enum Schema {
    static let migrations: [(name: String, sql: String)] = [
        (
            "alerts and outbox",
            """
            -- STRICT, so that whatever is read is of the type that it was written as.
            -- What the engine remembers of one rule about one subject; `alert` is JSON.
            CREATE TABLE alerts (
                fingerprint TEXT NOT NULL PRIMARY KEY,
                phase TEXT NOT NULL,           -- rest, pending, firing or recovering
                since REAL,                    -- of pending and recovering, in seconds since 1970 like all moments
                holds INTEGER NOT NULL,
                changes TEXT NOT NULL,         -- moments, separated by spaces
                hold REAL NOT NULL,
                recovery REAL NOT NULL,
                ends_at REAL,
                alert TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;

            -- What each receiver knows of each alert.
            CREATE TABLE members (
                receiver TEXT NOT NULL,
                group_key TEXT NOT NULL,
                fingerprint TEXT NOT NULL,
                membership INTEGER NOT NULL,
                PRIMARY KEY (receiver, group_key, fingerprint)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX members_by_alert ON members (fingerprint);
            CREATE TABLE groups (
                receiver TEXT NOT NULL,
                group_key TEXT NOT NULL,
                told_at REAL NOT NULL,
                PRIMARY KEY (receiver, group_key)
            ) STRICT, WITHOUT ROWID;

            -- Notifications until they are delivered; `state` is queued or dead.
            CREATE TABLE outbox (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                id TEXT NOT NULL UNIQUE,
                receiver TEXT NOT NULL,
                group_key TEXT NOT NULL,
                kind TEXT NOT NULL,
                is_firing INTEGER NOT NULL,
                state TEXT NOT NULL,
                attempts INTEGER NOT NULL,
                next_at REAL NOT NULL,
                created_at REAL NOT NULL,
                problem TEXT,
                awaits_receiver INTEGER NOT NULL DEFAULT 0,  -- the last failure was the receiver's, not the notification's
                notification TEXT NOT NULL
            ) STRICT;
            CREATE INDEX outbox_by_state ON outbox (state, sequence);
            -- Receivers that have said that they want no more.
            CREATE TABLE disabled (
                receiver TEXT NOT NULL PRIMARY KEY,
                since REAL NOT NULL,
                problem TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE silences (
                id TEXT NOT NULL PRIMARY KEY,
                ends_at REAL NOT NULL,
                silence TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;

            -- Every step in its order. AUTOINCREMENT never uses a number twice, also after rows are pruned.
            CREATE TABLE journal (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                at REAL NOT NULL,
                event TEXT NOT NULL,
                tenant TEXT,
                actor TEXT NOT NULL,
                is_success INTEGER NOT NULL,
                details TEXT NOT NULL
            ) STRICT;
            CREATE INDEX journal_by_tenant ON journal (tenant, id);
            """
        ),
        (
            "order by alert and pauses",
            """
            ALTER TABLE outbox ADD COLUMN alerts TEXT NOT NULL DEFAULT '';       -- fingerprints, separated by spaces
            ALTER TABLE outbox ADD COLUMN is_whole INTEGER NOT NULL DEFAULT 0;   -- they are all of the notification's
            ALTER TABLE outbox ADD COLUMN summary TEXT NOT NULL DEFAULT '';
            UPDATE outbox SET
                alerts = COALESCE(
                    (SELECT group_concat(json_extract(value, '$.fingerprint'), ' ') FROM json_each(notification, '$.alerts')), ''),
                is_whole = json_extract(notification, '$.firingCount') + json_extract(notification, '$.resolvedCount')
                    = json_array_length(notification, '$.alerts')
            WHERE json_valid(notification) AND json_type(notification, '$.alerts') = 'array';
            -- Receivers that have asked to be left alone.
            CREATE TABLE pauses (
                receiver TEXT NOT NULL PRIMARY KEY,
                until REAL NOT NULL
            ) STRICT, WITHOUT ROWID;
            """
        ),
        (
            "refusals and identities of receivers",
            """
            -- Attempts that failed for the notification's own sake, which its schedule counts.
            ALTER TABLE outbox ADD COLUMN refusals INTEGER NOT NULL DEFAULT 0;
            UPDATE outbox SET refusals = attempts WHERE awaits_receiver = 0;
            -- Who was configured last, with a hash of what kind of receiver it is and where.
            CREATE TABLE receivers (
                name TEXT NOT NULL PRIMARY KEY,
                identity TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;
            """
        ),
        (
            "bodies of a notification",
            """
            -- A notification that is too large for a body goes in several: how many were taken, how many alerts stood in them,
            -- and how large the next may be after one was refused as too large. Beside the outbox, for to change a row there
            -- writes the whole notification anew.
            CREATE TABLE progress (
                sequence INTEGER PRIMARY KEY,
                parts INTEGER NOT NULL,
                alerts INTEGER NOT NULL,
                body_limit INTEGER
            ) STRICT;
            CREATE TRIGGER progress_ends AFTER DELETE ON outbox BEGIN
                DELETE FROM progress WHERE sequence = old.sequence;
            END;
            """
        ),
    ]
}
