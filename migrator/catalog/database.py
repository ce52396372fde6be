"""What belongs to the database as a whole: schemas, extensions, languages, default privileges,
replication, foreign servers, text search."""

import json

from migrator.catalog.model import UNREADABLE
from migrator.catalog.parts import Family, options, reference, set_only, user_made

SCHEMAS = Family(
    catalog="pg_namespace",
    row="n",
    source="pg_namespace AS n",
    where=user_made("pg_namespace", "n.oid", "n.oid"),
    owner="n.nspowner",
    acl=("n", "n.nspacl"),
    attributes={},
)

EXTENSIONS = Family(
    catalog="pg_extension",
    row="e",
    source="pg_extension AS e",
    where="true",
    owner="e.extowner",
    attributes={
        "version": "e.extversion",
        "schema": "e.extnamespace::regnamespace::text",
    },
    details={"relocatable": "e.extrelocatable"},
)

LANGUAGES = Family(
    catalog="pg_language",
    row="l",
    source="pg_language AS l",
    where=user_made("pg_language", "l.oid"),
    owner="l.lanowner",
    acl=("l", "l.lanacl"),
    attributes={
        "trusted": "l.lanpltrusted",
        "handler": reference("l.lanplcallfoid::regproc"),
        "inline": reference("l.laninline::regproc"),
        "validator": reference("l.lanvalidator::regproc"),
    },
)

# A row that says nothing but the built-in default does not exist: PostgreSQL deletes it.
DEFAULT_PRIVILEGES = Family(
    catalog="pg_default_acl",
    row="d",
    kind="'default privileges'",
    source="pg_default_acl AS d",
    where="true",
    owner="d.defaclrole",
    acl=("r", "d.defaclacl"),
    attributes={},
)

# FOR TABLE lists columns in their order in the table, which means nothing.
PUBLICATIONS = Family(
    catalog="pg_publication",
    row="p",
    source="pg_publication AS p",
    where=user_made("pg_publication", "p.oid"),
    owner="p.pubowner",
    attributes={
        "all tables": set_only("p.puballtables"),
        "operations": "jsonb_path_query_array(jsonb_build_array("
        "CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,"
        " CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END),"
        " '$[*] ? (@ != null)')",
        "via root": set_only("p.pubviaroot"),
        "generated columns": "nullif(to_jsonb(p) ->> 'pubgencols', 'n')",
        "schemas": "(SELECT jsonb_agg(n.nspname ORDER BY n.nspname)"
        " FROM pg_publication_namespace AS pn JOIN pg_namespace AS n ON n.oid = pn.pnnspid"
        " WHERE pn.pnpubid = p.oid)",
        "tables": "(SELECT jsonb_agg(line ORDER BY line) FROM (SELECT r.prrelid::regclass"
        " || coalesce((SELECT ' (' || string_agg(a.attname, ', ' ORDER BY a.attname) || ')'"
        " FROM pg_attribute AS a"
        " WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs::int2[])), '')"
        " || coalesce(' WHERE ' || pg_get_expr(r.prqual, r.prrelid), '')"
        " FROM pg_publication_rel AS r WHERE r.prpubid = p.oid) AS l (line))",
    },
)

# The connection is not told: it may hold a password, and only a superuser can read it.
SUBSCRIPTIONS = Family(
    catalog="pg_subscription",
    row="s",
    source="pg_subscription AS s",
    where="s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())",
    owner="s.subowner",
    attributes={
        "enabled": "s.subenabled",
        "binary": set_only("s.subbinary"),
        "publications": "(SELECT jsonb_agg(name ORDER BY name) FROM unnest(s.subpublications)"
        " AS name)",
        "slot": "s.subslotname",
        "synchronous commit": "s.subsynccommit",
        "disabled on error": set_only("s.subdisableonerr"),
    },
)

