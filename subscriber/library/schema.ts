/** Any other version of the index is thrown away and built anew: raise it with every change below. */
export const INDEX_VERSION = 9

/** Marks can't be built anew: each version needs a step in {@link marksSteps} that takes the one before over. */
export const MARKS_VERSION = 5

/**
 * Step `n` makes version `n` of the marks from version `n - 1`; 0 is an empty file. `marks.at` is when an issue was
 * marked read; empty for those of version 1, which did not know. With version 5 the pages of the file have sums.
 */
export const marksSteps: Record<number, string> = {
  1: `
    CREATE TABLE marks (
      newsletter TEXT NOT NULL,
      id TEXT NOT NULL,
      PRIMARY KEY (newsletter, id)
    ) WITHOUT ROWID;`,
  2: `
    ALTER TABLE marks ADD COLUMN at TEXT NOT NULL DEFAULT '';
    CREATE INDEX marks_at ON marks (at);
    CREATE TABLE saved (
      newsletter TEXT NOT NULL,
      id TEXT NOT NULL,
      at TEXT NOT NULL,
      PRIMARY KEY (newsletter, id)
    ) WITHOUT ROWID;
    CREATE TABLE places (
      newsletter TEXT NOT NULL,
      id TEXT NOT NULL,
      fraction REAL NOT NULL,
      block REAL NOT NULL,
      at TEXT NOT NULL,
      PRIMARY KEY (newsletter, id)
    ) WITHOUT ROWID;`,
  3: `
    CREATE TABLE fetched (
      newsletter TEXT NOT NULL,
      id TEXT NOT NULL,
      at TEXT NOT NULL,
      PRIMARY KEY (newsletter, id)
    ) WITHOUT ROWID;`,
  4: `
    CREATE TABLE highlights (
      id TEXT PRIMARY KEY,
      newsletter TEXT NOT NULL,
      issue TEXT NOT NULL,
      quote TEXT NOT NULL,
      before TEXT NOT NULL,
      start INTEGER NOT NULL,
      note TEXT NOT NULL,
      at TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX highlights_of_issue ON highlights (newsletter, issue, start);`,
  5: ''
}

/** The text is here and was checked. */
export const READABLE = "state IN ('ready', 'partial')"

/** Adds an issue to the counts of its newsletter, or takes it off. */
function tally (issue: 'NEW' | 'OLD', sign: '+' | '-'): string {
  return `UPDATE counts SET
    total = total ${sign} 1,
    ready = ready ${sign} (${issue}.state = 'ready'),
    unread = unread ${sign} (${issue}.${READABLE} AND ${issue}.read = 0),
    not_verified = not_verified ${sign} (${issue}.state = 'notVerified'),
    removed = removed ${sign} (${issue}.state = 'removed'),
    partial = partial ${sign} (${issue}.state = 'partial'),
    known_bytes = known_bytes ${sign} ${issue}.size_bytes,
    held_bytes = held_bytes ${sign} (${issue}.state = 'ready') * ${issue}.size_bytes ${sign} (${issue}.state = 'partial') * ${issue}.have_bytes,
    left_out_bytes = left_out_bytes ${sign} (${issue}.state = 'removed') * ${issue}.size_bytes
      ${sign} (${issue}.state = 'partial') * (${issue}.size_bytes - ${issue}.have_bytes)
    WHERE newsletter = ${issue}.newsletter;`
}

/**
 * `issues.read` and `issues.saved` repeat what the marks say, so that unread and saved issues have an index of their
 * own. `number` is what was signed, `shown` the number that readers see. `folded` is what a list is filtered by. `words`
 * is null until they were counted. The counts are kept by triggers, because counting 100,000 rows takes longer than a
 * page may. Documents stand apart: they are long, and lists do not show them.
 */
