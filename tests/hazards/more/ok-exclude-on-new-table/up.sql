CREATE TABLE slots (id bigint, during tsrange, EXCLUDE USING gist (during WITH &&));
