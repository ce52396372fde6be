"""The rules about constraints."""

from migrator.review.rules import constraints
from migrator.review.rules.rule import Rule

RULES = (
    Rule(
        id="unique-constraint-builds-index",
        title="Unique constraint builds its index under lock",
        severity="error",
        condition=constraints.unique,
        effect="ADD UNIQUE reads the whole table and builds an index under an ACCESS EXCLUSIVE"
        " lock: nobody may read or write the table meanwhile.",
        instead="Build a unique index CONCURRENTLY, then ADD CONSTRAINT … UNIQUE USING INDEX.",
        looks_for="a new unique constraint, an index built for it, and rows read under the lock",
        bad="ALTER TABLE users ADD CONSTRAINT users_mail_key UNIQUE (mail);",
        good="CREATE UNIQUE INDEX CONCURRENTLY users_mail_key ON users (mail);\n"
        "ALTER TABLE users ADD CONSTRAINT users_mail_key UNIQUE USING INDEX users_mail_key;",
        covers=("index-build-blocks-writes", "partitioned-index-build"),
    ),
    Rule(
        id="primary-key-builds-index",
        title="Primary key builds its index under lock",
        severity="error",
        condition=constraints.primary_key,
        effect="ADD PRIMARY KEY builds an index, and proves that no key is NULL, under an ACCESS"
        " EXCLUSIVE lock: nobody may read or write the table meanwhile.",
        instead="Build a unique index CONCURRENTLY, make the columns NOT NULL by a proved CHECK,"
        " then ADD PRIMARY KEY USING INDEX.",
        looks_for="a new primary key, an index built for it, and rows read under the lock",
        bad="ALTER TABLE events ADD PRIMARY KEY (id);",
        good="CREATE UNIQUE INDEX CONCURRENTLY events_pkey ON events (id);\n"
        "ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY USING INDEX events_pkey;",
        covers=("index-build-blocks-writes", "partitioned-index-build", "not-null-scan-under-lock"),
    ),
    Rule(
        id="primary-key-index-null-scan",
        title="Primary key searches the table for NULL",
        severity="error",
        condition=constraints.primary_key_null_scan,
        effect="PRIMARY KEY USING INDEX on columns that may hold NULL makes them NOT NULL, and"
        " reads every row under an ACCESS EXCLUSIVE lock for it.",
        instead="Make the columns NOT NULL first: NOT NULL NOT VALID and VALIDATE (18), or a proved"
        " CHECK and SET NOT NULL.",
        looks_for="a new primary key on an index that was there, and rows read under the lock",
        bad="ALTER TABLE events ADD PRIMARY KEY USING INDEX events_ref_ix;",
        good="ALTER TABLE events ADD CONSTRAINT ref_nn NOT NULL ref NOT VALID;\n"
        "ALTER TABLE events VALIDATE CONSTRAINT ref_nn;\n"
        "ALTER TABLE events ADD PRIMARY KEY USING INDEX events_ref_ix;",
        covers=("not-null-scan-under-lock",),
    ),
    Rule(
        id="exclusion-constraint-builds-index",
        title="Exclusion constraint builds its index under lock",
        severity="error",
        condition=constraints.exclusion,
        effect="ADD … EXCLUDE reads the whole table and builds an index under an ACCESS EXCLUSIVE"
        " lock. It has no form that lets others work meanwhile.",
        instead="A quiet hour with a lock_timeout, or a new table that takes the old one's place.",
        looks_for="a new exclusion constraint, an index built for it, rows read under the lock",
        bad="ALTER TABLE bookings ADD EXCLUDE USING gist (during WITH &&);",
        good="CREATE TABLE bookings_2 (LIKE bookings, EXCLUDE USING gist (during WITH &&));",
        covers=("index-build-blocks-writes",),
    ),
    Rule(
        id="check-scan-under-lock",
        title="Check constraint proved under the strongest lock",
        severity="error",
        condition=constraints.check,
        effect="ADD CHECK reads every row under an ACCESS EXCLUSIVE lock: nobody may read or write"
        " the table meanwhile.",
        instead="Add it NOT VALID, and VALIDATE it in a later transaction.",
        looks_for="a new check constraint, and rows read under a lock that stops writers",
        bad="ALTER TABLE orders ADD CONSTRAINT amount_ok CHECK (amount >= 0);",
        good="ALTER TABLE orders ADD CONSTRAINT amount_ok CHECK (amount >= 0) NOT VALID;\n"
        "ALTER TABLE orders VALIDATE CONSTRAINT amount_ok;",
    ),
    Rule(
        id="foreign-key-scan-under-lock",
        title="Foreign key proved while two tables are locked",
        severity="error",
        condition=constraints.foreign_key,
        effect="ADD FOREIGN KEY looks up every row under a SHARE ROW EXCLUSIVE lock on both tables:"
        " every writer of either waits.",
        instead="Add it NOT VALID, and VALIDATE it in a later transaction.",
        looks_for="a new foreign key, and rows read under a lock that stops writers",
        bad="ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users;",
        good="ALTER TABLE orders ADD CONSTRAINT orders_user_fk FOREIGN KEY (user_id)"
        " REFERENCES users NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT orders_user_fk;",
        versions="all (partitioned tables: 18)",
    ),
    Rule(
        id="not-null-scan-under-lock",
        title="NOT NULL proved under the strongest lock",
        severity="error",
        condition=constraints.not_null,
        effect="SET NOT NULL reads every row under an ACCESS EXCLUSIVE lock, unless a valid CHECK"
        " proves it already: nobody may read or write the table meanwhile.",
        instead="NOT NULL NOT VALID and VALIDATE (18), or a CHECK (… IS NOT NULL) added NOT VALID,"
        " validated, then SET NOT NULL.",
        looks_for="a column that may not be NULL any more, and rows read under the lock",
        bad="ALTER TABLE orders ALTER COLUMN note SET NOT NULL;",
        good="ALTER TABLE orders ADD CONSTRAINT note_nn CHECK (note IS NOT NULL) NOT VALID;\n"
        "ALTER TABLE orders VALIDATE CONSTRAINT note_nn;\n"
        "ALTER TABLE orders ALTER COLUMN note SET NOT NULL;\n"
        "ALTER TABLE orders DROP CONSTRAINT note_nn;",
        versions="12+ (NOT VALID: 18)",
    ),
    Rule(
        id="validate-in-same-transaction",
        title="Constraint validated in the transaction that added it",
        severity="error",
        condition=constraints.validate_same_transaction,
        effect="NOT VALID buys nothing here: the strong lock of adding it is held until the"
        " transaction ends, over the reading of all rows.",
        instead="VALIDATE in a later transaction: a revision of its own.",
        looks_for="a constraint that becomes valid in the transaction that made it, and rows read"
        " under the lock which that has left",
        bad="BEGIN;\nALTER TABLE orders ADD CONSTRAINT ok CHECK (amount >= 0) NOT VALID;\n"
        "ALTER TABLE orders VALIDATE CONSTRAINT ok;\nCOMMIT;",
        good="ALTER TABLE orders ADD CONSTRAINT ok CHECK (amount >= 0) NOT VALID;\n"
        "COMMIT;\nALTER TABLE orders VALIDATE CONSTRAINT ok;",
        covers=("strong-lock-held-over-work", "check-scan-under-lock"),
    ),
    Rule(
        id="domain-constraint-scan",
        title="Domain's constraint proved in every table that uses it",
        severity="error",
        condition=constraints.domain,
        effect="ALTER DOMAIN … ADD CONSTRAINT or SET NOT NULL names no table, yet reads every table"
        " that uses the domain, under a SHARE lock: their writers wait.",
        instead="ADD CONSTRAINT … NOT VALID: it holds for new values at once. VALIDATE CONSTRAINT"
        " still stops writers while it reads: in a quiet hour, or table by table by a CHECK of its"
        " own.",
        looks_for="a new rule of a domain, and rows read under a lock that stops writers",
        bad="ALTER DOMAIN pct ADD CONSTRAINT pct_range CHECK (VALUE <= 100);",
        good="ALTER DOMAIN pct ADD CONSTRAINT pct_range CHECK (VALUE <= 100) NOT VALID;\n"
        "ALTER DOMAIN pct VALIDATE CONSTRAINT pct_range;",
    ),
)
