-- Which tokens were created under a key, also those that do not hold it any more. A key may be longer than an index takes.
create index token_key_text on errand.token (left(key_text, 200), created, id) where key_text is not null;
