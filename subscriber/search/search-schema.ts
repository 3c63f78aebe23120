import { COLUMNS } from './indexed-issue.ts'

/** An index of any other version is thrown away and built anew: raise it with every change below, and of how texts become words. */
export const SEARCH_VERSION = 3

/**
 * `parts.part` counts down with time, so that what is found comes newest first without being sorted. `matches` has no texts of
 * its own: what a part says is kept once, packed. `words` are all that there are, for beginnings of words. What leaves the
 * index leaves the file: `secure-delete` takes it out of the lists of words, the pragma of the same name out of free pages.
 * Lists of words are merged in small steps of their own, for which no search waits long, and not while something is written.
 */
export const searchSchema = `
CREATE TABLE made (unicode TEXT NOT NULL);

CREATE TABLE issues (
  key INTEGER PRIMARY KEY,
  newsletter TEXT NOT NULL,
  id TEXT NOT NULL,
  version TEXT NOT NULL,
  UNIQUE (newsletter, id)
);

CREATE TABLE parts (
  part INTEGER PRIMARY KEY,
  issue INTEGER NOT NULL,
  at INTEGER NOT NULL,
  is_first INTEGER NOT NULL,
  read INTEGER NOT NULL,
  saved INTEGER NOT NULL
);
CREATE INDEX parts_of_issue ON parts (issue);

CREATE TABLE texts (part INTEGER PRIMARY KEY, packed BLOB NOT NULL);

CREATE TABLE words (word TEXT PRIMARY KEY) WITHOUT ROWID;

CREATE VIRTUAL TABLE matches USING fts5 (${COLUMNS.join(', ')}, content = '', tokenize = 'ascii');
INSERT INTO matches (matches, rank) VALUES ('secure-delete', 1);
INSERT INTO matches (matches, rank) VALUES ('automerge', 0);
INSERT INTO matches (matches, rank) VALUES ('crisismerge', 100);
`
