-- What this database is: whose, made by which program, of real or synthetic games. A key that is absent is unknown.

CREATE TABLE meta (
  key {{key}} NOT NULL PRIMARY KEY,
  value text NOT NULL
);
