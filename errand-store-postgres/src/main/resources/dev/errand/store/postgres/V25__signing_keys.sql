-- A key whose owner signs tokens with it: its secret, as servers sealed it, to check them.
alter table errand.api_key add column sealed text;

-- Tokens for one use that were used. When they are worth nothing any more by themselves they are forgotten.
create table errand.spent_token (
    token     bytea    primary key,              -- SHA-256 of what tells it from others
    use       bytea    not null,                 -- SHA-256 of what tells this use from others
    taken     bigint   not null,
    until     bigint   not null,
    repeated  boolean  not null default false    -- whether the same use was said again
);
create index spent_token_until on errand.spent_token (until);