WRAPPERS = Family(
    catalog="pg_foreign_data_wrapper",
    row="w",
    source="pg_foreign_data_wrapper AS w",
    where=user_made("pg_foreign_data_wrapper", "w.oid"),
    owner="w.fdwowner",
    acl=("F", "w.fdwacl"),
    attributes={
        "handler": reference("w.fdwhandler::regproc"),
        "validator": reference("w.fdwvalidator::regproc"),
        "options": options("w.fdwoptions", secret=True),
    },
)

SERVERS = Family(
    catalog="pg_foreign_server",
    row="s",
    source="pg_foreign_server AS s JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw",
    where=user_made("pg_foreign_server", "s.oid"),
    owner="s.srvowner",
    acl=("S", "s.srvacl"),
    attributes={
        "wrapper": "w.fdwname",
        "type": "s.srvtype",
        "version": "s.srvversion",
        "options": options("s.srvoptions", secret=True),
    },
)

# Their options are not for everyone to read: the same conditions as in the view pg_user_mappings.
_READABLE = (
    "(SELECT rolsuper FROM pg_roles WHERE rolname = current_user)"
    " OR pg_has_role(s.srvowner, 'USAGE') AND u.umuser = 0"
    " OR u.usename = current_user AND (pg_has_role(s.srvowner, 'USAGE')"
    " OR has_server_privilege(s.oid, 'USAGE'))"
)

USER_MAPPINGS = Family(
    catalog="pg_user_mapping",
    row="u",
    oid="u.umid",
    source="pg_user_mappings AS u JOIN pg_foreign_server AS s ON s.oid = u.srvid",
    where="true",
    parents=(("pg_foreign_server", "u.srvid", "0"),),
    attributes={
        "options": f"CASE WHEN {_READABLE} THEN {options('u.umoptions', secret=True)}"
        f" ELSE '{json.dumps(UNREADABLE)}' END"
    },
)

DICTIONARIES = Family(
    catalog="pg_ts_dict",
    row="d",
    source="pg_ts_dict AS d",
    where=user_made("pg_ts_dict", "d.oid", "d.dictnamespace"),
    owner="d.dictowner",
    attributes={
        "template": "(SELECT identity FROM"
        " pg_identify_object('pg_ts_template'::regclass, d.dicttemplate, 0))",
        "options": "d.dictinitoption",
    },
)

CONFIGURATIONS = Family(
    catalog="pg_ts_config",
    row="c",
    source="pg_ts_config AS c",
    where=user_made("pg_ts_config", "c.oid", "c.cfgnamespace"),
    owner="c.cfgowner",
    attributes={
        "parser": "(SELECT identity FROM"
        " pg_identify_object('pg_ts_parser'::regclass, c.cfgparser, 0))",
        "mappings": "(SELECT jsonb_agg(line ORDER BY line) FROM (SELECT t.alias || ': '"
        " || string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno)"
        " FROM pg_ts_config_map AS m JOIN ts_token_type(c.cfgparser) AS t"
        " ON t.tokid = m.maptokentype WHERE m.mapcfg = c.oid GROUP BY t.alias) AS l (line))",
    },
)

PARSERS = Family(
    catalog="pg_ts_parser",
    row="p",
    source="pg_ts_parser AS p",
    where=user_made("pg_ts_parser", "p.oid", "p.prsnamespace"),
    attributes={
        "start": "p.prsstart::text",
        "token": "p.prstoken::text",
        "end": "p.prsend::text",
        "headline": reference("p.prsheadline"),
        "types": "p.prslextype::text",
    },
)

TEMPLATES = Family(
    catalog="pg_ts_template",
    row="t",
    source="pg_ts_template AS t",
    where=user_made("pg_ts_template", "t.oid", "t.tmplnamespace"),
    attributes={"init": reference("t.tmplinit"), "lexize": "t.tmpllexize::text"},
)

FAMILIES = (
    SCHEMAS,
    EXTENSIONS,
    LANGUAGES,
    DEFAULT_PRIVILEGES,
    PUBLICATIONS,
    SUBSCRIPTIONS,
    WRAPPERS,
    SERVERS,
    USER_MAPPINGS,
    DICTIONARIES,
    CONFIGURATIONS,
    PARSERS,
    TEMPLATES,
)
