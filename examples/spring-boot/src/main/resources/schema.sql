create table if not exists orders (
    id      bigint  generated always as identity primary key,
    item    text    not null,
    packed  int     not null default 0,
    shipped boolean not null default false,
    thanked boolean not null default false
);
