-- A key whose owner signs tokens with it: its secret, as servers sealed it, to check them.
alter table api_key add column sealed text;

-- Tokens for one use that were used. When they are worth nothing any more by themselves they are forgotten.
create table spent_token (
    token     blob    primary key,              -- SHA-256 of what tells it from others
    use       blob    not null,                 -- SHA-256 of what tells this use from others
    taken     integer not null,
    until     integer not null,
    repeated  integer not null default 0        -- whether the same use was said again
) without rowid;
create index spent_token_until on spent_token (until);
