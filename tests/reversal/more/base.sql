CREATE TABLE people (
    id serial PRIMARY KEY,
    name text,
    email varchar(80) NOT NULL,
    nickname varchar(30),
    active boolean,
    age smallint CHECK (age BETWEEN 0 AND 130),
    joined timestamptz NOT NULL DEFAULT now(),
    woke timestamp,
    settings jsonb,
    tags text[],
    code char(8),
    rate numeric(10, 4) NOT NULL DEFAULT 0,
    weight double precision,
    span interval,
    CONSTRAINT uq_people_email UNIQUE (email)
);
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id integer NOT NULL,
    status text NOT NULL DEFAULT 'new',
    amount numeric(12, 2) NOT NULL,
    note text NOT NULL DEFAULT '',
    placed date,
    CONSTRAINT fk_orders_person FOREIGN KEY (person_id) REFERENCES people (id) ON DELETE CASCADE,
    CONSTRAINT ck_orders_status CHECK (status IN ('new', 'paid', 'void'))
);
CREATE INDEX ix_orders_person ON orders (person_id);
CREATE INDEX ix_orders_new ON orders (placed DESC) WHERE status = 'new';
CREATE TABLE parts (
    order_id bigint NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    position smallint NOT NULL,
    label varchar(40) NOT NULL,
    quantity integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_parts PRIMARY KEY (order_id, position)
);
CREATE TABLE visits (person_id integer, path text NOT NULL, at timestamptz NOT NULL DEFAULT now());