export const indexSchema = `
CREATE TABLE newsletters (
  key INTEGER PRIMARY KEY,
  address TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  subscribed INTEGER NOT NULL,
  title TEXT NOT NULL,
  folded TEXT NOT NULL,
  description TEXT NOT NULL,
  language TEXT NOT NULL,
  authors TEXT NOT NULL,
  licence TEXT NOT NULL,
  website TEXT NOT NULL,
  rhythm TEXT NOT NULL,
  described_at TEXT NOT NULL,
  problem TEXT,
  added_at TEXT NOT NULL
);

CREATE TABLE issues (
  key INTEGER PRIMARY KEY,
  newsletter INTEGER NOT NULL REFERENCES newsletters ON DELETE CASCADE,
  id TEXT NOT NULL,
  writer TEXT NOT NULL,
  seq INTEGER NOT NULL,
  number INTEGER NOT NULL,
  shown INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  change TEXT NOT NULL,
  title TEXT NOT NULL,
  subtitle TEXT NOT NULL,
  summary TEXT NOT NULL,
  authors TEXT NOT NULL,
  tags TEXT NOT NULL,
  language TEXT NOT NULL,
  published_at TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  state TEXT NOT NULL,
  problem TEXT,
  size_bytes INTEGER NOT NULL,
  have_bytes INTEGER NOT NULL,
  parts INTEGER NOT NULL,
  have_parts INTEGER NOT NULL,
  read INTEGER NOT NULL,
  saved INTEGER NOT NULL,
  words INTEGER,
  folded TEXT NOT NULL,
  UNIQUE (id, newsletter)
);
CREATE INDEX issues_newest ON issues (published_at, id, newsletter);
CREATE INDEX issues_unread ON issues (published_at, id, newsletter) WHERE ${READABLE} AND read = 0;
CREATE INDEX issues_saved ON issues (published_at, id, newsletter) WHERE saved = 1;
CREATE INDEX issues_uncounted ON issues (published_at, id) WHERE ${READABLE} AND words IS NULL;
CREATE INDEX issues_of_newsletter ON issues (newsletter, published_at, id);
CREATE INDEX issues_unread_of_newsletter ON issues (newsletter, published_at, id) WHERE ${READABLE} AND read = 0;
CREATE INDEX issues_incomplete ON issues (newsletter, published_at, id) WHERE state IN ('waiting', 'downloading');
CREATE INDEX issues_by_number ON issues (newsletter, number, published_at, id);
CREATE INDEX issues_by_writer ON issues (newsletter, writer, seq);
CREATE INDEX issues_by_body ON issues (newsletter, body_hash);

CREATE TABLE documents (
  issue INTEGER PRIMARY KEY REFERENCES issues ON DELETE CASCADE,
  manifest TEXT NOT NULL,
  signature TEXT NOT NULL,
  locations TEXT NOT NULL
);

CREATE TABLE indexed_lengths (
  newsletter INTEGER NOT NULL REFERENCES newsletters ON DELETE CASCADE,
  writer TEXT NOT NULL,
  length INTEGER NOT NULL,
  PRIMARY KEY (newsletter, writer)
) WITHOUT ROWID;

CREATE TABLE counts (
  newsletter INTEGER PRIMARY KEY REFERENCES newsletters ON DELETE CASCADE,
  total INTEGER NOT NULL DEFAULT 0,
  ready INTEGER NOT NULL DEFAULT 0,
  unread INTEGER NOT NULL DEFAULT 0,
  not_verified INTEGER NOT NULL DEFAULT 0,
  removed INTEGER NOT NULL DEFAULT 0,
  partial INTEGER NOT NULL DEFAULT 0,
  known_bytes INTEGER NOT NULL DEFAULT 0,
  held_bytes INTEGER NOT NULL DEFAULT 0,
  left_out_bytes INTEGER NOT NULL DEFAULT 0
);
CREATE TRIGGER newsletter_added AFTER INSERT ON newsletters BEGIN INSERT INTO counts (newsletter) VALUES (NEW.key); END;
CREATE TRIGGER issue_added AFTER INSERT ON issues BEGIN ${tally('NEW', '+')} END;
CREATE TRIGGER issue_removed AFTER DELETE ON issues BEGIN ${tally('OLD', '-')} END;
CREATE TRIGGER issue_changed AFTER UPDATE OF state, read, size_bytes, have_bytes ON issues BEGIN ${tally('OLD', '-')} ${tally('NEW', '+')} END;
`
