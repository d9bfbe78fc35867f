-- Lines with keys in which something is due, or executes: of those where nothing is due yet there may be very many. Claims go from key to
-- key through it. Said in another way than how a row is named, so that no other statement uses it, and these no other index.
create index chunk_due_keys on errand.chunk ((line + 0)) where line + 0 >= 1099511627776 and position < 9223372036854775807;
