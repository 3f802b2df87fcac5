-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The log is append-only, and chained: each entry is numbered as it is committed, and its hash covers the hash before it,
-- so that nobody changes, takes out or cuts off an entry unseen. models/audit_chain.go reckons the same and finds it.
-- Personal data: none here. Entries hold ids and names of fields; who acted is told by the staff account, kept as long
-- as the log is, which is as long as the consultation's acts.
CREATE TABLE audit_chain (
    number bigint PRIMARY KEY CHECK (number > 0),
    entry_id uuid NOT NULL UNIQUE REFERENCES audit_entries,
    -- How the entry was written out to be hashed, so that the log may have more columns one day.
    version smallint NOT NULL,
    previous bytea NOT NULL,
    -- Salted hash of the entry's texts; NULL: it had none. It outlives them.
    texts_hash bytea,
    hash bytea NOT NULL
);

-- The number and the hash of the last entry. Its one row is the last that a transaction locks: see audit_entries_chained.
CREATE TABLE audit_head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    number bigint NOT NULL,
    hash bytea NOT NULL
);
INSERT INTO audit_head (number, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

-- Heads signed with a key made from the program's secret, as signed notes (models/audit_sign.go).
CREATE TABLE audit_signatures (
    number bigint PRIMARY KEY CHECK (number > 0),
    note text NOT NULL
);

-- The last time that the whole log was checked: how many entries it had, and what was found, the first few of it in full.
CREATE TABLE audit_check (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    checked_at timestamptz NOT NULL,
    entries bigint NOT NULL,
    found bigint NOT NULL,
    findings jsonb NOT NULL DEFAULT '[]'
);

-- A value with its length in bytes before it, so that no two lists of values are written alike; NULL has no length.
CREATE FUNCTION audit_part(value text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT coalesce(octet_length(convert_to(value, 'UTF8')) || ':' || value, '') || ',' $$;

CREATE FUNCTION audit_append(e audit_entries) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    head audit_head;
    texts bytea;
    link bytea;
BEGIN
    SELECT sha256(convert_to(audit_part(t.salt::text) || audit_part(t.before::text) || audit_part(t.after::text), 'UTF8'))
        INTO texts FROM audit_texts t WHERE t.audit_id = e.id;
    SELECT * INTO STRICT head FROM audit_head FOR UPDATE;
    link := sha256(head.hash || convert_to(audit_part('ultimaparola audit 1') || audit_part(e.id::text)
        || audit_part(e.organisation_id::text) || audit_part(e.staff_id::text) || audit_part(e.action)
        || audit_part(e.subject) || audit_part(e.subject_id::text)
        || audit_part((SELECT coalesce(string_agg(audit_part(f.name), '' ORDER BY f.place), '')
            FROM unnest(e.fields) WITH ORDINALITY AS f (name, place)))
        || audit_part((extract(epoch FROM e.created_at) * 1000000)::bigint::text)
        || audit_part(encode(texts, 'hex')), 'UTF8'));
    INSERT INTO audit_chain (number, entry_id, version, previous, texts_hash, hash)
        VALUES (head.number + 1, e.id, 1, head.hash, texts, link);
    UPDATE audit_head SET number = head.number + 1, hash = link;
END $$;

CREATE FUNCTION audit_chained() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM audit_append(NEW);
    RETURN NULL;
END $$;

-- Deferred: at the commit the entry's texts are there, the head is locked after all else and for a moment only, and a
-- program of the release before, which knows of no chain, lengthens it too.
CREATE CONSTRAINT TRIGGER audit_entries_chained AFTER INSERT ON audit_entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_chained();

ALTER TABLE audit_texts ADD COLUMN salt uuid NOT NULL DEFAULT gen_random_uuid();

DO $$
DECLARE e audit_entries;
BEGIN
    FOR e IN SELECT * FROM audit_entries ORDER BY id LOOP
        PERFORM audit_append(e);
    END LOOP;
END $$;

CREATE FUNCTION audit_refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: what the log holds is never changed or taken out', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refused();
CREATE TRIGGER audit_chain_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_chain
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refused();
CREATE TRIGGER audit_signatures_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_signatures
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refused();
CREATE TRIGGER audit_head_kept BEFORE DELETE OR TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refused();
-- Texts may be erased, with the person they are about, and not altered.
CREATE TRIGGER audit_texts_erased_only BEFORE UPDATE ON audit_texts
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refused();
