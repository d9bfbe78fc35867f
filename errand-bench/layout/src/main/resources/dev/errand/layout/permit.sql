-- Which keys something of is held: at most one claim of each, whoever asks.
create table errand.permit (
    task       int      not null,
    key        text     not null,
    claim      bigint   not null,
    primary key (task, key)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 2000);
