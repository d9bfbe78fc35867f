-- Which tokens were created under a key, also those that do not hold it any more.
create index token_key_text on token (key_text, created, id) where key_text is not null;
